internal import Events

extension Detector {
  /// The clock has passed something that was waited for.
  @inline(never)
  mutating func wake() {
    guard clock.now != .min else { return }
    if origin == .min {
      // On a whole minute, with room for events that are a little older than the first.
      let minute = DetectorOptions.tickMicroseconds * Int64(CountRings.ticksPerMinute)
      let first = clock.now.subtractingReportingOverflow(minute).partialValue
      origin = first - ((first % minute) + minute) % minute
      openTick = tick(of: clock.now - options.latenessMicroseconds)
    }
    for deviation in clock.takeDeviations() { reportClock(deviation.source, deviation.offset) }
    closeTicks(endingBy: clock.now - options.latenessMicroseconds)
    let next = min(end(ofTick: openTick), leastDeadline)
    wakeAt = next.addingReportingOverflow(options.latenessMicroseconds).partialValue
    if leastDeadline == .max { wakeAt = end(ofTick: openTick) + options.latenessMicroseconds }
  }

  /// Forgets what was counted at times that turned out to be none.
  @inline(never)
  mutating func rebase() {
    var fresh = Detector(options)
    fresh.goOn(from: self)
    fresh.tickedTime = tickedTime
    fresh.newestEventTime = newestEventTime
    fresh.incident = incident
    fresh.toldServices = toldServices
    fresh.troubleStart = troubleStart
    fresh.toldRequestWeight = toldRequestWeight
    self = fresh
  }

  /// The clock was set back: what came before is a past by which this present is judged. Every
  /// service is learned anew, since nobody knows that it is the same that speaks.
  @inline(never)
  mutating func turnBack(_ turn: EventClock.Turn) {
    closeTicks(endingBy: turn.from - options.latenessMicroseconds)
    while !episodes.isEmpty { close(at: 0, time: turn.from) }
    breakIncident()
    let before = self
    beginPresent()
    goOn(from: before)
    for service in services.indices where services[service].isKnown {
      services[service].firstSeen = clock.now
    }
    wake()
    guard clock.noteTurn(of: turn.source) else { return }
    open(
      .clock, .source(SourceID(rawValue: turn.source)), service: nil, time: clock.now,
      lastOffset: offset, score: 3, severity: .unknown,
      evidence: .turnedBack(microseconds: turn.step))
  }

  /// What has happened is as it was before, and so is what the clock knows.
  private mutating func goOn(from before: Detector) {
    clock = before.clock
    offset = before.offset
    eventCount = before.eventCount
    abilities = before.abilities
    anomalyCount = before.anomalyCount
    opened = before.opened
    closed = before.closed
    recent = before.recent
    isCold = before.isCold
    incidentCount = before.incidentCount
    closedIncidents = before.closedIncidents
    recentIncidents = before.recentIncidents
  }

  /// Tests all windows that end by `limit`.
  mutating func closeTicks(endingBy limit: Int64) {
    while end(ofTick: openTick) <= limit {
      let end = end(ofTick: openTick)
      breakSilences(upTo: end)
      closeTick(openTick, end)
      openTick += 1
      if activeCount == 0, activeServices.isEmpty, episodes.isEmpty {
        // Nothing can happen in what follows.
        watchedCount = 0
        dropWheel.clear()
        openTick = max(openTick, tick(of: limit))
      }
    }
    breakSilences(upTo: limit)
  }

  private mutating func closeTick(_ tick: Int32, _ end: Int64) {
    serviceRings.settle(ServiceRow.all, at: tick + CountRings.aheadCount)
    retire(tick)
    if tick % 12 == 0 { poolDispersions(tick) }
    reviewEpisodes(tick, end)
    endIncident(by: end)
    closeHours(end)
    testServices(tick, end)
    testLevels(tick, end)
    testSeries(tick, end)
    testValues(tick, end)
    testFlows(tick, end)
  }

  /// Lets go of what has not been seen for the length of the rings, and frees the flags of the tick
  /// that `tick` takes the place of.
  private mutating func retire(_ tick: Int32) {
    let bit = ~(UInt64(1) << UInt64(tick % CountRings.tickCount))
    let horizon = end(ofTick: tick - CountRings.tickCount - 1)
    freeFlags(tick)
    restSeries(tick)
    var kept = 0
    for index in activeServices.indices {
      let number = activeServices[index]
      let at = Int(number)
      services[at].flagged &= bit
      services[at].lag -= services[at].lag / 8
      if services[at].lastSeen < horizon, !services[at].isDropping, !services[at].isShifted {
        services[at].isActive = false
        services[at].flagged = 0
        services[at].lag = 0
      } else {
        settleRings(of: at, tick)
        activeServices[kept] = number
        kept += 1
      }
    }
    activeServices.removeLast(activeServices.count - kept)
  }

  /// Makes the rings of a service ready for what comes next.
  private mutating func settleRings(of service: Int, _ tick: Int32) {
    let row = ServiceRow.base(service)
    for index in row..<(row + ServiceRow.count) {
      serviceRings.settle(index, at: tick + CountRings.aheadCount)
    }
  }

  /// The median dispersion of the series of each service.
  private mutating func poolDispersions(_ tick: Int32) {
    var found: [(service: UInt32, dispersion: Float)] = []
    found.reserveCapacity(activeCount)
    for at in series.indices where series[at].isActive && seriesRings.sum(at) >= 10 {
      seriesRings.settle(at, at: tick)
      // As without a window: the guard is left out.
      let last = tick - Int32(Baseline.guardTicks)
      let past = seriesRings.moments(
        at, until: last, from: max(series[at].baselineFrom, tick - CountRings.tickCount + 1),
        usable: usable(series[at].flagged, last))
      guard past.ticks >= Baseline.leastTicks, past.sum >= 10 else { continue }
      let mean = past.sum / Double(past.ticks)
      let variance = max(0, past.squares - past.sum * mean) / Double(past.ticks - 1)
      found.append((series[at].service, Float(variance / mean)))
    }
    found.sort { $0 < $1 }
    var start = 0
    while start < found.count {
      let service = found[start].service
      let end = found[start...].firstIndex { $0.service != service } ?? found.count
      services[Int(service)].dispersion = max(1, found[(start + end) / 2].dispersion)
      start = end
    }
  }

  /// The index of a tick in a window that ends with `last`, or the window's first.
  func firstUsable(_ tick: Int32, _ last: Int32) -> Int {
    Int(max(0, tick - (last - CountRings.tickCount + 1)))
  }

  /// Which indices of a window that ends with `last` hold no anomaly; all, where more than half of
  /// them would be left out: what lasts is normal.
  func usable(_ flagged: UInt64, _ last: Int32) -> UInt64 {
    let all: UInt64 = (1 << UInt64(CountRings.tickCount)) - 1
    guard flagged != 0, flagged.nonzeroBitCount * 2 <= Int(CountRings.tickCount) else { return all }
    // Ring position p holds the tick of that remainder; turn the ring so that `last` comes last.
    let shift = UInt64((last + 1) % CountRings.tickCount)
    let turned = (flagged >> shift) | (flagged << (UInt64(CountRings.tickCount) - shift))
    return ~turned & all
  }

  private mutating func reportClock(_ source: UInt32, _ offset: Int64) {
    open(
      .clock, .source(SourceID(rawValue: source)), service: nil, time: clock.now,
      lastOffset: self.offset, score: 3, severity: .unknown,
      evidence: .clock(offsetMicroseconds: offset))
  }
}
