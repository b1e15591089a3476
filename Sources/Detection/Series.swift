internal import Events

/// One pattern in one service: the unit that is counted and tested.
struct Series: Sendable {
  static let none: Int32 = -1

  var pattern: UInt32
  var service: UInt32
  /// The next series of the same pattern.
  var next: Int32 = none
  var count: UInt64 = 0
  var firstSeen: Int64
  var lastSeen: Int64
  var lastOffset: UInt64
  /// When the last visit began: events with less than a second between them are one visit.
  var visitStart: Int64
  /// Silent from here on is too long; `.max` for what does not come regularly.
  var deadline: Int64 = .max
  /// After recovery: what counts as an echo until then.
  var echoUntil: Int64 = .min
  /// Events per tick before the last change that was accepted as normal, and until when going back
  /// to it is recovery.
  var formerPerTick: Float = 0
  var formerUntil: Int64 = .min
  /// Ring positions that belong to an anomaly, and are no baseline.
  var flagged: UInt64 = 0
  /// The first tick that a baseline may use.
  var baselineFrom: Int32
  /// The tick at which it is looked at for a drop, before which it cannot have dropped; `none`
  /// where it comes too seldom.
  var dropTick: Int32 = none
  /// Variance over mean of a tick, the series' own estimate drawn towards its service's.
  var dispersion: Float = 1
  /// Pauses seen so far.
  var gapCount: UInt32 = 0
  var severity: Severity
  var isActive = false
  var isBursting = false
  var isDropping = false
  var isSilent = false
  /// Known from a past that is over, and not seen since.
  var isResting = false
  /// Its row in the table of measures; negative: it has none.
  var measure: Int32 = -1
  /// Its block in the table of categories; negative: it has none.
  var categories: Int32 = -1
  /// What it measures is larger than before.
  var isSlow = false
  /// It is among `Detector.regularSeries`.
  var isRegular = false
  /// The most that a minute of that past held, where it came in bursts; else 0.
  var burstBefore: UInt32 = 0

  /// After how many pauses a rhythm is looked for in what has had none.
  @inline(__always)
  static func isLookedAt(_ gapCount: UInt32) -> Bool { gapCount & (gapCount < 16 ? 3 : 15) == 0 }

  init(pattern: UInt32, service: UInt32, time: Int64, tick: Int32, severity: Severity) {
    self.pattern = pattern
    self.service = service
    firstSeen = time
    lastSeen = time
    lastOffset = 0
    visitStart = time
    baselineFrom = tick
    self.severity = severity
  }
}

/// What is known of a pattern in all services together.
struct PatternState: Sendable {
  enum Novelty: UInt8, Sendable {
    case unseen
    /// Seen, and may yet turn out to be new.
    case candidate
    case known
  }

  var firstSeen: Int64 = .max
  /// While a candidate: the last event, and the last moments that it came at.
  var lastSeen = farBack
  var recent: (Int64, Int64, Int64) = (farBack, farBack, farBack)
  /// First of the pattern's series, and the one counted in last.
  var head: Int32 = Series.none
  var latest: Int32 = Series.none
  var novelty: Novelty = .unseen

  private static let farBack = Int64.min / 2
}

/// An event of an unseen pattern that was not enough to report it.
struct NewSign: Sendable {
  var series: Int32
  var time: Int64
  var offset: UInt64
  var hasFailureWord: Bool
  var isTrouble: Bool
}

/// What is known of a service.
struct ServiceState: Sendable {
  /// Sources that a service is remembered to speak through.
  static let sourceLimit = 4

  var count: UInt64 = 0
  /// `.max` for one that was never heard.
  var firstSeen: Int64 = .max
  var lastSeen: Int64 = .min
  var lastOffset: UInt64 = 0
  /// The last event at warn or worse.
  var lastWarnOffset: UInt64 = 0
  var newSign: NewSign?
  /// Signs before this belong to one that was told.
  var signHold: Int64 = .min
  /// Sources that it spoke through; `.max` for none.
  var sources: (UInt32, UInt32, UInt32, UInt32) = (.max, .max, .max, .max)
  /// One of its sources ended: what is missing from then on is no drop.
  var holdUntil: Int64 = .min
  var echoUntil: Int64 = .min
  /// How late its events have been of late.
  var lag: Int64 = 0
  var flagged: UInt64 = 0
  var baselineFrom: Int32 = 0
  /// Before this tick it cannot have dropped.
  var dropTick: Int32 = 0
  /// Median dispersion of its series.
  var dispersion: Float = 1.5
  var isActive = false
  var isDropping = false
  var isShifted = false
  /// Known from a past that is over, and not heard since.
  var isResting = false
  /// The largest share of warnings that a minute of that past held.
  var warnedBefore: Float = 0
  /// Its row in the table of hours; negative: it has none.
  var hours: Int32 = -1

  var isKnown: Bool { firstSeen != .max }

  @inline(__always)
  func speaks(through source: UInt32) -> Bool {
    sources.0 == source || sources.1 == source || sources.2 == source || sources.3 == source
  }
}

/// Whether what a source does not say means anything.
enum SourceAbility: UInt8, Sendable {
  /// Read from its past: its next event is known to come later.
  case reading
  /// Has grown since it was read to its end.
  case live
  /// Read to its end; it may be of last month.
  case atEnd
  /// Read to its end, and not followed; or removed.
  case ended
  /// Its process is no more.
  case gone

  @inline(__always)
  var canFallSilent: Bool { rawValue <= Self.live.rawValue }
}

/// Whether the silence of a service means something.
enum ServiceAbility: Sendable {
  case none
  /// What it speaks through was read to its end and has not grown since. A drop is held back: only
  /// the end of all input tells whether the others went on for a moment, or for a month.
  case unproven
  case full
}
