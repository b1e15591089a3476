import Events
import Testing

@testable import EventStream

struct FolderTests {
  private let disk = SimulatedDisk()

  private func writer(create: Bool) throws(StreamError) -> StreamWriter {
    try StreamWriter(path: "/s", fileSystem: disk, create: create)
  }

  private func put(_ name: String, _ bytes: [UInt8] = []) throws {
    let file = try disk.open("/s/\(name)", .readWriteCreating)
    try file.writeFully(bytes, at: 0)
  }

  @Test func `a stream has one writer, and the second learns who it is`() throws {
    let first = try writer(create: true)
    #expect(throws: StreamError.locked(path: "/s", processID: 42)) {
      try writer(create: true)
    }
    try first.append(.option(ingestTime: .distantPast, name: "a", value: "b"), names: EventNames())
    #expect(try streamInfo("/s", fileSystem: disk).isBeingWritten)
    #expect(try streamInfo("/s", fileSystem: disk).writerProcessID == 42)
  }

  @Test func `what is no stream is left as it is`() throws {
    try disk.createFolder("/s")
    try put("notes.txt", [1, 2, 3])
    #expect(throws: StreamError.foreign(path: "/s")) { try writer(create: true) }
    #expect(throws: StreamError.foreign(path: "/s")) {
      try StreamReader(path: "/s", fileSystem: disk)
    }
    #expect(try disk.names(inFolder: "/s") == ["notes.txt"])
  }

  @Test func `nothing is made where nothing was asked for`() throws {
    #expect(throws: StreamError.notFound(path: "/s")) { try writer(create: false) }
    #expect(throws: StreamError.notFound(path: "/s")) {
      try StreamReader(path: "/s", fileSystem: disk)
    }
    #expect(throws: FileError.self) { try disk.names(inFolder: "/s") }
  }

  @Test(arguments: [[], ["LOCK"], ["LOCK", "STREAM.new"], ["STREAM", "LOCK"]])
  func `a stream that was ended while it was made is made anew`(_ names: [String]) throws {
    try disk.createFolder("/s")
    for name in names { try put(name) }
    try disk.createFolder("/s/segments")
    try put("segments/\(Layout.segmentName(.start)).new", [9, 9])
    #expect(throws: StreamError.notFound(path: "/s")) {
      try StreamReader(path: "/s", fileSystem: disk)
    }
    #expect(try writer(create: true).nextOffset == 0)
    #expect(try StreamReader(path: "/s", fileSystem: disk).startOffset == 0)
    #expect(try listStreams("", fileSystem: disk) == ["/s"])
  }

  @Test func `a newer version is not touched`() throws {
    _ = try writer(create: true)
    var encoder = ByteEncoder(bytes: StreamIdentity.magic)
    encoder.word(UInt32(7))
    try put("STREAM", encoder.bytes.sealed())
    #expect(throws: StreamError.newerVersion(path: "/s", version: 7)) {
      try writer(create: false)
    }
    #expect(throws: StreamError.newerVersion(path: "/s", version: 7)) {
      try StreamReader(path: "/s", fileSystem: disk)
    }
  }

  @Test func `what may only be read is read`() throws {
    let first = try writer(create: true)
    try first.append(.option(ingestTime: .distantPast, name: "a", value: "b"), names: EventNames())
    disk.isReadOnly = true
    let reader = try StreamReader(path: "/s", fileSystem: disk)
    #expect(try readAll(reader).count == 1)
    #expect(throws: StreamError.readOnly(path: "/s")) { try writer(create: true) }
    #expect(throws: StreamError.readOnly(path: "/t")) {
      try StreamWriter(path: "/t", fileSystem: disk, create: true)
    }
  }

  @Test func `a stream's description adds up`() throws {
    var model = StreamModel(seed: 21)
    let writer = try StreamWriter(
      path: model.path, fileSystem: disk, options: model.options, create: true)
    for _ in 0..<80 { try model.step(writer) }
    let info = try streamInfo("/s", fileSystem: disk)
    #expect(info.startOffset == writer.startOffset)
    #expect(info.endOffset == writer.nextOffset)
    #expect(info.byteCount == writer.byteCount)
    #expect(info.segments.count == writer.manifest.segments.count + 1)
    #expect(info.sources == writer.checkpoints.map(\.sourceName))
    #expect(!info.sources.isEmpty)
  }

  @Test func `what a stream takes is told without a look into its segments`() throws {
    let written = try writer(create: true)
    try written.append(
      .option(ingestTime: .distantPast, name: "a", value: "b"), names: EventNames())
    let byteCount = written.byteCount
    #expect(try streamUsage("/s", fileSystem: disk).isBeingWritten)
    let name = "segments/\(Layout.segmentName(.start))"
    try put(name, Array(repeating: 0xff, count: Int(byteCount)))
    #expect(try streamUsage("/s", fileSystem: disk).byteCount == byteCount)
    #expect(throws: StreamError.notFound(path: "/t")) {
      try streamUsage("/t", fileSystem: disk)
    }
  }
}
