package import Events

/// A step that is mostly followed by another, by an identifier that both carry, and what came of it.
package struct Flow: Hashable, Sendable {
  package var from: PatternID
  package var fromService: ServiceID
  package var to: PatternID
  package var toService: ServiceID
  /// How long the second step may take.
  package var withinMicroseconds: Int64
  /// First steps that were followed in time or not since the flow is known; where identifiers come
  /// faster than can be followed, of a part of them.
  package var answeredCount: UInt64
  package var unansweredCount: UInt64
  /// Stream offsets of the last ones that were not, oldest first.
  package var unanswered: [UInt64]
  /// It is not kept at the moment.
  package var isBroken: Bool
}

extension Detector {
  private static let flowWindows: [Int32] = [3, 6, 12]
  private static let leastDue = 10
  /// The part without a second step that tells of a break at least, and how many times the usual.
  private static let leastMissing = 0.2
  private static let leastMissingRatio = 4.0
  private static let logBroken = log(1e-6)
  /// A flow is whole again when no more than this is missing, or in the usual way.
  private static let largestMissing = 0.1
  private static let acceptedFlowTicks: Int32 = 60
  /// Second steps after which it is known how long they take.
  private static let leastLags = 25

  /// Requests without an answer, and all others of their flows: those that were learned, the most
  /// unanswered first.
  package var flows: [Flow] {
    let learned = flowTable.pairs.filter { !$0.isFree && $0.isLearned }
    return learned.map { pair in
      Flow(
        from: PatternID(rawValue: series[pair.fromSeries].pattern),
        fromService: ServiceID(rawValue: series[pair.fromSeries].service),
        to: PatternID(rawValue: series[pair.toSeries].pattern),
        toService: ServiceID(rawValue: series[pair.toSeries].service),
        withinMicroseconds: FlowTable.deadlines[Int(pair.pace)], answeredCount: pair.totalMet,
        unansweredCount: pair.totalDue - pair.totalMet, unanswered: pair.unanswered,
        isBroken: pair.isBroken)
    }.sorted {
      ($1.unansweredCount, $0.from.rawValue, $0.to.rawValue)
        < ($0.unansweredCount, $1.from.rawValue, $1.to.rawValue)
    }
  }

  /// Offsets of first steps that a report may name: whoever has their bytes keeps them.
  package var flowExampleOffsets: [UInt64] { flowTable.exampleOffsets }

  /// Takes note of the identifier that an event carries.
  mutating func note(
    identifier value: SeenValue, of record: UnsafePointer<EventRecord>, at offset: UInt64
  ) {
    guard origin != .min else { return }
    let index = unsafe series(of: record)
    guard index >= 0 else { return }
    // SAFETY: the record lies in the batch that is being looked at.
    let source = Int(unsafe record.pointee.source.rawValue)
    let time =
      EventClock.clamped(unsafe record.pointee.time.microseconds) &+ clock.skew(of: source)
    let step = Self.step(index, Int(value.slot) - SeenValue.categoryLimit)
    flowTable.visit(value.hash, step, at: time, offset: offset)
  }

  private static func step(_ series: Int32, _ slot: Int) -> Int32 {
    series * Int32(SeenValue.identifierLimit) + Int32(slot)
  }

  /// A series is no more.
  mutating func forgetFlows(_ series: Int32) {
    for slot in 0..<SeenValue.identifierLimit { flowTable.forget(Self.step(series, slot)) }
  }

  /// A series turned out to be another.
  mutating func mergeFlows(_ series: Int32, into target: Int32) {
    for slot in 0..<SeenValue.identifierLimit {
      flowTable.merge(Self.step(series, slot), into: Self.step(target, slot))
    }
  }

  /// Whether second steps stay away.
  mutating func testFlows(_ tick: Int32, _ end: Int64) {
    let series = series
    flowTable.settle(until: end, tick: tick) {
      let (one, other) = (Int($0) / SeenValue.identifierLimit, Int($1) / SeenValue.identifierLimit)
      return series[one].service == series[other].service
    }
    var findings: [BrokenFlow] = []
    for index in flowTable.pairs.indices where !flowTable.pairs[index].isFree {
      if !flowTable.pairs[index].isLearned { learn(index) }
      if flowTable.pairs[index].isLearned, !flowTable.pairs[index].isBroken,
        let finding = test(index)
      {
        findings.append(finding)
      }
    }
    // Of all that waits for the same step, what comes right before it tells most.
    findings.sort {
      ($0.pair.to, $0.pair.usualLag, $0.index) < ($1.pair.to, $1.pair.usualLag, $1.index)
    }
    for (place, finding) in findings.enumerated() {
      let isTold = place > 0 && findings[place - 1].pair.to == finding.pair.to
      openBroken(finding, end, isTold: isTold)
    }
  }

