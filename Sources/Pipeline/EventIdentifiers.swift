internal import Events

/// Finds what ties an event to others across services: the id of a trace, a request, an order.
///
/// By the name before it where there is one (`trace_id=`, `"orderId": "`), by its shape otherwise
/// (UUIDs, long hexadecimal numbers, `ord_57f3ce84f2`). For single events that a person looks at.
package enum EventIdentifiers {
  package struct Identifier: Hashable, Sendable {
    package var name: String?
    package var value: String

    /// `order=ord_57f3ce84f2`
    package var text: String { name.map { $0 + "=" + value } ?? value }

    package init(name: String? = nil, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What names say about how far an id reaches; a span is one step of one service.
  private static let reach: [(part: String, score: Int)] = [
    ("span", 5), ("trace", 100), ("correlation", 90), ("request", 80), ("req", 80), ("rid", 70),
    ("transaction", 75), ("txn", 75), ("order", 65), ("session", 60), ("payment", 60),
    ("task", 55), ("job", 55), ("uuid", 50), ("guid", 50),
  ]

  /// - Returns: Each id of the event once, the one that reaches furthest first.
  package static func find(in lines: [[UInt8]]) -> [Identifier] {
    var found: [(identifier: Identifier, score: Int)] = []
    for line in lines.prefix(64) {
      var previous: Range<Int>?
      for word in words(of: line) {
        let name = previous.flatMap { isAssigned(line[$0.upperBound..<word.lowerBound]) ? $0 : nil }
        previous = word
        let value = String(decoding: line[word], as: UTF8.self)
        let key = name.map { String(decoding: line[$0], as: UTF8.self) }
        guard let score = score(Array(line[word]), key: key),
          !found.contains(where: { $0.identifier.value == value })
        else { continue }
        found.append((Identifier(name: key, value: value), score))
      }
    }
    // A stable order: of equal ones the first in the text.
    return found.enumerated()
      .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
      .map(\.element.identifier)
  }

  /// An expression that finds the id, and not within a longer one.
  package static func expression(_ value: String) -> String {
    let literal = value.unicodeScalars.map { scalar in
      isWord(scalar) ? String(scalar) : "\\x{\(String(scalar.value, radix: 16))}"
    }
    return "(?<![0-9A-Za-z_-])" + literal.joined() + "(?![0-9A-Za-z_-])"
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      && (scalar.properties.isAlphabetic || scalar == "_" || scalar.properties.numericType != nil)
  }

  // MARK: Words

  private static func words(of line: [UInt8]) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start: Int?
    for (index, byte) in line.prefix(16_384).enumerated() {
      let isPart =
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: ".")
      if isPart {
        if start == nil { start = index }
      } else if let first = start {
        words.append(first..<index)
        start = nil
      }
    }
    if let start { words.append(start..<min(line.count, 16_384)) }
    return words
  }

  /// Whether what stands between two words makes the first the name of the second.
  private static func isAssigned(_ between: ArraySlice<UInt8>) -> Bool {
    let signs = between.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\"") }
    let sign = signs.first
    return between.count <= 5 && signs.count <= 2
      && (sign == UInt8(ascii: "=") || sign == UInt8(ascii: ":"))
      && (signs.count == 1 || signs.last == UInt8(ascii: "["))
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }

  // MARK: Scores

  /// `nil`: no id.
  private static func score(_ value: [UInt8], key: String?) -> Int? {
    guard (4...128).contains(value.count), value.contains(where: isDigit), !isDate(value) else {
      return nil
    }
    let shape = shape(value)
    guard let key = key?.lowercased() else { return shape >= 20 ? shape : nil }
    if let named = reach.first(where: { key.contains($0.part) }) {
      // A name alone makes no id of "requests=12".
      return shape > 0 || key.hasSuffix("id") ? named.score + shape : nil
    }
    if key.hasSuffix("id") { return 50 + shape }
    return shape >= 20 ? shape : nil
  }

  private static func shape(_ value: [UInt8]) -> Int {
    let letters = value.count(where: isLetter)
    if value.contains(UInt8(ascii: ".")) { return 0 }
    let dashes = value.indices.filter { value[$0] == UInt8(ascii: "-") }
    if value.count == 36, dashes == [8, 13, 18, 23],
      value.allSatisfy({ isHexadecimal($0) || $0 == UInt8(ascii: "-") })
    {
      return 30
    }
    if value.count >= 16, letters > 0, value.allSatisfy(isHexadecimal) { return 25 }
    if letters == 0, value.allSatisfy(isDigit) { return value.count >= 5 ? 2 : 0 }
    guard
      let cut = value.lastIndex(where: { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }),
      value[..<cut].allSatisfy({ isLetter($0) || $0 == UInt8(ascii: "_") })
    else { return 0 }
    let rest = value[(cut + 1)...]
    return rest.count >= 6 && rest.contains(where: isDigit) ? 20 : 0
  }

  /// `2026-08-01T03`, the front of a time.
  private static func isDate(_ value: [UInt8]) -> Bool {
    value.count >= 10 && value[..<4].allSatisfy(isDigit) && value[4] == UInt8(ascii: "-")
      && value[5..<7].allSatisfy(isDigit) && value[7] == UInt8(ascii: "-")
      && value[8..<10].allSatisfy(isDigit) && value.count < 20
  }
}
