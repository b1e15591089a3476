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

/// As `zeroBytes`, for bytes below `limit`, which is at most 0x80.
@inline(__always)
func bytesBelow(_ word: UInt64, _ limit: UInt8) -> UInt64 {
  (word &- (eachByte &* UInt64(limit))) & ~word & highBits
}

/// Which byte of a word the lowest set high bit belongs to.
@inline(__always)
func lowestByte(_ bits: UInt64) -> Int { bits.trailingZeroBitCount &>> 3 }

extension LineBytes {
  /// Sixteen bytes from `position` on.
  @inline(__always)
  func block(_ position: Int) -> SIMD16<UInt8> {
    unsafe UnsafeRawPointer(base + position).loadUnaligned(as: SIMD16<UInt8>.self)
  }
}

/// Which lane of a block's comparison is the first that holds; 16 when none does.
@inline(__always)
func firstLane(_ mask: SIMDMask<SIMD16<Int8>>) -> Int {
  // SAFETY: a mask is sixteen bytes of all ones or all zeros.
  let words = unsafe unsafeBitCast(mask, to: SIMD2<UInt64>.self)
  if words[0] != 0 { return words[0].trailingZeroBitCount &>> 3 }
  if words[1] != 0 { return 8 &+ words[1].trailingZeroBitCount &>> 3 }
  return 16
}

/// First position at or behind `position` that is no space, tab or line end; `end` when all are.
///
/// Not inlined: most structured text has none, so callers look at one byte first.
@inline(never)
func skipBlanks(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end, bytes[i] <= 0x20 { i &+= 1 }
  return i
}

/// Position of the first `"` or `\`; `end` or behind it when neither comes before.
@inline(__always)
func quoteOrBackslash(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  let quotes = SIMD16<UInt8>(repeating: 0x22)
  let backslashes = SIMD16<UInt8>(repeating: 0x5c)
  var i = position
  while i < end {
    let block = bytes.block(i)
    let lane = firstLane((block .== quotes) .| (block .== backslashes))
    i &+= lane
    if lane < 16 { return i }
  }
  return i
}

/// Position of the first `"` that no backslash precedes; `end` or behind it when it never comes.
@inline(__always)
func closingQuote(
  _ bytes: LineBytes, _ position: Int, _ end: Int, _ isEscaped: inout Bool
) -> Int {
  let i = quoteOrBackslash(bytes, position, end)
  if i >= end || bytes[i] == 0x22 { return i }
  isEscaped = true
  return closingQuoteBehindEscape(bytes, i, end)
}

/// As `closingQuote`, from a backslash on.
@inline(never)
private func closingQuoteBehindEscape(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end, bytes[i] == 0x5c { i = quoteOrBackslash(bytes, min(i &+ 2, end), end) }
  return i
}

/// Position behind the JSON object or array that begins at `position`; -1 when it never ends.
///
/// Counts brackets of both kinds together: it skips, it does not judge.
func skipNested(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  let fold = SIMD16<UInt8>(repeating: 0x20)
  let openers = SIMD16<UInt8>(repeating: 0x7b)
  let closers = SIMD16<UInt8>(repeating: 0x7d)
  let quotes = SIMD16<UInt8>(repeating: 0x22)
  var depth = 0
  var i = position
  while i < end {
    let block = bytes.block(i)
    // `[` and `{`, `]` and `}` differ in one bit only.
    let folded = block | fold
    let lane = firstLane((folded .== openers) .| (folded .== closers) .| (block .== quotes))
    i &+= lane
    if lane == 16 { continue }
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
  // A blank, a comma or a closing bracket ends it; all but the bracket lie below `-`, and so does
  // the `+` of an exponent.
  var i = position
  while i < end {
    let word = bytes.word(i)
    let hits = bytesBelow(word, 0x2d) | matches(word | (eachByte &* 0x20), 0x7d)
    if hits == 0 {
      i &+= 8
      continue
    }
    i &+= lowestByte(hits)
    if i >= end || bytes[i] != 0x2b { return min(i, end) }
    i &+= 1
  }
  return end
}

/// Position of the first blank at or behind `position`; `end` when there is none.
@inline(__always)
func blankAt(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end {
    let hits = bytesBelow(bytes.word(i), 0x21)
    if hits != 0 { return min(i &+ lowestByte(hits), end) }
    i &+= 8
  }
  return end
}
