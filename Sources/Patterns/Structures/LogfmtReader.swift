internal import Events

/// Reads `start ..< end` as logfmt: `key=value` pairs between blanks, values quoted where they need it.
///
/// Text with an equals sign in it is no logfmt: it must begin with a pair, hold at least two, and
/// words without `=` may be at most as many as pairs.
/// - Parameters:
///   - shape: What earlier lines of the source looked like; saves most of the work on keys.
///   - ordinal: Which place its first key has in it.
/// - Returns: Whether it is such a line; `recognition` is unchanged where not.
func readLogfmt(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ shape: borrowing KeyShape, from ordinal: Int = 0, _ recognition: inout Recognition
) -> Bool {
  var fields = StructuredFields()
  var pairCount = 0
  var wordCount = 0
  var cursor = KeyShape.Cursor(ordinal: ordinal)
  var i = start
  shape.states.begin()
  while i < end {
    var saying = KeyShape.Saying()
    let known = shape.fits(bytes, i, end, cursor, KeyPlace.top.rawValue, &saying)
    if known > 0 {
      i &+= known
    } else {
      if bytes[i] <= 0x20 {
        i &+= 1
        continue
      }
      let keyStart = i
      guard beginsLogfmtKey(bytes[i]) else { return false }
      i = logfmtKeyEnd(bytes, i, end)
      guard i < end, bytes[i] == ascii("=") else {
        // A key without a value is a word; where words are more than pairs, this is prose.
        guard i == end || bytes[i] <= 0x20 else { return false }
        wordCount &+= 1
        if wordCount > pairCount { return false }
        continue
      }
      saying.meaning = shape.table.findByEnding(bytes, keyStart, i, KeyPlace.top.rawValue)
      saying.state = stateName(bytes, keyStart, i)
      i &+= 1
      shape.remember(
        bytes, keyStart, byteCount: i &- keyStart, cursor, KeyPlace.top.rawValue, saying)
    }
    let key = saying.meaning
    pairCount &+= 1
    cursor.ordinal &+= 1
    let valueStart = i
    if i < end, bytes[i] == ascii("\"") {
      var isEscaped = false
      i = closingQuote(bytes, i &+ 1, end, &isEscaped) &+ 1
      guard i <= end else { return false }
      if key != 0 {
        if shape.table.role(key) == .message {
          cursor.pass(message: valueStart &+ 1, i &- 1, in: bytes)
        }
        fields.takeText(
          bytes, shape.table.role(key), shape.table.rank(key), valueStart &+ 1, i &- 1,
          isEscaped: isEscaped, context)
      }
      if saying.state != 0, !isEscaped {
        shape.states.take(saying.state, bytes, valueStart &+ 1, i &- 1)
      }
      guard i == end || bytes[i] <= 0x20 else { return false }
    } else {
      i = blankAt(bytes, i, end)
      // `a=1, b=2` is a list in prose.
      if bytes[i &- 1] == ascii(",") { return false }
      if key != 0 { takePlain(bytes, shape.table, key, valueStart, i, context, &fields) }
      if saying.state != 0, !isTruth(bytes, valueStart, i) {
        shape.states.take(saying.state, bytes, valueStart, i)
      }
    }
    i &+= 1
  }
  guard pairCount >= 2 else { return false }
  fields.finish(start, end, .logfmt, &recognition)
  return true
}

/// As above, for a line of which nothing is known.
func readLogfmt(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  readLogfmt(bytes, start, end, context, KeyShape(), &recognition)
}

/// As above, for callers that hold a pointer.
func readLogfmt(
  _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  unsafe readLogfmt(LineBytes(p), start, end, context, &recognition)
}

/// Whether a message begins with a key and its `=`.
@inline(__always)
func holdsPair(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  var hits = matches(bytes.word(start), ascii("="))
  var sign = start
  if hits == 0 {
    sign &+= 8
    hits = matches(bytes.word(sign), ascii("="))
    if hits == 0 { return false }
  }
  sign &+= lowestByte(hits)
  guard sign < end, sign > start else { return false }
  for i in start..<sign where !bytes[i].isWordByte { return false }
  return true
}

/// Reads a text format's message as logfmt, where its pairs name a level or a message.
///
/// The recognition keeps the text's own time and service, and gets from the pairs what it lacks.
func readEmbeddedLogfmt(
  _ bytes: LineBytes, _ context: TimestampContext, _ shape: borrowing KeyShape,
  _ recognition: inout Recognition
) -> Bool {
  var pairs = Recognition()
  let start = recognition.messageStart
  guard
    readLogfmt(
      bytes, start, recognition.messageEnd, context, shape, from: KeyShape.innerOrdinal, &pairs),
    pairs.severity != .unknown || pairs.messageStart > start
  else { return false }
  if recognition.time == nil { recognition.time = pairs.time }
  if pairs.severity != .unknown { recognition.severity = pairs.severity }
  if recognition.serviceStart == recognition.serviceEnd {
    recognition.serviceStart = pairs.serviceStart
    recognition.serviceEnd = pairs.serviceEnd
  }
  recognition.messageStart = pairs.messageStart
  recognition.messageEnd = pairs.messageEnd
  recognition.messageIsEscaped = pairs.messageIsEscaped
  recognition.bodyStart = pairs.bodyStart
  recognition.bodyEnd = pairs.bodyEnd
  recognition.structure = .logfmt
  return true
}

/// A value without quotes: a number to the scales and the epoch where it begins with a digit, unless
/// it is a date.
private func takePlain(
  _ bytes: LineBytes, _ table: KeyTable, _ key: Int, _ start: Int, _ end: Int,
  _ context: TimestampContext, _ fields: inout StructuredFields
) {
  let role = table.role(key)
  if start < end, bytes[start].isDigit,
    role != .message && role != .service,
    role != .time || bytes[start &+ 4] != ascii("-") && bytes[start &+ 2] != ascii(":")
  {
    fields.takeScalar(bytes, role, table.rank(key), start, end)
  } else {
    fields.takeText(bytes, role, table.rank(key), start, end, isEscaped: false, context)
  }
}

/// Position of the first `=`, blank or punctuation below `-` at or behind `position`.
///
/// Keys of real logs hold letters, digits, `_ . - / @ :` and bytes above ASCII.
@inline(__always)
func logfmtKeyEnd(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end {
    let word = bytes.word(i)
    let hits = bytesBelow(word, 0x2d) | matches(word, 0x3d)
    if hits != 0 { return min(i &+ lowestByte(hits), end) }
    i &+= 8
  }
  return end
}

/// What a key can begin with.
@inline(__always)
func beginsLogfmtKey(_ byte: UInt8) -> Bool {
  byte.isWordByte || byte == ascii("@") || byte == ascii(".") || byte >= 0x80
}
