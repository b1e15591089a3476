internal import Events

/// Reads a time that begins at `from`, in any of the shapes that logs write.
///
/// ISO 8601 and its relatives (`2026-11-22T09:31:02.123+02:00`, `2026/11/22 09:31:02`, `20261122-09:31:02:123`,
/// `2026-11-22-09.31.02.123456`), access logs (`22/Nov/2026:09:31:02 +0000`), syslog (`Nov 22 09:31:02`,
/// `Nov 22 2026 09:31:02`), `ctime` (`Sun Nov 22 09:31:02 2026`), RFC 1123, `22 Nov 2026 09:31:02.123`,
/// `Nov 22, 2026 9:31:02 AM`, `11/22/2026 09:31:02 AM`, `22.11.2026 09:31:02`, `11-22 09:31:02.123`,
/// `22Nov2026 09:31:02`, `2026 Nov 22 09:31:02`, `22-Nov 09:31`.
/// Bare clocks and numbers of seconds are not times here: see `scanBareClock`, `timestampFromEpoch`.
/// - Returns: The position behind the time and its zone, or -1; `result` is then unspecified.
func scanTimestamp(
  _ p: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ context: TimestampContext,
  _ result: inout Timestamp
) -> Int {
  unsafe scanTimestamp(LineBytes(p), from, to, context, &result)
}

/// As above, for scanners that hold `LineBytes`.
func scanTimestamp(
  _ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext, _ result: inout Timestamp
) -> Int {
  guard to &- from >= 11 else { return -1 }
  if let recent = context.recent {
    let end = recent.scan(t, from, to, isShort: false, context, &result)
    if end >= 0 { return end }
  }
  return scanWholeTimestamp(t, from, to, context, &result)
}

/// As above, where nothing is known.
private func scanWholeTimestamp(
  _ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext, _ result: inout Timestamp
) -> Int {
  var parts = TimestampParts()
  var end: Int
  if scanPlainISO(t, from, &parts) {
    parts.secondsEnd = from &+ 19
    end = scanZone(t, scanFraction(t, from &+ 19, &parts), &parts)
  } else if t[from].isDigit {
    end = scanNumericDate(t, from, &parts)
  } else if t[from].isLetter {
    end = scanNamedDate(t, from, &parts)
  } else {
    return -1
  }
  guard end >= 0, end <= to, parts.finish(context, &result) else { return -1 }
  context.recent?.remember(t, from, end, isShort: false, parts, context, result)
  return end
}

/// Reads `2026-11-22T09:31:02`, with a blank for the `T` too, by words of eight bytes.
@inline(__always)
private func scanPlainISO(
  _ t: LineBytes, _ from: Int, _ parts: inout TimestampParts
) -> Bool {
  // Digits become 0 to 9, the signs 0.
  let date = t.word(from) ^ 0x2d30_302d_3030_3030
  let clock = t.word(from &+ 8) ^ 0x3030_3a30_3000_3030
  let seconds = t.half(from &+ 16) ^ 0x0030_303a
  let sign = UInt8(truncatingIfNeeded: clock >> 16)
  guard sign == 0x54 || sign == 0x20 else { return false }
  let hours = clock & ~0xff_0000
  let limit: UInt64 = 0x7676_7676_7676_7676
  let overflow =
    ((date &+ limit) | date | (hours &+ limit) | hours
      | (UInt64(seconds & 0xff_ffff) &+ 0x76_7676)) & 0x8080_8080_8080_8080
  let signs =
    (date & 0xff00_00ff_0000_0000) | (hours & 0xff_0000_0000_00) | UInt64(seconds & 0xff)
  guard overflow | signs == 0, t[from &+ 19].isDigit == false else { return false }
  // Each byte: ten times itself and the byte behind it.
  let dateNumbers = date &* 10 &+ date &>> 8
  let clockNumbers = hours &* 10 &+ hours &>> 8
  let secondNumbers = seconds &* 10 &+ seconds &>> 8
  parts.year =
    Int(UInt8(truncatingIfNeeded: dateNumbers)) &* 100
    &+ Int(UInt8(truncatingIfNeeded: dateNumbers &>> 16))
  parts.month = Int(UInt8(truncatingIfNeeded: dateNumbers &>> 40))
  parts.day = Int(UInt8(truncatingIfNeeded: clockNumbers))
  parts.hour = Int(UInt8(truncatingIfNeeded: clockNumbers &>> 24))
  parts.minute = Int(UInt8(truncatingIfNeeded: clockNumbers &>> 48))
  parts.second = Int(UInt8(truncatingIfNeeded: secondNumbers &>> 8))
  return true
}

