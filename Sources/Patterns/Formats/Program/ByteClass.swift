/// What bytes a value may hold, as one bit a class in a table of 256.
enum ByteClass {
  static let nonBlank: UInt8 = 1
  static let name: UInt8 = 2
  static let host: UInt8 = 4
  static let upper: UInt8 = 8
  static let hex: UInt8 = 16
  static let any: UInt8 = 32
  static let lower: UInt8 = 64
  static let digit: UInt8 = 128

  /// For each byte, the classes that it is of.
  static let table: [UInt8] = (0...255).map { bits(UInt8($0)) }

  private static func bits(_ byte: UInt8) -> UInt8 {
    var bits = any
    if byte > 0x20, byte != 0x7f { bits |= nonBlank }
    let isAlphanumeric = byte.isLetter || byte.isDigit
    if isAlphanumeric || byte >= 0x80 || "_.-$/:@#+*~<>()&,%!".utf8.contains(byte) { bits |= name }
    if isAlphanumeric || ".:-_%".utf8.contains(byte) { bits |= host }
    if byte.isUpper || byte == ascii("_") || byte == ascii("-") { bits |= upper }
    if byte.isLetter && !byte.isUpper || byte.isDigit || "_-.".utf8.contains(byte) { bits |= lower }
    if byte.isDigit || (byte | 0x20) &- 0x61 < 6 { bits |= hex }
    if byte.isDigit { bits |= digit }
    return bits
  }

  /// The class of a scanner that takes a run of bytes.
  static func of(_ scanner: ValueScanner) -> UInt8 {
    switch scanner {
    case .word: nonBlank
    case .name, .dotted: name
    case .host, .ip: host
    case .upper: upper
    case .lower: lower
    case .hex: hex
    default: any
    }
  }
}

/// A set of bytes.
struct ByteSet {
  private(set) var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static var all: ByteSet {
    var set = ByteSet()
    set.words = (.max, .max, .max, .max)
    return set
  }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: return words.0 & bit != 0
    case 1: return words.1 & bit != 0
    case 2: return words.2 & bit != 0
    default: return words.3 & bit != 0
    }
  }

  mutating func insert(_ byte: UInt8) {
    let bit = UInt64(1) << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  /// Removes what `isWanted` refuses.
  mutating func keep(_ isWanted: (UInt8) -> Bool) {
    let all = self
    words = (0, 0, 0, 0)
    for byte in UInt8.min...UInt8.max where all.contains(byte) && isWanted(byte) { insert(byte) }
  }

  mutating func formUnion(_ other: ByteSet) {
    words.0 |= other.words.0
    words.1 |= other.words.1
    words.2 |= other.words.2
    words.3 |= other.words.3
  }

  mutating func insert(class bits: UInt8) { formUnion(Self.ofClass[bits.trailingZeroBitCount]) }

  /// The bytes of each class, by the number of its bit.
  private static let ofClass: [ByteSet] = (0..<8).map { bit in
    var set = ByteSet()
    for (byte, classes) in ByteClass.table.enumerated() where classes & (1 << UInt8(bit)) != 0 {
      set.insert(UInt8(byte))
    }
    return set
  }
}
