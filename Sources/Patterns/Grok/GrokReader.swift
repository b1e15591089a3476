/// Reads a grok expression part by part: references, named groups, and text in PCRE2's syntax.
///
/// Grok's own engine is Oniguruma with Ruby's syntax. What that writes otherwise is rewritten:
/// `\h` (a hexadecimal digit), `(?m)` (the dot matches line ends), `{,3}`, `?*`, `\uHHHH`, `\p{Alpha}`.
struct GrokReader {
  /// `%{NAME}`, `%{NAME:field}`, `%{NAME:field:type}`, `%{NAME:field=expression}`.
  struct Reference {
    var name: String
    var field: String?
    var type: GrokFieldType = .text
    /// The definition that the reference brings along.
    var inlineDefinition: [UInt8]?
  }

  enum Part {
    case text([UInt8])
    /// The beginning of `(?<field>…)`; the rest follows as text.
    case fieldGroup(String)
    case backReference(String)
    case reference(Reference)
  }

  struct Failure: Error {
    var reason: PatternProblem.Reason
    var offset: Int
  }

  let source: [UInt8]
  var index = 0

  init(_ source: [UInt8]) { self.source = source }

  mutating func next() throws(Failure) -> Part? {
    guard index < source.count else { return nil }
    if let special = try readSpecial() { return special }
    var text = [source[index]]
    index += 1
    while index < source.count, !Self.isSpecial(source[index]) {
      if source[index] == UInt8(ascii: "*") {
        // A star behind another quantifier, an error in PCRE2, makes both one star.
        while let last = text.last, "*+?".utf8.contains(last) { text.removeLast() }
      }
      text.append(source[index])
      index += 1
    }
    return .text(text)
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"),
      UInt8(ascii: "%"):
      true
    default: false
    }
  }

  func byte(_ ahead: Int) -> UInt8? {
    index + ahead < source.count ? source[index + ahead] : nil
  }

  private mutating func readSpecial() throws(Failure) -> Part? {
    switch source[index] {
    case UInt8(ascii: "\\"): return readEscape()
    case UInt8(ascii: "["): return try readClass()
    case UInt8(ascii: "(") where byte(1) == UInt8(ascii: "?"): return readGroup()
    case UInt8(ascii: "{") where byte(1) == UInt8(ascii: ","):
      index += 1
      return .text(Array("{0".utf8))
    case UInt8(ascii: "%") where byte(1) == UInt8(ascii: "{"): return try readReference()
    default: return nil
    }
  }
}

extension GrokReader {
  mutating func readReference() throws(Failure) -> Part {
    let start = index
    guard let end = endOfReference() else {
      throw Failure(reason: .unterminatedReference, offset: start)
    }
    let inside = source[(start + 2)..<end]
    index = end + 1
    let equals = inside.firstIndex(of: UInt8(ascii: "="))
    let head = String(decoding: inside[..<(equals ?? inside.endIndex)], as: UTF8.self)
    var pieces = head.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let name = pieces.removeFirst()
    guard !name.isEmpty, name.utf8.allSatisfy(GrokLibrary.isNameByte) else {
      throw Failure(reason: .invalidName(name), offset: start + 2)
    }
    var reference = Reference(name: name)
    if let field = pieces.first, !field.isEmpty { reference.field = field }
    if pieces.count > 1 { reference.type = GrokFieldType(named: pieces[1]) }
    reference.inlineDefinition = equals.map { Array(inside[($0 + 1)...]) }
    return .reference(reference)
  }

  /// The closing brace: the first, but an inline definition may hold pairs of them.
  private func endOfReference() -> Int? {
    var depth = 0
    var place = index + 2
    while place < source.count {
      switch source[place] {
      case UInt8(ascii: "\\"): place += 1
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        if depth == 0 { return place }
        depth -= 1
      default: break
      }
      place += 1
    }
    return nil
  }
}
