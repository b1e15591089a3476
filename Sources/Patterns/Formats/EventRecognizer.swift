package import Events

/// Turns the lines of one source into events: recognises their format, joins what belongs together.
///
/// Plain and synchronous; one thread at a time. Time is an argument. What was read in one call and in
/// many, cut anywhere, gives the same events.
@safe
package struct EventRecognizer: ~Copyable {
  let options: RecognizerOptions
  let reader: LineReader
  var joiner = Joiner()
  var containers = ContainerReader()
  var names: RecognizerNames
  /// Meaningless unless `hasOpenEvent`.
  var open = OpenEvent()
  /// Whether an event waits for more lines; of several voices, that of the current one.
  var hasOpenEvent = false
  /// What the others have open, where several programs share the source.
  var voices = VoiceTable()
  /// Behind the last line that was taken.
  private var taken = 0
  /// The bytes that come next continue a line whose beginning was cut off as a part.
  private var isInsideLongLine = false
  private var isAtStart = true
  var lastTime: Instant?
  /// What was read from the line at hand, and what its container says.
  var found = Recognition()
  var container = ContainerLine()
  /// Whether something was left out of it, and what.
  var isOdd = false
  var oddity = LineOddity()
  /// The bytes of the batch at hand; set anew where its buffer may have moved.
  var text = LineBytes.none
  /// Where the bytes of the call at hand stand in their source, and when it is.
  var origin = BufferOrigin(generation: 0, sourceOffset: 0, index: 0)
  var now = Instant.distantPast
  /// At hand, since every line is compared with it.
  let byteLimit = EventBatch.eventByteLimit

  /// The format that recognised the newest event; 0 before the first.
  package internal(set) var winner = FormatID(rawValue: 0)
  /// Whether some event's time was made with the assumed zone.
  package internal(set) var assumedZoneWasUsed = false

  package init(_ options: RecognizerOptions) {
    self.options = options
    reader = LineReader(
      options.library.program,
      TimestampContext(
        assumedZoneMicroseconds: options.assumedZoneMicroseconds, reference: options.reference))
    names = RecognizerNames(formatCount: reader.noFormat + 1)
  }

  /// Recognises the complete lines of `batch.bytes[0 ..< filled]` and appends the events that are
  /// closed by what follows them as records to `batch`; keeps at most one open.
  ///
  /// Raw ranges are in place; decoded text is appended at the end of the buffer, which may move.
  /// A line above `EventBatch.eventByteLimit` is cut into parts, so progress is certain once the buffer
  /// holds more than that.
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
    unsafe text = LineBytes(batch.bytes)
    self.origin = origin
    self.now = now
    var start = taken
    for index in 0..<ends.count {
      let end = Int(ends[index])
      if end <= start { continue }
      if !isInsideLongLine, end &- start <= byteLimit {
        takeLine(batch, start, end, &names)
      } else {
        takePhysicalLine(batch, start, end, isTerminated: true, &names)
      }
      start = end
    }
    while filled - start > byteLimit {
      let cut = cutPosition(start)
      takePart(batch, start, cut, continues: true, &names)
      start = cut
    }
    return carryOver(start, batch)
  }

  /// Closes the open event: after silence, and at the end of the source.
  /// - Parameter isFinal: The source has ended: an unterminated last line is an event too.
  /// - Returns: How many bytes of the front are done with.
  package mutating func flush(
    _ batch: EventBatch, filled: Int, isFinal: Bool, origin: BufferOrigin, now: Instant,
    names: inout EventNames
  ) -> Int {
    batch.byteCount = max(batch.byteCount, filled)
    unsafe text = LineBytes(batch.bytes)
    self.origin = origin
    self.now = now
    var start = taken
    if isFinal, filled > start {
      // What scanners may read behind the line must not depend on what the buffer held before.
      batch.reserveBytes(filled + EventBatch.bytePadding)
      unsafe text = LineBytes(batch.bytes)
      unsafe (batch.bytes + filled).update(repeating: 0, count: EventBatch.bytePadding)
      takePhysicalLine(batch, start, filled, isTerminated: false, &names)
      start = filled
    }
    closeAll(batch, &names)
    return carryOver(start, batch)
  }

  /// Closes the events of voices that have been silent since `limit`, as others go on speaking.
  /// - Returns: How many bytes of the front are done with.
  package mutating func flushSilent(
    since limit: Instant, _ batch: EventBatch, filled: Int, origin: BufferOrigin, now: Instant,
    names: inout EventNames
  ) -> Int {
    batch.byteCount = max(batch.byteCount, filled)
    unsafe text = LineBytes(batch.bytes)
    self.origin = origin
    self.now = now
    closeSilent(since: limit, batch, &names)
    return carryOver(taken, batch)
  }

  /// Whether an event waits for more lines, or for an older one to be complete.
  package var holdsEvents: Bool { hasOpenEvent || voices.held.count > 0 }

  /// Formats that were put aside: their expressions went back and forth on a line without end.
  package var formatsAside: [String] {
    reader.formatsAside.map { options.library.formatName($0) }
  }

  /// Whether several voices may have events open.
  package var hasVoices: Bool { voices.isInUse }

  private mutating func carryOver(_ start: Int, _ batch: EventBatch) -> Int {
    // The open event goes on in another batch, or elsewhere in this one.
    batch.forgetNextStates()
    var done = start
    if voices.held.count > 0 {
      done = voices.held.start
      voices.held.shift(by: done)
      open.shift(by: done)
    } else if hasOpenEvent {
      done = Int(open.record.rawOffset)
      open.shift(by: done)
    }
    taken = start &- done
    return done
  }

  // MARK: - Lines

  private mutating func takePhysicalLine(
    _ batch: EventBatch, _ start: Int, _ end: Int, isTerminated: Bool, _ names: inout EventNames
  ) {
    if !isInsideLongLine, end &- start <= byteLimit {
      takeLine(batch, start, end, &names)
      if !isTerminated { open.record.flags.insert(.unterminated) }
      return
    }
    var start = start
    while end - start > byteLimit {
      let cut = cutPosition(start)
      takePart(batch, start, cut, continues: true, &names)
      start = cut
    }
    takePart(batch, start, end, continues: false, &names)
  }

  /// Where the part that begins at `start` ends: at the limit, but not within a character.
  private func cutPosition(_ start: Int) -> Int {
    let limit = start + byteLimit
    var cut = limit
    while limit - cut < 3, text[cut] & 0xc0 == 0x80 { cut -= 1 }
    return text[cut] & 0xc0 == 0x80 ? limit : cut
  }

  /// A piece of a line above the limit is an event of its own.
  private mutating func takePart(
    _ batch: EventBatch, _ start: Int, _ end: Int, continues: Bool, _ names: inout EventNames
  ) {
    if isInsideLongLine {
      beginPart(batch, start, end, &names)
    } else {
      takeLine(batch, start, end, &names)
      if voices.isInUse { closeOthers(batch, &names) }
    }
    if continues { open.record.flags.insert(.partContinues) }
    isInsideLongLine = continues
    close(batch, &names)
    joiner.close()
  }

  private mutating func takeLine(
    _ batch: EventBatch, _ start: Int, _ end: Int, _ names: inout EventNames
  ) {
    var line = lineText(batch, start, end)
    if text[line.start] == 0x1b { removeColours(&line, batch) }
    if line.isContained || voices.isInUse { listen(batch, end, line.isContained, &names) }
    if hasOpenEvent, open.isPartialLine, line.isContained {
      // The program wrote one line, the runtime two.
      extend(batch, start, end, &names)
      open.isPartialLine = container.isPartial
      return
    }
    if options.joinsLines, let placement = joiner.placeUnread(text, line.start, line.end) {
      place(placement, batch, start, end, &names)
      return
    }
    var format = unsafe reader.read(text, line.start, line.end, &found)
    if format >= reader.genericFormat, holdsColour(text, line.start, line.end) {
      format = readWithoutColours(&line, batch)
    }
    if options.joinsLines {
      let isReadable = hasOpenEvent && !open.isRewritten
      let placement = joiner.placeRead(
        text, line.start, line.end, facts(format),
        openStart: isReadable ? open.textStart : 0, openEnd: isReadable ? open.textEnd : 0)
      if placement != .begins {
        if placement == .continues { adoptSecondLine() }
        place(placement, batch, start, end, &names)
        return
      }
    }
    close(batch, &names)
    begin(start, end, line, format, &names)
    if found.structure != .text, !open.isHeld {
      reader.noteStates(of: found.structure, in: batch)
    }
  }

  /// Goes on with a copy of the line that holds no colours.
  @inline(never)
  private mutating func removeColours(_ line: inout LineText, _ batch: EventBatch) {
    if !line.isDecoded {
      let count = line.end &- line.start
      copyText(line.start, line.end, into: batch)
      unsafe text = LineBytes(batch.bytes)
      line.start = batch.byteCount &- count
      line.isDecoded = true
    }
    line.end = Patterns.removeColours(line.start, batch.byteCount, in: batch)
    batch.byteCount = line.end
    if !isOdd { oddity = LineOddity() }
    oddity.isColoured = true
    isOdd = true
  }

  @inline(never)
  private mutating func readWithoutColours(_ line: inout LineText, _ batch: EventBatch) -> Int {
    removeColours(&line, batch)
    return unsafe reader.read(text, line.start, line.end, &found)
  }

  /// A crash left zeroes where a line was to be.
  @inline(never)
  private mutating func skipZeroes(_ line: inout LineText) {
    if !isOdd { oddity = LineOddity() }
    while line.start < line.end, text[line.start] == 0 {
      line.start &+= 1
      oddity.skipped &+= 1
    }
    isOdd = true
  }

  @inline(__always)
  private func facts(_ format: Int) -> LineFacts {
    LineFacts(
      hasTime: found.time != nil, isDeclared: format < reader.genericFormat,
      isSingleLine: reader.isSingleLine(format),
      isHeaderOnly: found.messageStart == found.messageEnd, severity: found.severity, format: format
    )
  }

  /// What is left of a line without terminator, byte order mark and container; may decode.
  @inline(__always)
  private mutating func lineText(_ batch: EventBatch, _ start: Int, _ end: Int) -> LineText {
    var line = LineText(start: start, end: end)
    isOdd = false
    if isAtStart {
      isAtStart = false
      if end - start >= 3, text.half(start) & 0xff_ffff == 0xbf_bbef {
        line.start += 3
        oddity = LineOddity(skipped: 3)
        isOdd = true
      }
    }
    if line.end > line.start, text[line.end &- 1] == 0x0a { line.end &-= 1 }
    if line.end > line.start, text[line.end &- 1] == 0x0d { line.end &-= 1 }
    if text[line.start] == 0 { skipZeroes(&line) }
    if containers.passes() { return line }
    guard containers.read(text, line.start, line.end, reader.context, &container) else {
      return line
    }
    line.isContained = true
    line.start = container.innerStart
    line.end = container.innerEnd
    if container.innerIsEscaped {
      let decoded = unescapeJSON(line.start, line.end, into: batch)
      unsafe text = LineBytes(batch.bytes)
      line.start = decoded.lowerBound
      line.end = decoded.upperBound
      line.isDecoded = true
    }
    return line
  }
}
