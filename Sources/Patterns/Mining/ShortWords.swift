/// A fixed set of words of at most eight bytes, asked once a line or more.
///
/// A multiplication picks a place, and few words share one.
@safe
struct ShortWords: @unchecked Sendable {
  // SAFETY of `@unchecked`: written in `init` only, and never freed.
  private let slots: UnsafeMutablePointer<UInt64>
  private static let slotCount = 256

  init(_ words: [String]) {
    precondition(words.count <= Self.slotCount / 3, "too many words")
    unsafe slots = .allocate(capacity: Self.slotCount)
    unsafe slots.initialize(repeating: 0, count: Self.slotCount)
    for word in words.map(packedWord) {
      var slot = Self.slot(word)
      // SAFETY: a slot is below `slotCount`, and most are empty.
      while unsafe slots[slot] != 0 { slot = (slot + 1) & (Self.slotCount - 1) }
      unsafe slots[slot] = word
    }
  }

  @inline(__always)
  private static func slot(_ word: UInt64) -> Int {
    Int(truncatingIfNeeded: (word &* 0x9FB2_1C65_1E98_DF25) &>> 56)
  }

  /// Whether `word`, as `readWord` reads it, is one of them.
  @inline(__always)
  func contains(_ word: UInt64) -> Bool {
    var slot = Self.slot(word)
    // SAFETY: as in `init`.
    while true {
      let found = unsafe slots[slot]
      if found == word { return word != 0 }
      if found == 0 { return false }
      slot = (slot &+ 1) & (Self.slotCount &- 1)
    }
  }
}
