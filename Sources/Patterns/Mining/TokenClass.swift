/// What a byte is to the tokeniser; bits, so that a chunk's classes add up by "or".
struct TokenClass: OptionSet {
  let rawValue: UInt16

  /// Letters that are no hexadecimal digits, and every byte above ASCII.
  static let letter = TokenClass(rawValue: 1 << 0)
  static let hexLetter = TokenClass(rawValue: 1 << 1)
  static let digit = TokenClass(rawValue: 1 << 2)
  static let underscore = TokenClass(rawValue: 1 << 3)
  static let colon = TokenClass(rawValue: 1 << 4)
  static let slash = TokenClass(rawValue: 1 << 5)
  static let dot = TokenClass(rawValue: 1 << 6)
  static let dash = TokenClass(rawValue: 1 << 7)
  static let at = TokenClass(rawValue: 1 << 8)
  /// `$ % & * + ~ ^ \`: may stand inside a word.
  static let inner = TokenClass(rawValue: 1 << 9)
  /// Always ends a chunk.
  static let delimiter = TokenClass(rawValue: 1 << 10)
  static let space = TokenClass(rawValue: 1 << 11)
  static let backslash = TokenClass(rawValue: 1 << 12)

  static let plain: TokenClass = [.letter, .hexLetter, .underscore]
  static let alphanumeric: TokenClass = [.letter, .hexLetter, .digit, .underscore]

  /// The class of every byte value.
  static func of(_ byte: UInt8) -> TokenClass {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): .hexLetter
    case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "G")...UInt8(ascii: "Z"), 0x80...0xFF:
      .letter
    case UInt8(ascii: "_"): .underscore
    case UInt8(ascii: ":"): .colon
    case UInt8(ascii: "/"): .slash
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: "-"): .dash
    case UInt8(ascii: "@"): .at
    case UInt8(ascii: "\\"): [.inner, .backslash]
    case UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "*"),
      UInt8(ascii: "+"), UInt8(ascii: "~"), UInt8(ascii: "^"):
      .inner
    case UInt8(ascii: " "), UInt8(ascii: "\t"): [.delimiter, .space]
    default: .delimiter
    }
  }
}
