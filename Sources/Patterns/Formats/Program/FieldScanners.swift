internal import Events

/// Matches a literal in which a blank stands for one or more blanks or tabs.
/// - Returns: The position behind it, or -1.
@inline(__always)
func matchLiteral(
  _ t: LineBytes, _ from: Int, _ to: Int, _ literal: LineBytes, _ count: Int
) -> Int {
  var i = from
  var k = 0
  while k < count {
    let wanted = literal[k]
    if i >= to { return -1 }
    let byte = t[i]
    if wanted == 0x20 {
      if !byte.isBlank { return -1 }
      i &+= 1
      while i < to, t[i].isBlank { i &+= 1 }
    } else {
      if byte != wanted { return -1 }
      i &+= 1
    }
    k &+= 1
  }
  return i
}

/// As `matchLiteral`, quickly for a literal of up to eight bytes that stands as it is written.
///
/// Eight readable bytes follow the literal's first.
@inline(__always)
func matchShort(
  _ t: LineBytes, _ from: Int, _ to: Int, _ literal: LineBytes, _ count: Int
) -> Int {
  let mask = UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count &* 8)
  if count <= 8, (t.word(from) ^ literal.word(0)) & mask == 0, from &+ count <= to {
    let behind = from &+ count
    return literal[count &- 1] == 0x20 ? behindBlanks(t, behind, to) : behind
  }
  // Only blanks may stand otherwise than they are written.
  if literal[0] != 0x20, t[from] != literal[0] { return -1 }
  return matchWritten(t, from, to, literal, count)
}

@inline(never)
private func matchWritten(
  _ t: LineBytes, _ from: Int, _ to: Int, _ literal: LineBytes, _ count: Int
) -> Int {
  matchLiteral(t, from, to, literal, count)
}

/// Behind the blanks at `from`, of which there may be none.
@inline(__always)
func behindBlanks(_ t: LineBytes, _ from: Int, _ to: Int) -> Int {
  var i = from
  while i < to, t[i].isBlank { i &+= 1 }
  return i
}

/// Digits with an optional sign and, if wanted, a fraction; or a lone `-`.
/// - Returns: The position behind it, or -1.
@inline(__always)
func scanNumber(_ t: LineBytes, _ from: Int, _ to: Int, fraction: Bool) -> Int {
  var i = from
  if i < to, t[i] == ascii("-") || t[i] == ascii("+") { i &+= 1 }
  let digits = i
  while i < to, t[i].isDigit { i &+= 1 }
  if i == digits { return t[from] == ascii("-") && i == from &+ 1 ? i : -1 }
  if fraction, i &+ 1 < to, t[i] == ascii("."), t[i &+ 1].isDigit {
    i &+= 2
    while i < to, t[i].isDigit { i &+= 1 }
  }
  return i
}

func holdsPoint(_ t: LineBytes, _ from: Int, _ to: Int) -> Bool {
  var i = from
  while i < to, t[i] != ascii(".") { i &+= 1 }
  return i < to
}

/// The closing quote that belongs to the opening one before `from`.
/// - Returns: Its position, or -1.
@inline(__always)
func scanQuoted(_ t: LineBytes, _ from: Int, _ to: Int) -> Int {
  var ignored = false
  let quote = closingQuote(t, from, to, &ignored)
  return quote < to ? quote : -1
}

/// The first `byte` from `from` on, eight bytes at a time.
/// - Returns: Its position, or -1.
@inline(__always)
func findByte(_ byte: UInt8, _ t: LineBytes, _ from: Int, _ to: Int) -> Int {
  var i = from
  while i < to {
    let hits = matches(t.word(i), byte)
    if hits != 0 {
      i &+= lowestByte(hits)
      return i < to ? i : -1
    }
    i &+= 8
  }
  return -1
}

/// The bracket that closes the one before `from`, balanced; not farther than 1 KiB.
/// - Returns: Its position, or -1.
@inline(__always)
func scanBalanced(
  _ t: LineBytes, _ from: Int, _ to: Int, _ opening: UInt8, _ closing: UInt8
) -> Int {
  var depth = 1
  var i = from
  let limit = min(to, from &+ 1024)
  while i < limit {
    let byte = t[i]
    if byte == closing {
      depth &-= 1
      if depth == 0 { return i }
    } else if byte == opening {
      depth &+= 1
    }
    i &+= 1
  }
  return -1
}

/// Whether the bytes between fit what a scanner asks of the whole value.
@inline(__always)
func fitsScanner(_ scanner: UInt8, _ t: LineBytes, _ from: Int, _ to: Int) -> Bool {
  switch scanner {
  case ValueScanner.ip.rawValue: isAddress(t, from, to)
  case ValueScanner.host.rawValue: isHost(t, from, to)
  case ValueScanner.dotted.rawValue: isDotted(t, from, to)
  default: true
  }
}

/// A host begins with a letter, a digit or `::`, and is no level's word.
private func isHost(_ t: LineBytes, _ from: Int, _ to: Int) -> Bool {
  let first = t[from]
  guard first.isDigit || first.isLetter || first == ascii(":") && to &- from > 2 else {
    return false
  }
  // `name:` is a label, whatever follows it.
  if t[to &- 1] == ascii(":"), t[to &- 2] != ascii(":") { return false }
  // No level's word of more than two bytes begins with a digit.
  return first.isDigit && to &- from > 2 || severity(t, from, to) == .unknown
}

/// A class, a module, a place in the code.
func isDotted(_ t: LineBytes, _ from: Int, _ to: Int) -> Bool {
  var i = from
  while i < to {
    let byte = t[i]
    if byte == ascii(".") || byte == ascii("$") || byte == ascii("/") { return true }
    if byte == ascii(":"), i &+ 1 < to, t[i &+ 1] == byte { return true }
    i &+= 1
  }
  return false
}

/// Whether `from ..< to` looks like an address: hexadecimal parts with at least one `.` or two `:`.
@inline(__always)
func isAddress(_ t: LineBytes, _ from: Int, _ to: Int) -> Bool {
  var dots = 0
  var colons = 0
  var i = from
  while i < to {
    let byte = t[i]
    if byte == ascii(".") {
      dots &+= 1
    } else if byte == ascii(":") {
      colons &+= 1
    } else if !(byte.isDigit || (byte | 0x20) &- 0x61 < 6) {
      return false
    }
    i &+= 1
  }
  return dots == 3 || colons >= 2
}
