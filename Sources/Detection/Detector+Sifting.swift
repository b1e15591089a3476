internal import Events

extension Detector {
  /// Goes through the series that are watched when a tick is over: moves on the rings of those that
  /// are still to be watched, and picks those of which a test might say something.
  ///
  /// Most have come as often as ever: that is seen by whole numbers alone, by a necessary condition
  /// of all that `look` asks for.
  @inline(never)
  mutating func siftWatched(_ tick: Int32, _ end: Int64) {
    var picked: [Int32] = []
    swap(&picked, &pickedSeries)
    picked.removeAll(keepingCapacity: true)
    let reach = tick &+ CountRings.aheadCount
    let ahead = CountRings.position(tick &+ 1)
    // What is no longer, or not yet, in a window: three ticks besides the one ahead.
    let leaving = CountRings.position(reach)
    let (old, older) = (CountRings.position(reach &+ 1), CountRings.position(reach &+ 2))
    let leavingMinute = (reach &- CountRings.slotCount) / CountRings.ticksPerMinute
    let minutePlace = CountRings.minutePlace(leavingMinute)
    let newest = CountRings.position(tick)
    var heldCells: [UInt32] = []
    swap(&heldCells, &seriesRings.cells)
    var heldSeries: [Series] = []
    swap(&heldSeries, &self.series)
    var held: [Int32] = []
    swap(&held, &dueSeries)
    held.removeAll(keepingCapacity: true)
    var heldWatched: [Int32] = []
    swap(&heldWatched, &self.watched)
    var kept = 0
    do {
      var cells = heldCells.mutableSpan
      var watched = heldWatched.mutableSpan
      var series = heldSeries.mutableSpan
      for index in 0..<watchedCount {
        let at = Int(watched[index])
        let head = at &* CountRings.stride
        let ring = head &+ CountRings.ringPlace
        precondition(head >= 0 && head &+ CountRings.stride <= cells.count, "no such row")
        let isTrouble = series[at].severity >= .warn
        let least = UInt32(Self.leastBurst(series[at].severity))
        let recent = CountRings.lasts(cells.span, ring, newest, isLong: isTrouble)
        let sum = cells[head &+ CountRings.sumPlace]
        let isSlowlyWarm = isTrouble && recent.last12 >= UInt32(Self.leastSlowBurst)
        let isWarm = recent.last6 >= least || isSlowlyWarm
        // SAFETY: positions lie within the ring of a row that is there.
        let aheadCount = unsafe cells[unchecked: ring &+ ahead]
        let leavingCount = unsafe cells[unchecked: ring &+ leaving]
        let isDue =
          !isTrouble && sum >= UInt32(Self.leastForDrop) && series[at].dropTick <= tick
          && series[at].deadline == .max
        var picks = false
        if isWarm || isDue {
          let outside = unsafe cells[unchecked: ring &+ old] &+ cells[unchecked: ring &+ older]
          let all = sum &- aheadCount &- leavingCount &- outside
          picks =
            isWarm
            && (recent.last1 >= least && Self.rises(recent.last1, all &- recent.last3, 1)
              || recent.last3 >= least && Self.rises(recent.last3, all &- recent.last5, 3)
              || recent.last6 >= least && Self.rises(recent.last6, all &- recent.last8, 6)
              || isSlowlyWarm && Self.rises(recent.last12, all &- recent.last14, 12)
              || series[at].flagged != 0
              || tick &- series[at].baselineFrom < CountRings.tickCount &- 1)
          if isDue, !picks {
            let recent = CountRings.longLasts(cells.span, ring, newest, all: all)
            if let ticks = Self.holdingTicks(series[at], recent, end, tick) {
              series[at].dropTick = tick &+ 1 &+ ticks
              held.append(Int32(truncatingIfNeeded: at))
            } else {
              picks = true
            }
          }
          if picks { picked.append(Int32(truncatingIfNeeded: at)) }
        }
        guard isWarm || aheadCount > 0 else { continue }
        watched[kept] = Int32(truncatingIfNeeded: at)
        kept &+= 1
        if leavingCount == 0 {
          cells[head] = UInt32(bitPattern: reach)
        } else if cells[head &+ 1] == UInt32(bitPattern: leavingMinute) {
          cells[head] = UInt32(bitPattern: reach)
          cells[ring &+ leaving] = 0
          cells[head &+ CountRings.sumPlace] &-= leavingCount
          cells[head &+ minutePlace] &+= leavingCount
        } else {
          CountRings.advance(at, to: reach, &cells)
        }
      }
    }
    swap(&heldCells, &seriesRings.cells)
    swap(&heldWatched, &self.watched)
    swap(&heldSeries, &self.series)
    for number in held { dropWheel.add(number, at: series[Int(number)].dropTick, now: tick + 1) }
    swap(&held, &dueSeries)
    swap(&picked, &pickedSeries)
    watchedCount = kept
  }

  /// How many ticks a series that is due need not be looked at for a drop; `nil` where that is for
  /// `look` to say.
  @inline(__always)
  static func holdingTicks(
    _ series: Series, _ recent: Recent, _ end: Int64, _ tick: Int32
  ) -> Int32? {
    guard series.flagged == 0, !series.isBursting, !series.isDropping,
      tick &- series.baselineFrom >= CountRings.tickCount &- 1
    else { return nil }
    // Nothing would be made of a drop.
    guard isDroppable(series, end) else { return 0 }
    let ticks = Int(CountRings.tickCount)
    return mayDrop(recent, ticks: ticks) ? nil : holdingTicks(recent, ticks: ticks)
  }

  /// Whether a window is so many times what the ticks before it and its guard say, all of which may
  /// be used, that a burst is possible.
  @inline(__always)
  private static func rises(_ window: UInt32, _ past: UInt32, _ length: UInt64) -> Bool {
    let pastTicks = UInt64(CountRings.tickCount) &- length &- UInt64(Baseline.guardTicks)
    // `leastRatio` is 5 / 2.
    return UInt64(window) &* pastTicks &* 2 >= UInt64(past) &* length &* 5
  }
}
