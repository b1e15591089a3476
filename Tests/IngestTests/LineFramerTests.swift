import Events
import TestSupport
import Testing

@testable import Ingest

@Suite struct LineFramerTests {
  private func ends(_ bytes: [UInt8], cuts: [Int]) -> [Int] {
    var ends = LineEnds(capacity: 0)
    var from = 0
    for cut in cuts + [bytes.count] {
      bytes.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        LineFramer().frame(start, from: from, to: cut, ends: &ends)
      }
      from = cut
    }
    return (0..<ends.count).map { Int(ends[$0]) }
  }

  @Test(
    arguments: [
      ("", []), ("\n", [1]), ("a", []), ("a\n", [2]), ("a\r\nb", [3]), ("\n\n\n", [1, 2, 3]),
      ("\0\n\u{85}\u{2028}\n", [2, 8]),
    ] as [(String, [Int])])
  func `a line ends behind its newline and nowhere else`(text: String, expected: [Int]) {
    #expect(ends(Array(text.utf8), cuts: []) == expected)
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `lines are the same however the bytes are cut`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // From one byte in three hundred being a newline to all of them.
    let rarity = 1 + random.below(300)
    let bytes = (0..<random.below(3000)).map { _ in
      random.below(rarity) == 0 ? UInt8(ascii: "\n") : UInt8(random.below(256))
    }
    let cuts = (0..<random.below(20)).map { _ in random.below(bytes.count + 1) }.sorted()
    let expected = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    #expect(ends(bytes, cuts: []) == expected, "seed \(seed)")
    #expect(ends(bytes, cuts: cuts) == expected, "seed \(seed)")
  }
}
