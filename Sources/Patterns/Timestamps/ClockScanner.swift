/// Two digits at `i` as a number, or -1.
@inline(__always)
func twoDigits(_ t: LineBytes, _ i: Int) -> Int {
  let tens = t[i] &- 0x30
  let units = t[i &+ 1] &- 0x30
  if tens > 9 || units > 9 { return -1 }
  return Int(tens) &* 10 &+ Int(units)
}

/// Four digits at `i` as a number, or -1.
@inline(__always)
func fourDigits(_ t: LineBytes, _ i: Int) -> Int {
  let high = twoDigits(t, i)
  let low = twoDigits(t, i &+ 2)
  return high < 0 || low < 0 ? -1 : high &* 100 &+ low
}

/// Reads `9:31`, `09:31:02`, `09:31:02.123456`, `09.31.02.123`, `093102`, and `AM` or `PM` behind it.
/// - Returns: The position behind it, or -1.
@inline(__always)
func scanClock(_ t: LineBytes, _ from: Int, _ parts: inout TimestampParts) -> Int {
  var i = from
  var hour = twoDigits(t, i)
  if hour >= 0 {
    i &+= 2
  } else {
    guard t[i].isDigit else { return -1 }
    hour = Int(t[i] &- 0x30)
    i &+= 1
  }
  let separator = t[i]
  if separator == ascii(":") || (separator == ascii(".") && t[i &+ 3] == separator) {
    i &+= 1
    let minute = oneOrTwoDigits(t, &i)
    guard hour < 25, minute >= 0, minute < 60 else { return -1 }
    parts.hour = hour
    parts.minute = minute
    if t[i] == separator, t[i &+ 1].isDigit {
      i &+= 1
      parts.second = oneOrTwoDigits(t, &i)
      parts.secondsEnd = i
      i = scanFraction(t, i, &parts)
    } else if t[i].isDigit || t[i &- 2] == separator {
      return -1
    }
  } else if separator.isDigit, i == from &+ 2 {
    let minute = twoDigits(t, i)
    let second = twoDigits(t, i &+ 2)
    guard hour < 25, minute >= 0, minute < 60, second >= 0, second < 61, !t[i &+ 4].isDigit
    else { return -1 }
    parts.hour = hour
    parts.minute = minute
    parts.second = second
    parts.secondsEnd = i &+ 4
    i = scanFraction(t, i &+ 4, &parts)
  } else {
    return -1
  }
  // `9:31 AM`, `9:31AM`.
  let letter = t[i] == 0x20 ? i &+ 1 : i
  if (t[letter &+ 1] | 0x20) == ascii("m"), !t[letter &+ 2].isLetter {
    let half = t[letter] | 0x20
    if half == ascii("p") {
      if parts.hour < 12 { parts.hour &+= 12 }
      i = letter &+ 2
    } else if half == ascii("a") {
      if parts.hour == 12 { parts.hour = 0 }
      i = letter &+ 2
    }
  }
  return i
}

/// One or two digits at `i`, which moves behind them, or -1.
@inline(__always)
func oneOrTwoDigits(_ t: LineBytes, _ i: inout Int) -> Int {
  let two = twoDigits(t, i)
  if two >= 0 {
    i &+= 2
    return two
  }
  guard t[i].isDigit else { return -1 }
  let one = Int(t[i] &- 0x30)
  i &+= 1
  return one
}

/// Reads `.123`, `,123456` or `:123` behind the seconds, if it stands there.
@inline(__always)
func scanFraction(_ t: LineBytes, _ from: Int, _ parts: inout TimestampParts) -> Int {
  let mark = t[from]
  guard mark == ascii(".") || mark == ascii(",") || mark == ascii(":") else { return from }
  guard t[from &+ 1].isDigit else { return from }
  if mark == ascii(":") { return scanMilliseconds(t, from, &parts) }
  // Digits become 0 to 9; three and six of them are read at once.
  let digits = t.word(from &+ 1) ^ (eachByte &* 0x30)
  let others = ((digits &+ (eachByte &* 0x76)) | digits) & highBits
  // Each byte: ten times itself and the byte behind it.
  let pairs = digits &* 10 &+ digits &>> 8
  if others.trailingZeroBitCount == 55 {
    let first = Int(UInt8(truncatingIfNeeded: pairs))
    let second = Int(UInt8(truncatingIfNeeded: pairs &>> 16))
    let third = Int(UInt8(truncatingIfNeeded: pairs &>> 32))
    parts.microsecond = first &* 10_000 &+ second &* 100 &+ third
    return from &+ 7
  }
  if others.trailingZeroBitCount == 31 {
    let last = Int(UInt8(truncatingIfNeeded: digits &>> 16))
    parts.microsecond = Int(UInt8(truncatingIfNeeded: pairs)) &* 10_000 &+ last &* 1000
    return from &+ 4
  }
  var i = from &+ 1
  var value = 0
  while t[i].isDigit {
    value = value &* 10 &+ Int(t[i] &- 0x30)
    i &+= 1
    if i &- from > 6 { break }
  }
  switch i &- from {
  case 2: value &*= 100_000
  case 3: value &*= 10_000
  case 4: value &*= 1000
  case 5: value &*= 100
  case 6: value &*= 10
  default:
    // Beyond microseconds; a text of digits without end is no fraction of a second.
    while t[i].isDigit, i &- from < 32 { i &+= 1 }
  }
  parts.microsecond = value
  return i
}

/// Reads `:123` behind the seconds: milliseconds, not a fraction, so `:23` are 23 of them.
private func scanMilliseconds(
  _ t: LineBytes, _ from: Int, _ parts: inout TimestampParts
) -> Int {
  var i = from &+ 1
  var value = 0
  while t[i].isDigit, i &- from < 5 {
    value = value &* 10 &+ Int(t[i] &- 0x30)
    i &+= 1
  }
  guard i &- from <= 4, !t[i].isWordByte else { return from }
  parts.microsecond = value &* 1000
  return i
}
