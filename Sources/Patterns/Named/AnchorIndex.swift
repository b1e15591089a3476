/// Finds which anchors a text holds, in one pass over the text.
struct AnchorIndex {
  /// A gram is the first four bytes of an anchor; one bit for each value of its hash.
  private var bits = [UInt64](repeating: 0, count: 1 << 10)
  private var entries: [UInt32: [Entry]] = [:]

  private struct Entry {
    var anchor: [UInt8]
    var value: Int
  }

  /// - Parameter anchor: In lower case, of four bytes or more.
  mutating func insert(_ anchor: [UInt8], value: Int) {
    precondition(anchor.count >= Anchor.minimumByteCount, "an anchor is too short")
    let gram = anchor.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    let slot = Self.slot(of: gram)
    bits[slot / 64] |= 1 << UInt64(slot % 64)
    entries[gram, default: []].append(Entry(anchor: anchor, value: value))
  }

  /// The values of all anchors in `text`, each once, lowest first.
  func values(in text: UnsafeBufferPointer<UInt8>) -> [Int] {
    var found: Set<Int> = []
    var gram: UInt32 = 0
    for index in text.indices {
      gram = unsafe gram << 8 | UInt32(Anchor.lowercased(text[index]))
      let slot = Self.slot(of: gram)
      guard bits[slot / 64] >> UInt64(slot % 64) & 1 == 1, index >= 3 else { continue }
      for entry in entries[gram] ?? [] {
        let rest = unsafe UnsafeBufferPointer(rebasing: text[(index - 3)...])
        if unsafe Self.begins(rest, with: entry.anchor) { found.insert(entry.value) }
      }
    }
    return found.sorted()
  }

  private static func slot(of gram: UInt32) -> Int { Int((gram &* 0x9E37_79B1) >> 16) }

  private static func begins(_ text: UnsafeBufferPointer<UInt8>, with anchor: [UInt8]) -> Bool {
    guard text.count >= anchor.count else { return false }
    return anchor.indices.allSatisfy { unsafe Anchor.lowercased(text[$0]) == anchor[$0] }
  }
}
