import Events
import TestSupport
import Testing

@testable import Patterns

/// Keys and values are looked for eight bytes at a time: the same is found as byte by byte.
@Suite struct FieldSpotTests {
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `a key is found wherever it has moved to, and nowhere else`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let keys = [" status=", #""user": ""#, " rt=", " a_rather_long_name_of_a_field="].map {
      Array($0.utf8)
    }
    let fillers = Array("ab =\"rtsu_.".utf8)
    for _ in 0..<2000 {
      let key = keys.randomElement(using: &random)!
      var text = (0..<Int.random(in: 0...70, using: &random)).map { _ in
        fillers.randomElement(using: &random)!
      }
      if Bool.random(using: &random) {
        text.insert(contentsOf: key, at: Int.random(in: 0...text.count, using: &random))
      }
      let hint = Int32.random(in: 0...90, using: &random)
      let places = text.indices.filter { place in
        place + key.count < text.count && text[place..<(place + key.count)].elementsEqual(key)
      }
      var spot = FieldSpot(key[...], hint: hint)
      let padded = text + [UInt8](repeating: 0, count: EventBatch.bytePadding)
      let found = unsafe padded.withUnsafeBufferPointer {
        unsafe spot.place(
          in: LineBytes($0.baseAddress!), 0, text.count, keys: key, at: 0)
      }
      #expect(found == nil ? places.isEmpty : places.contains(found!), "seed \(seed)")
      if places.contains(Int(hint)) { #expect(found == Int(hint), "seed \(seed)") }
      if let found { #expect(Int(spot.hint) == found, "seed \(seed)") }
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `a value ends where its bytes say, however long it is`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let stops = Set(Array("\"&'(),;<>?]|}".utf8) + Array(0...0x20))
    for _ in 0..<4000 {
      let quote: UInt8? = [nil, UInt8(ascii: "\""), UInt8(ascii: "'")].randomElement(
        using: &random)!
      let count = Int.random(in: 0...40, using: &random)
      let text =
        [quote ?? UInt8(ascii: "=")]
        + (0..<count).map { _ -> UInt8 in
          Int.random(in: 0..<12, using: &random) == 0
            ? UInt8.random(in: 0...255, using: &random)
            : "a7-_/=".utf8.randomElement(using: &random)!
        }
      let end = text.count
      let expected =
        (1..<end).first { index in
          quote.map { text[index] == $0 || text[index] < 0x20 } ?? stops.contains(text[index])
        } ?? end
      let padded = text + [UInt8](repeating: 0, count: EventBatch.bytePadding)
      let found = unsafe padded.withUnsafeBufferPointer {
        unsafe FieldKey.valueEnd(LineBytes($0.baseAddress!), 1, end)
      }
      // Signs at the end of a value that is not quoted do not belong to it.
      let signs = text[found..<max(found, expected)].allSatisfy {
        $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || $0.isDigit
      }
      #expect(found == expected || quote == nil && found < expected && signs, "seed \(seed)")
    }
  }
}
