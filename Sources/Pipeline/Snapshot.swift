package import Detection
package import Events

/// What a screen may read: the stream as it stands at the cursor. A value; made a few times a second.
package struct Snapshot: Sendable {
  /// How the cursor moves.
  package enum Mode: Hashable, Sendable {
    /// At the end of the stream.
    case live
    /// Fixed.
    case paused
    /// Moving by event time, `speed` times as fast as it happened; infinite: as fast as it can.
    case replay(speed: Double)
  }

  package var mode: Mode = .live
  package var streamName = ""
  package var sources: [SourceStatus] = []
  /// Watermark of the analysis at the cursor; `nil` before the first event.
  package var clock: Instant?
  /// Offset behind the last event that the analysis has seen.
  package var cursorOffset: UInt64 = 0
  /// First retained offset, and the offset behind the last event of the stream.
  package var startOffset: UInt64 = 0
  package var endOffset: UInt64 = 0
  /// Time of the first retained event, for the left end of the ruler.
  package var startTime: Instant?
  /// Time of the last event at the end of the stream, for "6m12s before live".
  package var endTime: Instant?
  /// Received in the last seconds, per second of wall time.
  package var eventsPerSecond: Double = 0
  /// Per second of event time at the cursor: what the rates of the services add up to.
  package var eventTimeRate: Double = 0
  /// From receiving the newest event to analysing it.
  package var lagMicroseconds: Int64 = 0

  /// Events analysed up to the cursor. The counts of `patterns`, plus `partCount`, sum to it.
  package var eventCount: UInt64 = 0
  /// Parts (after the first) of events above the size limit: they carry no pattern.
  package var partCount: UInt64 = 0
  /// Events that no declared format fits.
  package var unparsedCount: UInt64 = 0
  package var lateCount: UInt64 = 0
  /// Splits and pins so far: with each, what is known of patterns changes where no event came.
  package var actCount = 0
  package var gapCount: UInt64 = 0

  /// The span that heat and trends show; ends at `clock`.
  package var window = TimeWindow()
  /// Every service, most recently active first is not guaranteed; screens sort.
  package var services: [ServiceRow] = []
  /// Events per bucket of `window`, all services together.
  package var totalHeat: [UInt32] = []
  /// How long one step of every pattern's `trend` is.
  package var trendStepMicroseconds: Int64 = 60_000_000
  package var patterns: [PatternRow] = []
  /// Newest first; open ones have no `end`.
  package var anomalies: [Anomaly] = []
  /// Newest first; the open one, if any, has no `end`.
  package var incidents: [Incident] = []
  /// What the analysis began with, in a sentence.
  package var beginning: String?

  package var storage = StorageStatus()
  /// The event that is still being joined, if any: its source's name and its text so far.
  package var inProgress: (source: String, text: String)?
  /// What the user must know, newest last: ended input, full disk, what could not be read.
  package var notices: [String] = []
  package var residentByteCount = 0

  package init() {}
}

package struct TimeWindow: Hashable, Sendable {
  package var start = Instant(microseconds: 0)
  package var bucketMicroseconds: Int64 = 60_000_000
  package var bucketCount = 60
  package init() {}
}

package struct SourceStatus: Hashable, Sendable {
  package var id: SourceID
  package var name: String
  /// "following", "reading 42 %", "ended", "exit status 1", "removed", …
  package var state: String
  package var eventCount: UInt64
  package var readByteCount: UInt64
  /// Size of what is there, where it is known.
  package var knownByteCount: UInt64?
  /// The format that last won, and the zone that is assumed where texts name none.
  package var formatName: String?
  package var zoneName: String?
  /// Formats whose expressions went back and forth on its lines without end, and are not tried any more.
  package var formatsAside: [String] = []

  package init(
    id: SourceID, name: String, state: String, eventCount: UInt64, readByteCount: UInt64,
    knownByteCount: UInt64?, formatName: String?, zoneName: String?
  ) {
    self.id = id
    self.name = name
    self.state = state
    self.eventCount = eventCount
    self.readByteCount = readByteCount
    self.knownByteCount = knownByteCount
    self.formatName = formatName
    self.zoneName = zoneName
  }
}

package struct ServiceRow: Hashable, Sendable {
  package var id: ServiceID
  package var name: String
  package var eventCount: UInt64
  package var eventsPerSecond: Double
  /// Share of events at error or worse in the window, 0 to 1.
  package var errorShare: Double
  /// Events per bucket of the window, oldest first.
  package var heat: [UInt32]
  /// The worst open anomaly of the service, as an index into `Snapshot.anomalies`.
  package var anomaly: Int?

  package init(
    id: ServiceID, name: String, eventCount: UInt64, eventsPerSecond: Double, errorShare: Double,
    heat: [UInt32], anomaly: Int?
  ) {
    self.id = id
    self.name = name
    self.eventCount = eventCount
    self.eventsPerSecond = eventsPerSecond
    self.errorShare = errorShare
    self.heat = heat
    self.anomaly = anomaly
  }
}

package struct PatternRow: Hashable, Sendable {
  /// Good in this run of the analysis.
  package var id: PatternID
  /// What the screen calls it: `#7`. By order of birth, from 1.
  package var number: Int
  /// The stable id, 16 hexadecimal digits.
  package var key: String
  /// With typed variables in angle brackets: `order <num> created`.
  package var template: String
  /// The name of the library's pattern that it matches, with its one-line meaning.
  package var name: String?
  package var meaning: String?
  package var severity: Severity
  package var count: UInt64
  package var ratePerMinute: Double
  /// Rate before the last few minutes; `nil` while there is no past to compare with.
  package var baselinePerMinute: Double?
  /// Events per step, oldest first; the same steps for every pattern.
  package var trend: [UInt32]
  package var services: [ServiceID]
  package var firstSeen: Instant
  package var lastSeen: Instant
  package var firstOffset: UInt64
  package var lastOffset: UInt64
  /// The worst open anomaly of the pattern, as an index into `Snapshot.anomalies`.
  package var anomaly: Int?
  /// Ranks by what changed: larger first.
  package var score: Double

  package init(
    id: PatternID, number: Int, key: String, template: String, severity: Severity, count: UInt64
  ) {
    self.id = id
    self.number = number
    self.key = key
    self.template = template
    self.severity = severity
    self.count = count
    ratePerMinute = 0
    trend = []
    services = []
    firstSeen = .distantPast
    lastSeen = .distantPast
    firstOffset = 0
    lastOffset = 0
    score = 0
  }
}

package struct StorageStatus: Hashable, Sendable {
  /// `nil`: kept in memory only.
  package var path: String?
  package var byteCount: UInt64 = 0
  package var byteLimit: UInt64?
  package var ageLimit: Duration?
  /// Ingest time of the oldest retained event.
  package var keptSince: Instant?
  /// Why recording goes to memory only, or has stopped.
  package var trouble: String?
  package init() {}
}
