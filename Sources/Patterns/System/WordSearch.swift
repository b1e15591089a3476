/// Finds a word as a whole in texts: `ord_1` is not in `ord_12`, nor in `ord_1-b` or `xord_1`.
///
/// A word goes on with letters, digits, `_`, what is no ASCII, with `-` before such, and with a point
/// between digits. On a side where the word itself ends in something else, anything may follow.
package struct WordSearch: Sendable {
  private let search: ByteSearch
  private let isOpenAtStart: Bool
  private let isOpenAtEnd: Bool

  /// - Parameter word: Not empty.
  package init(_ word: String) {
    let bytes = Array(word.utf8)
    search = ByteSearch(bytes)
    isOpenAtStart = !Self.isWord(bytes[0])
    isOpenAtEnd = !Self.isWord(bytes[bytes.count - 1])
  }

  /// Whether its bytes are there at all, as a whole word or not.
  package func isSubstring(of text: UnsafeBufferPointer<UInt8>) -> Bool {
    unsafe search.firstIndex(in: text) != nil
  }

  package func occurs(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    var position = 0
    while let start = unsafe search.firstIndex(in: text, from: position) {
      let end = start + search.needle.count
      if unsafe isOpenAtStart || Self.isBoundary(text, start - 1, step: -1),
        unsafe isOpenAtEnd || Self.isBoundary(text, end, step: 1)
      {
        return true
      }
      position = start + 1
    }
    return false
  }

  private static func isWord(_ byte: UInt8) -> Bool { byte.isWordByte || byte >= 0x80 }

  /// Whether the word does not go on at `index`, in the direction of `step`.
  private static func isBoundary(
    _ text: UnsafeBufferPointer<UInt8>, _ index: Int, step: Int
  ) -> Bool {
    func byte(_ index: Int) -> UInt8 {
      index >= 0 && index < text.count ? unsafe text[index] : 0x20
    }
    let next = byte(index)
    if isWord(next) { return false }
    if next == ascii("-") { return !isWord(byte(index + step)) }
    if next == ascii(".") { return !(byte(index + step).isDigit && byte(index - step).isDigit) }
    return true
  }
}
