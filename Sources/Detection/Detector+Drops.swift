internal import Events

extension Detector {
  /// The first is looked at for what is gone altogether.
  private static let dropWindows: [Int32] = [3, 6, 12]
  private static let silentTicks: Int32 = 3
  /// A drop leaves at most this part of what was expected, which was at least so much.
  private static let largestPart = 0.35
  private static let leastPartOfRest = 0.5
  private static let freshTicks = 3
  private static let leastExpected = 8.0
  private static let leastExpectedOfService = 10.0
  /// Whatever the budget, no drop is as probable as this.
  private static let logDrop = log(1e-6)
  private static let logShare = log(1e-3)
  private static let logServiceDrop = log(1e-5)
  private static let serviceWindowTicks: Int32 = 6
  /// This many services dropping in one tick are one thing: the traffic is gone.
  private static let trafficServices = 3

  /// Whether it could mean something that a pattern comes less often.
  @inline(__always)
  static func isDroppable(_ series: Series, _ end: Int64) -> Bool {
    // Trouble that goes is no loss, and what has a rhythm is missed by that.
    series.severity < .warn && series.deadline == .max
      && end - series.firstSeen >= leastAge && series.count >= 5 && end >= series.echoUntil
  }

  /// Whether the last 30 s or 60 s hold far too little of a pattern.
  mutating func drop(
    _ at: Int, _ tick: Int32, _ end: Int64, first: Int, usable: UInt64, limit: Double
  ) -> Finding? {
    let limit = min(limit, Self.logDrop)
    let service = Int(series[at].service)
    guard end >= services[service].echoUntil, !services[service].isDropping,
      services[service].lag <= options.latenessMicroseconds
    else { return nil }
    for windowTicks in Self.dropWindows {
      let count = total(window, Int(windowTicks))
      if windowTicks == Self.silentTicks, count > 0 { continue }
      if end < series[at].formerUntil,
        Double(count) >= 0.5 * Double(series[at].formerPerTick) * Double(windowTicks) - 3
      {
        // Back where it was before it rose and stayed up.
        continue
      }
      let baseline = Baseline(
        window, windowTicks: Int(windowTicks), first: first, usable: usable)
      guard baseline.ticks >= Double(Baseline.leastTicks) else { continue }
      let dispersion = baseline.dispersion(pool: Double(services[service].dispersion))
      let fall = min(1, seasonFactor(service, end))
      let prediction = CountPrediction(
        baselineSum: fall * baseline.sum, baselineTicks: baseline.ticks,
        windowTicks: Double(windowTicks),
        dispersion: dispersion)
      guard prediction.mean >= Self.leastExpected,
        Double(count) <= Self.largestPart * prediction.mean,
        baseline.isSteady(windowTicks: Int(windowTicks))
      else { continue }
      let own = prediction.logLowerTail(Double(count))
      guard own < Self.logShare else { continue }
      serviceRings.copy(
        ServiceRow.base(service) + ServiceRow.all, until: tick, to: &serviceWindow)
      let all = Baseline(
        serviceWindow, windowTicks: Int(windowTicks), first: first, usable: usable)
      // What comes and goes with the rest of its service is predicted best by that.
      let together = Baseline.dispersion(
        of: window, beside: serviceWindow, windowTicks: Int(windowTicks), first: first,
        usable: usable)
      let share = CountPrediction(
        baselineSum: baseline.sum, restSum: all.sum - baseline.sum,
        restCount: Double(total(serviceWindow, Int(windowTicks)) - count),
        dispersion: together ?? dispersion)
      let shareTail = share.logLowerTail(Double(count))
      let probability = all.sum >= 2 * baseline.sum ? min(own, shareTail) : own
      guard probability < limit else { continue }
      let rest = Double(
        total(serviceWindow, Self.freshTicks) - total(window, Self.freshTicks))
      let restExpected = (all.sum - baseline.sum) / max(1, all.ticks) * Double(Self.freshTicks)
      guard
        baseline.sum > 0.5 * all.sum || shareTail < Self.logShare,
        // Where the rest goes as well, it is for the service to tell.
        rest >= Self.leastPartOfRest * restExpected
      else { continue }
      guard ability(service, at: end) != .none else { return nil }
      return Finding(
        index: Int32(at), isDrop: true, logProbability: probability, windowTicks: windowTicks,
        count: count, expected: prediction.mean, largest: baseline.largest,
        baselineTicks: baseline.ticks, dispersion: dispersion)
    }
    return nil
  }

