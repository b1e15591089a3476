extension FixedWidthInteger where Self: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    if Self.isSigned {
      let value = Int64(self)
      encoder.encode(varint: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    } else {
      encoder.encode(varint: UInt64(self))
    }
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    let bits = try decoder.decodeVarint()
    let value =
      Self.isSigned
      ? Self(exactly: Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1))
      : Self(exactly: bits)
    guard let value else { throw .invalid("integer") }
    self = value
  }
}

extension Int: StateCodable {}
extension Int64: StateCodable {}
extension Int32: StateCodable {}
extension UInt8: StateCodable {}
extension UInt16: StateCodable {}
extension UInt32: StateCodable {}
extension UInt64: StateCodable {}

extension Bool: StateCodable {
  package func encode(into encoder: inout StateEncoder) { encoder.encode(varint: self ? 1 : 0) }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    switch try decoder.decodeVarint() {
    case 0: self = false
    case 1: self = true
    default: throw .invalid("truth value")
    }
  }
}

extension Double: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(bits: bitPattern)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(bitPattern: try decoder.decodeBits())
  }
}

extension Float: StateCodable {
  package func encode(into encoder: inout StateEncoder) { encoder.encode(bitPattern) }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(bitPattern: try decoder.decode())
  }
}

extension String: StateCodable {
  package func encode(into encoder: inout StateEncoder) { encoder.encode(column: Array(utf8)) }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self = try decoder.decodeText()
  }
}

extension Optional: StateCodable where Wrapped: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(self != nil)
    if let self { encoder.encode(self) }
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self = try decoder.decode(Bool.self) ? try Wrapped(decoding: &decoder) : nil
  }
}

extension Array: StateCodable where Element: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(varint: UInt64(count))
    for element in self { element.encode(into: &encoder) }
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    let count = try decoder.decodeCount()
    self = []
    reserveCapacity(count)
    for _ in 0..<count { append(try Element(decoding: &decoder)) }
  }
}
