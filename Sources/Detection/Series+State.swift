internal import Events

extension StateEncoder {
  /// Columns, because there are many: the same bits lie side by side.
  mutating func encode(series: [Series]) {
    encode(column: series.map(\.pattern))
    encode(column: series.map(\.service))
    encode(column: series.map(\.next))
    encode(column: series.map(\.count))
    encode(column: series.map(\.firstSeen))
    encode(column: series.map(\.lastSeen))
    encode(column: series.map(\.lastOffset))
    encode(column: series.map(\.visitStart))
    encode(column: series.map(\.deadline))
    encode(column: series.map(\.echoUntil))
    encode(column: series.map(\.formerPerTick))
    encode(column: series.map(\.formerUntil))
    encode(column: series.map(\.flagged))
    encode(column: series.map(\.baselineFrom))
    encode(column: series.map(\.dropTick))
    encode(column: series.map(\.dispersion))
    encode(column: series.map(\.gapCount))
    encode(column: series.map(\.burstBefore))
    encode(column: series.map(\.measure))
    encode(column: series.map(\.categories))
    encode(column: series.map(\.severity.rawValue))
    encode(column: series.map(\.marks))
  }

  mutating func encode(patterns: [PatternState]) {
    encode(column: patterns.map(\.firstSeen))
    encode(column: patterns.map(\.lastSeen))
    encode(column: patterns.flatMap { [$0.recent.0, $0.recent.1, $0.recent.2] })
    encode(column: patterns.map(\.head))
    encode(column: patterns.map(\.latest))
    encode(column: patterns.map(\.novelty.rawValue))
  }
}

extension StateDecoder {
  mutating func decodeSeries() throws(StateError) -> [Series] {
    let patterns = try decodeColumn(of: UInt32.self)
    let services = try decodeColumn(of: UInt32.self, count: patterns.count)
    var series: [Series] = []
    series.reserveCapacity(patterns.count)
    for (pattern, service) in zip(patterns, services) {
      series.append(
        Series(pattern: pattern, service: service, time: 0, tick: 0, severity: .unknown))
    }
    try fill(&series, \.next)
    try fill(&series, \.count)
    try fill(&series, \.firstSeen)
    try fill(&series, \.lastSeen)
    try fill(&series, \.lastOffset)
    try fill(&series, \.visitStart)
    try fill(&series, \.deadline)
    try fill(&series, \.echoUntil)
    try fill(&series, \.formerPerTick)
    try fill(&series, \.formerUntil)
    try fill(&series, \.flagged)
    try fill(&series, \.baselineFrom)
    try fill(&series, \.dropTick)
    try fill(&series, \.dispersion)
    try fill(&series, \.gapCount)
    try fill(&series, \.burstBefore)
    try fill(&series, \.measure)
    try fill(&series, \.categories)
    let severities = try decodeColumn(of: UInt8.self, count: series.count)
    for index in series.indices {
      guard let severity = Severity(rawValue: severities[index]) else { throw .invalid("severity") }
      series[index].severity = severity
    }
    try fill(&series, \.marks)
    return series
  }

  mutating func decodePatternStates() throws(StateError) -> [PatternState] {
    let firstSeen = try decodeColumn(of: Int64.self)
    var patterns = [PatternState](repeating: PatternState(), count: firstSeen.count)
    for index in patterns.indices { patterns[index].firstSeen = firstSeen[index] }
    try fill(&patterns, \.lastSeen)
    let recent = try decodeColumn(of: Int64.self, count: patterns.count * 3)
    for index in patterns.indices {
      patterns[index].recent = (recent[index * 3], recent[index * 3 + 1], recent[index * 3 + 2])
    }
    try fill(&patterns, \.head)
    try fill(&patterns, \.latest)
    let novelties = try decodeColumn(of: UInt8.self, count: patterns.count)
    for index in patterns.indices {
      guard let novelty = PatternState.Novelty(rawValue: novelties[index]) else {
        throw .invalid("novelty")
      }
      patterns[index].novelty = novelty
    }
    return patterns
  }

  private mutating func fill<Element, Value: BitwiseCopyable>(
    _ elements: inout [Element], _ path: WritableKeyPath<Element, Value>
  ) throws(StateError) {
    let column = try decodeColumn(of: Value.self, count: elements.count)
    for index in elements.indices { elements[index][keyPath: path] = column[index] }
  }
}

extension Series {
  /// The truth values, as bits.
  fileprivate var marks: UInt8 {
    get {
      (isActive ? 1 : 0) | (isBursting ? 2 : 0) | (isDropping ? 4 : 0) | (isSilent ? 8 : 0)
        | (isResting ? 16 : 0) | (isSlow ? 32 : 0)
    }
    set {
      isActive = newValue & 1 != 0
      isBursting = newValue & 2 != 0
      isDropping = newValue & 4 != 0
      isSilent = newValue & 8 != 0
      isResting = newValue & 16 != 0
      isSlow = newValue & 32 != 0
    }
  }
}

extension NewSign: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(series)
    encoder.encode(time)
    encoder.encode(offset)
    encoder.encode(hasFailureWord)
    encoder.encode(isTrouble)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    series = try decoder.decode()
    time = try decoder.decode()
    offset = try decoder.decode()
    hasFailureWord = try decoder.decode()
    isTrouble = try decoder.decode()
  }
}

extension SourceAbility: StateCodable {}

extension ServiceState: StateCodable {
  /// The sources that it spoke through.
  var knownSources: [UInt32] {
    [sources.0, sources.1, sources.2, sources.3].filter { $0 != .max }
  }

  func encode(into encoder: inout StateEncoder) {
    encoder.encode(count)
    encoder.encode(firstSeen)
    encoder.encode(lastSeen)
    encoder.encode(lastOffset)
    encoder.encode(lastWarnOffset)
    encoder.encode(newSign)
    encoder.encode(signHold)
    encoder.encode([sources.0, sources.1, sources.2, sources.3])
    encoder.encode(holdUntil)
    encoder.encode(echoUntil)
    encoder.encode(lag)
    encoder.encode(bits: flagged)
    encoder.encode(baselineFrom)
    encoder.encode(dropTick)
    encoder.encode(dispersion)
    encoder.encode(isActive)
    encoder.encode(isDropping)
    encoder.encode(isShifted)
    encoder.encode(isResting)
    encoder.encode(warnedBefore)
    encoder.encode(hours)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init()
    count = try decoder.decode()
    firstSeen = try decoder.decode()
    lastSeen = try decoder.decode()
    lastOffset = try decoder.decode()
    lastWarnOffset = try decoder.decode()
    newSign = try decoder.decode()
    signHold = try decoder.decode()
    let spoken = try decoder.decode([UInt32].self)
    guard spoken.count == Self.sourceLimit else { throw .invalid("sources") }
    sources = (spoken[0], spoken[1], spoken[2], spoken[3])
    holdUntil = try decoder.decode()
    echoUntil = try decoder.decode()
    lag = try decoder.decode()
    flagged = try decoder.decodeBits()
    baselineFrom = try decoder.decode()
    dropTick = try decoder.decode()
    dispersion = try decoder.decode()
    isActive = try decoder.decode()
    isDropping = try decoder.decode()
    isShifted = try decoder.decode()
    isResting = try decoder.decode()
    warnedBefore = try decoder.decode()
    hours = try decoder.decode()
  }
}
