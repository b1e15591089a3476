import Events
import TestSupport
import Testing

@testable import Patterns

@Suite struct FieldTests {
  struct ShapeCase: CustomTestStringConvertible {
    var value: String
    var shape: FieldShape
    var testDescription: String { value }

    static let all =
      ["eu-west-1", "E1042", "3.2.1", "card", "web-7", "503", "sso", "null", "-", "LoginPage"]
      .map { ShapeCase(value: $0, shape: .category) }
      + [
        "ord_57f3ce84f2", "94891e37-c534-42e2-9288-166295a15785", "4a6a9d4dccfe",
        "3dd8a1f03aa2734d774ef8234e22bbc0",
      ].map { ShapeCase(value: $0, shape: .identifier) }
      + ["12.5", "350ms", "2026-11-22", "09:31:02", "1234567", "a=b", "{}"]
      .map { ShapeCase(value: $0, shape: .other) }
  }

  @Test(arguments: ShapeCase.all)
  func `a value is of a kind, the name of a thing, or neither`(_ sample: ShapeCase) {
    var bytes = Array(sample.value.utf8)
    let count = bytes.count
    bytes += [UInt8](repeating: 0, count: EventBatch.bytePadding)
    let shape = unsafe bytes.withUnsafeBufferPointer {
      FieldShape(unsafe LineBytes($0.baseAddress!), 0, count, isKeyed: false)
    }
    #expect(shape == sample.shape)
  }

  private func batch(_ lines: [String]) -> EventBatch {
    let batch = EventBatch(byteCapacity: 4096, recordCapacity: 64)
    for (index, line) in lines.enumerated() {
      let bytes = Array(line.utf8)
      let offset = unsafe bytes.withUnsafeBufferPointer {
        unsafe batch.append(bytes: $0.baseAddress!, count: $0.count)
      }
      let time = Instant(microseconds: 1_800_000_000_000_000 + Int64(index) * 1_000_000)
      var record = EventRecord(
        rawOffset: UInt32(offset), rawCount: UInt32(bytes.count), time: time, ingestTime: time,
        source: SourceID(rawValue: 0))
      record.pattern = PatternID(rawValue: 0)
      batch.append(record)
    }
    return batch
  }

  /// Names and values that are read from the last of many lines.
  private func read(_ line: (Int) -> String) -> (kinds: [String], names: [String]) {
    let lines = (0..<40).map(line)
    var reader = FieldReader()
    var values: [SeenValue] = []
    let batch = batch(lines)
    reader.read(batch, into: &values)
    var kinds: [String] = []
    var names: [String] = []
    for value in values where value.index == 39 {
      let text = unsafe reader.text(
        ofSlot: Int(value.slot), pattern: PatternID(rawValue: 0), in: batch.raw(39))
      let shown = text.map { "\($0.name)=\($0.value)" } ?? "?"
      if value.isIdentifier { names.append(shown) } else { kinds.append(shown) }
    }
    return (kinds, names)
  }

