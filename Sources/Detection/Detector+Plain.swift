internal import Events

/// Most events are of a known pattern, in a place of the rings that is there already.
extension Detector {
  /// Counts events from `start` on as long as nothing about them is special.
  ///
  /// What `observe` does to such an event, with everything in reach at once.
  /// - Returns: The index of the first that is special, or `end`.
  @inline(never)
  mutating func countPlain(_ batch: EventBatch, _ start: Int, _ end: Int) -> Int {
    guard clock.isSteady, origin != .min, serviceRings.rowCount > 0 else { return start }
    let ringLength = Int(CountRings.slotCount)
    let lateness = -clock.lateness
    let jumpLimit = clock.jumpLimit
    let wakeAt = wakeAt
    let origin = origin
    let allNewest = serviceRings.newest[ServiceRow.all]
    var now = clock.now
    var offset = offset
    var leastDeadline = leastDeadline
    var tickStart: Int64 = .max
    var tick: Int32 = 0
    var place = 0
    var allCount: UInt32 = 0
    var index = start

    // Taken out and put back, so that each is ours alone for the length of the loop.
    var heldSources = Self.take(&clock.sources)
    var heldServices = Self.take(&self.services)
    var heldServiceTicks = Self.take(&serviceRings.ticks)
    var heldServiceSums = Self.take(&serviceRings.sums)
    var heldSeries = Self.take(&self.series)
    var heldSeriesTicks = Self.take(&seriesRings.ticks)
    var heldSeriesSums = Self.take(&seriesRings.sums)
    var heldGaps = Self.take(&self.gaps.gaps)
    let heldAbilities = self.abilities
    let heldPatterns = self.patterns
    let heldServiceNewest = serviceRings.newest
    let heldSeriesNewest = seriesRings.newest
    let heldSlots = table.slots

    var sources = heldSources.mutableSpan
    let abilities = heldAbilities.span
    var services = heldServices.mutableSpan
    let serviceNewest = heldServiceNewest.span
    var serviceTicks = heldServiceTicks.mutableSpan
    var serviceSums = heldServiceSums.mutableSpan
    let patterns = heldPatterns.span
    var series = heldSeries.mutableSpan
    let seriesNewest = heldSeriesNewest.span
    let slots = heldSlots.span
    var seriesTicks = heldSeriesTicks.mutableSpan
    var seriesSums = heldSeriesSums.mutableSpan
    var gaps = heldGaps.mutableSpan

    // SAFETY: every number is compared with the length of its table before it is used. The rows of a
    // service and of a series are there for each that is known, and a position lies within its ring.
    while index < end {
      let record = unsafe batch.records + index
      let source = Int(unsafe record.pointee.source.rawValue)
      guard source < abilities.count, source < sources.count,
        unsafe abilities[unchecked: source].canFallSilent,
        unsafe sources[unchecked: source].skew <= 0
      else { break }
      let time =
        unsafe EventClock.clamped(record.pointee.time.microseconds)
        &+ sources[unchecked: source].skew
      let distance = time &- now
      let moved = distance > 0 ? time : now
      guard distance <= jumpLimit, distance >= lateness, moved < wakeAt,
        unsafe !record.pointee.flags.contains(.part)
      else { break }
      let passed = time &- tickStart
      if passed < 0 || passed >= DetectorOptions.tickMicroseconds {
        serviceTicks[place] &+= allCount
        serviceSums[ServiceRow.all] &+= allCount
        allCount = 0
        tick = Self.tick(of: time, origin: origin)
        guard CountRings.holds(tick, newest: allNewest) else {
          // The ring of all services is moved on by the other way.
          tickStart = .max
          place = 0
          break
        }
        tickStart = tick < 0 ? .max : origin &+ Int64(tick) &* DetectorOptions.tickMicroseconds
        place = CountRings.position(tick)
      }

      let service = Int(unsafe record.pointee.service.rawValue)
      let pattern = Int(unsafe record.pointee.pattern.rawValue)
      guard service < services.count, unsafe services[unchecked: service].isActive,
        pattern < patterns.count,
        unsafe patterns[unchecked: pattern].novelty.rawValue
          == PatternState.Novelty.known.rawValue
      else { break }
      let row = ServiceRow.base(service)
      var at = Int(unsafe patterns[unchecked: pattern].latest)
      if at < 0 { break }
      if unsafe series[unchecked: at].service != UInt32(service) {
        // Said by several services in turn.
        at = Int(SeriesTable.find(UInt32(pattern), UInt32(service), slots, in: series.span))
        if at < 0 { break }
      }
      guard unsafe series[unchecked: at].isActive,
        unsafe CountRings.holds(tick, newest: seriesNewest[unchecked: at]),
        unsafe CountRings.holds(tick, newest: serviceNewest[unchecked: row &+ ServiceRow.all])
      else { break }
      let pause = unsafe time &- series[unchecked: at].lastSeen
      let sourceNumber = unsafe record.pointee.source.rawValue
      let isVisit = pause >= GapRings.visitMicroseconds
      guard unsafe services[unchecked: service].speaks(through: sourceNumber),
        unsafe !(isVisit && series[unchecked: at].isSilent)
      else { break }
      let severity = unsafe record.pointee.severity.rawValue
      if severity >= Severity.warn.rawValue {
        let failed = severity >= Severity.error.rawValue
        guard
          unsafe CountRings.holds(
            tick, newest: serviceNewest[unchecked: row &+ ServiceRow.warned]),
          unsafe !failed
            || CountRings.holds(tick, newest: serviceNewest[unchecked: row &+ ServiceRow.failed])
        else { break }
        unsafe serviceTicks[unchecked: (row &+ ServiceRow.warned) &* ringLength &+ place] &+= 1
        unsafe serviceSums[unchecked: row &+ ServiceRow.warned] &+= 1
        unsafe services[unchecked: service].lastWarnOffset = offset
        if failed {
          unsafe serviceTicks[unchecked: (row &+ ServiceRow.failed) &* ringLength &+ place] &+= 1
          unsafe serviceSums[unchecked: row &+ ServiceRow.failed] &+= 1
        }
      }

      now = moved
      unsafe sources[unchecked: source].lateRun = 0
      unsafe sources[unchecked: source].heard = moved
      allCount &+= 1
      unsafe serviceTicks[unchecked: (row &+ ServiceRow.all) &* ringLength &+ place] &+= 1
      unsafe serviceSums[unchecked: row &+ ServiceRow.all] &+= 1
      unsafe services[unchecked: service].count &+= 1
      unsafe services[unchecked: service].lastOffset = offset
      if unsafe time > services[unchecked: service].lastSeen {
        unsafe services[unchecked: service].lastSeen = time
      }
      unsafe seriesTicks[unchecked: at &* ringLength &+ place] &+= 1
      unsafe seriesSums[unchecked: at] &+= 1
      unsafe series[unchecked: at].count &+= 1
      unsafe series[unchecked: at].lastOffset = offset
      if unsafe severity > series[unchecked: at].severity.rawValue {
        unsafe series[unchecked: at].severity = record.pointee.severity
      }
      if pause > 0 { unsafe series[unchecked: at].lastSeen = time }
      if isVisit { visit(&series[at], at, &gaps, time, &leastDeadline) }
      offset &+= 1
      index += 1
    }
    serviceTicks[place] &+= allCount
    serviceSums[ServiceRow.all] &+= allCount
    swap(&heldSources, &clock.sources)
    swap(&heldServices, &self.services)
    swap(&heldServiceTicks, &serviceRings.ticks)
    swap(&heldServiceSums, &serviceRings.sums)
    swap(&heldSeries, &self.series)
    swap(&heldSeriesTicks, &seriesRings.ticks)
    swap(&heldSeriesSums, &seriesRings.sums)
    swap(&heldGaps, &self.gaps.gaps)
    clock.now = now
    self.leastDeadline = leastDeadline
    eventCount &+= UInt64(index - start)
    self.offset = offset
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