  /// A quick look at a row of which all ticks may be used: whether a test could speak.
  @inline(__always)
  static func mayDrop(_ recent: Recent, ticks: Int) -> Bool {
    recent.fallsShort(
      recent.last3, guarded: recent.last5, length: Int(Self.silentTicks), ticks: ticks,
      least: Self.leastExpected, part: 0)
      || recent.fallsShort(
        recent.last6, guarded: recent.last8, length: 6, ticks: ticks, least: Self.leastExpected,
        part: Self.largestPart)
      || recent.fallsShort(
        recent.last12, guarded: recent.last14, length: 12, ticks: ticks,
        least: Self.leastExpected, part: Self.largestPart)
  }

  /// How many of the coming ticks a row that did not drop cannot have done so either, whatever comes.
  ///
  /// What is in a window now and still is then keeps it from falling short, or so little is expected
  /// that it cannot. Of the past, what is in the window and its guard now is mostly so then as well.
  @inline(__always)
  static func holdingTicks(_ recent: Recent, ticks: Int) -> Int32 {
    let silent = holdingTicksOfSilence(recent, ticks: ticks, least: Self.leastExpected)
    if recent.expected(fresh: 0, length: 6, ticks: ticks) < Self.leastExpected {
      // Of a window of 12, 5 ticks stay for another 7.
      return holds(recent, recent.last5, fresh: recent.last6, length: 12, ticks: ticks)
        ? min(7, silent) : 0
    }
    // Of a window of 6, 3 stay for another 3.
    return holds(recent, recent.last3, fresh: recent.last5, length: 6, ticks: ticks)
      && holds(recent, recent.last8, fresh: recent.last11, length: 12, ticks: ticks)
      ? min(3, silent) : 0
  }

  /// The same for a window of `silentTicks`, in which nothing at all must come.
  @inline(__always)
  private static func holdingTicksOfSilence(_ recent: Recent, ticks: Int, least: Double) -> Int32 {
    // For another 5 the past and its guard hold nothing that is not there yet.
    if recent.expected(fresh: 0, length: Int(silentTicks), ticks: ticks) < least { return 5 }
    return recent.last1 > 0 ? silentTicks - 1 : 0
  }

  @inline(__always)
  private static func holds(
    _ recent: Recent, _ kept: UInt32, fresh: UInt32, length: Int, ticks: Int
  ) -> Bool {
    let expected = recent.expected(fresh: fresh, length: length, ticks: ticks)
    return expected < Self.leastExpected || Double(kept) > Self.largestPart * expected
  }

  mutating func openDrop(_ finding: Finding, _ tick: Int32, _ end: Int64) {
    let at = Int(finding.index)
    series[at].isDropping = true
    let lastSeen = series[at].lastSeen
    flag(at, tick, finding.windowTicks)
    open(
      .drop, .pattern(PatternID(rawValue: series[at].pattern)), service: series[at].service,
      series: finding.index, time: end, lastOffset: series[at].lastOffset,
      score: min(-finding.logProbability / log(10), 12) / 2 + Self.weight(series[at].severity),
      severity: series[at].severity,
      isHeld: ability(Int(series[at].service), at: end) == .unproven,
      evidence: .drop(
        observedCount: finding.count,
        windowMicroseconds: Int64(finding.windowTicks) * DetectorOptions.tickMicroseconds,
        expectedCount: finding.expected, probability: exp(finding.logProbability))
    ) { episode in
      episode.lastSeen = lastSeen
      episode.expectedPerTick = finding.expected / Double(finding.windowTicks)
      episode.dispersion = finding.dispersion
      episode.windowTicks = finding.windowTicks
    }
  }

  /// Whether whole services have gone quiet.
  mutating func testServices(_ tick: Int32, _ end: Int64) {
    var findings: [Finding] = []
    for number in activeServices {
      let at = Int(number)
      guard services[at].dropTick <= tick, !services[at].isDropping,
        end >= services[at].echoUntil, services[at].lag <= options.latenessMicroseconds,
        ability(at, at: end) != .none
      else { continue }
      let row = ServiceRow.base(at) + ServiceRow.all
      let first = firstUsable(services[at].baselineFrom, tick)
      let usable = usable(services[at].flagged, tick)
      let recent = serviceRings.recent(
        row, until: tick, from: services[at].baselineFrom, isLong: false)
      let ticks = window.count - first
      guard
        usable != Self.allTicks
          || recent.fallsShort(
            recent.last3, guarded: recent.last5, length: Int(Self.silentTicks), ticks: ticks,
            least: Self.leastExpectedOfService, part: 0)
          || recent.fallsShort(
            recent.last6, guarded: recent.last8, length: Int(Self.serviceWindowTicks),
            ticks: ticks, least: Self.leastExpectedOfService, part: Self.largestPart)
      else {
        // Of the window of 6, 3 ticks stay for another 3.
        let expected = recent.expected(
          fresh: recent.last5, length: Int(Self.serviceWindowTicks), ticks: ticks)
        let silent = Self.holdingTicksOfSilence(
          recent, ticks: ticks, least: Self.leastExpectedOfService)
        if ticks > Int(Self.serviceWindowTicks) + Baseline.guardTicks,
          expected < Self.leastExpectedOfService
            || Double(recent.last3) > Self.largestPart * expected
        {
          services[at].dropTick = tick + 1 + min(3, silent)
        }
        continue
      }
      serviceRings.copy(row, until: tick, to: &window)
      if let finding = serviceDrop(at, end, first: first, usable: usable) {
        findings.append(finding)
      }
    }
    for finding in findings {
      services[Int(finding.index)].isDropping = true
      for passed in max(0, tick - finding.windowTicks + 1)...tick {
        services[Int(finding.index)].flagged |= 1 << UInt64(passed % CountRings.tickCount)
      }
    }
    if findings.count >= Self.trafficServices {
      openTraffic(findings, end)
    } else {
      for finding in findings { openServiceDrop(finding, end) }
    }
  }

