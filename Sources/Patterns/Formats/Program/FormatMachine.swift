internal import Events

/// Where a field's value lies.
struct FieldCapture {
  var name: UInt16
  var scanner: ValueScanner
  var start: Int
  var end: Int
}

/// The newest answer of `scanTimestamp`, so that many formats ask once for the same place.
struct TimeMemo {
  var from = -1
  var end = -1
  var time = Timestamp(instant: Instant(microseconds: 0))

  @inline(__always)
  mutating func scan(_ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext) -> Int {
    if from != self.from {
      self.from = from
      end = scanTimestamp(t, from, to, context, &time)
    }
    return end
  }
}

/// Runs one alternative over the line `start ..< end`.
///
/// Takes the first way that fits and never goes back but out of an optional part: the time is linear
/// in the line's length.
/// - Parameters:
///   - memo: For this line; shared by all alternatives that are tried on it.
///   - captures: Gets every named value, if there; cold.
/// - Returns: Whether the line fits; `result` is unspecified if not.
func runFormat(
  _ tables: FormatTables, _ alternative: FormatAlternative, _ t: LineBytes, _ start: Int,
  _ end: Int, _ context: TimestampContext, _ memo: inout TimeMemo, _ result: inout Recognition,
  _ captures: UnsafeMutablePointer<[FieldCapture]>?
) -> Bool {
  var pc = Int(alternative.firstOp)
  var i = start
  var optionalTarget = -1
  var optionalStart = 0
  var optionalResult = result
  var optionalCaptureCount = 0
  result.messageStart = -1
  result.messageEnd = -1
  while true {
    let op = tables.op(pc)
    pc &+= 1
    var from = i
    var to = i
    switch op.kind {
    case .literal:
      i = matchLiteral(t, i, end, tables.literal(op), Int(op.literalCount))
    case .blanks:
      while i < end, t[i].isBlank { i &+= 1 }
    case .time:
      i = scanTime(op, t, i, end, context, &memo, &result)
      to = i
    case .level:
      i = scanLevel(tables, alternative, op, t, i, end, &result)
      to = i
    case .value:
      i = scanValue(tables, op, t, i, end, &from, &to, &result)
    case .valueUntil:
      i = scanUntil(tables, op, t, i, end, &to)
      if i >= 0, !fitsScanner(op.argument, t, from, to) { i = -1 }
    case .messageStart:
      result.messageStart = i
    case .messageEnd:
      result.messageEnd = i
    case .optional:
      optionalTarget = Int(op.literalStart)
      optionalStart = i
      optionalResult = result
      if let captures = unsafe captures { optionalCaptureCount = unsafe captures.pointee.count }
    case .optionalEnd:
      optionalTarget = -1
    case .end:
      while i < end, t[i].isBlank { i &+= 1 }
      if i == end { return finish(start, end, &result) }
      i = -1
    }
    if i < 0 {
      guard optionalTarget >= 0 else { return false }
      pc = optionalTarget
      i = optionalStart
      result = optionalResult
      optionalTarget = -1
      if let captures = unsafe captures {
        unsafe captures.pointee.removeLast(captures.pointee.count - optionalCaptureCount)
      }
      continue
    }
    if op.name != FieldName.none {
      if op.name == FieldName.service {
        result.serviceStart = from
        result.serviceEnd = to
      } else if op.name == FieldName.message {
        result.messageStart = from
        result.messageEnd = to
      } else if let captures = unsafe captures, op.name > FieldName.message {
        unsafe captures.pointee.append(
          FieldCapture(
            name: op.name, scanner: ValueScanner(rawValue: op.argument) ?? .until, start: from,
            end: to))
      }
    }
  }
}

/// A format that marks no message means the whole line; one that marks no end, its rest.
@inline(__always)
private func finish(_ start: Int, _ end: Int, _ result: inout Recognition) -> Bool {
  if result.messageStart < 0 { result.messageStart = start }
  if result.messageEnd < 0 { result.messageEnd = end }
  result.bodyStart = result.messageStart
  result.bodyEnd = result.messageEnd
  return true
}

