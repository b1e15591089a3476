import EventStream
import Events
import Testing

@testable import Pipeline

@Suite struct CursorMotionTests {
  /// A stream of one event a second.
  private func stream(count: Int) throws -> StreamAnalysis {
    let files = MemoryFileSystem(byteLimit: 64 << 20)
    let writer = try StreamWriter(path: "/s", fileSystem: files, create: true)
    var names = EventNames()
    _ = names.services.intern("api")
    _ = names.sources.intern("api.log")
    for second in 0..<count {
      let batch = EventBatch(byteCapacity: 64, recordCapacity: 1)
      let text = Array("request \(second) served".utf8)
      let start = unsafe text.withUnsafeBufferPointer {
        unsafe batch.append(bytes: $0.baseAddress!, count: text.count)
      }
      batch.append(
        EventRecord(
          rawOffset: UInt32(start), rawCount: UInt32(text.count),
          time: Instant(seconds: Int64(second)), ingestTime: Instant(seconds: Int64(second)),
          source: SourceID(rawValue: 0)))
      _ = try writer.append(batch, names: names)
    }
    try writer.sync()
    return StreamAnalysis(
      reader: try StreamReader(path: "/s", fileSystem: files), options: Analysis.Options(),
      store: nil)
  }

  @Test(arguments: [1.0, 7, .infinity])
  func `what lies between A and B is played again and again`(_ speed: Double) throws {
    let stream = try stream(count: 60)
    var now = Instant(seconds: 1000)
    var motion = CursorMotion(at: now)
    let span = Instant(seconds: 20)...Instant(seconds: 30)
    motion.obey(.loop(span), stream: stream, now: now)
    motion.obey(.play(speed: speed), stream: stream, now: now)
    var rounds = 0
    var last: Instant?
    for _ in 0..<4000 where rounds < 3 {
      now = now.advanced(byMicroseconds: 50_000)
      _ = try motion.move(stream, now: now)
      if motion.isSeeking { continue }
      guard let time = stream.time else { continue }
      #expect(span.contains(time))
      if let last, time < last { rounds += 1 }
      last = time
    }
    #expect(rounds == 3)
    motion.obey(.loop(nil), stream: stream, now: now)
    for _ in 0..<4000 where stream.offset < 60 {
      now = now.advanced(byMicroseconds: 50_000)
      _ = try motion.move(stream, now: now)
    }
    #expect(stream.offset == 60)
  }
}
