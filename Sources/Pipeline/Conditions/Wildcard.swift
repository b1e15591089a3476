/// A text in which `*` stands for any bytes: `5*`, `/api/*/items`.
struct Wildcard: Sendable {
  /// What stands between the stars; one part: there is none.
  private let parts: [[UInt8]]

  /// - Parameter isLiteral: A star is a star.
  init(_ text: [UInt8], isLiteral: Bool) {
    parts =
      isLiteral
      ? [text]
      : text.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
  }

  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let first = parts[0]
    guard unsafe Self.holds(text, first, at: 0) else { return false }
    if parts.count == 1 { return text.count == first.count }
    let last = parts[parts.count - 1]
    let end = text.count - last.count
    var position = first.count
    guard position <= end, unsafe Self.holds(text, last, at: end) else { return false }
    // Each part where it first fits: what is left for the others is then most.
    for part in parts[1..<parts.count - 1] {
      while position + part.count <= end, unsafe !Self.holds(text, part, at: position) {
        position += 1
      }
      position += part.count
      if position > end { return false }
    }
    return true
  }

  func matches(_ text: String) -> Bool {
    var copy = text
    return copy.withUTF8 { bytes in unsafe matches(bytes) }
  }

  private static func holds(
    _ text: UnsafeBufferPointer<UInt8>, _ part: [UInt8], at start: Int
  ) -> Bool {
    guard start >= 0, start + part.count <= text.count else { return false }
    for i in part.indices where unsafe text[start + i] != part[i] { return false }
    return true
  }
}
