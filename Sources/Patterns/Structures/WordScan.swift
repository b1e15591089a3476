extension LineBytes {
  /// The bytes from `position` on spell `text`, all of it before `end`.
  @inline(__always)
  func spells(_ text: StaticString, at position: Int, end: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    if position &+ count > end { return false }
    // SAFETY: a static string's bytes live as long as the program.
    let expected = unsafe text.utf8Start
    for i in 0..<count where unsafe expected[i] != self[position &+ i] { return false }
    return true
  }
}

/// Every byte 0x01.
let eachByte: UInt64 = 0x0101_0101_0101_0101
/// The high bit of every byte.
let highBits: UInt64 = 0x8080_8080_8080_8080

/// High bits set where a byte of `word` is zero; exact for the lowest, and zero when there is none.
@inline(__always)
func zeroBytes(_ word: UInt64) -> UInt64 { (word &- eachByte) & ~word & highBits }

/// As `zeroBytes`, for bytes that are `byte`.
@inline(__always)
func matches(_ word: UInt64, _ byte: UInt8) -> UInt64 {
  zeroBytes(word ^ (eachByte &* UInt64(byte)))
}

/// Which byte of a word the lowest set high bit belongs to.
@inline(__always)
func lowestByte(_ bits: UInt64) -> Int { bits.trailingZeroBitCount &>> 3 }

/// First position at or behind `position` that is no space, tab or line end; `end` when all are.
@inline(__always)
func skipBlanks(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end, bytes[i] <= 0x20 { i &+= 1 }
  return i
}

/// Position of the first `"` or `\`; `end` when neither comes before it.
@inline(__always)
func quoteOrBackslash(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end {
    let word = bytes.word(i)
    let hits = matches(word, 0x22) | matches(word, 0x5c)
    if hits != 0 { return min(i &+ lowestByte(hits), end) }
    i &+= 8
  }
  return end
}

/// Position of the first `"` that no backslash precedes; `end` when it never comes.
@inline(__always)
func closingQuote(
  _ bytes: LineBytes, _ position: Int, _ end: Int, _ isEscaped: inout Bool
) -> Int {
  var i = quoteOrBackslash(bytes, position, end)
  while i < end, bytes[i] == 0x5c {
    isEscaped = true
    i = quoteOrBackslash(bytes, min(i &+ 2, end), end)
  }
  return i
}

/// Position behind the JSON object or array that begins at `position`; -1 when it never ends.
///
/// Counts brackets of both kinds together: it skips, it does not judge.
func skipNested(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var depth = 0
  var i = position
  while i < end {
    let word = bytes.word(i)
    // `[` and `{`, `]` and `}` differ in one bit only.
    let folded = word | (eachByte &* 0x20)
    let hits = matches(folded, 0x7b) | matches(folded, 0x7d) | matches(word, 0x22)
    if hits == 0 {
      i &+= 8
      continue
    }
    i &+= lowestByte(hits)
    if i >= end { return -1 }
    let byte = bytes[i]
    i &+= 1
    if byte == 0x22 {
      var isEscaped = false
      i = closingQuote(bytes, i, end, &isEscaped) &+ 1
    } else if byte | 0x20 == 0x7b {
      depth &+= 1
    } else {
      depth &-= 1
      if depth == 0 { return i }
    }
  }
  return -1
}

/// Position behind the number, `true`, `false` or `null` that begins at `position`.
@inline(__always)
func scalarEnd(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end {
    let word = bytes.word(i)
    // A byte below `-` (a blank, `,`, also `+` of an exponent), or a closing bracket.
    let low = (word &- (eachByte &* 0x2d)) & ~word & highBits
    let hits = low | matches(word | (eachByte &* 0x20), 0x7d)
    if hits == 0 {
      i &+= 8
      continue
    }
    i &+= lowestByte(hits)
    if i >= end { return end }
    if bytes[i] != 0x2b { return i }
    i &+= 1
  }
  return end
}
