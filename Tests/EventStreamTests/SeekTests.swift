import Events
import TestSupport
import Testing

@testable import EventStream

struct SeekTests {
  private let fileSystem = MemoryFileSystem(byteLimit: 1 << 26)

  /// A stream of several segments with times mostly ascending, and the time of each event.
  private func makeStream() throws -> (writer: StreamWriter, times: [Int64]) {
    var options = StreamOptions()
    options.segmentByteLimit = 3000
    let writer = try StreamWriter(
      path: "/s", fileSystem: fileSystem, options: options, create: true)
    var generator = SeededGenerator(seed: 4)
    var names = EventNames()
    _ = names.sources.intern("a")
    var times: [Int64] = []
    for number in 0..<60 {
      let batch = EventBatch(byteCapacity: 64, recordCapacity: 8)
      for _ in 0..<Int.random(in: 1...9, using: &generator) {
        let text = Array("event \(times.count)\n".utf8)
        let start = text.withUnsafeBufferPointer {
          batch.append(bytes: $0.baseAddress!, count: $0.count)
        }
        times.append(Int64(times.count) * 100 + Int64.random(in: -400...400, using: &generator))
        batch.append(
          EventRecord(
            rawOffset: UInt32(start), rawCount: UInt32(text.count),
            time: Instant(microseconds: times.last!), ingestTime: Instant(microseconds: 0),
            source: SourceID(rawValue: 0)))
      }
      try writer.append(batch, names: names)
      if number % 3 == 0 {
        try writer.append(
          .tick(ingestTime: .distantPast, elapsedMicroseconds: Int64(number)), names: names)
      }
    }
    return (writer, times)
  }

  /// The first event from here on, and its offset.
  private func firstEvent(_ reader: StreamReader) throws -> (offset: UInt64, text: String)? {
    while true {
      switch try reader.next() {
      case .batch(let batch):
        return (batch.firstOffset!, String(decoding: batch.raw(0), as: UTF8.self))
      case .control: continue
      case .gap(let from, let to, _): Issue.record("gap \(from) to \(to)")
      case .atEnd: return nil
      }
    }
  }

  @Test func `of however many segments, only those that are asked for are looked at`() throws {
    /// Calls to the disk that it takes to describe, open and search a stream.
    func callCount(segmentCount: Int) throws -> Int {
      let disk = SimulatedDisk()
      var options = StreamOptions()
      options.segmentByteLimit = 300
      var maker = BatchMaker(seed: 9)
      let writer = try StreamWriter(path: "/s", fileSystem: disk, options: options, create: true)
      while writer.manifest.segments.count < segmentCount {
        try writer.append(maker.batch(eventCount: 3), names: maker.names)
      }
      let before = disk.callCount
      #expect(try streamInfo("/s", fileSystem: disk).segments.count == segmentCount + 1)
      let reader = try StreamReader(path: "/s", fileSystem: disk)
      reader.seek(toOffset: writer.nextOffset / 2)
      guard case .batch = try reader.next() else {
        Issue.record("no batch")
        return 0
      }
      return disk.callCount - before
    }
    let few = try callCount(segmentCount: 20)
    #expect(try callCount(segmentCount: 400) <= few + 2)
  }

  @Test func `a seek by offset gives exactly that event next`() throws {
    let times = try makeStream().times
    let reader = try StreamReader(path: "/s", fileSystem: fileSystem)
    for offset in times.indices {
      reader.seek(toOffset: UInt64(offset))
      let found = try firstEvent(reader)
      #expect(found?.offset == UInt64(offset))
      #expect(found?.text == "event \(offset)\n")
    }
    reader.seek(toOffset: UInt64(times.count))
    #expect(try firstEvent(reader) == nil)
    #expect(reader.endOffset == UInt64(times.count))
    #expect(reader.endTime == times.max().map { Instant(microseconds: $0) })
  }

  @Test func `a seek by time misses no event at or after it`() throws {
    let times = try makeStream().times
    let reader = try StreamReader(path: "/s", fileSystem: fileSystem)
    for time in stride(from: Int64(-600), to: times.max()! + 1, by: 37) {
      try reader.seek(toTime: Instant(microseconds: time))
      let wanted = times.firstIndex { $0 >= time }!
      let found = try #require(try firstEvent(reader))
      #expect(Int(found.offset) <= wanted, "time \(time)")
      #expect(Int(found.offset) > wanted - 9, "time \(time): begins too early")
    }
    try reader.seek(toTime: Instant(microseconds: times.max()! + 1))
    #expect(try firstEvent(reader) == nil)
  }

  @Test func `behind the end of a time no event is before it`() throws {
    let times = try makeStream().times
    let reader = try StreamReader(path: "/s", fileSystem: fileSystem)
    for time in stride(from: Int64(-600), to: times.max()! + 101, by: 37) {
      let end = Int(try reader.endOffset(before: Instant(microseconds: time)))
      let wanted = times.lastIndex { $0 < time }.map { $0 + 1 } ?? 0
      #expect(end >= wanted && end < wanted + 9, "time \(time)")
    }
  }

  @Test func `reading goes on exactly where it was left`() throws {
    _ = try makeStream()
    let whole = try readAll(StreamReader(path: "/s", fileSystem: fileSystem))
    let reader = try StreamReader(path: "/s", fileSystem: fileSystem)
    let other = try StreamReader(path: "/s", fileSystem: fileSystem)
    for index in whole.indices {
      other.seek(to: reader.place)
      #expect(try readAll(other) == Array(whole[index...]), "item \(index)")
      _ = try reader.next()
    }
  }

  @Test func `a slow reader is told what was dropped before it`() throws {
    let (writer, times) = try makeStream()
    let reader = try StreamReader(path: "/s", fileSystem: fileSystem)
    _ = try firstEvent(reader)
    let left = writer.byteCount / 2
    let start = writer.startPlace(
      afterPruningTo: left, ageLimit: nil, now: .distantPast
    ).offset
    try writer.prune(byteLimit: left, ageLimit: nil, now: .distantPast)
    #expect(start > 20)
    #expect(writer.startOffset == start)
    #expect(writer.byteCount <= left)
    let items = try readAll(reader)
    let gaps = items.compactMap { item -> ClosedRange<UInt64>? in
      guard case .gap(let from, let to, .retention) = item else { return nil }
      return from...to
    }
    // The open segment is read to its end.
    #expect(gaps.count == 1)
    #expect(gaps.first.map { $0.upperBound } == start)
    #expect(reader.place.offset == UInt64(times.count))
    let late = try StreamReader(path: "/s", fileSystem: fileSystem)
    #expect(late.startOffset == start)
    #expect(try firstEvent(late)?.offset == start)
    late.seek(toOffset: 3)
    #expect(try readAll(late).first == .gap(3, start, .retention))
  }

  @Test func `what is older than the limit goes, the newest segment stays`() throws {
    let writer = try makeStream().writer
    let day: Int64 = 86_400_000_000
    try writer.prune(
      byteLimit: nil, ageLimit: .seconds(86_400), now: Instant(microseconds: day))
    #expect(writer.startOffset == 0)
    try writer.prune(
      byteLimit: nil, ageLimit: .seconds(86_400), now: Instant(microseconds: day + 1))
    #expect(writer.startOffset > 0)
    #expect(writer.manifest.segments.isEmpty)
  }
}
