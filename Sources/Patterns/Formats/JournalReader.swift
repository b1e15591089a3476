internal import Events

/// Reads an entry of `journalctl -o export`: lines `NAME=value`.
///
/// Values that hold line breaks have a binary form, which this skips over as text lines.
/// - Returns: Whether the entry names a time or a message.
func readJournal(
  _ t: LineBytes, _ start: Int, _ end: Int, _ result: inout Recognition
) -> Bool {
  var time: Timestamp?
  var hasMessage = false
  var i = start
  while i < end {
    var lineEnd = i
    while lineEnd < end, t[lineEnd] != 0x0a { lineEnd &+= 1 }
    var equals = i
    while equals < lineEnd, t[equals] != ascii("=") { equals &+= 1 }
    if equals < lineEnd {
      let value = equals &+ 1
      if t.spells("__REALTIME_TIMESTAMP=", at: i, end: end) {
        time = journalTime(t, value, lineEnd)
      } else if t.spells("MESSAGE=", at: i, end: end) {
        result.messageStart = value
        result.messageEnd = lineEnd
        hasMessage = true
      } else if t.spells("PRIORITY=", at: i, end: end), t[value] &- 0x30 < 8 {
        result.severity = severity(syslog: t[value] &- 0x30)
      } else if t.spells("SYSLOG_IDENTIFIER=", at: i, end: end) {
        result.serviceStart = value
        result.serviceEnd = lineEnd
      }
    } else if t.spells("MESSAGE\n", at: i, end: end), lineEnd &+ 9 <= end {
      // A length of eight bytes, the lowest first, then the value.
      let count = Int(truncatingIfNeeded: min(t.word(lineEnd &+ 1), UInt64(Int32.max)))
      result.messageStart = lineEnd &+ 9
      result.messageEnd = min(result.messageStart &+ count, end)
      hasMessage = true
      lineEnd = result.messageEnd
    }
    i = lineEnd &+ 1
  }
  guard time != nil || hasMessage else { return false }
  result.time = time
  if !hasMessage {
    result.messageStart = start
    result.messageEnd = end
  }
  result.bodyStart = result.messageStart
  result.bodyEnd = result.messageEnd
  return true
}

/// Microseconds since 1970.
private func journalTime(_ t: LineBytes, _ from: Int, _ to: Int) -> Timestamp? {
  guard to > from, to &- from <= 18 else { return nil }
  var micros: Int64 = 0
  for i in from..<to {
    guard t[i].isDigit else { return nil }
    micros = micros &* 10 &+ Int64(t[i] &- 0x30)
  }
  return Timestamp(instant: Instant(microseconds: micros))
}
