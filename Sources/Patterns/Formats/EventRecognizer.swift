package import Events

/// Turns the lines of one source into events: recognises their format, joins what belongs together.
///
/// Plain and synchronous; one thread at a time. Time is an argument. What was read in one call and in
/// many, cut anywhere, gives the same events.
package struct EventRecognizer: ~Copyable {
  private let options: RecognizerOptions
  private var context: TimestampContext
  private var open: OpenEvent?
  /// The bytes that come next continue a line whose beginning was cut off as a part.
  private var isInsideLongLine = false
  private var lastTime: Instant?
  private var serviceID: ServiceID?
  /// The byte order mark may still come.
  private var isAtStart = true

  /// The format that recognised the newest event; 0 before the first.
  package private(set) var winner = FormatID(rawValue: 0)
  /// Whether some event's time was made with the assumed zone.
  package private(set) var assumedZoneWasUsed = false

  package init(_ options: RecognizerOptions) {
    self.options = options
    context = TimestampContext(
      assumedZoneMicroseconds: options.assumedZoneMicroseconds, reference: options.reference)
  }

  /// Whether an event waits for more lines.
  package var hasOpenEvent: Bool { open != nil }

  /// Recognises the complete lines of `batch.bytes[0 ..< filled]` and appends the events that are
  /// closed by what follows them as records to `batch`; keeps at most one open.
  ///
  /// Raw ranges are in place; decoded text is appended at the end of the buffer, which may move.
  /// A line that reaches `EventBatch.eventByteLimit` is cut into parts, so progress is certain once
  /// the buffer holds that much.
  /// - Parameters:
  ///   - filled: Bytes in use: those carried over from the call before, then new ones.
  ///   - ends: The ends of the complete lines among them, behind their terminators.
  ///   - origin: Where the new bytes stand in their source.
  /// - Returns: How many bytes of the front are done with. The caller copies the rest to the front of
  ///   the next buffer and calls again with more.
  package mutating func recognize(
    _ batch: EventBatch, filled: Int, ends: borrowing LineEnds, origin: BufferOrigin, now: Instant,
    names: inout EventNames
  ) -> Int {
    batch.byteCount = max(batch.byteCount, filled)
    var start = open?.end ?? 0
    for index in 0..<ends.count {
      let end = Int(ends[index])
      if end <= start { continue }
      takeLine(batch, start, end, isComplete: true, origin, now, &names)
      start = end
    }
    while filled - start >= EventBatch.eventByteLimit {
      let cut = start + EventBatch.eventByteLimit
      takePart(batch, start, cut, continues: true, origin, now, &names)
      isInsideLongLine = true
      start = cut
    }
    return carryOver(start)
  }

  /// Closes the open event: after silence, and at the end of the source.
  /// - Parameter isFinal: The source has ended: an unterminated last line is an event too.
  /// - Returns: How many bytes of the front are done with.
  package mutating func flush(
    _ batch: EventBatch, filled: Int, isFinal: Bool, origin: BufferOrigin, now: Instant,
    names: inout EventNames
  ) -> Int {
    batch.byteCount = max(batch.byteCount, filled)
    var start = open?.end ?? 0
    if isFinal, filled > start {
      takeLine(batch, start, filled, isComplete: false, origin, now, &names)
      start = filled
    }
    close(batch)
    return carryOver(start)
  }

  private mutating func carryOver(_ start: Int) -> Int {
    let done = open.map { Int($0.record.rawOffset) } ?? start
    open?.shift(by: done)
    return done
  }

  private mutating func close(_ batch: EventBatch) {
    guard let event = open else { return }
    batch.append(event.record)
    open = nil
  }

  private mutating func takePart(
    _ batch: EventBatch, _ start: Int, _ end: Int, continues: Bool, _ origin: BufferOrigin,
    _ now: Instant, _ names: inout EventNames
  ) {
    close(batch)
    takeLine(batch, start, end, isComplete: false, origin, now, &names)
    if isInsideLongLine { open?.record.flags.insert(.part) }
    if continues { open?.record.flags.insert(.partContinues) }
    open?.record.flags.remove(.unterminated)
    close(batch)
  }

  private mutating func takeLine(
    _ batch: EventBatch, _ start: Int, _ end: Int, isComplete: Bool, _ origin: BufferOrigin,
    _ now: Instant, _ names: inout EventNames
  ) {
    let text = unsafe LineBytes(batch.bytes)
    var textEnd = end
    if textEnd > start, text[textEnd - 1] == 0x0a { textEnd -= 1 }
    if textEnd > start, text[textEnd - 1] == 0x0d { textEnd -= 1 }
    var time = Timestamp(instant: now)
    let timeEnd = scanTimestamp(text, start, textEnd, context, &time)
    if timeEnd < 0, options.joinsLines, open != nil, end > start, text[start].isBlank {
      open!.end = end
      open!.record.rawCount = UInt32(end) - open!.record.rawOffset
      open!.record.lineCount += 1
      return
    }
    close(batch)
    var record = EventRecord(
      rawOffset: UInt32(start), rawCount: UInt32(end - start), time: time.instant, ingestTime: now,
      source: options.source)
    if timeEnd >= 0 {
      record.timeOrigin = .parsed
      lastTime = time.instant
      if time.zoneAssumed {
        record.flags.insert(.zoneAssumed)
        assumedZoneWasUsed = true
      }
    } else if let lastTime {
      record.time = lastTime
      record.timeOrigin = .inherited
    }
    if serviceID == nil {
      serviceID = ServiceID(rawValue: names.services.intern(options.serviceName))
    }
    record.service = serviceID!
    record.messageOffset = UInt32(timeEnd < 0 ? start : timeEnd)
    record.messageCount = UInt32(textEnd) - record.messageOffset
    record.bodyOffset = record.messageOffset
    record.bodyCount = record.messageCount
    record.generation = origin.generation
    record.sourceEndOffset = origin.sourceOffset &+ UInt64(end) &- UInt64(origin.index)
    if !isComplete { record.flags.insert(.unterminated) }
    open = OpenEvent(record: record, end: end, firstLineEnd: textEnd)
  }
}
