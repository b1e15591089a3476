import Events
import Testing

@Suite struct StateCodingTests {
  private func roundTrip<Value: StateCodable>(_ value: Value) throws -> Value {
    var encoder = StateEncoder()
    encoder.encode(value)
    var decoder = StateDecoder(encoder.bytes)
    let back = try decoder.decode(Value.self)
    #expect(decoder.remainingByteCount == 0)
    return back
  }

  @Test func `what was encoded is decoded equal`() throws {
    for value in [Int.min, -1, 0, 1, 127, 128, Int.max] { #expect(try roundTrip(value) == value) }
    for value in [0, UInt64.max, 1 << 63] { #expect(try roundTrip(value) == value) }
    for value in [0, -0.0, .pi, .infinity, .leastNonzeroMagnitude] {
      #expect(try roundTrip(value).bitPattern == value.bitPattern)
    }
    #expect(try roundTrip(["", "größe", "a\u{0}b"]) == ["", "größe", "a\u{0}b"])
    #expect(try roundTrip([Optional(3), nil]) == [3, nil])
    var encoder = StateEncoder()
    encoder.encode(column: [UInt32.max, 0, 7])
    encoder.encode(["b": 2, "a": 1])
    var decoder = StateDecoder(encoder.bytes)
    #expect(try decoder.decodeColumn(of: UInt32.self) == [.max, 0, 7])
    #expect(try decoder.decodeDictionary(of: [String: Int].self) == ["a": 1, "b": 2])
  }

  @Test func `bytes that are cut or wrong throw`() {
    var encoder = StateEncoder()
    encoder.encode(["one", "two"])
    encoder.encode(column: [UInt64](repeating: 1, count: 4))
    for count in 0..<encoder.bytes.count {
      var decoder = StateDecoder(Array(encoder.bytes.prefix(count)))
      #expect(throws: StateError.self) {
        _ = try decoder.decode([String].self)
        _ = try decoder.decodeColumn(of: UInt64.self)
      }
    }
    var huge = StateDecoder([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
    #expect(throws: StateError.truncated) { try huge.decodeColumn(of: UInt8.self) }
    var wide = StateDecoder([0x80, 0x02])
    #expect(throws: StateError.invalid("integer")) { try wide.decode(UInt8.self) }
  }
}
