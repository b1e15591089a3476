/// Reads back what a `StateEncoder` wrote.
///
/// Whatever the bytes are, it throws and never traps; a count is believed only as far as bytes are
/// there for it.
package struct StateDecoder {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var remainingByteCount: Int { bytes.count - position }

  package mutating func decodeVarint() throws(StateError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
      if shift > 63 { throw .invalid("integer") }
    }
    throw .truncated
  }

  package mutating func decode<Value: StateCodable>(
    _ type: Value.Type = Value.self
  ) throws(StateError) -> Value {
    try Value(decoding: &self)
  }

  /// The number of elements that follow, of at least `minimumByteCount` bytes each.
  package mutating func decodeCount(minimumByteCount: Int = 1) throws(StateError) -> Int {
    let count = try decodeVarint()
    guard count <= UInt64(remainingByteCount / max(1, minimumByteCount)) else { throw .truncated }
    return Int(count)
  }

  /// Reads what `encode(column:)` wrote.
  package mutating func decodeColumn<Element: BitwiseCopyable>(
    of type: Element.Type = Element.self
  ) throws(StateError) -> [Element] {
    let size = MemoryLayout<Element>.size
    let count = try decodeCount(minimumByteCount: size)
    let start = position
    position += count * size
    if count == 0 { return [] }
    return unsafe bytes.withUnsafeBytes { source in
      // SAFETY: `count * size` bytes from `start` were checked to be there; all of `count` elements
      // are initialised by the copy, and any bits are a value of `Element`.
      unsafe [Element](unsafeUninitializedCapacity: count) { target, initializedCount in
        unsafe UnsafeMutableRawBufferPointer(target).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[start..<start + count * size]))
        initializedCount = count
      }
    }
  }

  /// Reads a dictionary; a key that comes twice is an error.
  package mutating func decodeDictionary<Key: StateCodable & Hashable, Value: StateCodable>(
    of type: [Key: Value].Type = [Key: Value].self
  ) throws(StateError) -> [Key: Value] {
    let count = try decodeCount(minimumByteCount: 1)
    var dictionary: [Key: Value] = [:]
    dictionary.reserveCapacity(count)
    for _ in 0..<count {
      let key = try Key(decoding: &self)
      let value = try Value(decoding: &self)
      guard dictionary.updateValue(value, forKey: key) == nil else { throw .invalid("dictionary") }
    }
    return dictionary
  }

  private mutating func take(_ count: Int) throws(StateError) -> Range<Int> {
    guard count <= remainingByteCount else { throw .truncated }
    defer { position += count }
    return position..<position + count
  }

  /// Reads 64 bits as eight bytes, lowest first.
  package mutating func decodeBits() throws(StateError) -> UInt64 {
    var value: UInt64 = 0
    for index in try take(8).reversed() { value = value << 8 | UInt64(bytes[index]) }
    return value
  }

  mutating func decodeText() throws(StateError) -> String {
    let count = try decodeCount()
    return String(decoding: bytes[try take(count)], as: UTF8.self)
  }
  /// Reads what `encode(strings:)` wrote.
  package mutating func decodeStrings() throws(StateError) -> [[UInt8]] {
    let count = try decodeCount()
    var strings: [[UInt8]] = []
    strings.reserveCapacity(count)
    for _ in 0..<count { strings.append(Array(bytes[try take(try decodeCount())])) }
    return strings
  }

  /// Reads a column that must have `count` elements.
  package mutating func decodeColumn<Element: BitwiseCopyable>(
    of type: Element.Type = Element.self, count: Int
  ) throws(StateError) -> [Element] {
    let column = try decodeColumn(of: type)
    guard column.count == count else { throw .invalid("count") }
    return column
  }

  /// Reads what `encode(set:)` wrote.
  package mutating func decodeSet<Element: BitwiseCopyable & Comparable & Hashable>(
    of type: Element.Type = Element.self
  ) throws(StateError) -> Set<Element> {
    let column = try decodeColumn(of: type)
    let set = Set(column)
    guard set.count == column.count else { throw .invalid("set") }
    return set
  }

  /// Reads a number that is below `limit`.
  package mutating func decodeIndex(below limit: Int) throws(StateError) -> Int {
    let index = try decodeVarint()
    guard index < UInt64(max(0, limit)) else { throw .invalid("index") }
    return Int(index)
  }
}
