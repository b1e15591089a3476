internal import Events

extension EventRecognizer {
  // MARK: - Beginning

  mutating func begin(
    _ batch: EventBatch, _ start: Int, _ end: Int, _ line: LineText, _ recognition: Recognition,
    _ format: Int, _ origin: BufferOrigin, _ now: Instant, _ names: inout EventNames
  ) {
    var record = newRecord(start, end, origin, now)
    var time = recognition.time
    var bytes = unsafe LineBytes(batch.bytes)
    var service = recognition.serviceStart..<recognition.serviceEnd
    if let container = line.container {
      if time == nil { time = container.time }
      if service.isEmpty { service = container.serviceStart..<container.serviceEnd }
      if container.isStandardError { record.flags.insert(.standardError) }
    }
    if let time { setTime(time, &record) }
    record.severity = recognition.severity
    record.structure = recognition.structure
    if format >= reader.genericFormat { record.flags.insert(.unparsed) }
    bytes = unsafe LineBytes(batch.bytes)
    record.service =
      service.isEmpty
      ? self.names.defaultService(options, &names)
      : self.names.service(bytes, service.lowerBound, service.upperBound, &names)
    record.format = self.names.format(format, options.library, &names)
    winner = record.format
    let isPartial = line.container?.isPartial ?? false
    open = OpenEvent(
      record: record, end: end, textStart: line.start, textEnd: line.end,
      recognition: recognition, isRewritten: isPartial || line.isDecoded, isPartialLine: isPartial,
      isBare: recognition.time == nil && format >= reader.genericFormat)
  }

  /// A further piece of an event that is too large: has no pattern, and no format of its own.
  mutating func beginPart(
    _ batch: EventBatch, _ start: Int, _ end: Int, _ origin: BufferOrigin, _ now: Instant,
    _ names: inout EventNames
  ) {
    close(batch, &names)
    var record = newRecord(start, end, origin, now)
    record.service = self.names.defaultService(options, &names)
    record.flags.insert(.part)
    var recognition = Recognition()
    recognition.messageStart = start
    recognition.messageEnd = end
    recognition.bodyStart = start
    recognition.bodyEnd = end
    open = OpenEvent(
      record: record, end: end, textStart: start, textEnd: end, recognition: recognition)
  }

  private func newRecord(
    _ start: Int, _ end: Int, _ origin: BufferOrigin, _ now: Instant
  ) -> EventRecord {
    var record = EventRecord(
      rawOffset: UInt32(truncatingIfNeeded: start),
      rawCount: UInt32(truncatingIfNeeded: end &- start), time: now, ingestTime: now,
      source: options.source)
    if let lastTime {
      record.time = lastTime
      record.timeOrigin = .inherited
    }
    record.generation = origin.generation
    record.sourceEndOffset = sourceOffset(end, origin)
    return record
  }

  mutating func setTime(_ time: Timestamp, _ record: inout EventRecord) {
    record.time = time.instant
    record.timeOrigin = .parsed
    lastTime = time.instant
    record.flags.remove([.zoneAssumed, .yearAssumed])
    if time.zoneAssumed {
      record.flags.insert(.zoneAssumed)
      assumedZoneWasUsed = true
    }
    if time.yearAssumed { record.flags.insert(.yearAssumed) }
  }

  private func sourceOffset(_ position: Int, _ origin: BufferOrigin) -> UInt64 {
    origin.sourceOffset &+ UInt64(bitPattern: Int64(position &- origin.index))
  }

  // MARK: - Going on

  mutating func place(
    _ placement: Placement, _ batch: EventBatch, _ start: Int, _ end: Int,
    _ origin: BufferOrigin, _ now: Instant, _ names: inout EventNames
  ) {
    if placement == .overflows {
      open?.record.flags.insert(.partContinues)
      beginPart(batch, start, end, origin, now, &names)
    } else {
      extend(batch, start, end, origin, now, &names)
    }
  }

  /// The line belongs to the open event, unless the two are too large together.
  mutating func extend(
    _ batch: EventBatch, _ start: Int, _ end: Int, _ origin: BufferOrigin, _ now: Instant,
    _ names: inout EventNames
  ) {
    guard let rawStart = open.map({ Int($0.record.rawOffset) }) else { return }
    if end &- rawStart > EventBatch.eventByteLimit {
      place(.overflows, batch, start, end, origin, now, &names)
      return
    }
    open!.end = end
    open!.record.rawCount = UInt32(truncatingIfNeeded: end &- rawStart)
    open!.record.lineCount &+= 1
    open!.record.generation = origin.generation
    open!.record.sourceEndOffset = sourceOffset(end, origin)
  }

