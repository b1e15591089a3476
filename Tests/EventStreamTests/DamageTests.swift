import Events
import Testing

@testable import EventStream

/// A closed stream of one segment with three batches of events, and what it holds.
struct ThreeBatches {
  let disk = SimulatedDisk()
  let path = "/s"
  var items: [PlainBatch] = []
  /// Where in the segment the batches lie.
  var ranges: [Range<Int>] = []
  let segmentPath: String
  let bytes: [UInt8]

  init(close: Bool = true) throws {
    var maker = BatchMaker(seed: 11)
    let writer = try StreamWriter(path: path, fileSystem: disk, create: true)
    for _ in 0..<3 {
      let start = Int(writer.position)
      let batch = maker.batch(eventCount: 5)
      try writer.append(batch, names: maker.names)
      items.append(PlainBatch(batch, maker.names))
      ranges.append(start..<Int(writer.position))
    }
    try writer.sync()
    if close { try writer.close() }
    segmentPath = writer.segment.path
    bytes = try disk.open(segmentPath, .read).readAll(limit: 1 << 20)!
  }

  func write(_ bytes: [UInt8]) throws {
    let file = try disk.open(segmentPath, .readWrite)
    try file.truncate(toByteCount: UInt64(bytes.count))
    try file.writeFully(bytes, at: 0)
  }

  func read() throws -> [Plain] { try readAll(StreamReader(path: path, fileSystem: disk)) }
}

struct DamageTests {
  @Test func `a flipped bit loses at most the batch that it is in, and that is said`() throws {
    let stream = try ThreeBatches()
    for at in stream.bytes.indices {
      var bytes = stream.bytes
      bytes[at] ^= 1 << UInt8(at % 8)
      try stream.write(bytes)
      let hit = stream.ranges.firstIndex { $0.contains(at) }
      // Of a batch, only the zeros that fill it up to a multiple of 8 do not matter.
      let isLost =
        try SegmentFile(
          stream.disk, folder: stream.path, start: .start,
          streamTag: StreamFolder(path: stream.path, fileSystem: stream.disk).tag, access: .read
        ).batch(at: UInt64(hit.map { stream.ranges[$0].lowerBound } ?? 64)) == nil
      var expected = stream.items.map { Plain.batch($0) }
      if let hit, isLost {
        let first = stream.items[hit].firstOffset!
        let end = first + UInt64(stream.items[hit].events.count)
        expected[hit] = .gap(first, end, .damaged)
      }
      #expect(try stream.read() == expected, "byte \(at)")
      // A writer keeps what follows.
      if at % 97 == 0 || hit == 2 && at % 7 == 0 {
        let writer = try StreamWriter(path: stream.path, fileSystem: stream.disk, create: false)
        #expect(writer.nextOffset == 15, "byte \(at)")
        #expect(try stream.read() == expected, "byte \(at), opened to append")
      }
    }
  }

