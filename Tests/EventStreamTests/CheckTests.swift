import Events
import Testing

@testable import EventStream

struct CheckTests {
  @Test func `a check finds what a bit spoilt, and what a reader was told`() throws {
    let stream = try ThreeBatches()
    func check() throws -> StreamCheck {
      try checkStream(stream.path, fileSystem: stream.disk, isThorough: true)
    }
    var sound = try check()
    #expect(sound.damage.isEmpty && sound.tailByteCount == 0 && sound.eventCount == 15)
    var bytes = stream.bytes
    bytes[stream.ranges[1].lowerBound + 130] ^= 4
    try stream.write(bytes + [1, 2, 3])
    sound = try check()
    #expect(
      sound.damage == [
        StreamCheck.Damage(
          path: stream.segmentPath,
          bytes: UInt64(stream.ranges[1].lowerBound)..<UInt64(stream.ranges[1].upperBound),
          events: 5..<10, missingControlCount: 0)
      ])
    #expect(sound.eventCount == 10)
    #expect(sound.tailByteCount == 3)
  }

  /// A stream of several sealed segments and one that is appended to.
  private struct Segments {
    let files = MemoryFileSystem(byteLimit: 16 << 20)
    let eventCount: UInt64
    let paths: [String]

    init(segmentCount: Int, batchCount: Int) throws {
      var options = StreamOptions()
      options.segmentByteLimit = 1 << 40
      let writer = try StreamWriter(path: "/s", fileSystem: files, options: options, create: true)
      for _ in 0..<segmentCount {
        for _ in 0..<batchCount {
          let (batch, names) = NumberedEvents.batch(from: writer.nextOffset, count: 3)
          try writer.append(batch, names: names)
        }
        try writer.roll()
      }
      eventCount = writer.nextOffset
      try writer.close()
      paths = try writer.folder.segmentStarts().map { "/s/segments/\(Layout.segmentName($0))" }
    }

    func check(isThorough: Bool = false) throws -> StreamCheck {
      try checkStream("/s", fileSystem: files, isThorough: isThorough)
    }
  }

  @Test func `what a fast check reads does not grow with the segments`() throws {
    let counts = try [1, 200].map { batchCount in
      let stream = try Segments(segmentCount: 5, batchCount: batchCount)
      let counting = InterposedFileSystem(stream.files)
      let check = try checkStream("/s", fileSystem: counting, isThorough: false)
      #expect(check.damage.isEmpty && check.eventCount == stream.eventCount)
      #expect(check.segmentCount == 6 && check.trustedSegmentCount == 5)
      #expect(try stream.check(isThorough: true).trustedSegmentCount == 0)
      return Int.max - counting.readsLeft
    }
    #expect(counts[0] == counts[1])
  }

  @Test func `a fast check misses a segment that is gone, cut or another's`() throws {
    let stream = try Segments(segmentCount: 4, batchCount: 5)
    let path = stream.paths[1]
    let file = try stream.files.open(path, .readWrite)
    let bytes = try #require(try file.readAll(limit: 1 << 20))
    func damage() throws -> [Range<UInt64>] {
      let check = try stream.check()
      #expect(check.trustedSegmentCount < 4)
      return check.damage.map(\.events).filter { !$0.isEmpty }
    }
    try file.truncate(toByteCount: UInt64(bytes.count) - 40)
    #expect(try damage() == [27..<30])
    try file.writeFully([UInt8](repeating: 7, count: bytes.count), at: 0)
    #expect(try damage() == [15..<30])
    try stream.files.remove(path)
    #expect(try damage() == [15..<30])
  }
}
