package import Events

/// What is known of one pattern over the whole stream up to the cursor. Plain bits.
package struct PatternTotals: Sendable {
  package var count: UInt64 = 0
  package var firstTime = Instant(microseconds: 0)
  package var lastTime = Instant.distantPast
  package var firstOffset: UInt64 = 0
  package var lastOffset: UInt64 = 0
  /// The service of its first event, and how many came from it; others are in the pair table.
  package var mainService = ServiceID(rawValue: 0)
  package var mainServiceCount: UInt64 = 0
  /// The worst level of its events.
  package var severity: Severity = .unknown

  package init() {}
}

/// Counts that must sum: per pattern, per service, and what carries no pattern.
///
/// A value: a copy is the state at that moment. The loop over a batch touches plain arrays only.
package struct Totals: Sendable {
  /// By `PatternID`; a merged pattern keeps counting what its own first message stands for.
  package private(set) var patterns: [PatternTotals] = []
  package private(set) var eventCount: UInt64 = 0
  package private(set) var partCount: UInt64 = 0
  package private(set) var unparsedCount: UInt64 = 0
  package private(set) var lateCount: UInt64 = 0
  package private(set) var lineCount: UInt64 = 0
  package private(set) var gapCount: UInt64 = 0
  /// Events by `ServiceID`.
  package private(set) var services: [UInt64] = []
  /// Events by `SourceID`.
  package private(set) var sources: [UInt64] = []
  /// Events by pattern and service, for all but a pattern's main service.
  private var others = PairCounts()

  package init() {}

  /// Counts events of a batch whose patterns are set; `firstOffset` is that of the batch, `leaves`
  /// are their patterns before all merges.
  package mutating func add(
    _ batch: EventBatch, _ range: Range<Int>, firstOffset: UInt64, patternCount: Int,
    names: EventNames, leaves: UnsafePointer<UInt32>
  ) {
    while patterns.count < patternCount { patterns.append(PatternTotals()) }
    while services.count < names.services.count { services.append(0) }
    while sources.count < names.sources.count { sources.append(0) }
    eventCount += UInt64(range.count)
    // SAFETY: ids come from the miner and the names, whose counts were made room for above; the
    // buffers are used inside the closures only.
    unsafe patterns.withUnsafeMutableBufferPointer { patterns in
      unsafe services.withUnsafeMutableBufferPointer { services in
        for index in range {
          let record = unsafe batch.records[index]
          lineCount += UInt64(record.lineCount)
          if record.flags.contains(.unparsed) { unparsedCount += 1 }
          if record.flags.contains(.late) { lateCount += 1 }
          unsafe services[Int(record.service.rawValue)] += 1
          sources[Int(record.source.rawValue)] += 1
          guard record.pattern != .none else {
            partCount += 1
            continue
          }
          let offset = firstOffset + UInt64(index)
          let leaf = unsafe PatternID(rawValue: leaves[index])
          let slot = unsafe patterns.baseAddress! + Int(leaf.rawValue)
          if unsafe slot.pointee.count == 0 {
            unsafe slot.pointee.firstTime = record.time
            unsafe slot.pointee.firstOffset = offset
            unsafe slot.pointee.mainService = record.service
          }
          unsafe slot.pointee.count += 1
          unsafe slot.pointee.lastOffset = offset
          if unsafe record.time > slot.pointee.lastTime {
            unsafe slot.pointee.lastTime = record.time
          }
          if unsafe record.severity > slot.pointee.severity {
            unsafe slot.pointee.severity = record.severity
          }
          if unsafe record.service == slot.pointee.mainService {
            unsafe slot.pointee.mainServiceCount += 1
          } else {
            others.add(leaf, record.service)
          }
        }
      }
    }
  }

  /// Offset of the latest event of a present pattern.
  package func lastOffset(
    of pattern: PatternID, _ resolve: (PatternID) -> PatternID
  ) -> UInt64? {
    var last: UInt64?
    for index in patterns.indices
    where patterns[index].count > 0 && resolve(PatternID(rawValue: UInt32(index))) == pattern {
      last = max(last ?? 0, patterns[index].lastOffset)
    }
    return last
  }

  package mutating func add(_ control: ControlRecord) {
    if case .gap = control { gapCount += 1 }
  }

  /// Every pattern under the id that it has now, with all that was merged into it.
  package func resolved(_ resolve: (PatternID) -> PatternID) -> [(PatternID, PatternTotals)] {
    var sums: [PatternTotals?] = Array(repeating: nil, count: patterns.count)
    for index in patterns.indices where patterns[index].count > 0 {
      let target = Int(resolve(PatternID(rawValue: UInt32(index))).rawValue)
      guard var sum = sums[target] else {
        sums[target] = patterns[index]
        continue
      }
      let part = patterns[index]
      sum.count += part.count
      if part.firstOffset < sum.firstOffset {
        sum.firstOffset = part.firstOffset
        sum.firstTime = part.firstTime
      }
      sum.lastOffset = max(sum.lastOffset, part.lastOffset)
      sum.lastTime = max(sum.lastTime, part.lastTime)
      sum.severity = max(sum.severity, part.severity)
      sums[target] = sum
    }
    return sums.indices.compactMap { index in
      sums[index].map { (PatternID(rawValue: UInt32(index)), $0) }
    }
  }

  /// Services by present pattern, most frequent first.
  package func servicesByPattern(
    _ resolve: (PatternID) -> PatternID
  ) -> [PatternID: [(service: ServiceID, count: UInt64)]] {
    var sums: [PatternID: [ServiceID: UInt64]] = [:]
    for index in patterns.indices where patterns[index].mainServiceCount > 0 {
      let target = resolve(PatternID(rawValue: UInt32(index)))
      sums[target, default: [:]][patterns[index].mainService, default: 0] +=
        patterns[index].mainServiceCount
    }
    others.forEach { pattern, service, count in
      sums[resolve(pattern), default: [:]][service, default: 0] += count
    }
    return sums.mapValues { counts in
      counts.map { (service: $0.key, count: $0.value) }.sorted {
        $0.count != $1.count ? $0.count > $1.count : $0.service.rawValue < $1.service.rawValue
      }
    }
  }
}