  /// Takes from the second line what the first lacks: `… com.example.Main run`, then `INFO: started`.
  mutating func adopt(_ second: Recognition, _ format: Int) {
    guard let event = open, !event.isRewritten, event.record.lineCount == 1 else { return }
    guard event.record.severity == .unknown, second.severity != .unknown, second.time == nil,
      event.recognition.time != nil
    else { return }
    open!.record.severity = second.severity
    open!.recognition.messageStart = second.messageStart
    open!.recognition.messageEnd = second.messageEnd
    open!.recognition.bodyStart = second.bodyStart
    open!.recognition.bodyEnd = second.bodyEnd
  }

  // MARK: - Closing

  /// Appends the open event to the batch, its message decoded if need be.
  mutating func close(_ batch: EventBatch, _ names: inout EventNames) {
    guard var event = open else { return }
    open = nil
    if event.isRewritten {
      rewrite(&event, batch, &names)
    } else if event.record.lineCount > 1 {
      readWhole(&event, batch, &names)
    }
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
  }

  /// Puts together what the program wrote as its first line, behind the buffer's bytes, and reads it.
  private mutating func rewrite(
    _ event: inout OpenEvent, _ batch: EventBatch, _ names: inout EventNames
  ) {
    let start = batch.byteCount
    appendProgramLine(Int(event.record.rawOffset), event.end, containers, reader.context, batch)
    let end = batch.byteCount
    event.record.flags.insert(.decoded)
    var found = Recognition()
    let format = unsafe reader.read(LineBytes(batch.bytes), start, end, &found)
    event.recognition = found
    event.record.severity = found.severity
    event.record.structure = found.structure
    event.record.format = self.names.format(format, options.library, &names)
  }

  /// Reads an event of several lines whose first says nothing: a value that was written over lines.
  private mutating func readWhole(
    _ event: inout OpenEvent, _ batch: EventBatch, _ names: inout EventNames
  ) {
    let bytes = unsafe LineBytes(batch.bytes)
    if event.recognition.messageEnd == event.recognition.messageStart {
      takeSecondLine(&event, bytes)
      return
    }
    guard event.isBare, !event.record.flags.contains(.part) else { return }
    let first = bytes[event.textStart]
    guard first == ascii("{") || first == ascii("_") else { return }
    var found = Recognition()
    let isJSON = first == ascii("{")
    let fits =
      isJSON
      ? readJSON(bytes, event.textStart, event.end, reader.context, &found)
      : readJournal(bytes, event.textStart, event.end, &found)
    guard fits else { return }
    if let time = found.time { setTime(time, &event.record) }
    event.record.severity = found.severity
    event.record.structure = found.structure
    event.record.flags.remove(.unparsed)
    event.recognition = found
    let format = isJSON ? reader.jsonFormat : reader.journalFormat
    event.record.format = self.names.format(format, options.library, &names)
    winner = event.record.format
    if found.serviceEnd > found.serviceStart {
      event.record.service = self.names.service(
        bytes, found.serviceStart, found.serviceEnd, &names)
    }
  }

  /// The header stands alone on its line: the message is the next.
  private func takeSecondLine(_ event: inout OpenEvent, _ bytes: LineBytes) {
    var from = event.textEnd
    while from < event.end, bytes[from] <= 0x20 { from &+= 1 }
    var to = from
    while to < event.end, bytes[to] != 0x0a { to &+= 1 }
    while to > from, bytes[to &- 1] <= 0x20 { to &-= 1 }
    event.recognition.messageStart = from
    event.recognition.messageEnd = to
    event.recognition.bodyStart = from
    event.recognition.bodyEnd = to
  }
}

/// Appends the text of a container's lines from `start` on, up to the end of the program's own line.
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
    guard containers.read(bytes, lineStart, lineEnd, context, &line) else { return }
    if line.innerIsEscaped {
      _ = unescapeJSON(line.innerStart, line.innerEnd, into: batch)
    } else {
      let count = line.innerEnd &- line.innerStart
      batch.reserveBytes(batch.byteCount &+ count)
      // SAFETY: room was made, so the source does not move while it is copied.
      unsafe batch.append(bytes: batch.bytes + line.innerStart, count: count)
    }
    if !line.isPartial { return }
    lineStart = next
  }
}
