import Events
import TestSupport

@testable import EventStream

extension SeededGenerator {
  mutating func chance(_ one: Int, in all: Int) -> Bool {
    Int.random(in: 0..<all, using: &self) < one
  }
}

/// A batch as plain values, to compare.
struct PlainBatch: Equatable {
  struct Event: Equatable {
    var raw: [UInt8]
    var message: [UInt8]
    var body: [UInt8]
    var rawOffset: UInt32
    var time: Instant
    var ingestTime: Instant
    var sourceEndOffset: UInt64
    var source: [UInt8]
    var service: [UInt8]
    var format: [UInt8]
    var generation: UInt32
    var lineCount: UInt32
    var flags: UInt16
    var severity: Severity
    var timeOrigin: TimeOrigin
    var structure: Structure
    var pattern: PatternID
  }

  var firstOffset: UInt64?
  var bytes: [UInt8]
  var events: [Event]
  var checkpoints: [[UInt8]: MetaCoding.Checkpoint]

  init(_ batch: EventBatch, _ names: EventNames) {
    firstOffset = batch.firstOffset
    bytes = Array(UnsafeBufferPointer(start: batch.bytes, count: batch.byteCount))
    events = (0..<batch.count).map { index in
      let record = batch.records[index]
      return Event(
        raw: Array(batch.raw(index)), message: Array(batch.message(index)),
        body: Array(batch.body(index)), rawOffset: record.rawOffset, time: record.time,
        ingestTime: record.ingestTime, sourceEndOffset: record.sourceEndOffset,
        source: Array(names.sources.safeBytes(record.source.rawValue)),
        service: Array(names.services.safeBytes(record.service.rawValue)),
        format: Array(names.formats.safeBytes(UInt32(record.format.rawValue))),
        generation: record.generation, lineCount: record.lineCount, flags: record.flags.rawValue,
        severity: record.severity, timeOrigin: record.timeOrigin, structure: record.structure,
        pattern: record.pattern)
    }
    var table = CheckpointTable()
    table.apply(batch.checkpoints, names: names)
    checkpoints = table.byName
  }
}

/// Makes batches of anything that a batch may hold.
struct BatchMaker {
  var generator: SeededGenerator
  var names = EventNames()
  private var time: Int64 = 1_700_000_000_000_000

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    for index in 0..<5 {
      _ = names.sources.intern("/var/log/\(index).log")
      _ = names.services.intern(index == 0 ? "" : "service-\(index)")
      _ = names.formats.intern("format-\(index)")
    }
    _ = names.sources.intern([0xff, 0x2f, 0x00, 0x80])
  }

  mutating func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

  mutating func batch(eventCount: Int) -> EventBatch {
    let batch = EventBatch(byteCapacity: 16, recordCapacity: 1)
    let isWild = generator.chance(1, in: 4)
    for _ in 0..<eventCount { append(to: batch, isWild: isWild) }
    for source in 0..<number(3) {
      batch.checkpoints.append(
        SourceCheckpoint(
          source: SourceID(rawValue: UInt32(source)), generation: UInt32(number(4)),
          endOffset: UInt64(number(1 << 40)),
          identity: (0..<number(40)).map { _ in UInt8(number(256)) }))
    }
    return batch
  }

  private mutating func append(to batch: EventBatch, isWild: Bool) {
    func add(_ bytes: [UInt8]) -> Int {
      bytes.withUnsafeBufferPointer { buffer in
        buffer.isEmpty
          ? batch.byteCount : batch.append(bytes: buffer.baseAddress!, count: buffer.count)
      }
    }
    if generator.chance(1, in: 20) { _ = add([1, 2, 3]) }
    let text = Array("2024-01-01 INFO request \(number(1000)) done in \(number(90)) ms\n".utf8)
    let raw = generator.chance(1, in: 30) ? [] : text
    let start = add(raw)
    time += Int64(number(5000)) * (isWild ? 1 : 1000)
    if isWild, generator.chance(1, in: 10) {
      time = Int64.random(in: .min ... .max, using: &generator)
    }
    var record = EventRecord(
      rawOffset: UInt32(start), rawCount: UInt32(raw.count), time: Instant(microseconds: time),
      ingestTime: Instant(microseconds: isWild ? Int64(number(1 << 50)) : 1_800_000_000_000_000),
      source: SourceID(rawValue: UInt32(number(6))))
    record.service = ServiceID(rawValue: UInt32(number(5)))
    record.format = FormatID(rawValue: UInt16(number(6)))
    record.severity = Severity.allCases[number(8)]
    record.timeOrigin = TimeOrigin(rawValue: UInt8(number(3)))!
    record.structure = Structure(rawValue: UInt8(number(3)))!
    record.sourceEndOffset =
      isWild ? UInt64.random(in: 0 ... .max, using: &generator) : UInt64(start + raw.count)
    record.generation = UInt32(number(isWild ? 1000 : 2))
    record.lineCount = generator.chance(1, in: 10) ? UInt32(number(1000)) : 1
    record.flags = EventFlags(rawValue: isWild ? UInt16(number(65536)) : 0)
    if !raw.isEmpty {
      let lead = number(raw.count)
      record.messageOffset = UInt32(start + lead)
      record.messageCount = UInt32(number(raw.count - lead + 1))
    }
    if generator.chance(1, in: 6) {
      record.flags.insert(.decoded)
      let decoded = add(Array("decoded message \(number(100))".utf8))
      record.bodyOffset = UInt32(decoded)
      record.bodyCount = UInt32(batch.byteCount - decoded)
      record.messageOffset = UInt32(decoded + 3)
      record.messageCount = UInt32(batch.byteCount - decoded - 5)
    }
    batch.append(record)
  }

  mutating func control() -> ControlRecord {
    let ingestTime = Instant(microseconds: Int64(number(1 << 50)))
    let source = SourceID(rawValue: UInt32(number(6)))
    switch number(6) {
    case 0: return .tick(ingestTime: ingestTime, elapsedMicroseconds: Int64(number(1 << 30)))
    case 1: return .gap(ingestTime: ingestTime, source: source, byteCount: nil, reason: "unread")
    case 2: return .gap(ingestTime: ingestTime, source: source, byteCount: 9, reason: "rotated")
    case 3: return .option(ingestTime: ingestTime, name: "format", value: "json")
    case 4: return .source(ingestTime: ingestTime, source: source, state: .exited(status: -3))
    default: return .source(ingestTime: ingestTime, source: source, state: .failed(reason: "é"))
    }
  }
}

/// A control record with its source's name, to compare.
struct PlainControl: Equatable {
  var record: ControlRecord
  var source: [UInt8]

  init(_ record: ControlRecord, _ names: EventNames) {
    switch record {
    case .gap(let time, let id, let count, let reason):
      source = Array(names.sources.safeBytes(id.rawValue))
      self.record = .gap(
        ingestTime: time, source: SourceID(rawValue: 0), byteCount: count, reason: reason)
    case .source(let time, let id, let state):
      source = Array(names.sources.safeBytes(id.rawValue))
      self.record = .source(ingestTime: time, source: SourceID(rawValue: 0), state: state)
    default:
      source = []
      self.record = record
    }
  }
}
