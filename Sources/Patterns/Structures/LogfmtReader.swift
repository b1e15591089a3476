internal import Events

/// Reads `start ..< end` as logfmt: `key=value` pairs between blanks, values quoted where they need it.
///
/// Text with an equals sign in it is no logfmt: it must begin with a pair, hold at least two, and
/// words without `=` may be at most as many as pairs.
/// - Returns: Whether it is such a line; `recognition` is unchanged where not.
func readLogfmt(
  _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  unsafe readLogfmt(LineBytes(p), start, end, context, &recognition)
}

/// As above, for scanners that hold `LineBytes`.
func readLogfmt(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  let table = KeyTable.shared
  var fields = StructuredFields()
  var pairCount = 0
  var wordCount = 0
  var i = start
  while i < end {
    if bytes[i] <= 0x20 {
      i &+= 1
      continue
    }
    let keyStart = i
    i = logfmtKeyEnd(bytes, i, end)
    guard i < end, bytes[i] == ascii("="), i > keyStart else {
      // A key without a value is a word; anything else here means that this is prose.
      guard i > keyStart, i == end || bytes[i] <= 0x20 else { return false }
      wordCount &+= 1
      if wordCount > pairCount { return false }
      continue
    }
    let keyEnd = i
    i &+= 1
    let meaning = table.meaning(bytes, keyStart, keyEnd, KeyPlace.top.rawValue)
    if i < end, bytes[i] == ascii("\"") {
      var isEscaped = false
      let valueEnd = closingQuote(bytes, i &+ 1, end, &isEscaped)
      guard valueEnd < end else { return false }
      fields.takeText(bytes, meaning, i &+ 1, valueEnd, isEscaped: isEscaped, context)
      i = valueEnd &+ 1
      guard i == end || bytes[i] <= 0x20 || bytes[i] == ascii(",") else { return false }
    } else {
      let valueStart = i
      i = blankAt(bytes, i, end)
      // A value of digits alone is a number to the scales; text otherwise.
      if meaning.role != .none {
        if i > valueStart, bytes[valueStart].isDigit,
          meaning.role != .time || bytes[valueStart &+ 4] != ascii("-")
        {
          fields.takeScalar(bytes, meaning, valueStart, i)
        } else {
          fields.takeText(bytes, meaning, valueStart, i, isEscaped: false, context)
        }
      }
    }
    pairCount &+= 1
  }
  guard pairCount >= 2 else { return false }
  fields.finish(start, end, .logfmt, &recognition)
  return true
}

/// Position of the `=`, blank, quote or other byte that no key holds, at or behind `position`.
@inline(__always)
func logfmtKeyEnd(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end, isLogfmtKeyByte(bytes[i]) { i &+= 1 }
  return i
}

/// Letters, digits and the marks that keys of real logs hold; no quotes, brackets, commas or colons.
@inline(__always)
func isLogfmtKeyByte(_ byte: UInt8) -> Bool {
  byte.isWordByte || byte == ascii(".") || byte == ascii("-") || byte == ascii("@")
    || byte == ascii("/") || byte >= 0x80
}

/// Position of the first blank at or behind `position`; `end` when there is none.
@inline(__always)
func blankAt(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end {
    let word = bytes.word(i)
    let hits = (word &- (eachByte &* 0x21)) & ~word & highBits
    if hits != 0 { return min(i &+ lowestByte(hits), end) }
    i &+= 8
  }
  return end
}
