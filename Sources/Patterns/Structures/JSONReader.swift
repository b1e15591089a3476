internal import Events

/// Reads the JSON object that fills `start ..< end`, blanks aside: time, level, service and message
/// under the keys that the usual libraries write.
///
/// One pass. Values that mean nothing are skipped by words, nested objects too unless a library puts
/// a meaning into them (`log.level`, `fields.message`, `kubernetes.container_name`). Tolerant where it
/// does not matter: raw control bytes in strings, scalars of any spelling, brackets of mixed kind in
/// what is skipped.
/// - Parameters:
///   - shape: What earlier lines of the source looked like; saves most of the work on keys.
///   - ordinal: Which place its first key has in it.
/// - Returns: Whether it is such an object; `recognition` is unchanged where not.
func readJSON(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ shape: borrowing KeyShape, from ordinal: Int = 0, _ recognition: inout Recognition
) -> Bool {
  guard start < end, bytes[start] == ascii("{") else { return false }
  var fields = StructuredFields()
  shape.states.begin()
  let objectEnd = readObject(bytes, start, end, context, shape, ordinal, &fields)
  guard objectEnd >= 0, objectEnd == end || skipBlanks(bytes, objectEnd, end) == end else {
    return false
  }
  fields.finish(start, objectEnd, .json, &recognition)
  return true
}

/// As above, for a line of which nothing is known.
func readJSON(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  guard start < end, bytes[start] == ascii("{") else { return false }
  return readJSON(bytes, start, end, context, KeyShape(), &recognition)
}

/// As above, for callers that hold a pointer.
func readJSON(
  _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  unsafe readJSON(LineBytes(p), start, end, context, &recognition)
}

/// Objects within objects that are read rather than skipped, at most.
private let nestedPlaceLimit = 7

/// Reads an object that begins at `start`.
///
/// Positions may run past `end` by a few bytes, where the buffer is padded; what is found there
/// makes the object end behind `end`, and so no object.
/// - Returns: The position behind the object, or -1.
@inline(__always)
private func readObject(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ shape: borrowing KeyShape, _ ordinal: Int, _ fields: inout StructuredFields
) -> Int {
  // The places of the objects that are open, one byte each, the innermost lowest.
  var places: UInt64 = 0
  var depth = 1
  var cursor = KeyShape.Cursor(ordinal: ordinal)
  var i = skipBlanks(bytes, start &+ 1, end)
  if i < end, bytes[i] == ascii("}") { return i &+ 1 }
  while i < end {
    guard bytes[i] == ascii("\"") else { return -1 }
    let place = UInt8(truncatingIfNeeded: places)
    var saying = KeyShape.Saying()
    let known = shape.fits(bytes, i &+ 1, end, cursor, place, &saying)
    if known > 0 {
      i &+= known &+ 1
    } else {
      i = readKey(bytes, i &+ 1, end, shape, cursor, place, &saying)
      guard i >= 0 else { return -1 }
    }
    cursor.ordinal &+= 1
    let key = saying.meaning

    var first = bytes[i]
    if first <= 0x20 {
      // One blank more than was remembered.
      i = skipBlanks(bytes, i, end)
      first = bytes[i]
    }
    if first == ascii("\"") {
      var isEscaped = false
      let valueEnd = closingQuote(bytes, i &+ 1, end, &isEscaped)
      guard valueEnd < end else { return -1 }
      if key != 0 {
        takeText(bytes, shape.table, key, i &+ 1, valueEnd, isEscaped, context, &cursor, &fields)
      }
      if saying.state != 0, !isEscaped {
        shape.states.take(saying.state, bytes, i &+ 1, valueEnd)
      }
      i = valueEnd &+ 1
    } else if first == ascii("{") {
      // A state is called by its whole path.
      shape.states.giveUp()
      var inner = i &+ 1
      if bytes[inner] <= 0x20 { inner = skipBlanks(bytes, inner, end) }
      let inside = shape.table.opens(key)
      if inside != .top, depth <= nestedPlaceLimit, bytes[inner] != ascii("}") {
        places = places &<< 8 | UInt64(inside.rawValue)
        depth &+= 1
        i = inner
        continue
      }
      i = skipNested(bytes, i, end)
      guard i >= 0 else { return -1 }
    } else if first == ascii("[") {
      i = skipNested(bytes, i, end)
      guard i >= 0 else { return -1 }
    } else {
      let valueEnd = scalarEnd(bytes, i, end)
      guard valueEnd > i, isScalarStart(first) else { return -1 }
      if key != 0 {
        fields.takeScalar(bytes, shape.table.role(key), shape.table.rank(key), i, valueEnd)
      }
      if saying.state != 0, first != ascii("t"), first != ascii("f"), first != ascii("n") {
        shape.states.take(saying.state, bytes, i, valueEnd)
      }
      i = valueEnd
    }

    // Behind a value: most often a comma and the next key at once, else the end of some objects.
    if bytes.half(i) & 0xffff == 0x222c {
      i &+= 1
      continue
    }
    while true {
      var byte = bytes[i]
      if byte <= 0x20 {
        i = skipBlanks(bytes, i, end)
        byte = bytes[i]
      }
      i &+= 1
      if byte == ascii(",") { break }
      guard byte == ascii("}") else { return -1 }
      depth &-= 1
      if depth == 0 { return i <= end ? i : -1 }
      places &>>= 8
    }
    if bytes[i] <= 0x20 { i = skipBlanks(bytes, i, end) }
  }
  return -1
}

/// Takes a text whose key means something.
///
/// Not inlined, so that the loop over keys keeps what it needs in registers.
@inline(never)
private func takeText(
  _ bytes: LineBytes, _ table: KeyTable, _ key: Int, _ start: Int, _ end: Int, _ isEscaped: Bool,
  _ context: TimestampContext, _ cursor: inout KeyShape.Cursor, _ fields: inout StructuredFields
) {
  let role = table.role(key)
  if role == .message { cursor.pass(message: start, end, in: bytes) }
  fields.takeText(bytes, role, table.rank(key), start, end, isEscaped: isEscaped, context)
}

/// Reads the key that begins at `position`, behind its quote, and its colon.
/// - Returns: The position of the value, or -1.
@inline(never)
private func readKey(
  _ bytes: LineBytes, _ position: Int, _ end: Int, _ shape: borrowing KeyShape,
  _ cursor: KeyShape.Cursor,
  _ place: UInt8, _ saying: inout KeyShape.Saying
) -> Int {
  var isEscaped = false
  let keyEnd = closingQuote(bytes, position, end, &isEscaped)
  let colon = skipBlanks(bytes, keyEnd &+ 1, end)
  guard colon < end, bytes[colon] == ascii(":") else { return -1 }
  let value = skipBlanks(bytes, colon &+ 1, end)
  guard value < end else { return -1 }
  saying.meaning = shape.table.findByEnding(bytes, position, keyEnd, place)
  saying.state = stateName(bytes, position, keyEnd)
  if !isEscaped {
    shape.remember(bytes, position, byteCount: value &- position, cursor, place, saying)
  }
  return value
}

/// The first byte of a number, `true`, `false`, `null`, or of `NaN` and `Infinity` as some write them.
@inline(__always)
func isScalarStart(_ byte: UInt8) -> Bool {
  byte.isDigit || byte == ascii("-") || byte.isLetter
}
