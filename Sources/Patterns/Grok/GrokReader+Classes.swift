extension GrokReader {
  /// Copies a class; a class within it joins it.
  mutating func readClass() throws(Failure) -> Part {
    var text = [source[index]]
    index += 1
    if byte(0) == UInt8(ascii: "^") { take(into: &text) }
    if byte(0) == UInt8(ascii: "]") { take(into: &text) }
    var depth = 1
    while let next = byte(0) {
      switch next {
      case UInt8(ascii: "\\"): takeClassEscape(into: &text)
      case UInt8(ascii: "[") where byte(1) == UInt8(ascii: ":"):
        let end = source[(index + 2)...].firstIndex(of: UInt8(ascii: "]")) ?? source.count - 1
        while index <= end { take(into: &text) }
      case UInt8(ascii: "["):
        guard byte(1) != UInt8(ascii: "]"), hasClosingBracket(after: depth) else {
          text += Array("\\[".utf8)
          index += 1
          continue
        }
        if byte(1) == UInt8(ascii: "^") {
          throw Failure(reason: .unsupported("[^…] within […]"), offset: index)
        }
        depth += 1
        index += 1
      case UInt8(ascii: "]"):
        depth -= 1
        index += 1
        if depth == 0 { return .text(text + [next]) }
      case UInt8(ascii: "&") where byte(1) == UInt8(ascii: "&"):
        throw Failure(reason: .unsupported("&& within […]"), offset: index)
      default: take(into: &text)
      }
    }
    // PCRE2 says that it is not closed.
    return .text(text)
  }

  private mutating func take(into text: inout [UInt8]) {
    text.append(source[index])
    index += 1
  }

  private mutating func takeClassEscape(into text: inout [UInt8]) {
    switch byte(1) {
    case UInt8(ascii: "h"):
      text += Array("0-9A-Fa-f".utf8)
      index += 2
    case UInt8(ascii: "H"):
      text += Array("\\x00-/:-@G-`g-\\x{10ffff}".utf8)
      index += 2
    case UInt8(ascii: "u"):
      if let digits = hexDigits(at: index + 2, count: 4) {
        text += Array("\\x{".utf8) + digits + Array("}".utf8)
        index += 6
      } else {
        fallthrough
      }
    default:
      take(into: &text)
      if index < source.count { take(into: &text) }
    }
  }

  /// A bracket within a class opens another only if that is closed too; else it is a character.
  private func hasClosingBracket(after depth: Int) -> Bool {
    var place = index + 1
    var missing = depth + 1
    while place < source.count {
      if source[place] == UInt8(ascii: "\\") {
        place += 1
      } else if source[place] == UInt8(ascii: "]") {
        missing -= 1
        if missing == 0 { return true }
      }
      place += 1
    }
    return false
  }
}
