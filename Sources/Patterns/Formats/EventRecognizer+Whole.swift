internal import Events

extension EventRecognizer {
  // MARK: - Several lines, read as a whole

  /// Appends `open` to the batch: decodes its message, or reads it as a whole, where it must be.
  @inline(never)
  mutating func finish(_ batch: EventBatch, _ names: inout EventNames) {
    // What is mined may be another text than that whose states were noted.
    if open.isRewritten || !open.isEscaped || open.record.lineCount > 1 { batch.forgetNextStates() }
    let isWhole =
      open.isHeld && open.isBare && open.record.lineCount > 1 && readUnwrapped(batch, &names)
    if open.isRewritten, !isWhole {
      rewrite(batch, &names)
    } else if open.record.lineCount > 1, !isWhole {
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
    unsafe batch.appendPlace().initialize(to: open.record)
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
    if !open.hasOwnTime, let time = found.time { setTime(time) }
    open.setText(found)
    open.record.severity = found.severity
    open.record.structure = found.structure
    if format < reader.genericFormat { open.record.flags.remove(.unparsed) }
    open.record.format = self.names.format(format, options.library, &names)
  }

  /// Puts together a JSON value that the program wrote over several lines, and reads it.
  private mutating func readUnwrapped(_ batch: EventBatch, _ names: inout EventNames) -> Bool {
    let start = batch.byteCount
    let from = Int(open.record.rawOffset)
    appendProgramLine(from, open.end, containers, reader.context, batch)
    unsafe text = LineBytes(batch.bytes)
    let isJSON = batch.byteCount > start && text[start] == ascii("{")
    batch.byteCount = start
    guard isJSON else { return false }
    appendProgramLine(from, open.end, containers, reader.context, batch, withNext: true)
    unsafe text = LineBytes(batch.bytes)
    var found = Recognition()
    guard readJSON(text, start, batch.byteCount, reader.context, &found) else {
      batch.byteCount = start
      return false
    }
    open.record.flags.insert(.decoded)
    adopt(found, reader.jsonFormat, &names)
    return true
  }

  /// Reads an event of several lines whose first says nothing: a value that was written over lines.
  private mutating func readWhole(_ names: inout EventNames) {
    if open.record.messageCount == 0 {
      takeSecondLine()
      return
    }
    guard open.isBare, !open.record.flags.contains(.part) else { return }
    var found = Recognition()
    switch text[open.textStart] {
    case ascii("{"):
      if readJSON(text, open.textStart, open.end, reader.context, &found) {
        adopt(found, reader.jsonFormat, &names)
      }
    case ascii("<"):
      if readMarkup(text, open.textStart, open.end, reader.context, &found) {
        adopt(found, reader.markupFormat, &names)
      }
    case ascii("_"):
      if readJournal(text, open.textStart, open.end, &found) {
        adopt(found, reader.journalFormat, &names)
      }
    case ascii("#"): takeSlowQuery()
    case ascii("["), ascii("*"):
      if traceLine(text, open.textStart, open.textEnd) == .paragraphHead { takeInnerTime() }
    default: break
    }
  }

  /// Takes the time that one of the next lines of a paragraph begins with.
  private mutating func takeInnerTime() {
    var time = Timestamp(instant: Instant(microseconds: 0))
    var from = open.textEnd
    for _ in 0..<4 {
      while from < open.end, text[from] <= 0x20 { from &+= 1 }
      var to = from
      while to < open.end, text[to] != 0x0a { to &+= 1 }
      if scanTimestamp(text, from, to, reader.context, &time) >= 0 {
        setTime(time)
        return
      }
      from = to
    }
  }

  /// Takes what was read from the event as a whole.
  private mutating func adopt(
    _ found: Recognition, _ format: Int, _ names: inout EventNames
  ) {
    if let time = found.time { setTime(time) }
    open.record.severity = found.severity
    open.record.structure = found.structure
    open.record.flags.remove(.unparsed)
    open.setText(found)
    open.record.format = self.names.format(format, options.library, &names)
    winner = open.record.format
    if found.serviceEnd > found.serviceStart {
      open.record.service = self.names.service(
        text, found.serviceStart, found.serviceEnd, &names)
    }
  }

  /// The header stands alone on its line: the message is the next, or the one that says so.
  private mutating func takeSecondLine() {
    var from = open.textEnd
    while from < open.end, text[from] <= 0x20 { from &+= 1 }
    if !open.isHeld { from = labelledMessage(from) ?? from }
    var to = from
    while to < open.end, text[to] != 0x0a { to &+= 1 }
    if open.isHeld {
      var containers = containers
      var line = ContainerLine()
      if containers.read(text, from, to, reader.context, &line) { from = line.innerStart }
    }
    while to > from, text[to &- 1] <= 0x20 { to &-= 1 }
    open.setPlainText(from, to)
  }
}

extension EventRecognizer {
  /// Takes from a record of MySQL's slow log its time, and the statement for the message.
  private mutating func takeSlowQuery() {
    switch traceLine(text, open.textStart, open.textEnd) {
    case .slowLogTime, .slowLogUser: break
    default: return
    }
    var time = Timestamp(instant: Instant(microseconds: 0))
    var from = open.textStart
    while from < open.end {
      var to = from
      while to < open.end, text[to] != 0x0a { to &+= 1 }
      var last = to
      while last > from, text[last &- 1] <= 0x20 { last &-= 1 }
      if text.spells("# Time: ", at: from, end: last) {
        if scanTimestamp(text, from &+ 8, last, reader.context, &time) >= 0 { setTime(time) }
      } else if text.spells("SET timestamp=", at: from, end: last) {
        let digits = wordEnd(ofDigits: from &+ 14, last)
        if open.record.timeOrigin != .parsed,
          timestampFromEpoch(text, from &+ 14, digits, &time)
        {
          setTime(time)
        }
      } else if last > from, text[from] != ascii("#"), !text.spells("use ", at: from, end: last) {
        open.setPlainText(from, last)
        return
      }
      from = to &+ 1
    }
  }

  private func wordEnd(ofDigits from: Int, _ end: Int) -> Int {
    var i = from
    while i < end, text[i].isDigit { i &+= 1 }
    return i
  }

  /// Behind `MESSAGE :` or `Message:` with which one of the event's lines begins.
  private func labelledMessage(_ from: Int) -> Int? {
    var i = from
    for _ in 0..<16 {
      guard i < open.end else { return nil }
      if text.word(i) | (eachByte &* 0x20) == packedLong("message ")
        || text.word(i) | (eachByte &* 0x20) == packedLong("message:")
      {
        var j = i &+ 7
        while j < open.end, text[j].isBlank { j &+= 1 }
        if j < open.end, text[j] == ascii(":") {
          j &+= 1
          while j < open.end, text[j].isBlank { j &+= 1 }
          if j < open.end, text[j] > 0x20 { return j }
        }
      }
      while i < open.end, text[i] != 0x0a { i &+= 1 }
      i &+= 1
    }
    return nil
  }
}

/// Appends the text of a container's lines from `start` on, up to the end of the program's own line; of
/// lines without a container the first.
/// - Parameter withNext: Goes on with the program's next lines.
func appendProgramLine(
  _ start: Int, _ end: Int, _ containers: ContainerReader, _ context: TimestampContext,
  _ batch: EventBatch, withNext: Bool = false
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
    if !line.isPartial {
      guard withNext else { return }
      copyText(next &- 1, next, into: batch)
    }
    lineStart = next
  }
}
