import Events
import Testing

@testable import EventStream

/// Files of a memory, with something that happens between two reads.
final class InterposedFileSystem: FileSystem, @unchecked Sendable {
  // SAFETY of `@unchecked`: used on one thread.
  private let files: MemoryFileSystem
  /// Reads until `between` is called, once.
  var readsLeft = Int.max
  fileprivate var between: () -> Void = {}

  init(_ files: MemoryFileSystem) { self.files = files }

  func afterRead(_ count: Int, do between: @escaping () -> Void) {
    readsLeft = count
    self.between = between
  }

  var processID: Int32 { files.processID }
  func open(_ path: String, _ access: FileAccess) throws(FileError) -> any StreamFile {
    InterposedFile(self, try files.open(path, access))
  }
  func names(inFolder path: String) throws(FileError) -> [String] {
    try files.names(inFolder: path)
  }
  func createFolder(_ path: String) throws(FileError) { try files.createFolder(path) }
  func rename(_ path: String, to newPath: String) throws(FileError) {
    try files.rename(path, to: newPath)
  }
  func remove(_ path: String) throws(FileError) { try files.remove(path) }
  func syncFolder(_ path: String) throws(FileError) { try files.syncFolder(path) }
  func makeWaiter(forFolder path: String) -> StreamWaiter { files.makeWaiter(forFolder: path) }
}

private final class InterposedFile: StreamFile {
  private let owner: InterposedFileSystem
  private let file: any StreamFile

  init(_ owner: InterposedFileSystem, _ file: any StreamFile) {
    self.owner = owner
    self.file = file
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(FileError)
    -> Int
  {
    let count = try file.read(into: buffer, at: position)
    owner.readsLeft -= 1
    if owner.readsLeft == 0 { owner.between() }
    return count
  }

  func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(FileError) -> Int {
    try file.write(bytes, at: position)
  }
  func truncate(toByteCount byteCount: UInt64) throws(FileError) {
    try file.truncate(toByteCount: byteCount)
  }
  func sync() throws(FileError) { try file.sync() }
  func status() throws(FileError) -> FileStatus { try file.status() }
  func tryLock() throws(FileError) -> Bool { try file.tryLock() }
  func isLocked() throws(FileError) -> Bool { try file.isLocked() }
}

@Suite struct RaceTests {
  /// A writer that was killed left half a batch; its successor cuts it off and appends durably while
  /// the reader looks: whatever the reader had seen by then, nothing is missing.
  @Test(arguments: 1...12)
  func `what is appended between two looks of a reader is no gap`(_ readCount: Int) throws {
    let files = MemoryFileSystem(byteLimit: 1 << 20)
    let writer = try StreamWriter(path: "/s", fileSystem: files, create: true)
    func append(_ count: Int) throws {
      let (batch, names) = NumberedEvents.batch(from: writer.nextOffset, count: count)
      try writer.append(batch, names: names)
      try writer.sync()
    }
    try append(3)
    let name = try #require(try files.names(inFolder: "/s/segments").first)
    let segment = try files.open("/s/segments/\(name)", .readWrite)
    let end = try segment.status().byteCount
    try segment.writeFully([UInt8](repeating: 0xAB, count: 40), at: end)

    let interposed = InterposedFileSystem(files)
    let reader = try StreamReader(path: "/s", fileSystem: interposed)
    guard case .batch = try reader.next() else {
      Issue.record("the first batch is there")
      return
    }
    interposed.afterRead(readCount) {
      try? segment.truncate(toByteCount: end)
      for count in 1...4 { try? append(count) }
    }
    var expected: UInt64 = 3
    for _ in 0..<64 {
      switch try reader.next() {
      case .batch(let batch):
        #expect(batch.firstOffset == expected)
        expected += UInt64(batch.count)
      case .gap(let from, let to, let reason):
        Issue.record("gap \(from) to \(to): \(reason)")
      case .control: break
      case .atEnd: _ = reader.waitForMore(timeout: .zero)
      }
    }
    // With fewer looks than that, nothing was appended.
    #expect(expected == (interposed.readsLeft <= 0 ? 13 : 3))
  }
}
