import Events
import TestSupport
import Testing

@testable import Patterns

/// What saves trying every format on every line, against trying them all.
struct ShortlistTests {
  private let library = FormatLibrary(userFiles: [])

  /// The first alternative that fits, tried in turn with nothing remembered.
  private func firstFitting(_ buffer: LineInBuffer) -> Int? {
    let tables = library.program.tables
    let line = buffer.line
    for index in tables.candidates(line[buffer.start]) {
      let candidate = tables.candidate(index)
      var memo = TimeMemo()
      var found = Recognition()
      if runFormat(
        tables, candidate, line, buffer.start, buffer.end, utc, &memo, &found, nil)
      {
        return candidate
      }
    }
    return nil
  }

  /// The first lines of all samples, cut, and with some byte another.
  private func lines(seed: UInt64) -> [[UInt8]] {
    var random = SeededGenerator(seed: seed)
    var lines: [[UInt8]] = []
    let others = Array("0129 :[]()-|,./=\"TZaeIW\t".utf8)
    for sample in FormatLibrary.shippedSamples() {
      let line = Array(sample.text.prefix { $0 != UInt8(ascii: "\n") })
      guard !line.isEmpty, line.first != UInt8(ascii: "{") else { continue }
      lines.append(line)
      lines.append(Array(line.prefix(Int.random(in: 1...line.count, using: &random))))
      for _ in 0..<6 {
        var changed = line
        let place = Int.random(in: 0..<min(line.count, 60), using: &random)
        changed[place] = others.randomElement(using: &random)!
        lines.append(changed)
      }
    }
    return lines.shuffled(using: &random)
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `a line is of the format that trying all in turn finds`(_ seed: UInt64) {
    let tables = library.program.tables
    let shared = LineReader(library.program, utc)
    for text in lines(seed: seed) {
      let buffer = LineInBuffer(text)
      let expected = firstFitting(buffer)
      var found = Recognition()
      let fresh = LineReader(library.program, utc)
        .read(buffer.line, buffer.start, buffer.end, &found)
      let again = shared.read(buffer.line, buffer.start, buffer.end, &found)
      let name = String(decoding: text, as: UTF8.self)
      if let expected {
        #expect(fresh == tables.format(expected), "\(name)")
        // Another that fits may have been the one that fitted last.
        #expect(again < library.program.formats.count, "\(name)")
      } else {
        #expect(fresh >= library.program.formats.count, "\(name)")
        #expect(again >= library.program.formats.count, "\(name)")
      }
    }
  }

  @Test func `most formats share a question with others`() {
    let tables = library.program.tables
    let asking = (0..<library.program.alternativeCount).count { tables.trials($0) != 0 }
    #expect(asking * 2 > library.program.alternativeCount)
  }
}
