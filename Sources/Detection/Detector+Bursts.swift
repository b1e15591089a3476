internal import Events

extension Detector {
  /// What a counting test found, before it is compared with the others of its tick.
  struct Finding: Sendable {
    var index: Int32
    var isDrop = false
    var logProbability: Double
    var windowTicks: Int32
    var count: Int
    var expected: Double
    var largest: Int
    var baselineTicks: Double
    var dispersion: Double
  }

  private static let burstWindows: [Int32] = [1, 3, 6]
  private static let longestWindow: Int32 = 6
  /// What tells of trouble may come slowly: in a minute, this many are enough.
  private static let slowWindow: Int32 = 12
  static let leastSlowBurst = 4
  /// Windows of one series overlap: together they are as many tests as this.
  private static let windowsPerTick = 1.75
  /// A burst has at least this many events, this many times what was expected, and this many times
  /// the largest window before (a job that always comes in bursts).
  static let leastBurst = 5
  private static let leastFatalBurst = 3
  private static let leastRatio = 2.5
  private static let leastOverLargest = 1.5
  /// A pattern that is hardly known must come in this many ticks: a job writes all it has to say at
  /// once.
  private static let knownTicks = 3
  private static let knownTicksOfTrouble = 2
  /// Events in three minutes without which no drop can be told.
  static let leastForDrop = 20
  /// A pattern with more of its service than this is not compared with the service.
  private static let dominantShare = 0.5
  /// Share of false findings among those of one tick. Source: Benjamini and Hochberg (1995).
  private static let discoveryRate = 0.01

  /// ln of the probability above which a window is calm again: well above any that opens one.
  private static let logCalm = log(1e-3)

  /// ln of the probability at which a test on one pattern speaks, so that all together keep the
  /// budget: 120 ticks in ten minutes, and windows that overlap. One half is for what tells of trouble, which is mostly rare among the rest.
  func logAlpha(isTrouble: Bool) -> Double {
    let tested = isTrouble ? activeTroubleCount : activeCount - activeTroubleCount
    return log(options.falseAlarmBudget / 2 / (Double(max(10, tested)) * 120 * Self.windowsPerTick))
  }

  mutating func testSeries(_ tick: Int32, _ end: Int64) {
    var findings: [Finding] = []
    let alpha = logAlpha(isTrouble: false)
    let troubleAlpha = logAlpha(isTrouble: true)
    dropWheel.take(tick, into: &dueSeries)
    for index in dueSeries.indices {
      let at = Int(dueSeries[index])
      if series[at].dropTick > tick {
        dropWheel.add(Int32(at), at: series[at].dropTick, now: tick + 1)
        continue
      }
      series[at].dropTick = Series.none
      // What is watched is looked at below.
      if seriesRings.newest(at) > tick || !series[at].isActive { continue }
      seriesRings.settle(at, at: tick)
      look(at, tick, end, limit: alpha, troubleLimit: troubleAlpha, &findings)
    }
    siftWatched(tick, end)
    for index in pickedSeries.indices {
      let at = Int(pickedSeries[index])
      look(at, tick, end, limit: alpha, troubleLimit: troubleAlpha, &findings)
    }
    guard !findings.isEmpty else { return }
    findings.sort { ($0.logProbability, $0.index) < ($1.logProbability, $1.index) }
    let tests = Double(max(activeCount, 1)) * Self.windowsPerTick
    for (rank, finding) in findings.enumerated() {
      let limit = log(Self.discoveryRate * Double(rank + 1) / tests)
      guard finding.logProbability <= limit else { break }
      if finding.isDrop { openDrop(finding, tick, end) } else { openBurst(finding, tick, end) }
    }
  }

  /// Looks at a series of which a test might say something.
  mutating func look(
    _ at: Int, _ tick: Int32, _ end: Int64, limit: Double, troubleLimit: Double,
    _ findings: inout [Finding]
  ) {
    let severity = series[at].severity
    let isTrouble = severity >= .warn
    let isDue = isDue(at, tick, isTrouble: isTrouble)
    var dropTick = tick + 1
    defer { if isDue { lookForDrop(at, at: dropTick, now: tick + 1) } }
    let from = series[at].baselineFrom
    let first = firstUsable(from, tick)
    let ticks = window.count - first
    let isLong = isDue && Self.isDroppable(series[at], end)
    guard !series[at].isBursting, !series[at].isDropping,
      ticks >= Baseline.leastTicks + Baseline.guardTicks + 1
    else { return }
    let recent = seriesRings.recent(at, until: tick, from: from, isLong: isLong || isTrouble)
    let usable = usable(series[at].flagged, tick)
    if usable == Self.allTicks,
      !mayBurst(
        recent, least: UInt32(Self.leastBurst(severity)), ticks: ticks, isTrouble: isTrouble),
      !isLong || !Self.mayDrop(recent, ticks: ticks)
    {
      if isLong { dropTick = tick + 1 + Self.holdingTicks(recent, ticks: ticks) }
      return
    }
    seriesRings.copy(at, until: tick, to: &window)
    let limit = isTrouble ? troubleLimit : limit
    if let finding = burst(at, tick, first: first, usable: usable, limit: limit) {
      findings.append(finding)
    } else if isLong, let finding = drop(at, tick, end, first: first, usable: usable, limit: limit)
    {
      findings.append(finding)
    }
  }

