package import Events

/// Turns the lines of one source into events: recognises their format, joins what belongs together.
///
/// Plain and synchronous; one thread at a time. Time is an argument. What was read in one call and in
/// many, cut anywhere, gives the same events.
@safe
package struct EventRecognizer: ~Copyable {
  private let options: RecognizerOptions
  private var reader: LineReader
  private var open: OpenEvent?
  /// The bytes that come next continue a line whose beginning was cut off as a part.
  private var isInsideLongLine = false
  private var lastTime: Instant?
  private var isAtStart = true
  private var names: RecognizerNames

  /// The format that recognised the newest event; 0 before the first.
  package private(set) var winner = FormatID(rawValue: 0)
  /// Whether some event's time was made with the assumed zone.
  package private(set) var assumedZoneWasUsed = false

  package init(_ options: RecognizerOptions) {
    self.options = options
    reader = LineReader(
      options.library.program,
      TimestampContext(
        assumedZoneMicroseconds: options.assumedZoneMicroseconds, reference: options.reference))
    names = RecognizerNames(formatCount: reader.noFormat + 1)
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
  ///   - ends: The ends of the complete lines among them, behind their terminators; those of lines
  ///     that were carried over may be left out.
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
      takePhysicalLine(batch, start, end, isTerminated: true, origin, now, &names)
      start = end
    }
    while filled - start > EventBatch.eventByteLimit {
      let cut = cutPosition(batch, start)
      takePart(batch, start, cut, continues: true, origin, now, &names)
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
      // What scanners may read behind the line must not depend on what the buffer held before.
      batch.reserveBytes(filled + EventBatch.bytePadding)
      unsafe (batch.bytes + filled).update(repeating: 0, count: EventBatch.bytePadding)
      takePhysicalLine(batch, start, filled, isTerminated: false, origin, now, &names)
      start = filled
    }
    close(batch, &names)
    return carryOver(start)
  }

  private mutating func carryOver(_ start: Int) -> Int {
    let done = open.map { Int($0.record.rawOffset) } ?? start
    open?.shift(by: done)
    return done
  }

  /// Where the part that begins at `start` ends: at the limit, but not within a character.
  private func cutPosition(_ batch: EventBatch, _ start: Int) -> Int {
    let text = unsafe LineBytes(batch.bytes)
    let limit = start + EventBatch.eventByteLimit
    var cut = limit
    while limit - cut < 3, text[cut] & 0xc0 == 0x80 { cut -= 1 }
    return text[cut] & 0xc0 == 0x80 ? limit : cut
  }

  private mutating func takePhysicalLine(
    _ batch: EventBatch, _ start: Int, _ end: Int, isTerminated: Bool, _ origin: BufferOrigin,
    _ now: Instant, _ names: inout EventNames
  ) {
    if !isInsideLongLine, end &- start <= EventBatch.eventByteLimit {
      takeLine(batch, start, end, isTerminated: isTerminated, origin, now, &names)
      return
    }
    var start = start
    while end - start > EventBatch.eventByteLimit {
      let cut = cutPosition(batch, start)
      takePart(batch, start, cut, continues: true, origin, now, &names)
      start = cut
    }
    takePart(batch, start, end, continues: false, origin, now, &names)
  }

  /// A piece of a line above the limit is an event of its own.
  private mutating func takePart(
    _ batch: EventBatch, _ start: Int, _ end: Int, continues: Bool, _ origin: BufferOrigin,
    _ now: Instant, _ names: inout EventNames
  ) {
    if isInsideLongLine {
      close(batch, &names)
      beginEvent(batch, start, end, end, Recognition(), reader.noFormat, origin, now, &names)
      open?.record.flags.insert(.part)
      open?.recognition.messageStart = start
      open?.recognition.messageEnd = end
      open?.recognition.bodyStart = start
      open?.recognition.bodyEnd = end
    } else {
      takeLine(batch, start, end, isTerminated: true, origin, now, &names)
    }
    if continues { open?.record.flags.insert(.partContinues) }
    isInsideLongLine = continues
    close(batch, &names)
  }

  private mutating func takeLine(
    _ batch: EventBatch, _ start: Int, _ end: Int, isTerminated: Bool, _ origin: BufferOrigin,
    _ now: Instant, _ names: inout EventNames
  ) {
    let text = unsafe LineBytes(batch.bytes)
    var from = start
    if isAtStart {
      isAtStart = false
      if end - start >= 3, text.half(start) & 0xff_ffff == 0xbf_bbef { from += 3 }
    }
    var textEnd = end
    if textEnd > from, text[textEnd &- 1] == 0x0a { textEnd &-= 1 }
    if textEnd > from, text[textEnd &- 1] == 0x0d { textEnd &-= 1 }
    var recognition = Recognition()
    let format = unsafe reader.read(text, from, textEnd, &recognition)
    if options.joinsLines, open != nil, format == reader.noFormat, from < textEnd,
      text[from].isBlank
    {
      join(start, end, origin)
      return
    }
    close(batch, &names)
    beginEvent(batch, start, end, textEnd, recognition, format, origin, now, &names)
    if !isTerminated { open?.record.flags.insert(.unterminated) }
  }

  private mutating func join(_ start: Int, _ end: Int, _ origin: BufferOrigin) {
    guard var event = open else { return }
    event.end = end
    event.record.rawCount = UInt32(truncatingIfNeeded: end &- Int(event.record.rawOffset))
    event.record.lineCount &+= 1
    event.record.generation = origin.generation
    event.record.sourceEndOffset = sourceOffset(end, origin)
    open = event
  }

  private func sourceOffset(_ position: Int, _ origin: BufferOrigin) -> UInt64 {
    origin.sourceOffset &+ UInt64(bitPattern: Int64(position &- origin.index))
  }

  private mutating func beginEvent(
    _ batch: EventBatch, _ start: Int, _ end: Int, _ textEnd: Int, _ recognition: Recognition,
    _ format: Int, _ origin: BufferOrigin, _ now: Instant, _ names: inout EventNames
  ) {
    var record = EventRecord(
      rawOffset: UInt32(truncatingIfNeeded: start),
      rawCount: UInt32(truncatingIfNeeded: end &- start),
      time: now, ingestTime: now, source: options.source)
    if let time = recognition.time {
      record.time = time.instant
      record.timeOrigin = .parsed
      lastTime = time.instant
      if time.zoneAssumed {
        record.flags.insert(.zoneAssumed)
        assumedZoneWasUsed = true
      }
      if time.yearAssumed { record.flags.insert(.yearAssumed) }
    } else if let lastTime {
      record.time = lastTime
      record.timeOrigin = .inherited
    }
    record.severity = recognition.severity
    record.structure = recognition.structure
    record.generation = origin.generation
    record.sourceEndOffset = sourceOffset(end, origin)
    if format >= reader.genericFormat { record.flags.insert(.unparsed) }
    if recognition.isStandardError { record.flags.insert(.standardError) }
    let text = unsafe LineBytes(batch.bytes)
    record.service =
      recognition.serviceEnd > recognition.serviceStart
      ? self.names.service(text, recognition.serviceStart, recognition.serviceEnd, &names)
      : self.names.defaultService(options, &names)
    record.format = self.names.format(format, options.library, &names)
    winner = record.format
    open = OpenEvent(record: record, end: end, recognition: recognition)
  }

  /// Appends the open event to the batch, its message decoded if need be.
  private mutating func close(_ batch: EventBatch, _ names: inout EventNames) {
    guard let event = open else { return }
    var record = event.record
    let found = event.recognition
    record.bodyOffset = UInt32(truncatingIfNeeded: found.bodyStart)
    record.bodyCount = UInt32(truncatingIfNeeded: found.bodyEnd &- found.bodyStart)
    if found.messageIsEscaped {
      let decoded = unescapeJSON(found.messageStart, found.messageEnd, into: batch)
      record.messageOffset = UInt32(truncatingIfNeeded: decoded.lowerBound)
      record.messageCount = UInt32(truncatingIfNeeded: decoded.count)
      record.flags.insert(.decoded)
    } else {
      record.messageOffset = UInt32(truncatingIfNeeded: found.messageStart)
      record.messageCount = UInt32(truncatingIfNeeded: found.messageEnd &- found.messageStart)
    }
    batch.append(record)
    open = nil
  }
}
