extension GrokReader {
  /// `(?<name>`, `(?'name'`, `(?P<name>`, flags; every other group is copied as it opens.
  mutating func readGroup() -> Part {
    let rest = source[(index + 2)...]
    for (opening, close) in [("<", UInt8(ascii: ">")), ("P<", UInt8(ascii: ">")), ("'", 0x27)] {
      guard rest.starts(with: opening.utf8) else { continue }
      let nameStart = index + 2 + opening.utf8.count
      guard let first = nameStart < source.count ? source[nameStart] : nil,
        // Lookbehind.
        first != UInt8(ascii: "=") && first != UInt8(ascii: "!"),
        let end = source[nameStart...].firstIndex(of: close), end > nameStart
      else { break }
      index = end + 1
      return .fieldGroup(String(decoding: source[nameStart..<end], as: UTF8.self))
    }
    return readFlags() ?? copy(2)
  }

  /// `(?m…)` and `(?m…:`, where Ruby's `m` is what others call `s`.
  private mutating func readFlags() -> Part? {
    let isFlag = { (byte: UInt8) in "imxs-".utf8.contains(byte) }
    let start = index + 2
    guard let end = source[start...].firstIndex(where: { !isFlag($0) }), end > start,
      source[end] == UInt8(ascii: ":") || source[end] == UInt8(ascii: ")")
    else { return nil }
    index = end
    return .text(
      Array("(?".utf8) + source[start..<end].map { $0 == UInt8(ascii: "m") ? 0x73 : $0 })
  }

  private mutating func copy(_ count: Int) -> Part {
    let end = min(index + count, source.count)
    defer { index = end }
    return .text(Array(source[index..<end]))
  }

  mutating func readEscape() -> Part {
    switch byte(1) {
    case UInt8(ascii: "h"): return replaceEscape("[0-9A-Fa-f]")
    case UInt8(ascii: "H"): return replaceEscape("[^0-9A-Fa-f]")
    case UInt8(ascii: "u"):
      guard let digits = hexDigits(at: index + 2, count: 4) else { return copy(2) }
      index += 6
      return .text(Array("\\x{".utf8) + digits + Array("}".utf8))
    case UInt8(ascii: "p"), UInt8(ascii: "P"):
      guard let (name, isNegated, end) = property() else { return copy(2) }
      index = end
      return .text(Array((isNegated ? "[^[:\(name):]]" : "[[:\(name):]]").utf8))
    case UInt8(ascii: "k") where byte(2) == UInt8(ascii: "<"):
      guard let end = source[(index + 3)...].firstIndex(of: UInt8(ascii: ">")) else {
        return copy(2)
      }
      let name = String(decoding: source[(index + 3)..<end], as: UTF8.self)
      guard Int(name) == nil else { return copy(end + 1 - index) }
      index = end + 1
      return .backReference(name)
    default: return copy(2)
    }
  }

  private mutating func replaceEscape(_ text: String) -> Part {
    index += 2
    return .text(Array(text.utf8))
  }

  func hexDigits(at start: Int, count: Int) -> [UInt8]? {
    guard start + count <= source.count else { return nil }
    let digits = source[start..<(start + count)]
    let isHex = digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    return isHex ? Array(digits) : nil
  }

  /// `\p{Alpha}` and its like, which are POSIX classes by another name.
  private func property() -> (name: String, isNegated: Bool, end: Int)? {
    guard byte(2) == UInt8(ascii: "{"),
      let end = source[index...].firstIndex(of: UInt8(ascii: "}"))
    else { return nil }
    var name = String(decoding: source[(index + 3)..<end], as: UTF8.self).lowercased()
    var isNegated = byte(1) == UInt8(ascii: "P")
    if name.hasPrefix("^") {
      name.removeFirst()
      isNegated.toggle()
    }
    let posix: Set = [
      "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
      "upper", "xdigit", "word",
    ]
    return posix.contains(name) ? (name, isNegated, end + 1) : nil
  }
}
