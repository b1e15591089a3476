internal import Events

/// A JSON object at the end of a text message: `… request completed {"status":200}`.
struct EmbeddedJSON {
  /// Where the text before the object ends, blanks and a dash or colon left out.
  var textEnd: Int
  var objectStart: Int
  var objectEnd: Int
}

/// Finds the JSON object that ends the message between `start` and `end`, if there is one.
///
/// Costs two comparisons where the message does not end in `}`. The object must hold a quoted key.
func embeddedJSON(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> EmbeddedJSON? {
  unsafe embeddedJSON(LineBytes(p), start, end)
}

/// As above, for scanners that hold `LineBytes`.
func embeddedJSON(_ bytes: LineBytes, _ start: Int, _ end: Int) -> EmbeddedJSON? {
  var last = end
  while last > start, bytes[last &- 1] <= 0x20 { last &-= 1 }
  guard last > start, bytes[last &- 1] == ascii("}") else { return nil }
  var i = start
  // The first `{"` from which a whole object reaches to the end; text may hold braces before it.
  for _ in 0..<8 {
    i = braceAndQuote(bytes, i, last)
    guard i < last else { return nil }
    // `usage={"cpu":"1m"}` is a value of the message, not its structure.
    let isValue = i > start && bytes[i &- 1] == ascii("=")
    if !isValue, skipNested(bytes, i, last) == last {
      var textEnd = i
      while textEnd > start, isJoint(bytes[textEnd &- 1]) { textEnd &-= 1 }
      return EmbeddedJSON(textEnd: textEnd, objectStart: i, objectEnd: last)
    }
    i &+= 1
  }
  return nil
}

/// What stands between a text and the object that ends it.
private func isJoint(_ byte: UInt8) -> Bool {
  byte <= 0x20 || byte == ascii(":") || byte == ascii("-") || byte == ascii("|")
}

/// Position of the first `{` that a quote follows, blanks aside; `end` when there is none.
private func braceAndQuote(_ bytes: LineBytes, _ position: Int, _ end: Int) -> Int {
  var i = position
  while i < end {
    let hits = matches(bytes.word(i), ascii("{"))
    if hits == 0 {
      i &+= 8
      continue
    }
    i &+= lowestByte(hits)
    if i >= end { return end }
    let inner = skipBlanks(bytes, i &+ 1, end)
    if inner < end, bytes[inner] == ascii("\"") { return i }
    i &+= 1
  }
  return end
}

/// Reads the object that ends a text message; what the text said before it stands.
///
/// A name alone before the object (`api: {…}`) is no message but who speaks.
///
/// The recognition holds the text's own time, level and message range, and gets from the object what
/// it lacks; the body becomes the object.
/// - Returns: Whether there is such an object.
func readEmbeddedJSON(
  _ bytes: LineBytes, _ context: TimestampContext, _ shape: borrowing KeyShape,
  _ recognition: inout Recognition
) -> Bool {
  let start = recognition.messageStart
  guard let found = embeddedJSON(bytes, start, recognition.messageEnd) else { return false }
  var object = Recognition()
  guard
    readJSON(
      bytes, found.objectStart, found.objectEnd, context, shape, from: KeyShape.innerOrdinal,
      &object)
  else { return false }
  if recognition.time == nil { recognition.time = object.time }
  if recognition.severity == .unknown { recognition.severity = object.severity }
  if recognition.serviceStart == recognition.serviceEnd {
    recognition.serviceStart = object.serviceStart
    recognition.serviceEnd = object.serviceEnd
  }
  let hasMessage =
    object.messageStart > object.bodyStart
    && !isErrorOnly(bytes, object.bodyStart, object.messageStart)
  if found.textEnd > start, !hasMessage || !isName(bytes, start, found.textEnd) {
    recognition.messageEnd = found.textEnd
  } else {
    if found.textEnd > start, recognition.serviceStart == recognition.serviceEnd {
      recognition.serviceStart = start
      recognition.serviceEnd = found.textEnd
    }
    recognition.messageStart = object.messageStart
    recognition.messageEnd = object.messageEnd
    recognition.messageIsEscaped = object.messageIsEscaped
  }
  recognition.bodyStart = found.objectStart
  recognition.bodyEnd = found.objectEnd
  recognition.structure = .json
  return true
}

/// Whether the object's message is but the value of its `error`, which says less than a word before it.
private func isErrorOnly(_ bytes: LineBytes, _ start: Int, _ messageStart: Int) -> Bool {
  var i = messageStart &- 1
  while i > start, bytes[i &- 1] <= 0x20 || bytes[i &- 1] == ascii(":") { i &-= 1 }
  return i &- 7 > start && bytes.spells("\"error\"", at: i &- 7, end: i)
    || i &- 5 > start && bytes.spells("\"err\"", at: i &- 5, end: i)
}

/// One word such as services have, which is no level.
private func isName(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  guard end &- start <= 64, bytes[start].isLetter else { return false }
  for i in start..<end
  where !bytes[i].isWordByte && bytes[i] != ascii("-") && bytes[i] != ascii(".") {
    return false
  }
  return severity(bytes, start, end) == .unknown
}