@inline(__always)
private func scanTime(
  _ op: FormatOp, _ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext,
  _ memo: inout TimeMemo, _ result: inout Recognition
) -> Int {
  if op.argument <= TimeKind.named.rawValue {
    let fits =
      switch TimeKind(rawValue: op.argument) {
      case .iso: t[from].isDigit && t[from &+ 3].isDigit
      case .rfc3339: t[from &+ 10] == ascii("T")
      case .named: t[from].isLetter
      default: true
      }
    guard fits else { return -1 }
    let end = memo.scan(t, from, to, context)
    guard end >= 0, op.argument != TimeKind.rfc3339.rawValue || !memo.time.zoneAssumed else {
      return -1
    }
    result.time = memo.time
    return end
  }
  return scanSpecialTime(op, t, from, to, context, &result)
}

private func scanSpecialTime(
  _ op: FormatOp, _ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext,
  _ result: inout Recognition
) -> Int {
  var time = Timestamp(instant: Instant(microseconds: 0))
  var parts = TimestampParts()
  var i = from
  switch TimeKind(rawValue: op.argument) {
  case .short:
    i = scanShortTime(t, from, to, context, &time)
    if i >= 0 { result.time = time }
    return i
  case .epoch:
    while i < to, t[i].isDigit || t[i] == ascii(".") { i &+= 1 }
    guard timestampFromEpoch(t, from, i, &time) else { return -1 }
    result.time = time
    return i
  case .clock:
    guard t[from &+ 2] == ascii(":") || t[from &+ 1] == ascii(":") else { return -1 }
    let date = civilFromDays(context.referenceDays)
    parts.month = date.month
    parts.day = date.day
    i = scanClock(t, from, &parts)
  default:
    return -1
  }
  guard i >= 0 else { return -1 }
  i = scanZone(t, i, &parts)
  guard i <= to, parts.finish(context, &time) else { return -1 }
  result.time = time
  return i
}

@inline(__always)
private func scanLevel(
  _ tables: FormatTables, _ alternative: FormatAlternative, _ op: FormatOp, _ t: LineBytes,
  _ from: Int, _ to: Int, _ result: inout Recognition
) -> Int {
  guard from < to else { return -1 }
  var i = from
  if op.argument == LevelKind.char.rawValue {
    i = from &+ 1
  } else if op.argument == LevelKind.syslog.rawValue {
    guard t[from] &- 0x30 < 8, !t[from &+ 1].isDigit else { return -1 }
    result.severity = severity(syslog: t[from] &- 0x30)
    return from &+ 1
  } else {
    while i < to, t[i].isLetter || t[i].isDigit { i &+= 1 }
    if i == from { return -1 }
  }
  let count = i &- from
  if alternative.levelCount > 0 {
    // Eight bytes tell any two levels apart.
    let mask = count >= 8 ? UInt64.max : UInt64.max >> UInt64(64 &- count &* 8)
    let byte = t.word(from) & mask
    let lower = byte | (0x2020_2020_2020_2020 & mask)
    var k = Int(alternative.levelStart)
    let last = k &+ Int(alternative.levelCount)
    while k < last {
      let entry = unsafe tables.levels[k]
      if entry.word == lower || entry.word == byte {
        result.severity = entry.severity
        return i
      }
      k &+= 1
    }
  }
  let known =
    op.argument == LevelKind.char.rawValue
    ? (t[from].isLetter ? severity(letter: t[from]) : .unknown) : severity(t, from, i)
  if known == .unknown, op.argument != LevelKind.any.rawValue { return -1 }
  result.severity = known
  return i
}

/// What the severities of syslog mean, 0 emergency to 7 debug.
@inline(__always)
func severity(syslog number: UInt8) -> Severity {
  switch number {
  case 0, 1, 2: .fatal
  case 3: .error
  case 4: .warn
  case 5: .notice
  case 6: .info
  default: .debug
  }
}

/// Takes the longest run of bytes that fit, up to the literal, and the literal.
@inline(__always)
private func scanUntil(
  _ tables: FormatTables, _ op: FormatOp, _ t: LineBytes, _ from: Int, _ end: Int,
  _ valueEnd: inout Int
) -> Int {
  let scanner = ValueScanner(rawValue: op.argument) ?? .until
  let allowed = ByteClass.of(scanner)
  let literal = tables.literal(op)
  let first = literal[0]
  if scanner == .last { return scanLast(literal, Int(op.literalCount), t, from, end, &valueEnd) }
  var i = from
  let limit = min(end, from &+ 2048)
  while i < limit {
    let byte = t[i]
    if byte == first || (first == 0x20 && byte == 0x09) {
      let behind = matchLiteral(t, i, end, literal, Int(op.literalCount))
      if behind >= 0 {
        if i == from, allowed != ByteClass.any { return -1 }
        valueEnd = i
        return behind
      }
    }
    if tables.byteClass(byte) & allowed == 0 { return -1 }
    i &+= 1
  }
  return -1
}

