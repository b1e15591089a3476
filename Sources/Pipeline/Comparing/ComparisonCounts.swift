internal import Detection
package import Events

/// Counts the events of two windows by pattern and service.
package struct ComparisonCounts {
  /// What the rows are called, and where merged patterns went.
  package struct Naming {
    package var resolve: (PatternID) -> PatternID
    package var key: (PatternID) -> UInt64
    package var template: (PatternID) -> String

    package init(
      resolve: @escaping (PatternID) -> PatternID, key: @escaping (PatternID) -> UInt64,
      template: @escaping (PatternID) -> String
    ) {
      self.resolve = resolve
      self.key = key
      self.template = template
    }
  }

  private struct Subject: Hashable {
    var pattern: PatternID
    var service: String
  }

  private struct Tally {
    var counts: [UInt64] = [0, 0]
    var histograms = [WindowHistogram(), WindowHistogram()]
    var severity = Severity.unknown
    var firstInB: (time: Instant, offset: UInt64)?

    mutating func add(
      _ record: EventRecord, at since: Int64, to side: ComparisonSide, offset: UInt64
    ) {
      counts[side.rawValue] += 1
      histograms[side.rawValue].add(at: since)
      severity = max(severity, record.severity)
      if side == .b, firstInB == nil { firstInB = (record.time, offset) }
    }

    mutating func merge(_ other: Tally) {
      for side in ComparisonSide.allCases {
        counts[side.rawValue] += other.counts[side.rawValue]
        histograms[side.rawValue].merge(other.histograms[side.rawValue])
      }
      severity = max(severity, other.severity)
      if let theirs = other.firstInB, firstInB.map({ theirs.offset < $0.offset }) ?? true {
        firstInB = theirs
      }
    }
  }

  private let asked: [ClosedRange<Instant>?]
  private var windows: [Comparison.Window?] = [nil, nil]
  private var tallies: [Subject: Tally] = [:]

  /// - Parameters:
  ///   - a: The window in time, where one was asked for; as its events lie where not.
  package init(a: ClosedRange<Instant>? = nil, b: ClosedRange<Instant>? = nil) {
    asked = [a, b]
  }

  /// Counts events whose patterns are set; what carries none is counted in the window only.
  package mutating func add(
    _ batch: EventBatch, _ range: Range<Int>, to side: ComparisonSide, names: EventNames
  ) {
    let place = side.rawValue
    for index in range {
      let record = unsafe batch.records[index]
      var window =
        windows[place]
        ?? Comparison.Window(
          start: asked[place]?.lowerBound ?? record.time,
          end: asked[place]?.upperBound ?? record.time)
      window.eventCount += 1
      if record.severity >= .error { window.errorCount += 1 }
      if asked[place] == nil { window.end = max(window.end, record.time) }
      let since = record.time.microseconds(since: window.start)
      window.histogram.add(at: since)
      windows[place] = window
      guard record.pattern != .none else { continue }
      let subject = Subject(
        pattern: record.pattern, service: names.services.name(record.service.rawValue))
      tallies[subject, default: Tally()].add(
        record, at: since, to: side, offset: (batch.firstOffset ?? 0) + UInt64(index))
    }
  }

  /// Compares what was counted.
  package func comparison(_ naming: Naming) -> Comparison {
    var merged: [Subject: Tally] = [:]
    for (subject, tally) in tallies {
      let resolved = Subject(pattern: naming.resolve(subject.pattern), service: subject.service)
      merged[resolved, default: Tally()].merge(tally)
    }
    let subjects = merged.keys.sorted {
      $0.pattern != $1.pattern
        ? $0.pattern.rawValue < $1.pattern.rawValue : $0.service < $1.service
    }
    let a = windows[0] ?? emptyWindow(0)
    let b = windows[1] ?? emptyWindow(1)
    // Times that nobody wrote are all the same; then only shares can be compared.
    let isByShare = min(a.microseconds, b.microseconds) < 1_000_000
    let exposure: [Double] = [a, b].map { window in
      max(isByShare ? Double(window.eventCount) : Double(window.microseconds) / 60e6, 1e-9)
    }
    var rates = subjects.map { subject in
      let tally = merged[subject]!
      return RateComparison(
        countA: tally.counts[0], exposureA: exposure[0], countB: tally.counts[1],
        exposureB: exposure[1], dispersion: isByShare ? 1 : Self.dispersion(tally, a))
    }
    RateComparison.judge(&rates)
    let rows = zip(subjects, rates).map { subject, rates in
      row(subject, merged[subject]!, rates, naming, exposure, b)
    }
    return Comparison(a: a, b: b, isByShare: isByShare, rows: rows.sorted(by: Self.isBefore))
  }

  private func emptyWindow(_ place: Int) -> Comparison.Window {
    let start = asked[place]?.lowerBound ?? Instant(microseconds: 0)
    return Comparison.Window(start: start, end: asked[place]?.upperBound ?? start)
  }

  /// How much the counts vary by themselves: what is suspected must not excuse itself, so A tells it,
  /// where it has enough.
  private static func dispersion(_ tally: Tally, _ a: Comparison.Window) -> Double {
    guard tally.counts[0] >= 10 else { return 1 }
    let spread = tally.histograms[0].spread(windowMicroseconds: a.microseconds)
    return spread.degrees == 0 ? 1 : max(1, spread.sum / Double(spread.degrees))
  }

  private func row(
    _ subject: Subject, _ tally: Tally, _ rates: RateComparison, _ naming: Naming,
    _ exposure: [Double], _ b: Comparison.Window
  ) -> Comparison.Row {
    let weight = tally.severity >= .error ? 2 : tally.severity == .warn ? 1.4 : 1
    var row = Comparison.Row(
      pattern: subject.pattern, key: naming.key(subject.pattern),
      template: naming.template(subject.pattern), service: subject.service,
      severity: tally.severity, rates: rates, rateA: Double(tally.counts[0]) / exposure[0],
      rateB: Double(tally.counts[1]) / exposure[1],
      score: rates.deviance.squareRoot() * weight)
    row.firstOffset = tally.firstInB?.offset
    let histogram = tally.histograms[1]
    let usual = row.rateA / 60e6
    switch rates.verdict {
    case .same: break
    case .new: row.firstChange = tally.firstInB?.time
    case .gone: row.firstChange = b.start
    case .up, .down:
      let step = histogram.firstStep(isAbove: rates.verdict == .up, of: usual) ?? 0
      let first = b.start.advanced(byMicroseconds: Int64(step) * histogram.stepMicroseconds)
      row.firstChange = rates.verdict == .up ? max(first, tally.firstInB?.time ?? first) : first
    }
    return row
  }

  private static func isBefore(_ x: Comparison.Row, _ y: Comparison.Row) -> Bool {
    let (isChangedX, isChangedY) = (x.rates.verdict != .same, y.rates.verdict != .same)
    if isChangedX != isChangedY { return isChangedX }
    let (first, second) =
      isChangedX ? (x.score, y.score) : (Double(x.rates.countB), Double(y.rates.countB))
    if first != second { return first > second }
    return (x.pattern.rawValue, x.service) < (y.pattern.rawValue, y.service)
  }
}
