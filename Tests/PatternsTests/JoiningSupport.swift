import Events

@testable import Patterns

/// What the formats would say of a line: a time at its beginning, then perhaps a level.
///
/// `single` stands for formats that write each event on one line.
func factsForTests(_ line: String, isSingleLine: Bool = false) -> LineFacts {
  var facts = LineFacts()
  let buffer = LineInBuffer(line)
  let bytes = buffer.line
  var i = buffer.start
  while i < buffer.end, bytes[i] == 0x20 || bytes[i] == UInt8(ascii: "[") { i += 1 }
  var time = Timestamp(instant: Instant(microseconds: 0))
  let timeEnd = scanTimestamp(bytes, i, buffer.end, utc, &time)
  facts.hasTime = timeEnd >= 0
  facts.isDeclared = facts.hasTime
  facts.isSingleLine = isSingleLine
  for word in buffer.text(max(timeEnd, i), buffer.end).split(
    maxSplits: 6, whereSeparator: { !$0.isLetter })
  {
    guard word.allSatisfy(\.isUppercase), word.count > 1 || facts.hasTime else { continue }
    let text = LineInBuffer(String(word))
    let found = severity(text.line, text.start, text.end)
    if found != .unknown {
      facts.severity = found
      break
    }
  }
  return facts
}

/// The lines of a text, grouped into events as the joiner decides.
func joined(_ text: String, isSingleLine: Bool = false) -> [[String]] {
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  if lines.last == "" { lines.removeLast() }
  let buffer = LineInBuffer(text, behind: UInt8(ascii: "\""))
  var joiner = Joiner()
  var events: [[String]] = []
  var start = buffer.start
  var openStart = 0
  var openEnd = 0
  for line in lines {
    let end = start + line.utf8.count
    let placement =
      joiner.placeUnread(buffer.line, start, end)
      ?? joiner.placeRead(
        buffer.line, start, end, factsForTests(line, isSingleLine: isSingleLine),
        openStart: openStart, openEnd: openEnd)
    if placement == .begins {
      events.append([line])
      openStart = start
      openEnd = end
    } else {
      events[events.count - 1].append(line)
    }
    start = end + 1
  }
  return events
}
