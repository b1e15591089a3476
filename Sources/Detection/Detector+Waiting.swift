internal import Events

/// Which series are looked at when: those that were counted in, those that a look was put off for,
/// and those that have not come for long. All others cost a tick nothing.
///
/// Follows from the rest of a state.
extension Detector {
  /// The tick that all rows which are counted in are moved on to.
  @inline(__always)
  var reachTick: Int32 { openTick &+ CountRings.aheadCount &- 1 }

  /// Moves the ring of a series on, so that it can be counted in, and has it looked at when the tick
  /// is over. One that reaches as far is being watched.
  @inline(__always)
  mutating func watch(_ at: Int) {
    if seriesRings.newest(at) >= reachTick { return }
    seriesRings.settle(at, at: reachTick)
    watched[watchedCount] = Int32(at)
    watchedCount += 1
  }

  /// A series has come, which was known or not.
  mutating func activate(_ at: Int) {
    series[at].isActive = true
    activeCount += 1
    if series[at].severity >= .warn { activeTroubleCount += 1 }
    restWheel.add(Int32(at), at: restTick(at), now: openTick)
  }

  /// Lets go of series that have not been seen for the length of the rings.
  mutating func restSeries(_ tick: Int32) {
    restWheel.take(tick, into: &dueSeries)
    for number in dueSeries {
      let at = Int(number)
      guard series[at].isActive else { continue }
      let due = restTick(at)
      if due <= tick, series[at].deadline == .max, !series[at].isBursting,
        !series[at].isDropping
      {
        series[at].isActive = false
        series[at].flagged = 0
        activeCount -= 1
        if series[at].severity >= .warn { activeTroubleCount -= 1 }
      } else {
        restWheel.add(number, at: due, now: tick + 1)
      }
    }
  }

  /// The first tick that ends when what was seen of a series has left the rings.
  private func restTick(_ at: Int) -> Int32 {
    let passed = series[at].lastSeen &- origin
    let tick = passed >= 0 ? Self.tick(of: series[at].lastSeen, origin: origin) : -1
    // A state that was kept may say anything.
    return min(tick, .max - CountRings.tickCount - 1) + CountRings.tickCount + 1
  }

  /// Has a series looked at for a drop, at a tick or when it comes up by itself.
  mutating func lookForDrop(_ at: Int, at tick: Int32, now: Int32) {
    series[at].dropTick = tick
    dropWheel.add(Int32(at), at: tick, now: now)
  }

  /// A series comes regularly from now on.
  mutating func noteRegular(_ at: Int) {
    if series[at].isRegular { return }
    series[at].isRegular = true
    regularSeries.append(Int32(at))
  }

  /// Marks the last ticks of a series as part of an anomaly.
  mutating func flag(_ at: Int, _ tick: Int32, _ windowTicks: Int32) {
    if series[at].flagged == 0 { flaggedSeries.append(Int32(at)) }
    for passed in max(0, tick - windowTicks + 1)...tick {
      series[at].flagged |= 1 << UInt64(passed % CountRings.tickCount)
    }
  }

  /// Frees the flags of the tick that `tick` takes the place of.
  mutating func freeFlags(_ tick: Int32) {
    if flaggedSeries.isEmpty { return }
    let bit = ~(UInt64(1) << UInt64(tick % CountRings.tickCount))
    var kept = 0
    for index in flaggedSeries.indices {
      let number = flaggedSeries[index]
      series[Int(number)].flagged &= bit
      if series[Int(number)].flagged == 0 { continue }
      flaggedSeries[kept] = number
      kept += 1
    }
    flaggedSeries.removeLast(flaggedSeries.count - kept)
  }

  /// Room for series that were added.
  mutating func addWaitingRows(_ count: Int) {
    restWheel.addRows(count)
    dropWheel.addRows(count)
    watched.append(contentsOf: repeatElement(0, count: count))
  }

  /// Makes all lists anew, after series were removed, or a state was read.
  mutating func listSeries() {
    restWheel.clear()
    dropWheel.clear()
    (watchedCount, activeCount, activeTroubleCount) = (0, 0, 0)
    regularSeries.removeAll()
    flaggedSeries.removeAll()
    measuredSeries.removeAll()
    for at in series.indices {
      series[at].isRegular = false
      if series[at].pattern == .max { continue }
      if seriesRings.newest(at) == reachTick {
        watched[watchedCount] = Int32(at)
        watchedCount += 1
      }
      if series[at].isActive { activate(at) }
      if series[at].dropTick >= 0 {
        lookForDrop(at, at: series[at].dropTick, now: openTick)
      }
      if series[at].deadline != .max { noteRegular(at) }
      if series[at].flagged != 0 { flaggedSeries.append(Int32(at)) }
      let row = Int(series[at].measure)
      if row >= 0, measures.recentCounts[row] > 0 { measuredSeries.append(Int32(at)) }
    }
  }
}
