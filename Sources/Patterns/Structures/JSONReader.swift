internal import Events

/// Reads the JSON object that fills `start ..< end`, blanks aside: time, level, service and message
/// under the keys that the usual libraries write.
///
/// One pass. Values that mean nothing are skipped by words, nested objects too unless a library puts
/// a meaning into them (`log.level`, `fields.message`, `kubernetes.container_name`). Tolerant where it
/// does not matter: raw control bytes in strings, scalars of any spelling, brackets of mixed kind in
/// what is skipped.
/// - Returns: Whether it is such an object; `recognition` is unchanged where not.
func readJSON(
  _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  unsafe readJSON(LineBytes(p), start, end, context, &recognition)
}

/// As above, for scanners that hold `LineBytes`.
func readJSON(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  guard start < end, bytes[start] == ascii("{") else { return false }
  var fields = StructuredFields()
  let objectEnd = readObject(bytes, start, end, context, &fields)
  guard objectEnd >= 0, skipBlanks(bytes, objectEnd, end) == end else { return false }
  fields.finish(start, objectEnd, .json, &recognition)
  return true
}

/// Objects within objects that are read rather than skipped, at most.
private let nestedPlaceLimit = 7

/// - Returns: The position behind the object, or -1.
@inline(__always)
func readObject(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ fields: inout StructuredFields
) -> Int {
  let table = KeyTable.shared
  // The places of the objects that are open, one byte each, the innermost lowest.
  var places: UInt64 = 0
  var depth = 1
  var i = skipBlanks(bytes, start &+ 1, end)
  if i < end, bytes[i] == ascii("}") { return i &+ 1 }
  while i < end {
    guard bytes[i] == ascii("\"") else { return -1 }
    let keyStart = i &+ 1
    var keyIsEscaped = false
    let keyEnd = closingQuote(bytes, keyStart, end, &keyIsEscaped)
    i = keyEnd &+ 1
    if i < end, bytes[i] <= 0x20 { i = skipBlanks(bytes, i, end) }
    guard i < end, bytes[i] == ascii(":") else { return -1 }
    i &+= 1
    if i < end, bytes[i] <= 0x20 { i = skipBlanks(bytes, i, end) }
    guard i < end else { return -1 }

    let meaning = table.meaning(
      bytes, keyStart, keyEnd, UInt8(truncatingIfNeeded: places))
    let first = bytes[i]
    if first == ascii("\"") {
      var isEscaped = false
      let valueEnd = closingQuote(bytes, i &+ 1, end, &isEscaped)
      guard valueEnd < end else { return -1 }
      fields.takeText(bytes, meaning, i &+ 1, valueEnd, isEscaped: isEscaped, context)
      i = valueEnd &+ 1
    } else if first == ascii("{") {
      let inner = skipBlanks(bytes, i &+ 1, end)
      if meaning.opens != .top, depth <= nestedPlaceLimit, inner < end,
        bytes[inner] != ascii("}")
      {
        places = places &<< 8 | UInt64(meaning.opens.rawValue)
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
      fields.takeScalar(bytes, meaning, i, valueEnd)
      i = valueEnd
    }

    // Behind a value: a comma, or the end of one or more objects.
    while true {
      if i < end, bytes[i] <= 0x20 { i = skipBlanks(bytes, i, end) }
      guard i < end else { return -1 }
      let byte = bytes[i]
      i &+= 1
      if byte == ascii(",") { break }
      guard byte == ascii("}") else { return -1 }
      depth &-= 1
      if depth == 0 { return i }
      places &>>= 8
    }
    if i < end, bytes[i] <= 0x20 { i = skipBlanks(bytes, i, end) }
  }
  return -1
}

/// The first byte of a number, `true`, `false`, `null`, or of `NaN` and `Infinity` as some write them.
@inline(__always)
func isScalarStart(_ byte: UInt8) -> Bool {
  byte.isDigit || byte == ascii("-") || byte.isLetter
}
