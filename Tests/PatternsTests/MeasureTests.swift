import Events
import Testing

@testable import Patterns

@Suite struct MeasureTests {
  struct KeyCase: CustomTestStringConvertible {
    var line: String
    /// The key's name and its number; `nil` where there is no measure.
    var expected: (name: String, value: Float)?
    var testDescription: String { line }

    static let all = [
      KeyCase(line: "quote took 12.5 ms for sku-9", expected: ("took", 12.5)),
      KeyCase(line: "GET /a 200 rt=0.024 urt=0.023", expected: ("rt", 0.024)),
      KeyCase(
        line: #"{"status":200,"duration_ms": 3002.9,"user":"u1"}"#,
        expected: ("duration_ms", 3002.9)),
      KeyCase(line: "level=info dur_ms=14 order=77", expected: ("dur_ms", 14)),
      KeyCase(line: "checkpoint complete in 2 s", expected: ("in", 2000)),
      KeyCase(line: "loaded page in 350us", expected: ("in", 0.35)),
      KeyCase(line: "sent bytes=4711 elapsed=3s", expected: ("elapsed", 3000)),
      KeyCase(line: "stored size: 1200", expected: ("size", 1200)),
      KeyCase(line: #"{"userId":77,"durationMs":14}"#, expected: ("durationMs", 14)),
      KeyCase(line: "responseTime=31 code=7", expected: ("responseTime", 31)),
      KeyCase(line: "podStartSLOduration=4.58 pod=web", expected: ("podStartSLOduration", 4.58)),
      KeyCase(line: "parameters=3 Items=4", expected: nil),
      KeyCase(line: "time=2026-08-01T00:00:00Z level=info pid=14630", expected: nil),
      KeyCase(line: "listening on 10.0.0.1:8080", expected: nil),
      KeyCase(line: "version 3.2.1 started", expected: nil),
      KeyCase(line: "status=503 retries=4", expected: nil),
    ]
  }

  @Test(arguments: KeyCase.all)
  func `a measure is a number behind a word that says so, or before a unit of time`(
    _ sample: KeyCase
  ) {
    let bytes = Array(sample.line.utf8)
    let raw = bytes.span
    let found = MeasureKey.find(in: raw)
    #expect(found?.key.name == sample.expected?.name)
    guard let found, let expected = sample.expected else { return }
    let number = MeasureKey.number(in: raw, at: found.place + found.key.bytes.count)
    #expect(abs((number?.value ?? 0) - expected.value) <= expected.value / 1e5)
  }

  private func batch(_ lines: [(text: String, pattern: UInt32)], stepMicroseconds: Int64)
    -> EventBatch
  {
    let batch = EventBatch(byteCapacity: 4096, recordCapacity: 64)
    for (index, line) in lines.enumerated() {
      let bytes = Array(line.text.utf8)
      let offset = unsafe bytes.withUnsafeBufferPointer {
        unsafe batch.append(bytes: $0.baseAddress!, count: $0.count)
      }
      let time = Instant(microseconds: 1_800_000_000_000_000 + Int64(index) * stepMicroseconds)
      var record = EventRecord(
        rawOffset: UInt32(offset), rawCount: UInt32(bytes.count), time: time, ingestTime: time,
        source: SourceID(rawValue: 0))
      record.pattern = PatternID(rawValue: line.pattern)
      batch.append(record)
    }
    return batch
  }

  @Test func `a few events of a pattern are read in a few seconds, wherever batches are cut`() {
    let lines = (0..<60).map { ("GET /p/\($0) took \($0).5 ms", UInt32($0 % 2)) }
    let whole = batch(lines, stepMicroseconds: 200_000)
    var reader = MeasureReader()
    var measures: [MeasuredNumber] = []
    reader.read(whole, into: &measures)
    #expect(reader.name(of: PatternID(rawValue: 1)) == "took")
    let spans = Dictionary(grouping: measures) {
      Int($0.index) * 200_000 / 5_000_000 * 2 + Int($0.index) % 2
    }
    #expect(spans.values.allSatisfy { $0.count <= Int(MeasureReader.sampleLimit) })
    for measure in measures { #expect(measure.value == Float(measure.index) + 0.5) }

    var other = MeasureReader()
    var again: [MeasuredNumber] = []
    for start in stride(from: 0, to: 60, by: 7) {
      let slice = whole.slice(start..<min(60, start + 7))
      var part: [MeasuredNumber] = []
      other.read(slice, into: &part)
      again += part.map { MeasuredNumber(index: $0.index + Int32(start), value: $0.value) }
    }
    #expect(again == measures)
  }

  @Test func `a pattern whose number goes away is not read any more`() {
    let lines =
      (0..<8).map { ("took \($0) ms", UInt32(0)) } + (0..<200).map { ("nothing \($0)", UInt32(0)) }
    var reader = MeasureReader()
    var measures: [MeasuredNumber] = []
    reader.read(batch(lines, stepMicroseconds: 1_000_000), into: &measures)
    #expect(reader.name(of: PatternID(rawValue: 0)) == nil)
  }
}