/// Times that begin with a digit.
@inline(__always)
private func scanNumericDate(_ t: LineBytes, _ from: Int, _ parts: inout TimestampParts) -> Int {
  let separator = t[from &+ 4]
  if separator == ascii("-") || separator == ascii("/") || separator == ascii(".")
    || separator == ascii(":")
  {
    let year = fourDigits(t, from)
    if year >= 1900 && year < 2200 { return scanYearFirst(t, from, year, separator, &parts) }
  } else if separator == 0x20, t[from &+ 5].isLetter {
    // `2026 Nov 22 09:31:02`
    let year = fourDigits(t, from)
    if year >= 1970 && year < 2200 { return scanYearFirst(t, from, year, separator, &parts) }
  }
  let first = twoDigits(t, from)
  let behind = first >= 0 ? from &+ 2 : from &+ 1
  switch t[behind] {
  case ascii("/"), ascii("-"), ascii("."), 0x20:
    let day = first >= 0 ? first : Int(t[from] &- 0x30)
    return scanDayOrMonthFirst(t, behind, day, &parts)
  default:
    guard first >= 0 else { return -1 }
    return t[behind].isLetter ? scanJoinedDate(t, from, &parts) : scanCompact(t, from, &parts)
  }
}

/// `22Nov2026 09:31:02.123`
private func scanJoinedDate(_ t: LineBytes, _ from: Int, _ parts: inout TimestampParts) -> Int {
  parts.day = twoDigits(t, from)
  var i = scanMonthName(t, from &+ 2, &parts.month)
  guard i >= 0 else { return -1 }
  parts.year = fourDigits(t, i)
  guard parts.year >= 1970, parts.year < 2200 else { return -1 }
  i = skipToClock(t, i &+ 4)
  guard i >= 0 else { return -1 }
  i = scanClock(t, i, &parts)
  return i < 0 ? -1 : scanZone(t, i, &parts)
}

/// `2026-11-22T09:31:02.123Z` and relatives; a date of one-digit parts too.
@inline(__always)
private func scanYearFirst(
  _ t: LineBytes, _ from: Int, _ year: Int, _ separator: UInt8, _ parts: inout TimestampParts
) -> Int {
  var i = from &+ 5
  parts.year = year
  let month = oneOrTwoDigits(t, &i)
  if month < 0 {
    // `2026-Nov-22 09:31:02` and `2026/Nov/22`.
    i = scanMonthName(t, i, &parts.month)
    guard i >= 0 else { return -1 }
  } else {
    parts.month = month
  }
  guard t[i] == separator else { return -1 }
  i &+= 1
  let day = oneOrTwoDigits(t, &i)
  guard day > 0 else { return -1 }
  parts.day = day
  i = skipToClock(t, i)
  guard i >= 0 else { return -1 }
  i = scanClock(t, i, &parts)
  guard i >= 0 else { return -1 }
  return scanZone(t, i, &parts)
}