  @Test func `a torn tail of any length is cut, kept aside, and written over`() throws {
    let stream = try ThreeBatches(close: false)
    let tail = stream.ranges[2]
    let header = try #require(
      try SegmentFile(
        stream.disk, folder: stream.path, start: .start,
        streamTag: StreamFolder(path: stream.path, fileSystem: stream.disk).tag, access: .read
      ).batchHeader(at: UInt64(tail.lowerBound)))
    // Without the zeros that fill it up to a multiple of 8 it is whole.
    for length in tail.lowerBound..<tail.lowerBound + BatchHeader.byteCount + header.stored.sum {
      let torn = Array(stream.bytes[..<length])
      try stream.write(torn)
      let expected = stream.items[..<2].map { Plain.batch($0) }
      #expect(try stream.read() == expected, "\(length) bytes")
      guard length % 5 == 0 else { continue }
      let reader = try StreamReader(path: stream.path, fileSystem: stream.disk)
      #expect(try readAll(reader) == expected)
      let writer = try StreamWriter(path: stream.path, fileSystem: stream.disk, create: false)
      #expect(writer.nextOffset == 10)
      #expect(writer.recoveredTailByteCount == UInt64(length - tail.lowerBound))
      if length > tail.lowerBound {
        let kept = try stream.disk.open(
          "\(stream.path)/lost+found/\(Layout.segmentName(.start)).\(tail.lowerBound)", .read)
        let bytes = try kept.readAll(limit: 1 << 20)
        #expect(bytes?.prefix(length - tail.lowerBound) == torn[tail.lowerBound...])
      }
      var maker = BatchMaker(seed: 12)
      let batch = maker.batch(eventCount: 3)
      try writer.append(batch, names: maker.names)
      #expect(try readAll(reader) == [.batch(PlainBatch(batch, maker.names))])
    }
  }

  @Test func `without its own files a stream is known by its segments`() throws {
    let stream = try ThreeBatches()
    for name in [Layout.identity, Layout.manifest, Layout.lock] {
      try? stream.disk.remove("\(stream.path)/\(name)")
    }
    #expect(try stream.read() == stream.items.map { Plain.batch($0) })
    let writer = try StreamWriter(path: stream.path, fileSystem: stream.disk, create: false)
    #expect(writer.nextOffset == 15)
    #expect(!writer.checkpoints.isEmpty)
  }

  @Test(arguments: 0..<4)
  func `a spoilt segment start costs no checkpoint`(_ seed: UInt64) throws {
    var model = StreamModel(seed: seed)
    let disk = SimulatedDisk()
    var writer: StreamWriter? = try StreamWriter(
      path: model.path, fileSystem: disk, options: model.options, create: true)
    while writer!.manifest.segments.count < 3 { try model.step(writer!) }
    try writer!.close()
    let path = writer!.segment.path
    writer = nil
    let file = try disk.open(path, .readWrite)
    try file.writeFully([UInt8](repeating: 0xff, count: 96), at: 0)
    let again = try StreamWriter(
      path: model.path, fileSystem: disk, options: model.options, create: false)
    model.checkCheckpoints(again, "seed \(seed)")
    try model.check(disk, isWhole: true, "seed \(seed)")
  }
}

extension DamageTests {
  @Test func `bytes that a writer before left behind the end are not taken for its successor's`()
    throws
  {
    let stream = try ThreeBatches(close: false)
    let tag = SegmentFile.tag(
      StreamFolder(path: stream.path, fileSystem: stream.disk).tag, .start)
    // The second batch is a later writer's, the third is from before.
    var bytes = stream.bytes
    bytes.withUnsafeMutableBytes { bytes in
      let start = bytes.baseAddress! + stream.ranges[1].lowerBound
      var header = BatchHeader(start, tag: tag)!
      header.epoch += 1
      header.write(to: start, tag: tag)
    }
    try stream.write(bytes)
    let expected = stream.items[..<2].map { Plain.batch($0) }
    #expect(try stream.read() == expected)
    let writer = try StreamWriter(path: stream.path, fileSystem: stream.disk, create: false)
    #expect(writer.nextOffset == 10)
    #expect(writer.recoveredTailByteCount == UInt64(stream.ranges[2].count))
  }

  @Test func `a spoilt control record is said to be missing, wherever one reads from`() throws {
    let disk = SimulatedDisk()
    var maker = BatchMaker(seed: 13)
    let writer = try StreamWriter(path: "/s", fileSystem: disk, create: true)
    try writer.append(maker.batch(eventCount: 4), names: maker.names)
    let position = writer.position
    try writer.append(maker.control(), names: maker.names)
    try writer.append(maker.batch(eventCount: 4), names: maker.names)
    try writer.close()
    let file = try disk.open(writer.segment.path, .readWrite)
    try file.writeFully([0xff, 0xff], at: position + 122)
    let reader = try StreamReader(path: "/s", fileSystem: disk)
    let found = try readAll(reader)
    #expect(found.count == 3)
    #expect(found.dropFirst().first == .gap(4, 4, .damaged))
    reader.seek(to: StreamPosition(offset: 4, control: 0))
    #expect(try readAll(reader).first == .gap(4, 4, .damaged))
    // By the offset alone, nobody knows how many there were.
    reader.seek(toOffset: 4)
    #expect(try readAll(reader) == Array(found.suffix(1)))
  }
}

extension StreamFolder {
  var tag: UInt64 {
    guard case .stream(let identity)? = try? contents() else { return 0 }
    return identity.tag
  }
}
