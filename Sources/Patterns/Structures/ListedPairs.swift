internal import Events

/// Reads a message that is a list of pairs, `level=INFO, thread=main, msg=order placed, order=12`:
/// values go on to the comma before the next key.
///
/// The recognition holds the text's own header, and gets from the pairs what it lacks; its message
/// becomes the one that a pair names.
/// - Returns: Whether there are two pairs or more, and a level or a message among them.
func readListedPairs(
  _ bytes: LineBytes, _ context: TimestampContext, _ recognition: inout Recognition
) -> Bool {
  let end = recognition.messageEnd
  let table = KeyTable.shared
  var fields = StructuredFields()
  var pairCount = 0
  var i = recognition.messageStart
  while i < end {
    let keyStart = i
    i = listedKeyEnd(bytes, i, end)
    guard i > keyStart else { return false }
    let key = table.findByEnding(bytes, keyStart, i, KeyPlace.top.rawValue)
    var valueStart = i &+ 1
    var valueEnd: Int
    if valueStart < end, bytes[valueStart] == ascii("\"") {
      valueStart &+= 1
      var isEscaped = false
      valueEnd = closingQuote(bytes, valueStart, end, &isEscaped)
      guard valueEnd < end else { return false }
      i = valueEnd &+ 1
      guard i == end || bytes[i] == ascii(",") else { return false }
    } else {
      valueEnd = listedValueEnd(bytes, valueStart, end)
      i = valueEnd
    }
    pairCount &+= 1
    if key != 0 {
      fields.takeText(
        bytes, table.role(key), table.rank(key), valueStart, valueEnd, isEscaped: false, context)
    }
    if i < end { i = skipBlanks(bytes, i &+ 1, end) }
  }
  let hasMessage = fields.messageRank >= properMessageRank
  guard pairCount >= 2, fields.severity != .unknown || hasMessage else { return false }
  if recognition.time == nil { recognition.time = fields.time }
  if recognition.severity == .unknown { recognition.severity = fields.severity }
  if recognition.serviceStart == recognition.serviceEnd {
    recognition.serviceStart = fields.serviceStart
    recognition.serviceEnd = fields.serviceEnd
  }
  if hasMessage {
    recognition.messageStart = fields.messageStart
    recognition.messageEnd = fields.messageEnd
    recognition.bodyStart = fields.messageStart
    recognition.bodyEnd = fields.messageEnd
  }
  return true
}

/// Keys below it, `error` and `description`, say something of what the whole list is about.
private let properMessageRank: UInt8 = 30

/// Behind the key that begins at `from`; `from` where no `=` follows one.
private func listedKeyEnd(_ bytes: LineBytes, _ from: Int, _ end: Int) -> Int {
  var i = from
  while i < end, bytes[i].isWordByte || bytes[i] == ascii("-") || bytes[i] == ascii(".") { i &+= 1 }
  return i < end && bytes[i] == ascii("=") ? i : from
}

/// The comma before the next key, or the end.
private func listedValueEnd(_ bytes: LineBytes, _ from: Int, _ end: Int) -> Int {
  var i = from
  while true {
    let comma = findByte(ascii(","), bytes, i, end)
    if comma < 0 { return end }
    let next = skipBlanks(bytes, comma &+ 1, end)
    if next == end || listedKeyEnd(bytes, next, end) > next { return comma }
    i = comma &+ 1
  }
}
