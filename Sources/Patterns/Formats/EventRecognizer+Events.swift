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
    open.isHeld = voices.isInUse
    hasOpenEvent = true
    if open.isHeld { hold(start, end) }
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
    open.isHeld = voices.isInUse
    hasOpenEvent = true
    if open.isHeld { hold(start, end) }
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
    let rawCount = Int(open.record.rawCount) &+ end &- start
    if rawCount > byteLimit {
      place(.overflows, batch, start, end, &names)
      return
    }
    if open.isHeld { holdMore(start, end) }
    open.end = end
    open.record.rawCount = UInt32(truncatingIfNeeded: rawCount)
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
    hasOpenEvent = false
    if open.isHeld {
      completeCurrent(batch, &names)
    } else if open.isRewritten || open.isEscaped || open.record.lineCount > 1
      || open.suffixEnd > open.suffixStart
    {
      finish(batch, &names)
    } else {
      // SAFETY: the place is the record's; it is plain bits.
      unsafe batch.appendPlace().initialize(to: open.record)
    }
  }
}
