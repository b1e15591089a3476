internal import Events

/// Reads an event that is an XML element: what its attributes and inner elements say about time, level,
/// service and message, by the names that structured logs use.
///
/// Knows Windows' own levels, and the records of its configuration manager (`<![LOG[…]LOG]!><time=…`).
/// - Returns: Whether the element is complete and names a time, or a level and a message.
func readMarkup(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  guard end &- start > 4, bytes[start] == ascii("<") else { return false }
  if bytes.spells("<![LOG[", at: start, end: end) {
    return readManagerRecord(bytes, start, end, context, &recognition)
  }
  guard bytes[start &+ 1].isLetter || bytes[start &+ 1] == ascii("?") else { return false }
  let table = KeyTable.shared
  var fields = StructuredFields()
  var cursor = MarkupCursor(bytes, start, end)
  var isWindows = false
  var windowsLevel = Severity.unknown
  while cursor.next() {
    let (from, to) = (cursor.valueStart, cursor.valueEnd)
    if cursor.isAttribute, bytes.spells("Name", at: cursor.keyStart, end: cursor.keyEnd),
      bytes.spells("Provider", at: cursor.tagStart, end: cursor.tagEnd)
    {
      fields.takeText(bytes, .service, 60, from, to, isEscaped: false, context)
      continue
    }
    if bytes.spells("EventID", at: cursor.keyStart, end: cursor.keyEnd) { isWindows = true }
    let key = table.find(bytes, cursor.keyStart, cursor.keyEnd, KeyPlace.top.rawValue)
    guard key != 0, from < to else { continue }
    let role = table.role(key)
    if isWindows, role == .level, to &- from == 1 {
      windowsLevel = windowsSeverity(bytes[from])
    } else {
      fields.takeText(bytes, role, table.rank(key), from, to, isEscaped: false, context)
    }
  }
  guard cursor.isComplete,
    fields.time != nil || fields.severity != .unknown && fields.messageRank > 1
  else { return false }
  fields.finish(start, end, .text, &recognition)
  if windowsLevel != .unknown { recognition.severity = windowsLevel }
  if isWindows, fields.messageRank == 0 { takeEventData(bytes, start, end, &recognition) }
  recognition.bodyStart = recognition.messageStart
  recognition.bodyEnd = recognition.messageEnd
  return true
}

/// The levels of Windows' event log count the other way round than syslog's.
private func windowsSeverity(_ digit: UInt8) -> Severity {
  switch digit {
  case ascii("0"), ascii("4"): .info
  case ascii("1"): .fatal
  case ascii("2"): .error
  case ascii("3"): .warn
  case ascii("5"): .trace
  default: .unknown
  }
}

/// An event without a rendered message says in its data what happened.
private func takeEventData(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ recognition: inout Recognition
) {
  var i = start
  while i < end {
    let open = findByte(ascii("<"), bytes, i, end)
    guard open >= 0 else { return }
    i = open &+ 1
    if bytes.spells("</EventData>", at: open, end: end) {
      if recognition.messageStart > start { recognition.messageEnd = open }
      return
    }
    if bytes.spells("<EventData>", at: open, end: end) { recognition.messageStart = open &+ 11 }
  }
}

/// `<![LOG[text]LOG]!><time="09:31:02.123-060" date="11-22-2026" component="…" type="3" …>`
private func readManagerRecord(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext,
  _ recognition: inout Recognition
) -> Bool {
  let messageStart = start &+ 7
  var i = messageStart
  while i < end, !bytes.spells("]LOG]!><", at: i, end: end) { i &+= 1 }
  guard i < end else { return false }
  var result = Recognition()
  result.messageStart = messageStart
  result.messageEnd = i
  var parts = TimestampParts()
  i &+= 8
  while i < end, bytes[i] != ascii(">") {
    let keyStart = i
    let sign = findByte(ascii("="), bytes, i, end)
    guard sign > 0, sign &+ 1 < end, bytes[sign &+ 1] == ascii("\"") else { return false }
    let from = sign &+ 2
    let to = findByte(ascii("\""), bytes, from, end)
    guard to >= 0 else { return false }
    if bytes.spells("time=", at: keyStart, end: end) {
      let zone = scanClock(bytes, from, &parts)
      guard zone >= 0, zone <= to else { return false }
      if scanZone(bytes, zone, &parts) > zone {
        // What is to be added to get to UTC, unlike all others.
        parts.zoneSeconds = 0 &- parts.zoneSeconds
      }
    } else if bytes.spells("date=", at: keyStart, end: end) {
      var j = from
      parts.month = oneOrTwoDigits(bytes, &j)
      j &+= 1
      parts.day = oneOrTwoDigits(bytes, &j)
      parts.year = fourDigits(bytes, j &+ 1)
    } else if bytes.spells("component=", at: keyStart, end: end) {
      result.serviceStart = from
      result.serviceEnd = to
    } else if bytes.spells("type=", at: keyStart, end: end) {
      switch bytes[from] {
      case ascii("1"): result.severity = .info
      case ascii("2"): result.severity = .warn
      case ascii("3"): result.severity = .error
      default: break
      }
    }
    i = skipBlanks(bytes, to &+ 1, end)
  }
  var time = Timestamp(instant: Instant(microseconds: 0))
  guard parts.month > 0, parts.day > 0, parts.finish(context, &time) else { return false }
  result.time = time
  result.bodyStart = result.messageStart
  result.bodyEnd = result.messageEnd
  recognition = result
  return true
}

/// The attributes and texts of an element, by their names; of `<Data Name="user">ann</Data>` by that.
func markupFields(_ bytes: LineBytes, _ start: Int, _ end: Int) -> [EventField] {
  var names: Set<String> = []
  var fields: [EventField] = []
  var cursor = MarkupCursor(bytes, start, end)
  var givenName = ""
  while cursor.next() {
    let value = bytes.text(cursor.valueStart, cursor.valueEnd)
    var name = bytes.text(cursor.keyStart, cursor.keyEnd)
    if cursor.isAttribute {
      let tag = bytes.text(cursor.tagStart, cursor.tagEnd)
      if name == "Name", tag == "Data" {
        givenName = value
        continue
      }
    } else if name == "Data", !givenName.isEmpty {
      name = givenName
      givenName = ""
    }
    if name.hasPrefix("xmlns") || value.isEmpty || !names.insert(name).inserted { continue }
    fields.append(EventField(name: name, value: .text(value)))
  }
  return fields
}
