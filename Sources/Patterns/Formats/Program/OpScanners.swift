internal import Events

// What single ops of a format do, beyond a comparison or two.

/// A time of one of the kinds that `scanTimestamp` reads.
@inline(__always)
func scanUsualTime(
  _ kind: UInt8, _ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext,
  _ memo: inout TimeMemo
) -> Int {
  switch kind {
  case TimeKind.iso.rawValue:
    if !(t[from].isDigit && t[from &+ 3].isDigit) { return -1 }
  case TimeKind.rfc3339.rawValue:
    if t[from &+ 10] != ascii("T") { return -1 }
  case TimeKind.named.rawValue:
    if !t[from].isLetter { return -1 }
  default: break
  }
  let end = memo.scan(t, from, to, context)
  return end >= 0 && kind == TimeKind.rfc3339.rawValue && memo.time.zoneAssumed ? -1 : end
}

/// A time of a kind that only a format can ask for.
func scanSpecialTime(
  _ kind: UInt8, _ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext,
  _ time: inout Timestamp
) -> Int {
  switch TimeKind(rawValue: kind) {
  case .short: return scanShortTime(t, from, to, context, &time)
  case .epoch:
    var i = from
    while i < to, t[i].isDigit || t[i] == ascii(".") { i &+= 1 }
    return timestampFromEpoch(t, from, i, &time) ? i : -1
  case .clock:
    guard t[from &+ 2] == ascii(":") || t[from &+ 1] == ascii(":") else { return -1 }
    var parts = TimestampParts()
    let date = civilFromDays(context.referenceDays)
    parts.month = date.month
    parts.day = date.day
    var i = scanClock(t, from, &parts)
    guard i >= 0 else { return -1 }
    i = scanZone(t, i, &parts)
    return i <= to && parts.finish(context, &time) ? i : -1
  default: return -1
  }
}

