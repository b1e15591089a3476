internal import Events

/// Most events are of a known pattern, in a place of the rings that is there already.
extension Detector {
  /// Counts events from `start` on as long as nothing about them is special.
  ///
  /// What `observe` does to such an event, with everything in reach at once.
  /// - Returns: The index of the first that is special, or `end`.
  @inline(never)
  mutating func countPlain(_ batch: EventBatch, _ start: Int, _ end: Int) -> Int {
    guard clock.isSteady, origin != .min, clock.isAmid else { return start }
    let reach = reachTick
    let lateness = -clock.lateness
    let distanceLimit = UInt64(clock.jumpLimit - lateness)
    let wakeAt = wakeAt
    let origin = origin
    let allNewest = serviceRings.newest(ServiceRow.all)
    var now = clock.now
    // The offset of the batch's first event.
    let firstOffset = offset &- UInt64(start)
    let records = unsafe batch.records
    var leastDeadline = leastDeadline
    var source = UInt32.max
    var skew: Int64 = 0
    var tickStart: Int64 = .max
    let allRing = CountRings.base(ServiceRow.all)
    var place = 0
    var allCount: UInt32 = 0
    var index = start
    // From here on all is of one source.
    var heardIndex = start
    var regular: [Int32] = []

    // Taken out and put back, so that each is ours alone for the length of the loop.
    var heldSources = Self.take(&clock.sources)
    var heldServices = Self.take(&self.services)
    var heldServiceCells = Self.take(&serviceRings.cells)
    var heldSeries = Self.take(&self.series)
    var heldSeriesCells = Self.take(&seriesRings.cells)
    var heldGaps = Self.take(&self.gaps.gaps)
    var heldWatched = Self.take(&self.watched)
    var watchedCount = watchedCount
    let heldAbilities = self.abilities
    let heldPatterns = self.patterns
    let heldSlots = table.slots

    var sources = heldSources.mutableSpan
    let abilities = heldAbilities.span
    var services = heldServices.mutableSpan
    var serviceCells = heldServiceCells.mutableSpan
    let patterns = heldPatterns.span
    var series = heldSeries.mutableSpan
    let slots = heldSlots.span
    var seriesCells = heldSeriesCells.mutableSpan
    var gaps = heldGaps.mutableSpan
    var watched = heldWatched.mutableSpan

    // SAFETY: every number is compared with the length of its table before it is used. The rows of a
    // service and of a series are there for each that is known, a position lies within its ring, and
    // no series is watched twice.
    while index < end {
      let record = unsafe records + index
      let number = unsafe record.pointee.source.rawValue
      if number != source {
        guard Int(number) < abilities.count, Int(number) < sources.count,
          unsafe abilities[unchecked: Int(number)].canFallSilent,
          unsafe sources[unchecked: Int(number)].skew <= 0
        else { break }
        if index > heardIndex {
          sources[Int(source)].heard = now
          sources[Int(source)].lateRun = 0
        }
        source = number
        heardIndex = index
        skew = unsafe sources[unchecked: Int(number)].skew
      }
      let time = unsafe record.pointee.time.microseconds &+ skew
      let distance = time &- now
      let moved = distance > 0 ? time : now
      guard UInt64(bitPattern: distance &- lateness) <= distanceLimit, moved < wakeAt,
        unsafe !record.pointee.flags.contains(.part)
      else { break }
      if UInt64(bitPattern: time &- tickStart) >= UInt64(DetectorOptions.tickMicroseconds) {
        serviceCells[allRing &+ place] &+= allCount
        serviceCells[ServiceRow.all &* CountRings.stride &+ CountRings.sumPlace] &+= allCount
        allCount = 0
        place = 0
        tickStart = .max
        let tick = Self.tick(of: time, origin: origin)
        // The ring of all services is moved on by the other way.
        guard tick >= 0, tick <= allNewest, CountRings.holds(tick, newest: reach) else { break }
        tickStart = origin &+ Int64(tick) &* DetectorOptions.tickMicroseconds
        place = CountRings.position(tick)
      }

      let service = Int(unsafe record.pointee.service.rawValue)
      let pattern = Int(unsafe record.pointee.pattern.rawValue)
      guard service < services.count, unsafe services[unchecked: service].isActive,
        unsafe services[unchecked: service].speaks(through: number),
        pattern < patterns.count,
        unsafe patterns[unchecked: pattern].novelty.rawValue
          == PatternState.Novelty.known.rawValue
      else { break }
      var at = Int(unsafe patterns[unchecked: pattern].latest)
      if at < 0 { break }
      if unsafe series[unchecked: at].service != UInt32(service) {
        // Said by several services in turn.
        at = Int(SeriesTable.find(UInt32(pattern), UInt32(service), slots, in: series.span))
        if at < 0 { break }
      }
      let pause = unsafe time &- series[unchecked: at].lastSeen
      let isVisit = pause >= GapRings.visitMicroseconds
      guard unsafe series[unchecked: at].isActive,
        unsafe !(isVisit && series[unchecked: at].isSilent)
      else { break }
      let severity = unsafe record.pointee.severity.rawValue
      let isWorse = unsafe severity > series[unchecked: at].severity.rawValue
      if isWorse, severity >= Severity.warn.rawValue { break }

      now = moved
      let offset = firstOffset &+ UInt64(truncatingIfNeeded: index)
      index &+= 1
      allCount &+= 1
      let row = ServiceRow.base(service) &* CountRings.stride
      unsafe serviceCells[unchecked: row &+ CountRings.ringPlace &+ place] &+= 1
      unsafe serviceCells[unchecked: row &+ CountRings.sumPlace] &+= 1
      if severity >= Severity.warn.rawValue {
        let warned = row &+ ServiceRow.warned &* CountRings.stride
        unsafe serviceCells[unchecked: warned &+ CountRings.ringPlace &+ place] &+= 1
        unsafe serviceCells[unchecked: warned &+ CountRings.sumPlace] &+= 1
        unsafe services[unchecked: service].lastWarnOffset = offset
        if severity >= Severity.error.rawValue {
          let failed = row &+ ServiceRow.failed &* CountRings.stride
          unsafe serviceCells[unchecked: failed &+ CountRings.ringPlace &+ place] &+= 1
          unsafe serviceCells[unchecked: failed &+ CountRings.sumPlace] &+= 1
        }
      }
      unsafe services[unchecked: service].count &+= 1
      unsafe services[unchecked: service].lastOffset = offset
      if unsafe time > services[unchecked: service].lastSeen {
        unsafe services[unchecked: service].lastSeen = time
      }
      let cell = at &* CountRings.stride
      if Int32(bitPattern: unsafe seriesCells[unchecked: cell]) < reach {
        CountRings.advance(at, to: reach, &seriesCells)
        unsafe watched[unchecked: watchedCount] = Int32(truncatingIfNeeded: at)
        watchedCount &+= 1
      }
      unsafe seriesCells[unchecked: cell &+ CountRings.ringPlace &+ place] &+= 1
      unsafe seriesCells[unchecked: cell &+ CountRings.sumPlace] &+= 1
      unsafe series[unchecked: at].count &+= 1
      unsafe series[unchecked: at].lastOffset = offset
      if isWorse { unsafe series[unchecked: at].severity = record.pointee.severity }
      if pause > 0 { unsafe series[unchecked: at].lastSeen = time }
      if isVisit {
        visit(&series[at], at, &gaps, time, &leastDeadline)
        if series[at].deadline != .max, !series[at].isRegular {
          series[at].isRegular = true
          regular.append(Int32(at))
        }
      }
    }
    serviceCells[allRing &+ place] &+= allCount
    serviceCells[ServiceRow.all &* CountRings.stride &+ CountRings.sumPlace] &+= allCount
    if index > heardIndex {
      sources[Int(source)].heard = now
      sources[Int(source)].lateRun = 0
    }
    swap(&heldSources, &clock.sources)
    swap(&heldServices, &self.services)
    swap(&heldServiceCells, &serviceRings.cells)
    swap(&heldSeries, &self.series)
    swap(&heldSeriesCells, &seriesRings.cells)
    swap(&heldGaps, &self.gaps.gaps)
    swap(&heldWatched, &self.watched)
    self.watchedCount = watchedCount
    regularSeries += regular
    clock.now = now
    self.leastDeadline = leastDeadline
    eventCount &+= UInt64(index - start)
    self.offset = firstOffset &+ UInt64(index)
    return index
  }

  /// An event of a series that is not silent came after a pause.
  @inline(__always)
  private func visit(
    _ series: inout Series, _ at: Int, _ gaps: inout MutableSpan<UInt32>, _ time: Int64,
    _ leastDeadline: inout Int64
  ) {
    let start = at &* GapRings.gapCount
    gaps[start &+ Int(series.gapCount) % GapRings.gapCount] = GapRings.pause(
      time &- series.visitStart)
    series.visitStart = time
    series.gapCount &+= 1
    // What came without rhythm is looked at again after a few more.
    if series.deadline == .max, !Series.isLookedAt(series.gapCount) { return }
    let rhythm = GapRings.rhythm(gaps.span, start, count: Int(series.gapCount))
    series.deadline = rhythm.map { time &+ $0.limit } ?? .max
    leastDeadline = min(leastDeadline, series.deadline)
  }

  @inline(__always)
  private static func take<Element>(_ array: inout [Element]) -> [Element] {
    var taken: [Element] = []
    swap(&taken, &array)
    return taken
  }
}
