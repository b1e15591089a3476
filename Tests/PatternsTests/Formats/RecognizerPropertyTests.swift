import Events
import TestSupport
import Testing

@testable import Patterns

/// What holds for any input: nothing is lost, and where it was cut does not matter.
struct RecognizerPropertyTests {
  /// All samples of all formats, some lines broken, some traces and containers between.
  private func mixture(_ random: inout SeededGenerator) -> [UInt8] {
    var text: [UInt8] = []
    let extras = [
      "Traceback (most recent call last):\n  File \"a.py\", line 7, in b\nValueError: no",
      "\tat com.example.Main.run(Main.java:7)", "", "   ", "{", "  \"a\": 1", "}", "\r",
      #"{"log":"a \"b\" part","stream":"stdout","time":"2026-11-22T09:31:02Z"}"#,
      #"{"log":" whole\n","stream":"stdout","time":"2026-11-22T09:31:02Z"}"#,
      "2026-11-22T09:31:02.1234567Z stdout P first half,",
      "2026-11-22T09:31:02.1234568Z stdout F second",
    ]
    for _ in 0..<Int.random(in: 1...60, using: &random) {
      var line =
        Bool.random(using: &random)
        ? FormatsSampleTests.samples.randomElement(using: &random)!.text
        : Array(extras.randomElement(using: &random)!.utf8)
      if Int.random(in: 0..<4, using: &random) == 0, !line.isEmpty {
        let at = Int.random(in: 0..<line.count, using: &random)
        line[at] = UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<8, using: &random) == 0 {
        line.removeLast(Int.random(in: 0...line.count, using: &random))
      }
      text += line + (Int.random(in: 0..<20, using: &random) == 0 ? [0x0d, 0x0a] : [0x0a])
    }
    if Bool.random(using: &random) { text.removeLast() }
    return text
  }

  @Test func `input that is cut anywhere gives the same events`() {
    let seed = freshSeed()
    var random = SeededGenerator(seed: seed)
    for round in 0..<60 {
      let text = mixture(&random)
      let whole = recognizeAll(text).events
      #expect(whole.flatMap(\.raw) == text, "seed \(seed), round \(round)")
      let pieces = recognizeAll(text) { Int.random(in: 0...90, using: &random) }.events
      #expect(firstDifference(pieces, whole) == nil, "seed \(seed), round \(round)")
    }
  }

  @Test func `any bytes give events that hold all of them`() {
    let seed = freshSeed()
    var random = SeededGenerator(seed: seed)
    for round in 0..<200 {
      let count = Int.random(in: 0...400, using: &random)
      let alphabet = round % 2 == 0 ? nil : Array("[]{}()<>\"\\|:;=-+,. 0129TZaIWE\t\n\r".utf8)
      let text = (0..<count).map { _ in
        alphabet?.randomElement(using: &random) ?? UInt8.random(in: 0...255, using: &random)
      }
      let read = recognizeAll(text, withFields: true)
      #expect(read.events.flatMap(\.raw) == text, "seed \(seed), round \(round)")
      let lines = recognizeAll(text, joins: false).events
      let lineCount = text.split(separator: 0x0a, omittingEmptySubsequences: false).count
      let expected = text.isEmpty ? 0 : text.last == 0x0a ? lineCount - 1 : lineCount
      #expect(lines.count == expected, "seed \(seed), round \(round)")
    }
  }
}
