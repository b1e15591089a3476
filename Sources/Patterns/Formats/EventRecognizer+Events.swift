internal import Events

extension EventRecognizer {
  // MARK: - Beginning

  @inline(__always)
  mutating func begin(
    _ start: Int, _ end: Int, _ line: LineText, _ format: Int, _ names: inout EventNames
  ) {
    newRecord(start, end)
    var serviceStart = found.serviceStart
    var serviceEnd = found.serviceEnd
    open.isPartialLine = false
    open.hasOwnTime = false
    if let time = found.time {
      open.hasOwnTime = true
      setTime(time)
    }
    if line.isContained {
      if !open.hasOwnTime, let time = container.time { setTime(time) }
      if serviceStart >= serviceEnd {
        serviceStart = container.serviceStart
        serviceEnd = container.serviceEnd
      }
      if container.isStandardError { open.record.flags.insert(.standardError) }
      open.isPartialLine = container.isPartial
    }
    open.record.severity = found.severity
    open.record.structure = found.structure
    if format >= reader.genericFormat { open.record.flags.insert(.unparsed) }
    open.record.service =
      serviceStart >= serviceEnd
      ? self.names.defaultService(options, &names)
      : self.names.service(text, serviceStart, serviceEnd, &names)
    open.record.format = self.names.format(format, options.library, &names)
    winner = open.record.format
    open.end = end
    open.textStart = line.start
    open.textEnd = line.end
    open.setText(found)
    open.isRewritten = open.isPartialLine || line.isDecoded
    open.isOdd = isOdd
    if isOdd { open.oddity = oddity }
    open.isBare = !open.hasOwnTime && format >= reader.genericFormat
    hasOpenEvent = true
  }

  /// A further piece of an event that is too large: has no pattern, and no format of its own.
  mutating func beginPart(
    _ batch: EventBatch, _ start: Int, _ end: Int, _ names: inout EventNames
  ) {
    close(batch, &names)
    open = OpenEvent()
    newRecord(start, end)
    open.record.service = self.names.defaultService(options, &names)
    open.record.flags.insert(.part)
    open.end = end
    open.textStart = start
    open.textEnd = end
    open.setPlainText(start, end)
    hasOpenEvent = true
  }

  @inline(__always)
  private mutating func newRecord(_ start: Int, _ end: Int) {
    open.record = EventRecord(
      rawOffset: UInt32(truncatingIfNeeded: start),
      rawCount: UInt32(truncatingIfNeeded: end &- start), time: now, ingestTime: now,
      source: options.source)
    if let lastTime {
      open.record.time = lastTime
      open.record.timeOrigin = .inherited
    }
    open.record.generation = origin.generation
    open.record.sourceEndOffset = sourceOffset(end)
  }

  @inline(__always)
  mutating func setTime(_ time: Timestamp) {
    open.record.time = time.instant
    open.record.timeOrigin = .parsed
    lastTime = time.instant
    open.record.flags.remove([.zoneAssumed, .yearAssumed])
    if time.zoneAssumed {
      open.record.flags.insert(.zoneAssumed)
      assumedZoneWasUsed = true
    }
    if time.yearAssumed { open.record.flags.insert(.yearAssumed) }
  }

  private func sourceOffset(_ position: Int) -> UInt64 {
    origin.sourceOffset &+ UInt64(bitPattern: Int64(position &- origin.index))
  }

  // MARK: - Going on

  mutating func place(
    _ placement: Placement, _ batch: EventBatch, _ start: Int, _ end: Int,
    _ names: inout EventNames
  ) {
    if placement == .overflows {
      open.record.flags.insert(.partContinues)
      beginPart(batch, start, end, &names)
    } else {
      extend(batch, start, end, &names)
    }
  }

  /// The line belongs to the open event, unless the two are too large together.
  mutating func extend(
    _ batch: EventBatch, _ start: Int, _ end: Int, _ names: inout EventNames
  ) {
    let rawStart = Int(open.record.rawOffset)
    if end &- rawStart > byteLimit {
      place(.overflows, batch, start, end, &names)
      return
    }
    open.end = end
    open.record.rawCount = UInt32(truncatingIfNeeded: end &- rawStart)
    open.record.lineCount &+= 1
    open.record.generation = origin.generation
    open.record.sourceEndOffset = sourceOffset(end)
  }

  /// Takes from the second line what the first lacks: `… com.example.Main run`, then `INFO: started`.
  mutating func adoptSecondLine() {
    guard !open.isRewritten, open.record.lineCount == 1, open.record.severity == .unknown,
      found.severity != .unknown, found.time == nil, open.hasOwnTime
    else { return }
    open.record.severity = found.severity
    open.setText(found)
  }

  // MARK: - Closing

  /// Appends the open event to the batch.
  @inline(__always)
  mutating func close(_ batch: EventBatch, _ names: inout EventNames) {
    guard hasOpenEvent else { return }
    if open.isRewritten || open.isEscaped || open.record.lineCount > 1
      || open.suffixEnd > open.suffixStart
    {
      closeUnfinished(batch, &names)
    } else {
      hasOpenEvent = false
      // SAFETY: the place is the record's; it is plain bits.
      unsafe closed.next().initialize(to: open.record)
    }
  }