/// Looks for the literal from the line's end backwards.
private func scanLast(
  _ literal: LineBytes, _ count: Int, _ t: LineBytes, _ from: Int, _ end: Int,
  _ valueEnd: inout Int
) -> Int {
  var i = end &- 1
  let limit = max(from, end &- 2048)
  while i >= limit {
    let behind = matchLiteral(t, i, end, literal, count)
    if behind >= 0 {
      valueEnd = i
      while valueEnd > from, t[valueEnd &- 1].isBlank { valueEnd &-= 1 }
      return behind
    }
    i &-= 1
  }
  return -1
}

@inline(__always)
private func scanValue(
  _ tables: FormatTables, _ op: FormatOp, _ t: LineBytes, _ start: Int, _ end: Int,
  _ from: inout Int, _ to: inout Int, _ result: inout Recognition
) -> Int {
  var i = start
  switch ValueScanner(rawValue: op.argument) ?? .until {
  case .rest, .until, .last:
    i = end
    while i > start, t[i &- 1].isBlank { i &-= 1 }
    to = i
    return end
  case .int:
    i = scanNumber(t, i, end, fraction: false)
  case .number:
    i = scanNumber(t, i, end, fraction: true)
  case .status:
    guard i &+ 3 <= end, t[i].isDigit, t[i &+ 1].isDigit, t[i &+ 2].isDigit, !t[i &+ 3].isDigit
    else { return -1 }
    // A server's fault is an error, a client's a warning.
    if result.severity == .unknown {
      switch t[i] {
      case ascii("5"): result.severity = .error
      case ascii("4"): result.severity = .warn
      default: result.severity = .info
      }
    }
    i &+= 3
  case .pri:
    var value = 0
    while i < end, t[i].isDigit, i &- start < 3 {
      value = value &* 10 &+ Int(t[i] &- 0x30)
      i &+= 1
    }
    guard i > start, value < 192 else { return -1 }
    result.severity = severity(syslog: UInt8(value & 7))
  case .quoted:
    guard i < end, t[i] == ascii("\"") else { return -1 }
    from = i &+ 1
    to = scanQuoted(t, from, end)
    return to < 0 ? -1 : to &+ 1
  case .brackets:
    guard i < end, t[i] == ascii("[") else { return -1 }
    from = i &+ 1
    to = scanBalanced(t, from, end, ascii("["), ascii("]"))
    return to < 0 ? -1 : to &+ 1
  case .parens:
    guard i < end, t[i] == ascii("(") else { return -1 }
    from = i &+ 1
    to = scanBalanced(t, from, end, ascii("("), ascii(")"))
    return to < 0 ? -1 : to &+ 1
  case .choice:
    i = scanChoice(tables.literal(op), Int(op.literalCount), t, i, end)
  case .hex:
    if i &+ 1 < end, t[i] == 0x30, t[i &+ 1] | 0x20 == ascii("x") { i &+= 2 }
    let digits = i
    while i < end, tables.byteClass(t[i]) & ByteClass.hex != 0 { i &+= 1 }
    if i == digits { return -1 }
  case .word, .name, .dotted, .upper, .lower, .host, .ip:
    let allowed = ByteClass.of(ValueScanner(rawValue: op.argument) ?? .until)
    while i < end, tables.byteClass(t[i]) & allowed != 0 { i &+= 1 }
    if i == start { return -1 }
    if !fitsScanner(op.argument, t, start, i) { return -1 }
  }
  to = i
  return i
}

/// The words in `literal` are parted by bars; the one that stands at `from`, as a whole word.
private func scanChoice(
  _ literal: LineBytes, _ count: Int, _ t: LineBytes, _ from: Int, _ end: Int
) -> Int {
  var k = 0
  while k < count {
    var i = from
    var fits = true
    while k < count, literal[k] != ascii("|") {
      if fits, i < end, t[i] == literal[k] { i &+= 1 } else { fits = false }
      k &+= 1
    }
    if fits, i == end || !(t[i].isWordByte && t[i &- 1].isWordByte) { return i }
    k &+= 1
  }
  return -1
}
