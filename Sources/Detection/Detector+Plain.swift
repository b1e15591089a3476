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

    var sources = heldSources.mutableSpan
    let abilities = heldAbilities.span
    var services = heldServices.mutableSpan
    let serviceNewest = heldServiceNewest.span
    var serviceTicks = heldServiceTicks.mutableSpan
    var serviceSums = heldServiceSums.mutableSpan
    let patterns = heldPatterns.span
    var series = heldSeries.mutableSpan
    let seriesNewest = heldSeriesNewest.span
    var seriesTicks = heldSeriesTicks.mutableSpan
    var seriesSums = heldSeriesSums.mutableSpan
    var gaps = heldGaps.mutableSpan

    while index < end {
      // SAFETY: `index` lies below the batch's count, and a record is plain bits.
      let record = unsafe batch.records + index
      let source = Int(unsafe record.pointee.source.rawValue)
      guard source < abilities.count, source < sources.count, abilities[source].canFallSilent,
        sources[source].skew <= 0
      else { break }
      let time = EventClock.clamped(unsafe record.pointee.time.microseconds) &+ sources[source].skew
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
      guard service < services.count, services[service].isActive, pattern < patterns.count,
        patterns[pattern].novelty.rawValue == PatternState.Novelty.known.rawValue
      else { break }
      let row = ServiceRow.base(service)
      let at = Int(patterns[pattern].latest)
      guard at >= 0, series[at].service == UInt32(service), series[at].isActive,
        CountRings.holds(tick, newest: seriesNewest[at]),
        CountRings.holds(tick, newest: serviceNewest[row &+ ServiceRow.all])
      else { break }
      let pause = time &- series[at].lastSeen
      let sourceNumber = unsafe record.pointee.source.rawValue
      let isVisit = pause >= GapRings.visitMicroseconds
      guard services[service].speaks(through: sourceNumber),
        !isVisit || !series[at].isVisitSpecial
      else { break }
      let severity = unsafe record.pointee.severity.rawValue
      if severity >= Severity.warn.rawValue {
        let failed = severity >= Severity.error.rawValue
        guard CountRings.holds(tick, newest: serviceNewest[row &+ ServiceRow.warned]),
          !failed || CountRings.holds(tick, newest: serviceNewest[row &+ ServiceRow.failed])
        else { break }
        serviceTicks[(row &+ ServiceRow.warned) &* ringLength &+ place] &+= 1
        serviceSums[row &+ ServiceRow.warned] &+= 1
        services[service].lastWarnOffset = offset
        if failed {
          serviceTicks[(row &+ ServiceRow.failed) &* ringLength &+ place] &+= 1
          serviceSums[row &+ ServiceRow.failed] &+= 1
        }
      }

      now = moved
      sources[source].lateRun = 0
      sources[source].heard = moved
      allCount &+= 1
      serviceTicks[(row &+ ServiceRow.all) &* ringLength &+ place] &+= 1
      serviceSums[row &+ ServiceRow.all] &+= 1
      services[service].count &+= 1
      services[service].lastOffset = offset
      if time > services[service].lastSeen { services[service].lastSeen = time }
      seriesTicks[at &* ringLength &+ place] &+= 1
      seriesSums[at] &+= 1
      series[at].count &+= 1
      series[at].lastOffset = offset
      if severity > series[at].severity.rawValue {
        series[at].severity = unsafe record.pointee.severity
      }
      if pause > 0 { series[at].lastSeen = time }
      if isVisit {
        gaps[at &* GapRings.gapCount &+ Int(series[at].gapCount) % GapRings.gapCount] =
          GapRings.pause(time &- series[at].visitStart)
        series[at].gapCount &+= 1
        series[at].visitStart = time
      }
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
    eventCount &+= UInt64(index - start)
    self.offset = offset
    return index
  }

  @inline(__always)
  private static func take<Element>(_ array: inout [Element]) -> [Element] {
    var taken: [Element] = []
    swap(&taken, &array)
    return taken
  }
}