/// A level by the format's own words, then by those that are known everywhere.
@inline(__always)
func scanLevel(
  _ tables: FormatTables, _ number: Int, _ kind: UInt8, _ t: LineBytes,
  _ from: Int, _ to: Int, _ result: inout Severity
) -> Int {
  guard from < to else { return -1 }
  var i = from
  if kind == LevelKind.char.rawValue {
    i = from &+ 1
  } else if kind == LevelKind.syslog.rawValue {
    guard t[from] &- 0x30 < 8, !t[from &+ 1].isDigit else { return -1 }
    result = severity(syslog: t[from] &- 0x30)
    return from &+ 1
  } else {
    while i < to, t[i].isLetter || t[i].isDigit { i &+= 1 }
    if i == from { return -1 }
  }
  let count = i &- from
  let alternative = tables.alternative(number)
  if alternative.levelCount > 0 {
    // Eight bytes tell any two levels apart.
    let mask = count >= 8 ? UInt64.max : UInt64.max >> UInt64(64 &- count &* 8)
    let word = t.word(from) & mask
    let lower = word | (0x2020_2020_2020_2020 & mask)
    var k = Int(alternative.levelStart)
    let last = k &+ Int(alternative.levelCount)
    while k < last {
      let entry = tables.level(k)
      if entry.word == lower || entry.word == word {
        result = entry.severity
        return i
      }
      k &+= 1
    }
  }
  if kind == LevelKind.own.rawValue { return -1 }
  let known =
    kind == LevelKind.char.rawValue
    ? (t[from].isLetter ? severity(letter: t[from]) : .unknown) : severity(t, from, i)
  if known == .unknown, kind != LevelKind.any.rawValue { return -1 }
  result = known
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

/// Behind the bytes of a class, which a line's end is none of; may lie behind the line where no
/// terminator follows it.
@inline(__always)
func scanClass(_ classes: ByteClasses, _ allowed: UInt8, _ t: LineBytes, _ from: Int) -> Int {
  var i = from
  while classes[t[i]] & allowed != 0 { i &+= 1 }
  return i
}

/// Behind the bytes that are not blank: as `scanClass` for that class, by words.
@inline(__always)
func wordEnd(_ t: LineBytes, _ from: Int) -> Int {
  var i = from
  while true {
    let word = t.word(i)
    let hits = bytesBelow(word, 0x21) | matches(word, 0x7f)
    if hits != 0 { return i &+ lowestByte(hits) }
    i &+= 8
  }
}

/// Takes bytes of the op's class up to the literal, and the literal, which they may hold parts of.
@inline(__always)
func scanRun(
  _ classes: ByteClasses, _ literal: LineBytes, _ op: OpCursor, _ t: LineBytes, _ from: Int,
  _ end: Int, _ valueEnd: inout Int
) -> Int {
  let first = op.first
  let allowed = op.argument
  var i = from
  while i < end {
    let byte = t[i]
    if byte == first {
      let behind =
        op.literalCount == 1 ? i &+ 1 : matchLiteral(t, i, end, literal, op.literalCount)
      if behind >= 0 {
        valueEnd = i
        return i > from && fitsScanner(op.scanner, t, from, i) ? behind : -1
      }
    }
    if classes[byte] & allowed == 0 { return -1 }
    i &+= 1
  }
  return -1
}

/// Takes any bytes up to the literal, and the literal; not farther than 2 KiB.
@inline(__always)
func scanUntil(
  _ tables: FormatTables, _ op: OpCursor, _ t: LineBytes, _ from: Int, _ end: Int,
  _ valueEnd: inout Int
) -> Int {
  let literal = tables.literal(op.literalStart)
  let limit = min(end, from &+ 2048)
  var i = from
  while i < limit {
    if op.first == 0x20 {
      while i < limit, !t[i].isBlank { i &+= 1 }
      if i == limit { return -1 }
    } else {
      i = findByte(op.first, t, i, limit)
      if i < 0 { return -1 }
    }
    let behind = matchLiteral(t, i, end, literal, op.literalCount)
    if behind >= 0 {
      valueEnd = i
      return behind
    }
    i &+= 1
  }
  return -1
}

/// Looks for the literal from the line's end backwards; not farther than 2 KiB.
func scanLast(
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

/// Three digits. A server's fault is an error, a client's a warning.
@inline(__always)
func scanStatus(_ t: LineBytes, _ from: Int, _ end: Int, _ level: inout Severity) -> Int {
  guard from &+ 3 <= end, t[from].isDigit, t[from &+ 1].isDigit, t[from &+ 2].isDigit,
    !t[from &+ 3].isDigit
  else { return -1 }
  if level == .unknown {
    switch t[from] {
    case ascii("5"): level = .error
    case ascii("4"): level = .warn
    default: level = .info
    }
  }
  return from &+ 3
}

/// Up to three digits, below 192; the lowest three bits are the severity.
@inline(__always)
func scanPriority(_ t: LineBytes, _ from: Int, _ end: Int, _ level: inout Severity) -> Int {
  var i = from
  var value = 0
  while i < end, t[i].isDigit, i &- from < 3 {
    value = value &* 10 &+ Int(t[i] &- 0x30)
    i &+= 1
  }
  guard i > from, value < 192 else { return -1 }
  level = severity(syslog: UInt8(truncatingIfNeeded: value & 7))
  return i
}

func scanHex(_ classes: ByteClasses, _ t: LineBytes, _ from: Int, _ end: Int) -> Int {
  var i = from
  if i &+ 1 < end, t[i] == 0x30, t[i &+ 1] | 0x20 == ascii("x") { i &+= 2 }
  let digits = i
  while i < end, classes[t[i]] & ByteClass.hex != 0 { i &+= 1 }
  return i == digits ? -1 : i
}

/// What stands between a bracket and the one that closes it.
func scanEnclosed(
  _ t: LineBytes, _ start: Int, _ end: Int, _ opening: UInt8, _ closing: UInt8,
  _ from: inout Int, _ to: inout Int
) -> Int {
  guard start < end, t[start] == opening else { return -1 }
  from = start &+ 1
  to = scanBalanced(t, from, end, opening, closing)
  return to < 0 ? -1 : to &+ 1
}

/// The words in `literal` are parted by bars; the one that stands at `from`, as a whole word.
func scanChoice(
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