  private mutating func learn(_ index: Int) {
    if !flowTable.pairs[index].hasPace {
      guard flowTable.pairs[index].lagCount >= Self.leastLags else {
        if flowTable.pairs[index].totalDue >= 4 * UInt64(FlowPair.leastSteps) {
          flowTable.reject(index)
        }
        return
      }
      let limit = 2 * flowTable.pairs[index].usualLag * 1000
      let pace = FlowTable.deadlines.firstIndex { $0 >= limit } ?? Int(FlowTable.slowest)
      flowTable.update(index) { $0.hasPace = true }
      if pace != Int(flowTable.pairs[index].pace) { flowTable.setPace(index, UInt8(pace)) }
      return
    }
    let due = flowTable.pairs[index].pastDue
    guard due >= FlowPair.leastSteps else { return }
    if Double(flowTable.pairs[index].pastMet) >= FlowPair.leastShare * Double(due) {
      flowTable.update(index) { $0.isLearned = true }
    } else {
      flowTable.reject(index)
    }
  }

  private struct BrokenFlow {
    var index: Int
    var pair: FlowPair
    var ticks: Int32
    var missing: Int
    var due: Int
    var logProbability: Double
  }

  private func test(_ index: Int) -> BrokenFlow? {
    // Mostly nothing is missing.
    guard flowTable.pairs[index].isMissing else { return nil }
    let pair = flowTable.pairs[index]
    for ticks in Self.flowWindows {
      let (due, met) = pair.window(ticks)
      let missing = due - met
      let usual = (Double(pair.pastDue - pair.pastMet) + 0.5) / (Double(pair.pastDue) + 1)
      guard due >= Self.leastDue,
        Double(missing) >= max(Self.leastMissing, Self.leastMissingRatio * usual) * Double(due)
      else { continue }
      let probability = Self.logMissing(
        missing, of: due, pastMissing: pair.pastDue - pair.pastMet, ofPast: pair.pastDue)
      guard probability < Self.logBroken else { continue }
      return BrokenFlow(
        index: index, pair: pair, ticks: ticks, missing: missing, due: due,
        logProbability: probability)
    }
    return nil
  }

  private mutating func openBroken(_ finding: BrokenFlow, _ end: Int64, isTold: Bool) {
    let pair = finding.pair
    flowTable.update(finding.index) { $0.isBroken = true }
    let from = series[pair.fromSeries]
    let to = series[pair.toSeries]
    let severity = max(from.severity, to.severity)
    open(
      .sequence, .pattern(PatternID(rawValue: from.pattern)), service: from.service,
      series: Int32(pair.fromSeries), time: end, lastOffset: pair.example ?? pair.unanswered.last,
      score: min(-finding.logProbability / log(10), 12) / 2 + 2 + Self.weight(severity),
      severity: severity, isTold: isTold,
      evidence: .broken(
        next: PatternID(rawValue: to.pattern), nextService: ServiceID(rawValue: to.service),
        missingCount: finding.missing, ofCount: finding.due,
        windowMicroseconds: Int64(finding.ticks) * DetectorOptions.tickMicroseconds,
        withinMicroseconds: FlowTable.deadlines[Int(pair.pace)],
        usualShare: Double(pair.pastMet) / Double(max(1, pair.pastDue)),
        substituteCount: pair.substitutes.acceptedCount,
        probability: exp(finding.logProbability))
    ) { episode in
      episode.flow = Int32(finding.index)
      episode.windowTicks = finding.ticks
    }
  }

  /// A flow is whole again, or what it is now has lasted.
  mutating func flowIsOver(_ episode: Episode, _ tick: Int32, _ end: Int64) -> Int64? {
    guard let index = episode.flow.map(Int.init), index < flowTable.pairs.count,
      flowTable.pairs[index].isBroken
    else { return end }
    let (due, met) = flowTable.pairs[index].window(3)
    let isWhole = due >= 5 && Double(due - met) <= Self.largestMissing * Double(due)
    guard isWhole || tick - episode.openedTick >= Self.acceptedFlowTicks else { return nil }
    flowTable.update(index) { pair in
      pair.isBroken = false
      pair.clearTicks()
      if !isWhole { pair.accept() }
    }
    return end
  }

  /// ln of the chance that so many or more are missing, going by how many were before: a binomial
  /// count whose share is known as well as a past of that length tells it.
  static func logMissing(
    _ missing: Int, of due: Int, pastMissing: UInt32, ofPast pastDue: UInt32
  ) -> Double {
    let a = Double(pastMissing) + 0.5
    let b = Double(pastDue - pastMissing) + 0.5
    let n = Double(due)
    func logBeta(_ x: Double, _ y: Double) -> Double {
      SpecialFunctions.logGamma(x) + SpecialFunctions.logGamma(y)
        - SpecialFunctions.logGamma(x + y)
    }
    var largest = -Double.infinity
    var terms: [Double] = []
    for count in missing...max(missing, due) {
      let k = Double(count)
      let term =
        SpecialFunctions.logGamma(n + 1) - SpecialFunctions.logGamma(k + 1)
        - SpecialFunctions.logGamma(n - k + 1) + logBeta(k + a, n - k + b) - logBeta(a, b)
      terms.append(term)
      largest = max(largest, term)
      // The rest is too small to count.
      if term < largest - 40 { break }
    }
    return min(0, largest + log(terms.reduce(0) { $0 + exp($1 - largest) }))
  }
}
