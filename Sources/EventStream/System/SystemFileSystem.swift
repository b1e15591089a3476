internal import CSystem
internal import Events
internal import Glibc

/// The operating system's files.
package final class SystemFileSystem: FileSystem {
  package init() {}

  package var processID: Int32 { getpid() }

  package func open(_ path: String, _ access: FileAccess) throws(FileError) -> any StreamFile {
    let flags =
      switch access {
      case .read: O_RDONLY | O_CLOEXEC
      case .readWrite: O_RDWR | O_CLOEXEC
      case .readWriteCreating: O_RDWR | O_CREAT | O_CLOEXEC
      }
    let descriptor = unsafe Glibc.open(path, flags, 0o600)
    guard descriptor >= 0 else { throw FileError(errno) }
    return SystemFile(descriptor: descriptor)
  }

  package func names(inFolder path: String) throws(FileError) -> [String] {
    guard let folder = unsafe opendir(path) else { throw FileError(errno) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(folder) else { break }
      // SAFETY: the entry is valid until the next call, and its name ends in a zero byte.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw FileError(errno) }
    return names
  }

  package func createFolder(_ path: String) throws(FileError) {
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    if unsafe mkdir(path, 0o700) != 0 {
      guard errno == ENOENT, parent != "/", parent != "." else { throw FileError(errno) }
      do {
        try createFolder(parent)
      } catch  where error.reason == .alreadyExists {
        // Somebody else made it meanwhile.
      }
      guard unsafe mkdir(path, 0o700) == 0 else { throw FileError(errno) }
    }
    do {
      try syncFolder(parent)
    } catch  where error.reason == .notPermitted {
      // One may make folders in a folder that one may not read.
    }
  }

  package func rename(_ path: String, to newPath: String) throws(FileError) {
    guard unsafe Glibc.rename(path, newPath) == 0 else { throw FileError(errno) }
  }

  package func remove(_ path: String) throws(FileError) {
    guard unsafe unlink(path) == 0 else { throw FileError(errno) }
  }

  package func syncFolder(_ path: String) throws(FileError) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(errno) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder, and keep no changes of it back.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError(errno) }
  }

  package func makeWaiter(forFolder path: String) -> StreamWaiter { StreamWaiter(folder: path) }
}

private final class SystemFile: StreamFile {
  private let descriptor: Int32

  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  func read(into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(FileError)
    -> Int
  {
    // SAFETY: the system writes at most `buffer.count` bytes into the caller's buffer.
    let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(position))
    guard count >= 0 else { throw FileError(errno) }
    return count
  }

  func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(FileError) -> Int {
    // SAFETY: the system reads `bytes.count` bytes and keeps no pointer.
    let count = unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(position))
    guard count >= 0 else { throw FileError(errno) }
    return count
  }

  func truncate(toByteCount byteCount: UInt64) throws(FileError) {
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw FileError(errno) }
  }

  func sync() throws(FileError) {
    guard fdatasync(descriptor) == 0 else { throw FileError(errno) }
  }

  func status() throws(FileError) -> FileStatus {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw FileError(errno) }
    let modified = status.st_mtim
    return FileStatus(
      byteCount: UInt64(status.st_size), isRemoved: status.st_nlink == 0,
      modificationTime: Instant(
        microseconds: Int64(modified.tv_sec) * 1_000_000 + Int64(modified.tv_nsec) / 1000))
  }

  func tryLock() throws(FileError) -> Bool {
    let result = spate_try_lock(descriptor)
    guard result >= 0 else { throw FileError(errno) }
    return result == 1
  }

  func isLocked() throws(FileError) -> Bool {
    let result = spate_is_locked(descriptor)
    guard result >= 0 else { throw FileError(errno) }
    return result == 1
  }
}

extension FileError {
  fileprivate init(_ code: Int32) {
    let reason: Reason =
      switch code {
      case ENOENT: .notFound
      case EEXIST: .alreadyExists
      case EACCES, EPERM, EROFS: .notPermitted
      case ENOTDIR: .notAFolder
      case ENOSPC, EDQUOT: .noSpace
      case EINTR: .interrupted
      default: .other
      }
    self.init(reason: reason, code: code)
  }
}
