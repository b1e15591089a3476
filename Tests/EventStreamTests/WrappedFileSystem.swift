@testable import EventStream

/// Other files, with something that happens when they are read or written.
class WrappedFileSystem: FileSystem, @unchecked Sendable {
  // SAFETY of `@unchecked`: used on one thread.
  private let files: any FileSystem

  init(_ files: any FileSystem) { self.files = files }

  func didRead() {}
  func willWrite(
    _ bytes: UnsafeRawBufferPointer, to file: any StreamFile, at position: UInt64
  ) throws(FileError) {}

  var processID: Int32 { files.processID }
  func open(_ path: String, _ access: FileAccess) throws(FileError) -> any StreamFile {
    WrappedFile(self, try files.open(path, access))
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

private final class WrappedFile: StreamFile {
  private let owner: WrappedFileSystem
  private let file: any StreamFile

  init(_ owner: WrappedFileSystem, _ file: any StreamFile) {
    self.owner = owner
    self.file = file
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(FileError)
    -> Int
  {
    defer { owner.didRead() }
    return try file.read(into: buffer, at: position)
  }

  func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(FileError) -> Int {
    try owner.willWrite(bytes, to: file, at: position)
    return try file.write(bytes, at: position)
  }
  func truncate(toByteCount byteCount: UInt64) throws(FileError) {
    try file.truncate(toByteCount: byteCount)
  }
  func sync() throws(FileError) { try file.sync() }
  func status() throws(FileError) -> FileStatus { try file.status() }
  func tryLock() throws(FileError) -> Bool { try file.tryLock() }
  func isLocked() throws(FileError) -> Bool { try file.isLocked() }
}