  /// As above, where the message must be decoded, or the event read as a whole.
  @inline(never)
  private mutating func closeUnfinished(_ batch: EventBatch, _ names: inout EventNames) {
    hasOpenEvent = false
    if open.isRewritten {
      rewrite(batch, &names)
    } else if open.record.lineCount > 1 {
      readWhole(&names)
    }
    if open.isEscaped {
      let from = Int(open.record.messageOffset)
      let decoded = unescapeJSON(from, from &+ Int(open.record.messageCount), into: batch)
      unsafe text = LineBytes(batch.bytes)
      open.setMessage(decoded.lowerBound, decoded.upperBound)
      open.record.flags.insert(.decoded)
    }
    if open.suffixEnd > open.suffixStart { appendSuffix(batch) }
    // SAFETY: the place is the record's; it is plain bits.
    unsafe closed.next().initialize(to: open.record)
  }

  /// Puts the message together from two places of its line.
  private mutating func appendSuffix(_ batch: EventBatch) {
    let start = batch.byteCount
    let from = Int(open.record.messageOffset)
    copyText(from, from &+ Int(open.record.messageCount), into: batch)
    let blank: [UInt8] = [0x20]
    _ = unsafe blank.withUnsafeBufferPointer { blank in
      unsafe batch.append(bytes: blank.baseAddress!, count: 1)
    }
    copyText(open.suffixStart, open.suffixEnd, into: batch)
    unsafe text = LineBytes(batch.bytes)
    open.setPlainText(start, batch.byteCount)
    open.record.flags.insert(.decoded)
  }

  /// Puts together what the program wrote as its first line, behind the buffer's bytes, and reads it.
  private mutating func rewrite(_ batch: EventBatch, _ names: inout EventNames) {
    let start = batch.byteCount
    let oddity = open.isOdd ? open.oddity : LineOddity()
    appendProgramLine(
      Int(open.record.rawOffset) &+ oddity.skipped, open.end, containers, reader.context, batch)
    if oddity.isColoured { batch.byteCount = removeColours(start, batch.byteCount, in: batch) }
    unsafe text = LineBytes(batch.bytes)
    let end = batch.byteCount
    open.record.flags.insert(.decoded)
    // The line at hand is in `self.found`.
    var found = Recognition()
    let format = unsafe reader.read(text, start, end, &found)
    open.setText(found)
    open.record.severity = found.severity
    open.record.structure = found.structure
    open.record.format = self.names.format(format, options.library, &names)
  }

  /// Reads an event of several lines whose first says nothing: a value that was written over lines.
  private mutating func readWhole(_ names: inout EventNames) {
    if open.record.messageCount == 0 {
      takeSecondLine()
      return
    }
    guard open.isBare, !open.record.flags.contains(.part) else { return }
    let first = text[open.textStart]
    guard first == ascii("{") || first == ascii("_") else { return }
    var found = Recognition()
    let isJSON = first == ascii("{")
    let fits =
      isJSON
      ? readJSON(text, open.textStart, open.end, reader.context, &found)
      : readJournal(text, open.textStart, open.end, &found)
    guard fits else { return }
    if let time = found.time { setTime(time) }
    open.record.severity = found.severity
    open.record.structure = found.structure
    open.record.flags.remove(.unparsed)
    open.setText(found)
    let format = isJSON ? reader.jsonFormat : reader.journalFormat
    open.record.format = self.names.format(format, options.library, &names)
    winner = open.record.format
    if found.serviceEnd > found.serviceStart {
      open.record.service = self.names.service(
        text, found.serviceStart, found.serviceEnd, &names)
    }
  }

  /// The header stands alone on its line: the message is the next.
  private mutating func takeSecondLine() {
    var from = open.textEnd
    while from < open.end, text[from] <= 0x20 { from &+= 1 }
    var to = from
    while to < open.end, text[to] != 0x0a { to &+= 1 }
    while to > from, text[to &- 1] <= 0x20 { to &-= 1 }
    open.setPlainText(from, to)
  }
}

/// Appends the text of a container's lines from `start` on, up to the end of the program's own line; of
/// lines without a container the first.
func appendProgramLine(
  _ start: Int, _ end: Int, _ containers: ContainerReader, _ context: TimestampContext,
  _ batch: EventBatch
) {
  var containers = containers
  var lineStart = start
  while lineStart < end {
    let bytes = unsafe LineBytes(batch.bytes)
    var lineEnd = lineStart
    while lineEnd < end, bytes[lineEnd] != 0x0a { lineEnd &+= 1 }
    let next = min(lineEnd &+ 1, end)
    if lineEnd > lineStart, bytes[lineEnd &- 1] == 0x0d { lineEnd &-= 1 }
    var line = ContainerLine()
    guard containers.read(bytes, lineStart, lineEnd, context, &line) else {
      if lineStart == start { copyText(lineStart, lineEnd, into: batch) }
      return
    }
    if line.innerIsEscaped {
      _ = unescapeJSON(line.innerStart, line.innerEnd, into: batch)
    } else {
      copyText(line.innerStart, line.innerEnd, into: batch)
    }
    if !line.isPartial { return }
    lineStart = next
  }
}