  /// Events that make a burst at least.
  @inline(__always)
  static func leastBurst(_ severity: Severity) -> Int {
    severity == .fatal ? leastFatalBurst : leastBurst
  }

  /// Whether it is time to look whether a series has dropped; one that comes too seldom waits for no
  /// tick.
  @inline(__always)
  private mutating func isDue(_ at: Int, _ tick: Int32, isTrouble: Bool) -> Bool {
    if series[at].dropTick > tick { return false }
    if !isTrouble, series[at].deadline == .max, seriesRings.sum(at) >= Self.leastForDrop {
      return true
    }
    series[at].dropTick = Series.none
    return false
  }

  /// A quick look at a row of which all ticks may be used: whether a test could speak.
  @inline(__always)
  private func mayBurst(_ recent: Recent, least: UInt32, ticks: Int, isTrouble: Bool) -> Bool {
    if isTrouble, recent.last12 >= UInt32(Self.leastSlowBurst),
      recent.exceeds(
        recent.last12, guarded: recent.last14, length: 12, ticks: ticks,
        ratio: leastRatio(recent.last12))
    {
      return true
    }
    guard recent.last6 >= least else { return false }
    return recent.last1 >= least
      && recent.exceeds(
        recent.last1, guarded: recent.last3, length: 1, ticks: ticks,
        ratio: leastRatio(recent.last1))
      || recent.last3 >= least
        && recent.exceeds(
          recent.last3, guarded: recent.last5, length: 3, ticks: ticks,
          ratio: leastRatio(recent.last3))
      || recent.exceeds(
        recent.last6, guarded: recent.last8, length: 6, ticks: ticks,
        ratio: leastRatio(recent.last6))
  }

  /// How many times what was expected a count must be at least for any test to speak.
  @inline(__always)
  private func leastRatio(_ count: UInt32) -> Double {
    Int(count) < burstRatios.count ? burstRatios[Int(count)] : Self.leastRatio
  }

  /// By count: a necessary condition of its probability under the largest limit there is.
  ///
  /// A Poisson variable is at least as improbable as one of the same mean with clusters, and its tail
  /// no smaller than its first term, of which the mean's own part is left out where it helps.
  static func makeBurstRatios(_ options: DetectorOptions) -> [Double] {
    let limit = -log(options.falseAlarmBudget / 2 / (10 * 120 * windowsPerTick))
    return (0..<48).map { count in
      let x = Double(max(count, 1))
      let stirling = 0.5 * log(6.3 * x)
      return max(leastRatio, exp((limit - stirling) / x + 1 - 1 / leastRatio))
    }
  }

  private mutating func burst(
    _ at: Int, _ tick: Int32, first: Int, usable: UInt64, limit: Double
  ) -> Finding? {
    let severity = series[at].severity
    let least = Self.leastBurst(severity)
    let isTrouble = severity >= .warn
    guard total(window, 6) >= least || isTrouble && total(window, 12) >= Self.leastSlowBurst
    else { return nil }
    let time = self.end(ofTick: tick)
    if time < series[at].echoUntil || time < services[Int(series[at].service)].echoUntil {
      return nil
    }
    var best: Finding?
    for windowTicks in isTrouble ? Self.burstWindows + [Self.slowWindow] : Self.burstWindows {
      let count = total(window, Int(windowTicks))
      let least = windowTicks == Self.slowWindow ? Self.leastSlowBurst : least
      guard count >= least, !isRecovery(at, count, windowTicks, time) else { continue }
      let baseline = Baseline(
        window, windowTicks: Int(windowTicks), first: first, usable: usable)
      guard baseline.ticks >= Double(Baseline.leastTicks),
        Double(count) > Self.leastOverLargest * Double(baseline.largest),
        count > Int(series[at].burstBefore),
        baseline.filledTicks >= Self.knownTicks
          || filled(window, Int(windowTicks))
            >= (severity >= .warn ? Self.knownTicksOfTrouble : Self.knownTicks)
      else { continue }
      let dispersion = baseline.dispersion(
        pool: Double(services[Int(series[at].service)].dispersion))
      let rise = max(1, seasonFactor(Int(series[at].service), time))
      let prediction = CountPrediction(
        baselineSum: rise * baseline.sum, baselineTicks: baseline.ticks,
        windowTicks: Double(windowTicks),
        dispersion: dispersion)
      guard Double(count) >= Self.leastRatio * prediction.mean else { continue }
      let probability = prediction.logUpperTail(Double(count))
      guard probability < min(limit, best?.logProbability ?? 0),
        shareRose(
          at, tick, windowTicks, count, baseline, dispersion, limit: limit / 2, first: first,
          usable: usable)
      else { continue }
      best = Finding(
        index: Int32(at), logProbability: probability, windowTicks: windowTicks, count: count,
        expected: prediction.mean,
        largest: Baseline.largest(window, windowTicks: Int(windowTicks), first: first),
        baselineTicks: Double(window.count - Int(windowTicks) - first), dispersion: dispersion)
    }
    return best
  }

