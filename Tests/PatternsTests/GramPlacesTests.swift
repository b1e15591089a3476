import TestSupport
import Testing

@testable import Patterns

struct GramPlacesTests {
  @Test func `every text that holds a word is among its candidates`() {
    let seed: UInt64 = 11
    var random = SeededGenerator(seed: seed)
    let texts = (0..<200).map { _ in
      (0..<Int.random(in: 0...40, using: &random)).map { _ in
        UInt8(ascii: "a") + UInt8.random(in: 0..<3, using: &random)
      }
    }
    let places = GramPlaces(texts)
    for text in texts where text.count >= 8 {
      let start = Int.random(in: 0...(text.count - 6), using: &random)
      let word = Array(text[start..<start + 6])
      let search = ByteSearch(word)
      let holding = texts.indices.filter { index in
        texts[index].withUnsafeBufferPointer { search.firstIndex(in: $0, from: 0) != nil }
      }
      let candidates = places.candidates(for: [word])
      #expect(candidates.map { Set($0).isSuperset(of: holding) } == true)
      #expect(candidates == candidates?.sorted())
    }
  }

  @Test(arguments: [["abc"], ["", "x"], []])
  func `words below four bytes tell nothing`(_ words: [String]) {
    let places = GramPlaces([Array("abcd".utf8)])
    #expect(places.candidates(for: words.map { Array($0.utf8) }) == nil)
  }
}
