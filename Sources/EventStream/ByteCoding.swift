/// Writes little-endian words, varints and byte strings to the end of an array; for what is not
/// written once per event.
struct ByteEncoder {
  var bytes: [UInt8] = []

  mutating func word<T: FixedWidthInteger>(_ value: T) {
    var rest = value
    for _ in 0..<(T.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest = T.bitWidth > 8 ? rest >> 8 : 0
    }
  }

  /// Seven bits a byte, lowest first; the eighth bit says that more follow.
  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func signed(_ value: Int64) { varint(zigzag(value)) }

  mutating func string(_ value: some Collection<UInt8>) {
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }
}

/// Reads what `ByteEncoder` wrote. Whatever the bytes are, it never leaves them: past the end it
/// gives zeros, and `failed` says so.
struct ByteDecoder {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private(set) var failed = false

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position == bytes.endIndex }
  var rest: Int { bytes.endIndex - position }

  mutating func word<T: FixedWidthInteger>(_ type: T.Type) -> T {
    let size = T.bitWidth / 8
    guard rest >= size else { return fail() }
    var value: T = 0
    for index in 0..<size {
      value |= T(truncatingIfNeeded: bytes[position + index]) << T(index * 8)
    }
    position += size
    return value
  }

  mutating func varint() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.endIndex, shift < 64 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return fail()
  }

  mutating func signed() -> Int64 { unzigzag(varint()) }

  /// A number that must be smaller than `limit`.
  mutating func index(below limit: Int) -> Int {
    let value = varint()
    guard value < UInt64(limit) else { return fail() }
    return Int(value)
  }

  /// How many things follow that take at least one byte each.
  mutating func count() -> Int { index(below: rest + 1) }

  mutating func string() -> [UInt8] {
    let count = varint()
    guard count <= UInt64(rest) else {
      failed = true
      return []
    }
    let value = bytes[position..<(position + Int(count))]
    position += Int(count)
    return Array(value)
  }

  private mutating func fail<T: FixedWidthInteger>() -> T {
    failed = true
    position = bytes.endIndex
    return 0
  }
}

/// Small numbers of either sign as small numbers without one.
@inline(__always)
func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)) }

@inline(__always)
func unzigzag(_ value: UInt64) -> Int64 {
  Int64(bitPattern: value &>> 1) ^ (0 &- Int64(bitPattern: value & 1))
}
