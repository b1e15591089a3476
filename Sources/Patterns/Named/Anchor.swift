/// Chooses the text by which a named pattern is found without running its expression.
enum Anchor {
  /// Below this an anchor would be in every other message.
  static let minimumByteCount = 4

  /// The longest text without digits that every match of `expression` holds, in lower case.
  ///
  /// Empty where there is none of `minimumByteCount`. Without digits, because mining turns those
  /// into variables, and an anchor has to be in the constant part of a template.
  static func best(in expression: [UInt8]) -> [UInt8] {
    let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    let pieces = RequiredLiteral.all(in: expression).runs.flatMap {
      $0.split(whereSeparator: isDigit)
    }
    guard let longest = pieces.max(by: { $0.count < $1.count }),
      longest.count >= minimumByteCount
    else { return [] }
    return longest.map(lowercased)
  }

  /// ASCII letters only: PCRE2 and the templates agree on those.
  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  /// Whether the constant part of a template says what the anchor says: each of its words of three
  /// letters or more.
  static func isIn(template: [UInt8], _ anchor: [UInt8]) -> Bool {
    anchor.split { !($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") || $0 >= 0x80) }
      .filter { $0.count >= 3 }
      .allSatisfy { word in contains(template, word) }
  }

  /// A template in lower case, its variables (`<num>`) left out.
  static func constantPart(of template: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(template.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">")),
        rest[..<end].allSatisfy(isVariableByte)
      {
        rest = rest[(end + 1)...]
        result.append(0)
      } else {
        result.append(lowercased(byte))
      }
    }
    return result
  }

  private static func isVariableByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      || lowercased(byte) >= UInt8(ascii: "a") && lowercased(byte) <= UInt8(ascii: "z")
      || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func contains(_ text: [UInt8], _ word: ArraySlice<UInt8>) -> Bool {
    guard text.count >= word.count else { return false }
    return (0...(text.count - word.count)).contains { text[$0...].starts(with: word) }
  }
}