extension Totals: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(column: patterns.map(\.count))
    encoder.encode(column: patterns.map(\.firstTime.microseconds))
    encoder.encode(column: patterns.map(\.lastTime.microseconds))
    encoder.encode(column: patterns.map(\.firstOffset))
    encoder.encode(column: patterns.map(\.lastOffset))
    encoder.encode(column: patterns.map(\.mainService.rawValue))
    encoder.encode(column: patterns.map(\.mainServiceCount))
    encoder.encode(column: patterns.map(\.severity.rawValue))
    encoder.encode(eventCount)
    encoder.encode(partCount)
    encoder.encode(unparsedCount)
    encoder.encode(lateCount)
    encoder.encode(lineCount)
    encoder.encode(gapCount)
    encoder.encode(column: services)
    encoder.encode(column: sources)
    encoder.encode(others)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    patterns = try Self.decodePatterns(&decoder)
    eventCount = try decoder.decode()
    partCount = try decoder.decode()
    unparsedCount = try decoder.decode()
    lateCount = try decoder.decode()
    lineCount = try decoder.decode()
    gapCount = try decoder.decode()
    services = try decoder.decodeColumn()
    sources = try decoder.decodeColumn()
    others = try decoder.decode()
    guard others.isWithin(patternCount: patterns.count, serviceCount: services.count) else {
      throw .invalid("pairs")
    }
    for pattern in patterns
    where pattern.count > 0 && Int(pattern.mainService.rawValue) >= services.count {
      throw .invalid("service")
    }
  }

  private static func decodePatterns(
    _ decoder: inout StateDecoder
  ) throws(StateError) -> [PatternTotals] {
    let counts = try decoder.decodeColumn(of: UInt64.self)
    let firstTimes = try decoder.decodeColumn(of: Int64.self, count: counts.count)
    let lastTimes = try decoder.decodeColumn(of: Int64.self, count: counts.count)
    let firstOffsets = try decoder.decodeColumn(of: UInt64.self, count: counts.count)
    let lastOffsets = try decoder.decodeColumn(of: UInt64.self, count: counts.count)
    let services = try decoder.decodeColumn(of: UInt32.self, count: counts.count)
    let serviceCounts = try decoder.decodeColumn(of: UInt64.self, count: counts.count)
    let severities = try decoder.decodeColumn(of: UInt8.self, count: counts.count)
    var patterns = [PatternTotals](repeating: PatternTotals(), count: counts.count)
    for index in patterns.indices {
      guard let severity = Severity(rawValue: severities[index]) else { throw .invalid("severity") }
      patterns[index].count = counts[index]
      patterns[index].firstTime = Instant(microseconds: firstTimes[index])
      patterns[index].lastTime = Instant(microseconds: lastTimes[index])
      patterns[index].firstOffset = firstOffsets[index]
      patterns[index].lastOffset = lastOffsets[index]
      patterns[index].mainService = ServiceID(rawValue: services[index])
      patterns[index].mainServiceCount = serviceCounts[index]
      patterns[index].severity = severity
    }
    return patterns
  }
}
