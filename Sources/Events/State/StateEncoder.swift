/// Appends values to the bytes of a keyframe.
package struct StateEncoder {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Appends an integer as a varint, seven bits a byte, lowest first.
  package mutating func encode(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends 64 bits as eight bytes, lowest first.
  package mutating func encode(bits: UInt64) {
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt64(shift)))) }
  }

  package mutating func encode(_ value: some StateCodable) { value.encode(into: &self) }

  /// Appends the elements as they lie in memory, after their count.
  ///
  /// For long columns of numbers. `Element` has no padding: its stride is its size, and every
  /// value of its bits is valid.
  package mutating func encode<Element: BitwiseCopyable>(column: [Element]) {
    precondition(
      MemoryLayout<Element>.size == MemoryLayout<Element>.stride, "an element without padding")
    encode(varint: UInt64(column.count))
    // SAFETY: reads the elements' own bytes while the array lives; nothing escapes.
    unsafe column.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends a dictionary in the order of its keys.
  package mutating func encode<Key: StateCodable & Comparable, Value: StateCodable>(
    _ dictionary: [Key: Value]
  ) {
    encode(varint: UInt64(dictionary.count))
    for (key, value) in dictionary.sorted(by: { $0.key < $1.key }) {
      key.encode(into: &self)
      value.encode(into: &self)
    }
  }
  /// Appends many short byte strings, each with its length.
  package mutating func encode(strings: [[UInt8]]) {
    encode(varint: UInt64(strings.count))
    for string in strings {
      encode(varint: UInt64(string.count))
      bytes.append(contentsOf: string)
    }
  }

  /// Appends a set in the order of its elements.
  package mutating func encode<Element: BitwiseCopyable & Comparable>(set: Set<Element>) {
    encode(column: set.sorted())
  }
}