/// `22/Nov/2026:09:31:02 +0000`, `22 Nov 2026 09:31:02`, `11/22/2026 09:31:02`, `22.11.2026 09:31:02`,
/// `26/11/22 09:31:02`, `11-22 09:31:02.123`; `behind` is the separator behind the first number.
@inline(__always)
private func scanDayOrMonthFirst(
  _ t: LineBytes, _ behind: Int, _ first: Int, _ parts: inout TimestampParts
) -> Int {
  let separator = t[behind]
  var i = behind &+ 1
  if t[i].isLetter {
    i = scanMonthName(t, i, &parts.month)
    guard i >= 0 else { return -1 }
    parts.day = first
    if t[i] == ascii(",") { i &+= 1 }
    guard t[i] == separator || t[i] == 0x20 else { return -1 }
    i &+= 1
    let year = fourDigits(t, i)
    if year >= 1900 {
      parts.year = year
      i &+= 4
      i = skipToClock(t, i)
      guard i >= 0 else { return -1 }
    } else if separator == 0x20 || t[i &- 1] == 0x20 && t[i &+ 2] == ascii(":") {
      // `22 Nov 09:31:02`, `22-Nov 09:31`: a clock stands where the year would.
    } else {
      let short = twoDigits(t, i)
      guard short >= 0 else { return -1 }
      parts.year = 2000 &+ short
      i = skipToClock(t, i &+ 2)
      guard i >= 0 else { return -1 }
    }
  } else {
    guard separator != 0x20 else { return -1 }
    let second = oneOrTwoDigits(t, &i)
    guard second >= 0 else { return -1 }
    if t[i] == separator {
      i &+= 1
      let year = fourDigits(t, i)
      if year >= 1900 {
        parts.year = year
        i &+= 4
        // With dots the day comes first; with slashes the month, unless it cannot be one.
        let dayFirst = separator == ascii(".") || first > 12
        parts.month = dayFirst ? second : first
        parts.day = dayFirst ? first : second
      } else {
        let third = twoDigits(t, i)
        guard third >= 0, !t[i &+ 2].isDigit else { return -1 }
        i &+= 2
        // `26/11/22` and `11/22/26`: the part that can be no month or day decides; else, with
        // slashes, a last part above 12 is the likelier year.
        let yearFirst = first > 12 || separator != ascii("/") || (first >= 10 && third <= 12)
        if second <= 12 && third <= 31 && yearFirst {
          parts.year = 2000 &+ first
          parts.month = second
          parts.day = third
        } else {
          parts.year = 2000 &+ third
          parts.month = first
          parts.day = second
        }
      }
      i = skipToClock(t, i)
      guard i >= 0 else { return -1 }
    } else {
      guard
        t[i] == 0x20 || t[i] == ascii("-") && separator == ascii("/")
          || t[i] == ascii("|") && separator == ascii("-")
      else { return -1 }
      parts.month = first
      parts.day = second
      i &+= 1
      guard t[i &+ 2] == ascii(":"), t[i &+ 5] == ascii(":") else { return -1 }
    }
  }
  i = scanClock(t, i, &parts)
  guard i >= 0 else { return -1 }
  return scanZone(t, i, &parts)
}

/// Skips what may stand between a date and its clock: one sign, blanks, a comma, or ` - `.
@inline(__always)
private func skipToClock(_ t: LineBytes, _ from: Int) -> Int {
  var i = from
  switch t[i] {
  case ascii("T"), ascii("t"), ascii("-"), ascii("_"), ascii("/"), ascii(";"), ascii("."),
    ascii("|"), 0x09:
    return i &+ 1
  case ascii(":"): return t[i &+ 1] == ascii(":") ? i &+ 2 : i &+ 1
  case ascii(","): i &+= 1
  case 0x20: break
  default: return -1
  }
  if t[i] == 0x20 { i &+= 1 }
  if t[i] == 0x20 { i &+= 1 }
  if t[i] == ascii("-") {
    // `22/11/2026 -- 09:31:02`
    while t[i] == ascii("-"), i &- from < 4 { i &+= 1 }
    if t[i] == 0x20 { i &+= 1 }
  }
  return i
}

