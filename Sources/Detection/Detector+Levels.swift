internal import Events

extension Detector {
  private static let levelWindows: [Int32] = [3, 6]
  /// Events at warn or worse that a shift has at least, and how many times their usual share.
  private static let leastWarned = 5
  private static let leastShareRatio = 3.0
  /// How many times the worst minute of an earlier stream.
  private static let leastOverBefore = 1.5
  /// Dunning's G2 from which a shift is believed: a probability of 1e-6.
  private static let leastG2 = 24.0

  /// Whether more of what a service says is at warn or worse than before.
  ///
  /// Source: the log-likelihood ratio, Dunning (1993); for rare events the chi-square is not to be
  /// trusted.
  mutating func testLevels(_ tick: Int32, _ end: Int64) {
    for number in activeServices {
      let at = Int(number)
      guard !services[at].isShifted, end >= services[at].echoUntil else { continue }
      let row = ServiceRow.base(at)
      guard serviceRings.sum(row + ServiceRow.warned) >= Self.leastWarned else { continue }
      let from = services[at].baselineFrom
      let recent = serviceRings.recent(
        row + ServiceRow.warned, until: tick, from: from, isLong: false)
      guard recent.last6 >= Self.leastWarned else { continue }
      let all = serviceRings.recent(
        row + ServiceRow.all, until: tick, from: from, isLong: false)
      guard mayShift(recent, all) else { continue }
      serviceRings.copy(row + ServiceRow.warned, until: tick, to: &window)
      serviceRings.copy(row + ServiceRow.all, until: tick, to: &serviceWindow)
      let first = firstUsable(services[at].baselineFrom, tick)
      for windowTicks in Self.levelWindows {
        let warned = total(window, Int(windowTicks))
        let all = total(serviceWindow, Int(windowTicks))
        let pastWarned = Baseline(
          window, windowTicks: Int(windowTicks), first: first, usable: Self.allTicks)
        let past = Baseline(
          serviceWindow, windowTicks: Int(windowTicks), first: first, usable: Self.allTicks)
        guard warned >= Self.leastWarned, past.ticks >= Double(Baseline.leastTicks),
          Double(warned) > 1.5 * Double(pastWarned.largest)
        else { continue }
        // The past is a sample too: both windows are compared with what they have in common.
        let share = Double(warned) / Double(all)
        let pastShare = (pastWarned.sum + 0.5) / (past.sum + 1)
        let common = (Double(warned) + pastWarned.sum) / (Double(all) + past.sum)
        let g2 =
          Self.g2(Double(warned), Double(all), common)
          + Self.g2(pastWarned.sum, past.sum, common)
        guard share >= Self.leastShareRatio * pastShare,
          share >= Self.leastOverBefore * Double(services[at].warnedBefore), g2 >= Self.leastG2
        else { continue }
        services[at].isShifted = true
        openLevel(
          at, end, windowTicks, warned: warned, all: all, pastShare: pastShare, g2: g2)
        break
      }
    }
  }

  /// A quick look: whether the share of a window could be so many times that of the past.
  private func mayShift(_ warned: Recent, _ all: Recent) -> Bool {
    func rises(
      _ window: UInt32, _ guarded: UInt32, of all: UInt32, _ allGuarded: UInt32, _ past: UInt32
    )
      -> Bool
    {
      Double(window) * (Double(past &- allGuarded) + 1)
        >= Self.leastShareRatio * Double(all) * (Double(warned.all &- guarded) + 0.5)
    }
    return rises(warned.last3, warned.last5, of: all.last3, all.last5, all.all)
      || rises(warned.last6, warned.last8, of: all.last6, all.last8, all.all)
  }

  static let allTicks: UInt64 = (1 << UInt64(CountRings.tickCount)) - 1

  static func g2(_ observed: Double, _ all: Double, _ share: Double) -> Double {
    let rest = all - observed
    let first = observed > 0 ? observed * log(observed / (all * share)) : 0
    let second = rest > 0 ? rest * log(rest / (all * (1 - share))) : 0
    return 2 * (first + second)
  }

  private mutating func openLevel(
    _ at: Int, _ end: Int64, _ windowTicks: Int32, warned: Int, all: Int, pastShare: Double,
    g2: Double
  ) {
    let service = ServiceID(rawValue: UInt32(at))
    // ln of a chi-square tail with one degree of freedom, which is that of a gamma with shape 1/2.
    let logProbability = SpecialFunctions.logUpperGamma(0.5, g2 / 2)
    open(
      .level, .service(service), service: service.rawValue, time: end,
      lastOffset: services[at].lastWarnOffset,
      score: min(-logProbability / log(10), 12) / 4 + Self.weight(.warn), severity: .warn,
      evidence: .level(
        observedCount: warned, ofCount: all,
        windowMicroseconds: Int64(windowTicks) * DetectorOptions.tickMicroseconds,
        expectedShare: pastShare, probability: exp(logProbability))
    ) { episode in
      episode.expectedPerTick = pastShare
      episode.windowTicks = windowTicks
    }
  }

  /// A shift is over when the share is near the old one again, or has been another for long enough.
  mutating func levelIsOver(_ index: Int, _ tick: Int32, _ end: Int64) -> Int64? {
    let episode = episodes[index]
    let row = ServiceRow.base(Int(episode.service!))
    let span = max(0, tick - episode.windowTicks + 1)...tick
    let warned = Double(serviceRings.sum(row + ServiceRow.warned, span))
    let all = Double(max(1, serviceRings.sum(row + ServiceRow.all, span)))
    guard warned / all < 1.5 * episode.expectedPerTick || warned < 2 else {
      episodes[index].calmTicks = 0
      return tick - episode.openedTick >= CountRings.tickCount ? end : nil
    }
    episodes[index].calmTicks += 1
    return episodes[index].calmTicks >= 2 ? end : nil
  }
}
