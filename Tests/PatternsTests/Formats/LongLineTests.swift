import Events
import Testing

@testable import Patterns

/// Lines without end, of whatever a scanner may stumble over. Time that grows faster than the line would show as a test that
/// does not end.
struct LongLineTests {
  static let heads = [
    "", "2026-11-22 09:31:02,123 INFO ", "2026-11-22T09:31:02.123Z stdout F ", "{\"msg\":\"",
    "a=b ",
  ]
  static let pieces = [
    "a", "1", "[", "(", "{", "{\"a\":", "\"", "\\", "k=v ", "k=\"v ", "a=b,", "|", ": ", "- ", "<",
    "é", "\t", "a.b.c ", "/a", "%", "#", "=", " ", "2026-11-22 ", "INFO ", "[1]", "a[1]: ",
    "\u{1b}[0m", "a(", "::", "'a' ",
  ]

  @Test(arguments: heads, pieces)
  func `a line without end is read, and so are its fields`(_ head: String, _ piece: String) {
    let line = head + String(repeating: piece, count: 40_000 / piece.utf8.count)
    let read = recognizeAll(Array((line + "\n").utf8), withFields: true)
    #expect(read.events.map(\.lineCount) == [1])
    let miner = TemplateMiner()
    let batch = makeBatch([line])
    miner.mine(batch)
    #expect(batch.patterns.count == 1)
  }
}