/// `20261122-09:31:02:123`, `20261122T093102Z`, `261122 093102`.
private func scanCompact(_ t: LineBytes, _ from: Int, _ parts: inout TimestampParts) -> Int {
  let high = fourDigits(t, from)
  guard high >= 0 else { return -1 }
  let low = fourDigits(t, from &+ 4)
  var i: Int
  if low >= 0, high >= 1900, high < 2200, !t[from &+ 8].isDigit {
    parts.year = high
    parts.month = low / 100
    parts.day = low % 100
    i = from &+ 8
  } else {
    let third = twoDigits(t, from &+ 4)
    guard third >= 0, t[from &+ 6] == 0x20 else { return -1 }
    parts.year = 2000 &+ high / 100
    parts.month = high % 100
    parts.day = third
    i = from &+ 6
  }
  guard parts.month > 0, parts.month <= 12, parts.day > 0, parts.day <= 31 else { return -1 }
  i = skipToClock(t, i)
  guard i >= 0 else { return -1 }
  i = scanClock(t, i, &parts)
  guard i >= 0 else { return -1 }
  return scanZone(t, i, &parts)
}

/// Times that begin with the name of a month or weekday.
@inline(__always)
private func scanNamedDate(_ t: LineBytes, _ from: Int, _ parts: inout TimestampParts) -> Int {
  var i = scanMonthName(t, from, &parts.month)
  if i < 0 {
    i = scanWeekdayName(t, from)
    guard i >= 0 else { return -1 }
    if t[i].isDigit { return scanNumericDate(t, i, &parts) }
    i = scanMonthName(t, i, &parts.month)
    guard i >= 0 else { return -1 }
  }
  guard t[i] == 0x20 || t[i] == ascii("-") || t[i] == ascii("/") else { return -1 }
  i &+= 1
  if t[i] == 0x20 { i &+= 1 }
  parts.day = oneOrTwoDigits(t, &i)
  guard parts.day > 0 else { return -1 }
  if t[i] == ascii(",") { i &+= 1 }
  guard t[i] == 0x20 || t[i] == ascii("-") || t[i] == ascii("/") || t[i] == ascii("T") else {
    return -1
  }
  i &+= 1
  if t[i &+ 4] == 0x20 || t[i &+ 4] == ascii(",") || t[i &+ 4] == ascii(":") {
    let year = fourDigits(t, i)
    if year >= 1900 {
      parts.year = year
      i &+= t[i &+ 4] == ascii(",") && t[i &+ 5] == 0x20 ? 6 : 5
    }
  }
  i = scanClock(t, i, &parts)
  guard i >= 0 else { return -1 }
  i = scanZone(t, i, &parts)
  let isClock = t[i &+ 5] == ascii(":") && t[i &+ 6].isDigit
  if parts.year < 0, t[i] == 0x20, !t[i &+ 5].isWordByte, !isClock {
    // `Sun Nov 22 09:31:02 2026`: the year comes last.
    let year = fourDigits(t, i &+ 1)
    if year >= 1970, year < 2200 {
      parts.year = year
      i &+= 5
      if !parts.hasZone { i = scanZone(t, i, &parts) }
    }
  }
  return i
}

/// Reads a date of digits alone and a clock: `1122 09:31:02.123456` and `1122/093102.123` without a
/// year, `261122 09:31:02`.
///
/// Too short a shape to be looked for anywhere; formats ask for it.
/// - Returns: The position behind the time, or -1.
func scanShortTime(
  _ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext, _ result: inout Timestamp
) -> Int {
  if let recent = context.recent {
    let end = recent.scan(t, from, to, isShort: true, context, &result)
    if end >= 0 { return end }
  }
  var parts = TimestampParts()
  var i = from
  if t[from &+ 4] == 0x20 || t[from &+ 4] == ascii("/") {
    parts.month = twoDigits(t, from)
    parts.day = twoDigits(t, from &+ 2)
    i &+= 4
  } else {
    let year = twoDigits(t, from)
    guard year >= 0, t[from &+ 6] == 0x20 else { return -1 }
    parts.year = 2000 &+ year
    parts.month = twoDigits(t, from &+ 2)
    parts.day = twoDigits(t, from &+ 4)
    i &+= 6
  }
  if t[i] == ascii("/") { i &+= 1 }
  while t[i] == 0x20, i &- from < 9 { i &+= 1 }
  i = scanClock(t, i, &parts)
  guard i >= 0 else { return -1 }
  i = scanZone(t, i, &parts)
  guard i <= to, parts.finish(context, &result) else { return -1 }
  context.recent?.remember(t, from, i, isShort: true, parts, context, result)
  return i
}