  /// Whether the row of a service that `window` holds has gone quiet, or is gone.
  private func serviceDrop(_ at: Int, _ end: Int64, first: Int, usable: UInt64) -> Finding? {
    guard end - services[at].firstSeen >= Self.leastAge else { return nil }
    for windowTicks in [Self.silentTicks, Self.serviceWindowTicks] {
      let count = total(window, Int(windowTicks))
      if windowTicks == Self.silentTicks, count > 0 { continue }
      let baseline = Baseline(
        window, windowTicks: Int(windowTicks), first: first, usable: usable)
      guard baseline.ticks >= Double(Baseline.leastTicks) else { continue }
      let dispersion = baseline.dispersion(pool: 2)
      let prediction = CountPrediction(
        baselineSum: min(1, seasonFactor(at, end)) * baseline.sum, baselineTicks: baseline.ticks,
        windowTicks: Double(windowTicks), dispersion: dispersion)
      guard prediction.mean >= Self.leastExpectedOfService,
        Double(count) < Self.largestPart * prediction.mean,
        baseline.isSteady(windowTicks: Int(windowTicks))
      else { continue }
      let probability = prediction.logLowerTail(Double(count))
      guard probability < Self.logServiceDrop else { continue }
      return Finding(
        index: Int32(at), isDrop: true, logProbability: probability, windowTicks: windowTicks,
        count: count, expected: prediction.mean, largest: baseline.largest,
        baselineTicks: baseline.ticks, dispersion: dispersion)
    }
    return nil
  }

  private mutating func openServiceDrop(_ finding: Finding, _ end: Int64) {
    let service = UInt32(finding.index)
    let lastSeen = services[Int(service)].lastSeen
    open(
      .drop, .service(ServiceID(rawValue: service)), service: service, time: end,
      lastOffset: services[Int(service)].lastOffset,
      score: min(-finding.logProbability / log(10), 12) / 2 + 3, severity: .unknown,
      isHeld: ability(Int(service), at: end) == .unproven, evidence: Self.evidence(finding)
    ) { episode in
      episode.lastSeen = lastSeen
      episode.expectedPerTick = finding.expected / Double(finding.windowTicks)
    }
  }

  /// One report for all; each service still has its own episode, to know when it is back.
  private mutating func openTraffic(_ findings: [Finding], _ end: Int64) {
    var all = findings[0]
    all.count = findings.reduce(0) { $0 + $1.count }
    all.expected = findings.reduce(0) { $0 + $1.expected }
    all.logProbability = findings.reduce(0) { min($0, $1.logProbability) }
    let last = findings.map { services[Int($0.index)].lastOffset }.max()
    let lastSeen = findings.map { services[Int($0.index)].lastSeen }.min() ?? .max
    open(
      .drop, .traffic, service: nil, time: end, lastOffset: last,
      score: min(-all.logProbability / log(10), 12) / 2 + 6, severity: .unknown,
      isHeld: findings.contains { ability(Int($0.index), at: end) == .unproven },
      evidence: Self.evidence(all)
    ) { episode in
      episode.lastSeen = lastSeen
      episode.expectedPerTick = all.expected / Double(all.windowTicks)
      episode.droppedServices = findings.map { UInt32($0.index) }
    }
  }

  private static func evidence(_ finding: Finding) -> Anomaly.Evidence {
    .drop(
      observedCount: finding.count,
      windowMicroseconds: Int64(finding.windowTicks) * DetectorOptions.tickMicroseconds,
      expectedCount: finding.expected, probability: exp(finding.logProbability))
  }
}
