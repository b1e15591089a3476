internal import Events

/// Ids of hexadecimal digits that chance made of letters only: `req_57f3ce`, then `req_ddaccf`.
///
/// By itself such a token is a word. It is taken for an id where all else of a message is known and an
/// id of the same make stands in its place; the pattern stays what it is.
extension PatternStore {
  /// Digits that an id must have: shorter ones are too often words.
  private static let leastDigitCount = 6

  /// The pattern of a message of which some words are ids in truth.
  func findByIdentifiers(
    _ key: MessageKey, _ tokens: UnsafePointer<Token>, _ count: Int,
    _ bytes: UnsafePointer<UInt8>, table: borrowing PatternTable
  ) -> UInt32? {
    // SAFETY: the `count` tokens are initialised and lie within `bytes`.
    var words = key.words
    var places: [Int] = []
    for position in 0..<count {
      let token = unsafe tokens[position]
      guard token.kind == .word, token.hash != Token.variableHash,
        !token.flags.contains(.segment), unsafe Self.endsInDigits(text(of: token, bytes))
      else { continue }
      words = words &- MessageKey.term(token.hash, at: position)
      words = words &+ MessageKey.term(Token.variableHash, at: position)
      places.append(position)
    }
    guard !places.isEmpty, let found = table.find(MessageKey.value(key.skeleton, words)),
      patterns[Int(found)].slots.count == count
    else { return nil }
    for position in places {
      let slot = patterns[Int(found)].slots[position]
      guard slot.isVariable, slot.kinds.isSubset(of: .identifiers),
        !slot.kinds.isDisjoint(with: [KindSet(.identifier), KindSet(.hex)]),
        unsafe Self.areAlike(
          text(of: tokens[position], bytes), patterns[Int(found)].word(position))
      else { return nil }
    }
    return found
  }

  private func text(
    of token: Token, _ bytes: UnsafePointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    // SAFETY: a token lies within the bytes it was cut from.
    unsafe UnsafeBufferPointer(start: bytes + Int(token.start), count: Int(token.count))
  }

  /// Whether a word is hexadecimal letters of one case, but for a prefix that ends in `_` or `-`.
  private static func endsInDigits(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let digits = unsafe word.count - prefixCount(word)
    guard digits >= leastDigitCount, let last = unsafe word.last else { return false }
    let first: UInt8 = last >= UInt8(ascii: "a") ? UInt8(ascii: "a") : UInt8(ascii: "A")
    return unsafe word.suffix(digits).allSatisfy { $0 &- first < 6 }
  }

  private static func prefixCount(_ word: UnsafeBufferPointer<UInt8>) -> Int {
    let mark = unsafe word.lastIndex { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    return mark.map { $0 + 1 } ?? 0
  }

  /// Whether a word is as long as an id, begins like it, and that has nothing but such digits too.
  private static func areAlike(
    _ word: UnsafeBufferPointer<UInt8>, _ id: ArraySlice<UInt8>
  ) -> Bool {
    let prefix = unsafe prefixCount(word)
    guard word.count == id.count, unsafe id.prefix(prefix).elementsEqual(word.prefix(prefix))
    else { return false }
    return id.dropFirst(prefix).allSatisfy { isDigit($0) || ($0 | 0x20) &- UInt8(ascii: "a") < 6 }
  }
}
