/// Little-endian numbers, one behind the other.
struct ByteWriter {
  var bytes: [UInt8] = []
  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for index in 0..<(Number.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> (index * 8)))
    }
  }
}

/// Reads what `ByteWriter` wrote; `nil` behind the end.
struct ByteReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
    let width = Number.bitWidth / 8
    guard at + width <= bytes.count else { return nil }
    var number: Number = 0
    for index in 0..<width {
      number |= Number(truncatingIfNeeded: bytes[at + index]) << (index * 8)
    }
    at += width
    return number
  }

  mutating func next(count: Int) -> [UInt8]? {
    guard at + count <= bytes.count else { return nil }
    defer { at += count }
    return Array(bytes[at..<(at + count)])
  }
}
