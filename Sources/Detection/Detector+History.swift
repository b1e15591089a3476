internal import Events

/// What one stream teaches for the next.
extension Detector {
  /// A time before all others, from which ages can still be counted.
  static let longAgo = Int64.min / 4
  /// A minute that holds this many times the usual is a burst.
  private static let burstRatio = 2.0
  /// Events of a minute from which its share of warnings says something.
  private static let leastOfMinute: UInt32 = 10

  /// Keeps what was learned, as of a past that is over: which patterns and services there are, the
  /// rhythm of what comes regularly, and how far it has gone when nothing was wrong. The clock,
  /// all counts and measures, and what is open begin anew: another day's machine was not as fast.
  package mutating func beginPresent() {
    let last = max(0, openTick)
    var fresh = Detector(options)
    fresh.patterns = patterns
    for index in patterns.indices where patterns[index].novelty != .unseen {
      fresh.patterns[index].novelty = .known
    }
    fresh.series = series
    for index in series.indices { fresh.series[index] = rested(series[index], index, last) }
    fresh.seriesRings.addRows(series.count)
    fresh.addWaitingRows(series.count)
    fresh.gaps = gaps
    fresh.table = table
    fresh.season = season
    fresh.season.beginPresent()
    fresh.flowTable = flowTable
    fresh.flowTable.beginPresent()
    fresh.categories = categories
    fresh.categories.beginPresent()
    fresh.freeSeries = freeSeries
    fresh.services = services
    for index in services.indices where services[index].isKnown {
      fresh.services[index] = rested(services[index], index, last)
    }
    fresh.serviceRings.addRows(services.count * ServiceRow.count)
    fresh.isCold = false
    self = fresh
  }

  private func rested(_ past: Series, _ index: Int, _ tick: Int32) -> Series {
    guard past.pattern != .max else { return past }
    var rested = Series(
      pattern: past.pattern, service: past.service, time: Self.longAgo, tick: 0,
      severity: past.severity)
    rested.next = past.next
    rested.dispersion = past.dispersion
    rested.gapCount = past.isSilent ? 0 : past.gapCount
    rested.isResting = true
    rested.categories = past.categories
    let minutes = seriesRings.minutes(index, count: Int(CountRings.minuteCount), until: tick)
    let filled = minutes.drop { $0 == 0 }
    let usual = Double(filled.reduce(0) { $0 + UInt64($1) }) / Double(max(1, filled.count))
    let largest = minutes.max() ?? 0
    rested.burstBefore = max(
      past.burstBefore, Double(largest) > Self.burstRatio * usual ? largest : 0)
    return rested
  }

  private func rested(_ past: ServiceState, _ index: Int, _ tick: Int32) -> ServiceState {
    var rested = ServiceState()
    rested.firstSeen = Self.longAgo
    rested.dispersion = past.dispersion
    rested.isResting = true
    rested.warnedBefore = past.warnedBefore
    rested.hours = past.hours
    let row = ServiceRow.base(index)
    let count = Int(CountRings.minuteCount)
    let all = serviceRings.minutes(row + ServiceRow.all, count: count, until: tick)
    let warned = serviceRings.minutes(row + ServiceRow.warned, count: count, until: tick)
    for minute in 0..<count where all[minute] >= Self.leastOfMinute {
      rested.warnedBefore = max(
        rested.warnedBefore, Float(warned[minute]) / Float(all[minute]))
    }
    return rested
  }

  /// A service that is known from the past speaks for the first time in the present.
  @inline(never)
  mutating func wakeService(_ service: Int, _ time: Int64, _ tick: Int32) {
    services[service].isResting = false
    services[service].lastSeen = time
    services[service].baselineFrom = tick + 1
  }

  /// A series that is known from the past comes for the first time in the present.
  @inline(never)
  mutating func wakeSeries(_ index: Int, _ time: Int64) {
    series[index].isResting = false
    series[index].lastSeen = time
    series[index].visitStart = time
    series[index].baselineFrom = services[Int(series[index].service)].baselineFrom
    if let rhythm = gaps.rhythm(index, count: Int(series[index].gapCount)) {
      series[index].deadline = time + rhythm.limit
      noteRegular(index)
      leastDeadline = min(leastDeadline, series[index].deadline)
    }
  }
}
