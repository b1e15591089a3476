import Events
import Testing

@testable import EventStream

enum Plain: Equatable {
  case batch(PlainBatch)
  case control(PlainControl)
  case gap(UInt64, UInt64, GapReason)
}

/// All that a reader finds up to the present end.
func readAll(_ reader: StreamReader) throws -> [Plain] {
  var found: [Plain] = []
  while true {
    switch try reader.next() {
    case .batch(let batch): found.append(.batch(PlainBatch(batch, reader.names)))
    case .control(let record): found.append(.control(PlainControl(record, reader.names)))
    case .gap(let from, let to, let reason): found.append(.gap(from, to, reason))
    case .atEnd: return found
    }
  }
}

extension [Plain] {
  /// One event or control record each, wherever batches begin and end; without checkpoints.
  var flattened: [Plain] {
    flatMap { item -> [Plain] in
      guard case .batch(let batch) = item else { return [item] }
      return batch.events.enumerated().map { index, event in
        var single = batch
        single.firstOffset = batch.firstOffset.map { $0 + UInt64(index) }
        single.bytes = []
        single.events = [event]
        single.events[0].rawOffset = 0
        single.checkpoints = [:]
        return .batch(single)
      }
    }
  }
}

struct RoundTripTests {
  @Test(arguments: 0..<20)
  func `what was appended is read back, byte for byte and field for field`(_ seed: UInt64) throws {
    let fileSystem = MemoryFileSystem(byteLimit: 1 << 28)
    var maker = BatchMaker(seed: seed)
    var options = StreamOptions()
    options.segmentByteLimit = 20_000
    var expected: [Plain] = []
    let writer = try StreamWriter(
      path: "/s", fileSystem: fileSystem, options: options, create: true)
    let follower = try StreamReader(path: "/s", fileSystem: fileSystem)
    var followed: [Plain] = []
    for _ in 0..<60 {
      if maker.generator.chance(1, in: 4) {
        let record = maker.control()
        try writer.append(record, names: maker.names)
        expected.append(.control(PlainControl(record, maker.names)))
      } else {
        let batch = maker.batch(eventCount: maker.number(80) + 1)
        try writer.append(batch, names: maker.names)
        expected.append(.batch(PlainBatch(batch, maker.names)))
      }
      if maker.generator.chance(1, in: 5) { try writer.sync() }
      if maker.generator.chance(1, in: 3) { followed += try readAll(follower) }
    }
    try writer.close()
    followed += try readAll(follower)
    let read = try readAll(StreamReader(path: "/s", fileSystem: fileSystem))
    #expect(read == expected, "seed \(seed)")
    #expect(followed == expected, "seed \(seed)")
    #expect(follower.endOffset == writer.nextOffset)
  }
}
