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
  private static let leastSlowBurst = 4
  /// Windows of one series overlap: together they are as many tests as this.
  private static let windowsPerTick = 1.75
  /// A burst has at least this many events, this many times what was expected, and this many times
  /// the largest window before (a job that always comes in bursts).
  private static let leastBurst = 5
  private static let leastFatalBurst = 3
  private static let leastRatio = 2.5
  private static let hotRatio = 2
  private static let leastOverLargest = 1.5
  /// A pattern that is hardly known must come in this many ticks: a job writes all it has to say at
  /// once.
  private static let knownTicks = 3
  private static let knownTicksOfTrouble = 2
  /// Events in three minutes without which no drop can be told.
  private static let leastForDrop = 20
  /// A pattern with more of its service than this is not compared with the service.
  private static let dominantShare = 0.5
  /// Share of false findings among those of one tick. Source: Benjamini and Hochberg (1995).
  private static let discoveryRate = 0.01

  /// ln of the probability above which a window is calm again: well above any that opens one.
  private static let logCalm = log(1e-3)

  /// ln of the probability at which a test on one pattern speaks, so that all together keep the
  /// budget: 120 ticks in ten minutes, and windows that overlap. One half is for what tells of trouble, which is mostly rare among the rest.
  func logAlpha(isTrouble: Bool) -> Double {
    let tested = isTrouble ? activeTroubleCount : activeSeries.count - activeTroubleCount
    return log(options.falseAlarmBudget / 2 / (Double(max(10, tested)) * 120 * Self.windowsPerTick))
  }

  mutating func testSeries(_ tick: Int32, _ end: Int64) {
    var findings: [Finding] = []
    let alpha = logAlpha(isTrouble: false)
    let troubleAlpha = logAlpha(isTrouble: true)
    for number in activeSeries {
      let at = Int(number)
      if series[at].isBursting || series[at].isDropping { continue }
      let sum = seriesRings.sums[at]
      let isTrouble = series[at].severity >= .warn
      let least = series[at].severity == .fatal ? Self.leastFatalBurst : Self.leastBurst
      guard sum >= (isTrouble ? min(least, Self.leastSlowBurst) : least) else { continue }
      let from = series[at].baselineFrom
      let first = firstUsable(from, tick)
      let ticks = window.count - first
      let isHot = isHot(at, tick, ticks: ticks, isTrouble: isTrouble)
      guard ticks >= Baseline.leastTicks + Baseline.guardTicks + 1 else { continue }
      let isLong =
        sum >= Self.leastForDrop && tick >= series[at].dropTick && isDroppable(at, end)
      // Most patterns come too seldom for any test.
      guard
        isLong || isHot && hasEnough(at, tick, least: least, isTrouble: isTrouble)
      else { continue }
      let recent = seriesRings.recent(
        at, until: tick, from: from, isLong: isLong || isTrouble)
      guard recent.last6 >= least || isLong || isTrouble && recent.last12 >= Self.leastSlowBurst
      else { continue }
      let usable = usable(series[at].flagged, tick)
      if usable == Self.allTicks,
        !mayBurst(recent, least: UInt32(least), ticks: ticks, isTrouble: isTrouble),
        !isLong || !mayDrop(recent, ticks: ticks)
      {
        if isLong, holdsOut(recent, ticks: ticks) { series[at].dropTick = tick + Self.aheadTicks }
        continue
      }
      seriesRings.copy(at, until: tick, to: &window)
      let limit = series[at].severity >= .warn ? troubleAlpha : alpha
      if let finding = burst(at, tick, first: first, usable: usable, limit: limit) {
        findings.append(finding)
      } else if isLong,
        let finding = drop(
          at, tick, end, first: first, usable: usable, limit: alpha)
      {
        findings.append(finding)
      }
    }
    guard !findings.isEmpty else { return }
    findings.sort { ($0.logProbability, $0.index) < ($1.logProbability, $1.index) }
    let tests = Double(max(activeSeries.count, 1)) * Self.windowsPerTick
    for (rank, finding) in findings.enumerated() {
      let limit = log(Self.discoveryRate * Double(rank + 1) / tests)
      guard finding.logProbability <= limit else { break }
      if finding.isDrop { openDrop(finding, tick, end) } else { openBurst(finding, tick, end) }
    }
  }

  /// Whether the longest windows hold enough for any test to look at.
  @inline(__always)
  private func hasEnough(_ at: Int, _ tick: Int32, least: Int, isTrouble: Bool) -> Bool {
    let recent = Int(seriesRings.six(at, until: tick))
    if recent >= least { return true }
    return isTrouble && tick >= Self.slowWindow
      && recent + Int(seriesRings.six(at, until: tick - Self.longestWindow))
        >= Self.leastSlowBurst
  }

  /// Whether one of the ticks that windows look at holds so much that a burst may be there.
  ///
  /// A window with `leastRatio` times what is usual has a tick with at least as many times what is. The
  /// mean of the ring is somewhat more than the usual, by what burst there is, so less is asked for.
  @inline(__always)
  private mutating func isHot(_ at: Int, _ tick: Int32, ticks: Int, isTrouble: Bool) -> Bool {
    let count = Int(seriesRings.count(at, at: tick))
    // What was left out of the past may make it less than the mean.
    if series[at].flagged != 0
      || count > 0 && count * ticks >= Self.hotRatio * Int(seriesRings.sums[at])
    {
      series[at].hotTick = tick
    }
    return tick - series[at].hotTick < (isTrouble ? Self.slowWindow : Self.longestWindow)
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
    let least = severity == .fatal ? Self.leastFatalBurst : Self.leastBurst
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

  /// Marks the last ticks of a series as part of an anomaly.
  mutating func flag(_ at: Int, _ tick: Int32, _ windowTicks: Int32) {
    for passed in max(0, tick - windowTicks + 1)...tick {
      series[at].flagged |= 1 << UInt64(passed % CountRings.tickCount)
    }
  }

  /// The sum of the last counts.
  func total(_ counts: [UInt32], _ ticks: Int) -> Int {
    var sum = 0
    for index in (counts.count - ticks)..<counts.count { sum += Int(counts[index]) }
    return sum
  }
}
