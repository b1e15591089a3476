internal import Events

/// What the fields of one structured line have said about the event so far.
///
/// One for JSON and logfmt. Where several fields claim the same role, the highest rank wins, then
/// the first.
struct StructuredFields {
  var time: Timestamp?
  var timeRank: UInt8 = 0
  var severity = Severity.unknown
  var severityRank: UInt8 = 0
  var messageStart = 0
  var messageEnd = 0
  var messageRank: UInt8 = 0
  var messageIsEscaped = false
  var serviceStart = 0
  var serviceEnd = 0
  var serviceRank: UInt8 = 0
  /// Ranges and facts that mean something only together, read at the end.
  private var nameStart = 0
  private var nameEnd = 0
  private var hasBunyanVersion = false
  private var isCompactLogEvent = false
  private var epochSecond: Int64 = -1
  private var nanoOfSecond: Int64 = 0
  /// A date and a clock in fields of their own make a time together.
  private var parts = TimestampParts()
  private var hasDate = false
  private var hasClock = false

  init() {}

  /// A field whose value is text between `start` and `end`, without its quotes.
  @inline(__always)
  mutating func takeText(
    _ bytes: LineBytes, _ role: KeyRole, _ rank: UInt8, _ start: Int, _ end: Int,
    isEscaped: Bool, _ context: TimestampContext
  ) {
    switch role {
    case .message:
      // An empty message is better than none, and worse than any other.
      let rank = start == end ? 1 : rank
      if rank > messageRank {
        messageStart = start
        messageEnd = end
        messageRank = rank
        messageIsEscaped = isEscaped
      }
    case .service:
      if rank > serviceRank, start < end, !isEscaped {
        serviceStart = start
        serviceEnd = end
        serviceRank = rank
      }
    default: takeOtherText(bytes, role, rank, start, end, context)
    }
  }

  private mutating func takeOtherText(
    _ bytes: LineBytes, _ role: KeyRole, _ rank: UInt8, _ start: Int, _ end: Int,
    _ context: TimestampContext
  ) {
    switch role {
    case .time, .compactEventTime:
      if role == .compactEventTime { isCompactLogEvent = true }
      let textRank = rank &+ Self.textBonus
      if textRank > timeRank {
        var timestamp = Timestamp(instant: Instant(microseconds: 0))
        if scanTimestamp(bytes, start, end, context, &timestamp) >= 0 {
          time = timestamp
          timeRank = textRank
        } else if rank > timeRank, timestampFromEpoch(bytes, start, end, &timestamp) {
          time = timestamp
          timeRank = rank
        } else if timeRank == 0 {
          takePart(bytes, start, end, context)
        }
      }
    case .timeText: takeTimeText(bytes, rank, start, end, context)
    case .level, .levelText, .pythonLevel, .syslogLevel, .openTelemetryLevel, .letterLevel:
      takeSeverity(
        role == .levelText ? rank : rank &+ Self.textBonus,
        start < end && bytes[start].isDigit
          ? numericSeverity(bytes, role, start, end)
          : textSeverity(bytes, role, start, end))
    case .bunyanName:
      nameStart = start
      nameEnd = end
    case .epochSecond, .nanoOfSecond: takeScalar(bytes, role, rank, start, end)
    default: break
    }
  }

  /// `date=2026-11-22 time=09:31:02`, as firewalls write it.
  private mutating func takePart(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext
  ) {
    if end &- start == 10, bytes[start &+ 4] == bytes[start &+ 7], !bytes[start &+ 4].isDigit {
      parts.year = fourDigits(bytes, start)
      parts.month = twoDigits(bytes, start &+ 5)
      parts.day = twoDigits(bytes, start &+ 8)
      hasDate = parts.year >= 1900 && parts.month > 0 && parts.day > 0
    } else if end &- start >= 8, bytes[start &+ 2] == ascii(":") {
      hasClock = scanClock(bytes, start, &parts) == end
    }
    guard hasDate, hasClock else { return }
    var timestamp = Timestamp(instant: Instant(microseconds: 0))
    guard parts.finish(context, &timestamp) else { return }
    time = timestamp
    timeRank = 1
  }

  /// A key that only looks like one of a time: what lies ahead is no moment of an event.
  private mutating func takeTimeText(
    _ bytes: LineBytes, _ rank: UInt8, _ start: Int, _ end: Int, _ context: TimestampContext
  ) {
    var timestamp = Timestamp(instant: Instant(microseconds: 0))
    guard rank > timeRank, scanTimestamp(bytes, start, end, context, &timestamp) == end else {
      return
    }
    let ahead = timestamp.instant.microseconds(since: context.reference)
    guard ahead <= TimestampContext.microsecondsPerDay else { return }
    time = timestamp
    timeRank = rank
  }

  /// A field whose value is a number, `true`, `false` or `null`.
  mutating func takeScalar(
    _ bytes: LineBytes, _ role: KeyRole, _ rank: UInt8, _ start: Int, _ end: Int
  ) {
    guard start < end, bytes[start].isDigit else { return }
    switch role {
    case .time:
      if rank > timeRank {
        var timestamp = Timestamp(instant: Instant(microseconds: 0))
        if timestampFromEpoch(bytes, start, end, &timestamp) {
          time = timestamp
          timeRank = rank
        }
      }
    case .level, .pythonLevel, .syslogLevel, .openTelemetryLevel:
      takeSeverity(rank, numericSeverity(bytes, role, start, end))
    case .bunyanVersion: hasBunyanVersion = true
    case .epochSecond: epochSecond = wholeNumber(bytes, start, end) ?? -1
    case .nanoOfSecond: nanoOfSecond = wholeNumber(bytes, start, end) ?? 0
    default: break
    }
  }

  /// Text that names a moment or a level counts for more than a number under a better key.
  private static let textBonus: UInt8 = 100

  private mutating func takeSeverity(_ rank: UInt8, _ value: Severity) {
    if rank > severityRank, value != .unknown {
      severity = value
      severityRank = rank
    }
  }

  /// Writes what was found; the body is the range given, and the message too where no field is one.
  @inline(__always)
  mutating func finish(
    _ start: Int, _ end: Int, _ structure: Structure, _ recognition: inout Recognition
  ) {
    if timeRank == 0, epochSecond >= 0 {
      time = Timestamp(
        instant: Instant(microseconds: epochSecond &* 1_000_000 &+ nanoOfSecond / 1000))
    }
    if severity == .unknown, isCompactLogEvent { severity = .info }
    if serviceRank == 0, hasBunyanVersion, nameStart < nameEnd {
      serviceStart = nameStart
      serviceEnd = nameEnd
    }
    recognition.time = time
    recognition.severity = severity
    recognition.structure = structure
    recognition.bodyStart = start
    recognition.bodyEnd = end
    if messageRank > 0 {
      recognition.messageStart = messageStart
      recognition.messageEnd = messageEnd
      recognition.messageIsEscaped = messageIsEscaped
    } else {
      recognition.messageStart = start
      recognition.messageEnd = end
      recognition.messageIsEscaped = false
    }
    recognition.serviceStart = serviceStart
    recognition.serviceEnd = serviceEnd
  }
}
