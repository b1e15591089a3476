package import Events

/// Finds what is unusual in a stream of events: what is new, what comes too often, what is missing.
///
/// A pure function of what it is fed, on event time: the same events and control records give the
/// same anomalies, however they are cut into batches. A value: a copy is the state at that offset.
package struct Detector: Sendable {
  /// Patterns with a larger number are counted for their service only.
  package static let patternLimit = 65_536
  /// Pairs of pattern and service that are followed; beyond, the longest unseen are given up.
  package static let seriesLimit = 16_384
  /// Services with a larger number are counted in the total only.
  package static let serviceLimit = 4_096
  /// Closed anomalies that are kept for the screen.
  package static let recentLimit = 256
  /// Anomalies open at once; beyond, the oldest is closed.
  package static let openLimit = 512

  package let options: DetectorOptions
  /// What a quick look at a count goes by; follows from the options.
  let burstRatios: [Double]

  var clock: EventClock
  /// Start of tick 0; `.min` before the first event.
  var origin: Int64 = .min
  /// The first tick that is not closed.
  var openTick: Int32 = 0
  /// Nothing is to be done before the clock is here.
  var wakeAt: Int64 = .min
  /// No deadline of a series lies before this.
  var leastDeadline: Int64 = .max
  /// Offset of the event that is being looked at, or the next one.
  var offset: UInt64 = 0
  var eventCount: UInt64 = 0
  /// Nothing was known before the first event.
  package internal(set) var isCold = true
  /// Where the clock stood after the last tick, and at the newest event before it.
  var tickedTime: Int64 = .min
  var newestEventTime: Int64 = .min

  var patterns: [PatternState] = []
  var series: [Series] = []
  var seriesRings = CountRings()
  var gaps = GapRings()
  var table = SeriesTable()
  var freeSeries: [Int32] = []
  var measures = MeasureTable()
  var freeMeasures: [Int32] = []
  var flowTable = FlowTable()
  var season = Season()
  var categories = CategoryTable()
  /// New values of all fields in each of the last ten minutes, and the last of these.
  var arrivals = [UInt32](repeating: 0, count: Int(Detector.arrivalMinutes))
  var arrivalMinute: Int64 = .min / 2
  var toldValues: [ToldValue] = []
  /// Series that came within the length of the rings, and those of them at warn or worse.
  var activeCount = 0
  var activeTroubleCount = 0
  /// Series that are looked at when the present tick is over: the first so many.
  var watched: [Int32] = []
  var watchedCount = 0
  /// Series by the tick at which they may rest, and at which they are looked at for a drop.
  var restWheel = TickWheel()
  var dropWheel = TickWheel()
  /// Series that come regularly, of which ticks are part of an anomaly, that measured something of
  /// late.
  var regularSeries: [Int32] = []
  var flaggedSeries: [Int32] = []
  var measuredSeries: [Int32] = []
  /// Room for what a wheel gives, and for what is to be looked at.
  var dueSeries: [Int32] = []
  var pickedSeries: [Int32] = []

  var services: [ServiceState] = []
  var serviceRings = CountRings()
  var activeServices: [UInt32] = []
  var abilities: [SourceAbility] = []

  /// The counts of one row, oldest first: room for the tests.
  var window = [UInt32](repeating: 0, count: Int(CountRings.tickCount))
  var serviceWindow = [UInt32](repeating: 0, count: Int(CountRings.tickCount))

  var episodes: [Episode] = []
  var opened: [Anomaly] = []
  var closed: [Anomaly] = []
  var recent: [Anomaly] = []
  var anomalyCount = 0
  /// The incident that what opens now belongs to.
  var incident: Incident?
  var incidentCount = 0
  var toldServices: [ToldService] = []
  /// When the present incident first told of more than something harmless and new.
  var troubleStart: Int64 = .max
  /// How bad the worst request was that the present incident told of; below 0: it told of none.
  var toldRequestWeight = -1.0
  var closedIncidents: [Incident] = []
  /// The last incidents that ended, oldest first.
  package internal(set) var recentIncidents: [Incident] = []

  package init(_ options: DetectorOptions = DetectorOptions()) {
    self.options = options
    burstRatios = Self.makeBurstRatios(options)
    clock = EventClock(options: options)
    serviceRings.addRows(ServiceRow.count)
  }

  /// Event time up to which everything is believed to have come; `nil` before the first event.
  package var watermark: Instant? {
    clock.now == .min ? nil : Instant(microseconds: clock.now - options.latenessMicroseconds)
  }

  /// The newest event time that was believed, moved on by what ticks say.
  package var now: Instant? { clock.now == .min ? nil : Instant(microseconds: clock.now) }

  /// Events that came later than they may, and are counted in their own time where it is still
  /// held.
  package var lateCount: UInt64 { clock.lateCount }

  /// Anomalies that opened since the last call, in order.
  package mutating func takeReports() -> [Anomaly] {
    defer { opened.removeAll() }
    return opened
  }

  /// Anomalies that closed since the last call, with their `end`, in order.
  package mutating func takeClosed() -> [Anomaly] {
    defer { closed.removeAll() }
    return closed
  }

  /// Anomalies that have no end yet, oldest first.
  package var openAnomalies: [Anomaly] {
    episodes.lazy.filter { !$0.isTold }.map(\.anomaly)
  }

  /// The last anomalies that ended, oldest first.
  package var recentAnomalies: [Anomaly] { recent }

  /// Looks at events in the order of the stream, patterns set.
  /// - Parameters:
  ///   - range: Which of the batch's events; all where not given.
  ///   - traits: By pattern number; a missing one says nothing.
  ///   - measures: Numbers that events of the batch hold, in their order.
  ///   - values: What fields of its events hold, in their order.
  package mutating func observe(
    _ batch: EventBatch, _ range: Range<Int>? = nil, traits: [PatternTraits],
    measures: [MeasuredNumber] = [], values: [SeenValue] = []
  ) {
    let range = range ?? 0..<batch.count
    if let first = batch.firstOffset { offset = first + UInt64(range.lowerBound) }
    let start = offset &- UInt64(range.lowerBound)
    var index = range.lowerBound
    var next = measures.firstIndex { $0.index >= range.lowerBound } ?? measures.count
    var nextValue = values.firstIndex { $0.index >= range.lowerBound } ?? values.count
    while true {
      index = countPlain(batch, index, range.upperBound)
      // Before anything that comes later can close a tick.
      while next < measures.count, measures[next].index < index {
        note(measures[next], in: batch)
        next += 1
      }
      while nextValue < values.count, values[nextValue].index < index {
        note(values[nextValue], in: batch, from: start)
        nextValue += 1
      }
      guard index < range.upperBound else { return }
      // SAFETY: `index` lies below the batch's count, and a record is plain bits.
      let record = unsafe batch.records[index]
      observe(record, traits)
      offset &+= 1
      index += 1
    }
  }

  private mutating func note(_ value: SeenValue, in batch: EventBatch, from start: UInt64) {
    // SAFETY: values name events of their batch, and nobody changes it meanwhile.
    let record = unsafe UnsafePointer(batch.records + Int(value.index))
    let offset = start &+ UInt64(value.index)
    if value.isIdentifier {
      unsafe note(identifier: value, of: record, at: offset)
    } else {
      unsafe note(category: value, of: record, at: offset)
    }
  }

  /// The series of an event that was counted; negative: it has none.
  @inline(__always)
  func series(of record: UnsafePointer<EventRecord>) -> Int32 {
    // SAFETY: the record lies in the batch that is being looked at.
    let pattern = unsafe record.pointee.pattern.rawValue
    let service = unsafe record.pointee.service.rawValue
    guard Int(pattern) < patterns.count else { return Series.none }
    let latest = patterns[Int(pattern)].latest
    if latest >= 0, series[Int(latest)].service == service { return latest }
    return table.find(pattern, service, in: series)
  }

  package mutating func observe(_ control: ControlRecord) {
    switch control {
    case .tick(_, let elapsedMicroseconds):
      if clock.now != tickedTime { newestEventTime = clock.now }
      clock.pass(elapsedMicroseconds)
      tickedTime = clock.now
      if clock.now >= wakeAt { wake() }
    case .source(_, let source, let state): sourceChanged(source, state)
    case .gap, .option: break
    }
  }

  /// The end of all input: tests the windows that are complete by the newest event. The end itself
  /// is no silence, but what the others outlived is.
  package mutating func finish() {
    guard clock.now != .min else { return }
    let newest = clock.now == tickedTime ? newestEventTime : clock.now
    closeTicks(endingBy: newest)
    releaseHeld(newest: newest)
  }

  /// `from` turned out to be the same as `into`: counts are added, and the older age is kept.
  package mutating func merge(_ from: PatternID, into: PatternID) {
    guard from != into, from.rawValue < UInt32(Self.patternLimit),
      into.rawValue < UInt32(Self.patternLimit), Int(from.rawValue) < patterns.count
    else { return }
    if Int(into.rawValue) >= patterns.count { growPatterns(to: Int(into.rawValue)) }
    mergeSeries(from.rawValue, into.rawValue)
  }
}

/// The rows that a service has in the rings of services; row block 0 is all services together.
enum ServiceRow {
  static let all = 0
  static let warned = 1
  static let failed = 2
  static let new = 3
  static let count = 4

  static func base(_ service: Int) -> Int { (service &+ 1) &* count }
}
