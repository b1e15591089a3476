import Events
import TestSupport
import Testing

@testable import Patterns

/// What all readers say of one line, for comparing.
private func everything(_ buffer: LineInBuffer, _ shape: borrowing KeyShape) -> [String] {
  var said: [String] = []
  func note(_ ok: Bool, _ r: Recognition) {
    guard ok else { return said.append("-") }
    let ranges = [
      r.messageStart..<r.messageEnd, r.bodyStart..<r.bodyEnd, r.serviceStart..<r.serviceEnd,
    ]
    for range in ranges where !range.isEmpty {
      #expect(range.lowerBound >= buffer.start && range.upperBound <= buffer.end)
    }
    said.append("\(ReadLine(r, buffer)) \(ranges)")
  }
  var json = Recognition()
  note(readJSON(buffer.line, buffer.start, buffer.end, utc, shape, &json), json)
  var logfmt = Recognition()
  note(readLogfmt(buffer.line, buffer.start, buffer.end, utc, shape, &logfmt), logfmt)
  var embedded = Recognition()
  embedded.messageStart = buffer.start
  embedded.messageEnd = buffer.end
  note(readEmbeddedJSON(buffer.line, utc, KeyShape(), &embedded), embedded)
  var container = ContainerLine()
  var reader = ContainerReader()
  if reader.read(buffer.line, buffer.start, buffer.end, utc, &container) {
    #expect(container.innerStart >= buffer.start && container.innerEnd <= buffer.end)
    #expect(container.innerStart <= container.innerEnd)
    said.append("\(container)")
  }
  for structure in [Structure.json, .logfmt] {
    var cursor = FieldCursor(buffer.line, buffer.start, buffer.end, structure)
    while cursor.next() {
      #expect(cursor.valueStart >= buffer.start && cursor.valueEnd <= buffer.end)
      #expect(cursor.valueStart <= cursor.valueEnd && cursor.keyStart <= cursor.keyEnd)
      said.append("\(cursor.pathHash) \(cursor.valueStart) \(cursor.valueEnd) \(cursor.kind)")
    }
  }
  var joiner = Joiner()
  for _ in 0..<3 {
    let placement =
      joiner.placeUnread(buffer.line, buffer.start, buffer.end)
      ?? joiner.placeRead(
        buffer.line, buffer.start, buffer.end, LineFacts(), openStart: buffer.start,
        openEnd: buffer.end)
    said.append("\(placement)")
  }
  return said
}

struct StructuresFuzzTests {
  /// Set by hand to look for longer or elsewhere.
  static let seeds: [UInt64] = [1, 2, 3]
  static let pieces: [String] = [
    "{", "}", "[", "]", "\"", "\\", ":", ",", " ", "\t", "=", "|", "a", "msg", "level", "time",
    "ts",
    "\"msg\":", "\"level\":\"info\"", "\"log\":{", "{\"log\":\"", "\\n", "\\u00e9",
    "\"stream\":\"stderr\"",
    "2026-11-22T09:31:02.123456789Z", " stdout F ", "1795339862.123", "a=1 ", "msg=\"x\" ", "true",
    "null", "-1e9", "+", "web_1 | ", "[pod/a/b] ", "at a.b(c:1)", "java.lang.Error: x", "<a>",
    "</a>",
    "Traceback (most recent call last):", "\u{ff}", "é", "panic: ", "# Time: ",
  ]

  @Test(arguments: seeds)
  func `any bytes give one answer, whatever stands behind them or came before`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let shape = KeyShape()
    for round in 0..<1500 {
      let bytes = randomLine(&random)
      let expected = everything(LineInBuffer(bytes), KeyShape())
      for poison in poisons.shuffled(using: &random).prefix(3) {
        let said = everything(LineInBuffer(bytes, behind: poison), shape)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(said == expected, "seed \(seed), round \(round): \(text)")
      }
    }
  }

  private func randomLine(_ random: inout SeededGenerator) -> [UInt8] {
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      return (0..<Int.random(in: 0..<80, using: &random)).map { _ in
        UInt8.random(in: .min ... .max, using: &random)
      }
    case 1:
      return (0..<Int.random(in: 0..<20, using: &random)).flatMap { _ in
        Array(Self.pieces.randomElement(using: &random)!.utf8)
      }
    default:
      // A good line with a few bytes changed, dropped or doubled, or cut.
      let all = JSONCase.all.map(\.text) + WrappedLine.all.map(\.text)
      var bytes = Array(all.randomElement(using: &random)!.utf8)
      for _ in 0..<Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(bytes[at], at: at)
        default: bytes.removeSubrange(at...)
        }
      }
      return bytes
    }
  }
}