  /// Whether a series only goes back to what it did before it dropped and stayed down.
  private func isRecovery(_ at: Int, _ count: Int, _ windowTicks: Int32, _ time: Int64) -> Bool {
    time < series[at].formerUntil
      && Double(count) <= 1.5 * Double(series[at].formerPerTick) * Double(windowTicks) + 3
  }

  /// Whether the pattern has grown against the rest of its service, not with it.
  private mutating func shareRose(
    _ at: Int, _ tick: Int32, _ windowTicks: Int32, _ count: Int, _ baseline: Baseline,
    _ dispersion: Double, limit: Double, first: Int, usable: UInt64
  ) -> Bool {
    serviceRings.copy(
      ServiceRow.base(Int(series[at].service)) + ServiceRow.all, until: tick, to: &serviceWindow)
    let service = Baseline(
      serviceWindow, windowTicks: Int(windowTicks), first: first, usable: usable)
    if baseline.sum > Self.dominantShare * service.sum { return true }
    let prediction = CountPrediction(
      baselineSum: baseline.sum, restSum: service.sum - baseline.sum,
      restCount: Double(total(serviceWindow, Int(windowTicks)) - count), dispersion: dispersion)
    return prediction.logUpperTail(Double(count)) < limit
  }

  private mutating func openBurst(_ finding: Finding, _ tick: Int32, _ end: Int64) {
    let at = Int(finding.index)
    series[at].isBursting = true
    flag(at, tick, finding.windowTicks)
    let pattern = series[at].pattern
    let decades = -finding.logProbability / log(10)
    let isUsual = noteBurst(finding.index, count: finding.count, end)
    open(
      .burst, .pattern(PatternID(rawValue: pattern)), service: series[at].service,
      series: finding.index, time: end, lastOffset: series[at].lastOffset,
      score: min(decades, 12) / 4 + Self.weight(series[at].severity),
      severity: series[at].severity,
      isTold: isUsual || isFloodOfNew(pattern, finding.windowTicks, end),
      evidence: .burst(
        observedCount: finding.count,
        windowMicroseconds: Int64(finding.windowTicks) * DetectorOptions.tickMicroseconds,
        expectedCount: finding.expected, largestBefore: finding.largest,
        baselineMicroseconds: Int64(finding.baselineTicks) * DetectorOptions.tickMicroseconds,
        probability: exp(finding.logProbability))
    ) { episode in
      episode.expectedPerTick = finding.expected / Double(finding.windowTicks)
      episode.dispersion = finding.dispersion
      episode.windowTicks = finding.windowTicks
      episode.logCalm = Self.logCalm
    }
  }

  /// Whether a burst is only the continuation of the pattern's being new.
  private func isFloodOfNew(_ pattern: UInt32, _ windowTicks: Int32, _ end: Int64) -> Bool {
    let windowStart = end - Int64(windowTicks + 2) * DetectorOptions.tickMicroseconds
    return episodes.contains {
      $0.anomaly.kind == .new && $0.anomaly.subject == .pattern(PatternID(rawValue: pattern))
        && $0.anomaly.time.microseconds >= windowStart
    }
  }

  /// How many of the last counts are not zero.
  private func filled(_ counts: [UInt32], _ ticks: Int) -> Int {
    var filled = 0
    for index in (counts.count - ticks)..<counts.count where counts[index] > 0 { filled += 1 }
    return filled
  }

  /// The sum of the last counts.
  func total(_ counts: [UInt32], _ ticks: Int) -> Int {
    var sum = 0
    for index in (counts.count - ticks)..<counts.count { sum += Int(counts[index]) }
    return sum
  }
}
