/// Where the time of an event comes from, best first.
@frozen @usableFromInline
package enum TimeOrigin: UInt8, Sendable {
  /// Read from the event's own text.
  case parsed
  /// The text has none: that of the event before it in the same source.
  case inherited
  /// No event of the source had one yet: the time it was received.
  case received
}

/// How the body of an event is built; decides how it is mined and which fields it has.
@frozen @usableFromInline
package enum Structure: UInt8, Sendable {
  case text, json, logfmt
}

/// What is special about an event.
@frozen @usableFromInline
package struct EventFlags: OptionSet, Hashable, Sendable {
  @usableFromInline package let rawValue: UInt16
  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The text names no zone; the source's assumed one was used.
  @inlinable package static var zoneAssumed: EventFlags { .init(rawValue: 1 << 0) }
  /// The text names no year.
  @inlinable package static var yearAssumed: EventFlags { .init(rawValue: 1 << 1) }
  /// Body and message lie in text that was decoded from the raw bytes (JSON escapes, joined
  /// container parts), stored behind them in the batch's buffer.
  @inlinable package static var decoded: EventFlags { .init(rawValue: 1 << 2) }
  /// No declared format fits; found by the generic fallback or not at all.
  @inlinable package static var unparsed: EventFlags { .init(rawValue: 1 << 3) }
  /// First or later part of an event above the size limit, and more parts follow.
  @inlinable package static var partContinues: EventFlags { .init(rawValue: 1 << 4) }
  /// A part after the first of an event above the size limit; carries no pattern.
  @inlinable package static var part: EventFlags { .init(rawValue: 1 << 5) }
  /// The last line has no terminator (the source ended in it).
  @inlinable package static var unterminated: EventFlags { .init(rawValue: 1 << 6) }
  /// Older than the watermark of the stream when it was appended.
  @inlinable package static var late: EventFlags { .init(rawValue: 1 << 7) }
  /// The container runtime says that it came from standard error.
  @inlinable package static var standardError: EventFlags { .init(rawValue: 1 << 8) }
}

/// One event of a batch: ranges into the batch's buffer, and what was read from the text.
///
/// All offsets are into the buffer of the batch that holds the record. Plain bits, 80 bytes, no
/// references: a batch may copy records freely.
@frozen @usableFromInline
package struct EventRecord: Sendable {
  /// The event's bytes as they came, with all its lines and their terminators.
  @usableFromInline package var rawOffset: UInt32
  @usableFromInline package var rawCount: UInt32
  /// The part that carries the structure: a JSON object, logfmt pairs; else equal to the message.
  @usableFromInline package var bodyOffset: UInt32
  @usableFromInline package var bodyCount: UInt32
  /// What is mined and shown: the message of the first line, without header and terminator.
  @usableFromInline package var messageOffset: UInt32
  @usableFromInline package var messageCount: UInt32
  @usableFromInline package var time: Instant
  @usableFromInline package var ingestTime: Instant
  /// Byte position from which its source is read on once the event is stored: behind its last line,
  /// in its generation. Events of one source whose lines lie between each other's have the same, and
  /// are stored together.
  @usableFromInline package var sourceEndOffset: UInt64
  @usableFromInline package var source: SourceID
  @usableFromInline package var service: ServiceID
  /// The life of the source's file that the event ends in; counts up from 0 per source.
  @usableFromInline package var generation: UInt32
  @usableFromInline package var lineCount: UInt32
  /// Filled in by mining; `PatternID.none` before that and for parts.
  @usableFromInline package var pattern: PatternID
  @usableFromInline package var format: FormatID
  @usableFromInline package var flags: EventFlags
  @usableFromInline package var severity: Severity
  @usableFromInline package var timeOrigin: TimeOrigin
  @usableFromInline package var structure: Structure

  @inlinable package init(
    rawOffset: UInt32, rawCount: UInt32, time: Instant, ingestTime: Instant, source: SourceID
  ) {
    self.rawOffset = rawOffset
    self.rawCount = rawCount
    bodyOffset = rawOffset
    bodyCount = rawCount
    messageOffset = rawOffset
    messageCount = rawCount
    self.time = time
    self.ingestTime = ingestTime
    sourceEndOffset = 0
    self.source = source
    service = ServiceID(rawValue: 0)
    generation = 0
    lineCount = 1
    pattern = .none
    format = FormatID(rawValue: 0)
    flags = []
    severity = .unknown
    timeOrigin = .received
    structure = .text
  }
}