  private func id(_ number: Int) -> String {
    let hex = String(UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
    return "ord_" + String(repeating: "0", count: 16 - hex.count) + hex
  }

  @Test func `fields of JSON are kinds and names by what they hold`() {
    let found = read { number in
      #"{"ts":"2026-11-22T09:31:\#(10 + number).123Z","level":"info","version":"3.2.1","#
        + #""region":"eu-\#(number % 3)","ms":\#(number).5,"order_id":"\#(id(number))"}"#
    }
    #expect(found.kinds == ["version=3.2.1", "region=eu-0"])
    #expect(found.names == ["order_id=\(id(39))"])
  }

  @Test func `pairs and plain words are read as well`() {
    let found = read { number in
      "09:31:\(10 + number) INFO order \(id(number)) paid by card\(number % 2) shard=s\(number % 4)"
    }
    #expect(found.kinds.sorted() == ["by=card1", "shard=s3"])
    #expect(found.names == ["order=\(id(39))"])
  }

  @Test func `the port of a connection is no part of a value`() {
    let found = read { number in "INFO request from=10.0.0.7:\(40_000 + number * 7) ok" }
    #expect(found.kinds == ["from=10.0.0.7"])
  }

  /// What is read of some events of two patterns in turn, 200 a second in all.
  private func readBusy(
    _ reader: inout FieldReader, from: Int = 0, to: Int = 3000, id: (Int) -> String
  ) -> [SeenValue] {
    var values: [SeenValue] = []
    let batch = batch((from..<to).map { "INFO order=\(id($0)) region=eu-\($0 % 3) done" })
    for index in 0..<batch.count {
      unsafe batch.records[index].time = Instant(
        microseconds: 1_800_000_000_000_000 + Int64(from + index) * 5000)
      unsafe batch.records[index].pattern = PatternID(rawValue: UInt32(index % 2))
    }
    reader.read(batch, into: &values)
    return values
  }

  @Test func `at most eight events of five seconds are read for their kinds, all for their names`()
  {
    var reader = FieldReader()
    let values = readBusy(&reader) { id($0 / 2) }
    #expect((16...80).contains(values.count { !$0.isIdentifier }))
    #expect(values.count { $0.isIdentifier } > 1800)
  }

  @Test func `identifiers that come nowhere else are left alone, the longer the more often`() {
    var reader = FieldReader()
    // An hour and a half.
    let values = readBusy(&reader, to: 1_080_000) { id($0) }
    let read = values.filter(\.isIdentifier).map { Int($0.index) / 144_000 }
    // By rests of at most twelve minutes.
    #expect((80...2400).contains(read.count))
    #expect(read.count { $0 == 0 } > read.count { $0 > 3 } / 2)
  }

  @Test func `what was left alone is read again when something new carries an identifier`() {
    var reader = FieldReader()
    #expect(readBusy(&reader) { id($0) }.count(where: \.isIdentifier) < 600)
    let other = batch((0..<600).map { "INFO payment=\(id(3000 + $0)) ok" })
    for index in 0..<other.count {
      unsafe other.records[index].time = Instant(
        microseconds: 1_800_000_000_000_000 + Int64(3000 + index) * 5000)
      unsafe other.records[index].pattern = PatternID(rawValue: 2)
    }
    var values: [SeenValue] = []
    reader.read(other, into: &values)
    // Both carry the same identifiers from now on, so neither is left alone.
    let again = readBusy(&reader, from: 4000, to: 9000) { id($0 / 2) }
    #expect(again.count(where: \.isIdentifier) > 3000)
  }

  @Test func `where many patterns come, they take turns`() {
    var reader = FieldReader()
    var values: [SeenValue] = []
    var readBySpan: [Int] = []
    for span in 0..<60 {
      let batch = batch((0..<200).map { "INFO region=eu-\($0 % 3) plan=p\(($0 + span) % 2) done" })
      for index in 0..<batch.count {
        unsafe batch.records[index].time = Instant(
          microseconds: 1_800_000_000_000_000 + Int64(span * 200 + index) * 25_000)
        unsafe batch.records[index].pattern = PatternID(rawValue: UInt32(index))
      }
      values.removeAll()
      reader.read(batch, into: &values)
      readBySpan.append(Set(values.map(\.index)).count)
    }
    // Of all that come, as many as are meant to be read; each is when its turn comes.
    #expect(readBySpan.suffix(12).allSatisfy { (1...64).contains($0) })
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `a reader that was written and read back goes on the same`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let lines = (0..<200).map { number in
      number % 3 == 0
        ? "x" : "INFO order=\(id(number)) code=E\(Int.random(in: 1...3, using: &random))"
    }
    let cut = Int.random(in: 1..<200, using: &random)
    var reader = FieldReader()
    var values: [SeenValue] = []
    reader.read(batch(Array(lines[..<cut])), into: &values)
    var encoder = StateEncoder()
    encoder.encode(reader)
    var decoder = StateDecoder(encoder.bytes)
    var other = try FieldReader(decoding: &decoder)
    var first: [SeenValue] = []
    var second: [SeenValue] = []
    let rest = batch(Array(lines[cut...]))
    reader.read(rest, into: &first)
    other.read(rest, into: &second)
    #expect(first == second, "seed \(seed)")
  }
}
