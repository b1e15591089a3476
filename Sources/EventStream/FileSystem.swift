package import Events

/// The one door from the stream to the operating system.
///
/// Behind it lies the real one, or memory, or a disk that fails on purpose. Every call may fail
/// and may be interrupted; what stands above it decides what is tried again.
package protocol FileSystem: AnyObject, Sendable {
  /// What is written into the lock file, so that a second writer can name the first.
  var processID: Int32 { get }

  func open(_ path: String, _ access: FileAccess) throws(FileError) -> any StreamFile

  /// The names in a folder, in no order.
  func names(inFolder path: String) throws(FileError) -> [String]

  /// Creates a folder and those above it that are missing, durably and for its owner alone.
  func createFolder(_ path: String) throws(FileError)

  /// Gives the file another name, in one step, in place of what had that name.
  func rename(_ path: String, to newPath: String) throws(FileError)

  func remove(_ path: String) throws(FileError)

  /// Makes durable what was created, renamed and removed in a folder.
  func syncFolder(_ path: String) throws(FileError)

  /// What wakes a reader when a file in the folder changes.
  func makeWaiter(forFolder path: String) -> StreamWaiter
}

package enum FileAccess: Sendable {
  case read
  case readWrite
  /// Read and write; created for its owner alone where missing.
  case readWriteCreating
}

/// An open file of a stream. It is closed when the last reference goes.
package protocol StreamFile: AnyObject {
  /// Reads at `position`; fewer bytes than asked for only at the end of the file, or when
  /// interrupted on the way.
  func read(into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(FileError)
    -> Int

  /// Writes at `position`, perhaps only the beginning of `bytes`.
  func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(FileError) -> Int

  func truncate(toByteCount byteCount: UInt64) throws(FileError)

  /// Makes the bytes of the file durable. After a failure the system may have thrown them away
  /// and will say nothing the next time: never call it again on the same file.
  func sync() throws(FileError)

  func status() throws(FileError) -> FileStatus

  /// Takes the lock that tells writers apart, without waiting.
  func tryLock() throws(FileError) -> Bool

  /// Whether another open file holds that lock.
  func isLocked() throws(FileError) -> Bool
}

package struct FileStatus: Hashable, Sendable {
  package var byteCount: UInt64
  /// No folder holds a name of the file any more.
  package var isRemoved: Bool
  /// When it was last written; `nil` where nobody keeps that.
  package var modificationTime: Instant?

  package init(byteCount: UInt64, isRemoved: Bool, modificationTime: Instant? = nil) {
    self.byteCount = byteCount
    self.isRemoved = isRemoved
    self.modificationTime = modificationTime
  }
}

/// What the operating system refused.
package struct FileError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    case notFound, alreadyExists, notPermitted, notAFolder, noSpace, interrupted, other
  }

  package var reason: Reason
  /// The system's number for it.
  package var code: Int32

  package init(reason: Reason, code: Int32) {
    self.reason = reason
    self.code = code
  }
}

extension StreamFile {
  /// Reads until the buffer is full or the file ends.
  func readFully(into buffer: UnsafeMutableRawBufferPointer, at position: UInt64)
    throws(FileError) -> Int
  {
    var done = 0
    while done < buffer.count {
      do {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        let count = try unsafe read(into: rest, at: position + UInt64(done))
        if count == 0 { break }
        done += count
      } catch  where error.reason == .interrupted {
        continue
      }
    }
    return done
  }

  /// Writes all of `bytes`. After a failure any part of them may stand in the file.
  func writeFully(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(FileError) {
    var done = 0
    while done < bytes.count {
      do {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
        done += try unsafe write(rest, at: position + UInt64(done))
      } catch  where error.reason == .interrupted {
        continue
      }
    }
  }

  /// The whole file, where it has at most `limit` bytes.
  func readAll(limit: Int) throws(FileError) -> [UInt8]? {
    let byteCount = try status().byteCount
    guard byteCount <= UInt64(limit) else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(byteCount))
    bytes.removeLast(bytes.count - (try readFully(into: &bytes, at: 0)))
    return bytes
  }

  /// Fills the array, or its beginning where the file ends before.
  func readFully(into bytes: inout [UInt8], at position: UInt64) throws(FileError) -> Int {
    let result: Result<Int, FileError> = unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(FileError) {
        return .success(try unsafe readFully(into: buffer, at: position))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  func writeFully(_ bytes: [UInt8], at position: UInt64) throws(FileError) {
    let result: Result<Void, FileError> = unsafe bytes.withUnsafeBytes { buffer in
      do throws(FileError) {
        return .success(try unsafe writeFully(buffer, at: position))
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }
}

extension FileSystem {
  /// Replaces a small file in one step: it has the old or the new bytes, whatever happens.
  func replace(_ name: String, inFolder folder: String, with bytes: [UInt8]) throws(FileError) {
    let path = "\(folder)/\(name)"
    let file = try open("\(path).new", .readWriteCreating)
    try file.truncate(toByteCount: 0)
    try file.writeFully(bytes, at: 0)
    try file.sync()
    try rename("\(path).new", to: path)
    try syncFolder(folder)
  }
}
