/// Builds one line of JSON as bytes; keys in the order written.
struct JSONText {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  mutating func object(_ body: (inout JSONText) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  mutating func array<Element>(
    _ elements: some Sequence<Element>, _ body: (inout JSONText, Element) -> Void
  ) {
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
    for element in elements { body(&self, element) }
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  mutating func field(_ name: String, _ value: String?) {
    key(name)
    if let value { string(value) } else { null() }
  }

  mutating func field(_ name: String, bytes value: some Sequence<UInt8>) {
    key(name)
    string(utf8: value)
  }

  mutating func field(_ name: String, _ value: some BinaryInteger) {
    key(name)
    number(String(value))
  }

  mutating func field(_ name: String, _ value: Double) {
    key(name)
    number(value.isFinite ? "\(value)" : "null")
  }

  mutating func null() {
    number("null")
  }

  /// A number, `true`, `false` or `null`, as it stands.
  mutating func number(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
    needsComma = true
  }

  /// Where the text of a key lies in a line that was built here; `nil` where it holds escapes.
  static func plainValue(of key: String, in line: [UInt8]) -> Range<Int>? {
    let opening = Array("\"\(key)\":\"".utf8)
    guard line.count > opening.count,
      let start = (0..<line.count - opening.count).first(where: {
        line[$0] == opening[0] && line[$0...].starts(with: opening)
      }),
      let end = line[(start + opening.count)...].firstIndex(of: UInt8(ascii: "\""))
    else { return nil }
    let value = start + opening.count..<end
    return line[value].contains(UInt8(ascii: "\\")) ? nil : value
  }

  /// Whether a text is a number by JSON's grammar.
  static func isNumber(_ text: String) -> Bool {
    var rest = Substring(text).utf8[...]
    func digits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !(startsWithZero && whole > 1) else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  mutating func string(_ text: String) { string(utf8: text.utf8) }

  /// Bytes that ought to be UTF-8; what is not becomes U+FFFD, since JSON has no other way.
  mutating func string(utf8 text: some Sequence<UInt8>) {
    separate()
    let repaired = Array(String(decoding: Array(text), as: UTF8.self).utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in repaired {
      switch byte {
      case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
  }
}
