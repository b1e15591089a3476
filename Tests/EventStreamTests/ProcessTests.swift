import Events
import Foundation
import Testing

@testable import EventStream

/// The system's files, but for the write that kills the process in the middle.
final class KillingFileSystem: WrappedFileSystem, @unchecked Sendable {
  private var writesLeft: Int

  init(writesLeft: Int) {
    self.writesLeft = writesLeft
    super.init(SystemFileSystem())
  }

  override func willWrite(
    _ bytes: UnsafeRawBufferPointer, to file: any StreamFile, at position: UInt64
  ) throws(FileError) {
    writesLeft -= 1
    guard writesLeft <= 0 else { return }
    _ = try file.write(.init(rebasing: bytes[..<(bytes.count / 2)]), at: position)
    kill(getpid(), SIGKILL)
  }
}

/// A folder of the system that goes away with the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = "\(NSTemporaryDirectory())/spate-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Events whose text is their offset, appended by a process that is killed.
enum NumberedEvents {
  static func text(_ offset: UInt64) -> [UInt8] { Array("event \(offset)\n".utf8) }

  static func batch(from first: UInt64, count: Int) -> (EventBatch, EventNames) {
    var names = EventNames()
    let source = SourceID(rawValue: names.sources.intern("numbers"))
    let batch = EventBatch(byteCapacity: 256, recordCapacity: count)
    for index in 0..<count {
      let text = text(first + UInt64(index))
      let start = text.withUnsafeBufferPointer {
        batch.append(bytes: $0.baseAddress!, count: $0.count)
      }
      batch.append(
        EventRecord(
          rawOffset: UInt32(start), rawCount: UInt32(text.count),
          time: Instant(microseconds: Int64(first) + Int64(index)),
          ingestTime: Instant(microseconds: 0), source: source))
    }
    batch.checkpoints = [
      SourceCheckpoint(
        source: source, generation: 0, endOffset: first + UInt64(count), identity: [])
    ]
    return (batch, names)
  }

  /// Appends until a write kills the process.
  static func append(to path: String, writeCount: Int) throws {
    var options = StreamOptions()
    options.segmentByteLimit = 4000
    let writer = try StreamWriter(
      path: path, fileSystem: KillingFileSystem(writesLeft: writeCount), options: options,
      create: true)
    // The checkpoint says exactly what is in the stream, whatever happened before.
    let read = writer.checkpoints.first?.checkpoint.endOffset ?? 0
    guard read == writer.nextOffset else { throw FileError(reason: .other, code: 0) }
    for step in 1... {
      let (batch, names) = batch(from: writer.nextOffset, count: step % 7 + 1)
      try writer.append(batch, names: names)
      if step % 5 == 0 { try writer.sync() }
    }
  }
}

struct ProcessTests {
  @Test func `killing the writer costs a reader in another process nothing`() async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/stream"
    let reading = Task.detached { try Self.follow(path, until: 5) }
    for (round, writeCount) in [40, 23, 61, 9, 35].enumerated() {
      await #expect(processExitsWith: .signal(SIGKILL), "round \(round)") {
        [path = path as String, writeCount = writeCount as Int] in
        try NumberedEvents.append(to: path, writeCount: writeCount)
      }
    }
    // What the last one left is cut, and goes on.
    let writer = try StreamWriter(path: path, fileSystem: SystemFileSystem(), create: false)
    #expect(writer.nextOffset > 300)
    try writer.append(
      .option(ingestTime: .distantPast, name: "end", value: ""), names: EventNames())
    try writer.close()
    #expect(try await reading.value == writer.nextOffset)
  }

  /// Follows until the control record that the test appends last.
  /// - Returns: How many events came, each exactly once and in order.
  private static func follow(_ path: String, until: Int) throws -> UInt64 {
    var reader: StreamReader?
    var expected: UInt64 = 0
    while true {
      guard let opened = reader ?? (try? StreamReader(path: path, fileSystem: SystemFileSystem()))
      else { continue }
      reader = opened
      switch try opened.next() {
      case .batch(let batch):
        #expect(batch.firstOffset == expected)
        for index in 0..<batch.count {
          #expect(Array(batch.raw(index)) == NumberedEvents.text(expected))
          expected += 1
        }
      case .control: return expected
      case .gap(let from, let to, let reason):
        Issue.record("gap \(from) to \(to): \(reason)")
      case .atEnd: _ = opened.waitForMore(timeout: .seconds(60))
      }
    }
  }

  @Test(arguments: [true, false])
  func `an append ends the wait of a reader, and so does a wake`(_ isInMemory: Bool) async throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/stream"
    let fileSystem: any FileSystem =
      isInMemory ? MemoryFileSystem(byteLimit: 1 << 20) : SystemFileSystem()
    let writer = try StreamWriter(path: path, fileSystem: fileSystem, create: true)
    let made = try StreamReader(path: path, fileSystem: fileSystem)
    guard case .atEnd = try made.next() else {
      Issue.record("a new stream has something in it")
      return
    }
    nonisolated(unsafe) let reader = made
    let waiting = Task.detached { reader.waitForMore(timeout: .seconds(600)) }
    let (batch, names) = NumberedEvents.batch(from: 0, count: 1)
    try writer.append(batch, names: names)
    #expect(await waiting.value)
    #expect(try readAll(reader).count == 1)
    reader.wake()
    #expect(!reader.waitForMore(timeout: .seconds(600)))
    #expect(!reader.waitForMore(timeout: .zero))
  }

  @Test func `a stream is for its owner alone`() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/deep/stream"
    _ = try StreamWriter(path: path, fileSystem: SystemFileSystem(), create: true)
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    for folder in [path, "\(path)/segments"] { #expect(try mode(folder) == 0o700) }
    for file in ["STREAM", "LOCK", "segments/\(Layout.segmentName(.start))"] {
      #expect(try mode("\(path)/\(file)") == 0o600)
    }
  }
}
