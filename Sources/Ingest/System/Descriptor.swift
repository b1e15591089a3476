internal import CSystem
internal import Glibc

/// An open file, pipe or folder, closed with its last owner.
///
/// A call that a signal interrupts is made again.
final class Descriptor: Sendable {
  let number: Int32

  /// Takes over `number`.
  init(owning number: Int32) { self.number = number }

  deinit { _ = Glibc.close(number) }

  /// Opens for reading; never waits for a writer of a named pipe.
  static func open(_ path: String) throws(SystemError) -> Descriptor {
    while true {
      let number = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
      if number >= 0 { return Descriptor(owning: number) }
      if errno != EINTR { throw SystemError(code: errno) }
    }
  }

  /// A second descriptor of the same open file.
  static func duplicate(of number: Int32) throws(SystemError) -> Descriptor {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
    if copy < 0 { throw SystemError(code: errno) }
    return Descriptor(owning: copy)
  }

  /// A pipe that programs started later do not inherit.
  static func pipe(
    isNonBlocking: Bool
  ) throws(SystemError) -> (read: Descriptor, write: Descriptor) {
    var ends: (Int32, Int32) = (-1, -1)
    let code = unsafe spate_pipe(&ends.0, &ends.1, isNonBlocking ? 1 : 0)
    if code != 0 { throw SystemError(code: code) }
    return (Descriptor(owning: ends.0), Descriptor(owning: ends.1))
  }

  /// At most `capacity` bytes from `offset`; 0 at the end.
  func read(
    at offset: UInt64, into buffer: UnsafeMutablePointer<UInt8>, capacity: Int
  ) throws(SystemError) -> Int {
    while true {
      // SAFETY: the caller's buffer holds `capacity` bytes.
      let count = unsafe pread(number, buffer, capacity, off_t(clamping: offset))
      if count >= 0 { return count }
      if errno != EINTR { throw SystemError(code: errno) }
    }
  }

  /// Fills as much of `buffer` as the file has from `offset` on.
  func readFully(
    at offset: UInt64, into buffer: UnsafeMutablePointer<UInt8>, count: Int
  ) throws(SystemError) -> Int {
    var done = 0
    while done < count {
      // SAFETY: stays within the caller's `count` bytes.
      let more = unsafe try read(
        at: offset + UInt64(done), into: buffer + done, capacity: count - done)
      if more == 0 { break }
      done += more
    }
    return done
  }

  /// The next bytes of a pipe that `poll` called readable; 0 at its end, `nil` if there are none
  /// after all.
  func readNext(
    into buffer: UnsafeMutablePointer<UInt8>, capacity: Int
  ) throws(SystemError) -> Int? {
    while true {
      // SAFETY: the caller's buffer holds `capacity` bytes.
      let count = unsafe Glibc.read(number, buffer, capacity)
      if count >= 0 { return count }
      if errno == EAGAIN { return nil }
      if errno != EINTR { throw SystemError(code: errno) }
    }
  }

  /// Whether a read would not block now: bytes, the end, or an error are waiting.
  var isReadable: Bool { isReadable(within: 0) }

  /// The same, waiting for it so many milliseconds at most.
  func isReadable(within milliseconds: Int32) -> Bool {
    while true {
      var query = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      let count = unsafe poll(&query, 1, milliseconds)
      if count >= 0 { return count > 0 }
      if errno != EINTR { return true }
    }
  }

  /// Lets a pipe hold more, if it holds less; nothing else is changed by it.
  func enlargePipe(to byteCount: Int32) { spate_enlarge_pipe(number, byteCount) }

  func status() throws(SystemError) -> FileStatus {
    var raw = spate_file_status()
    let code = unsafe spate_stat_descriptor(number, &raw)
    if code != 0 { throw SystemError(code: code) }
    return FileStatus(raw)
  }

  /// Where the next byte that is not in a hole stands, from `offset` on; `nil` behind the last.
  func nextData(from offset: UInt64) -> UInt64? {
    let found = spate_next_data(number, Int64(clamping: offset))
    return found < 0 ? nil : UInt64(found)
  }
}

/// The system's error number.
struct SystemError: Error, Hashable {
  let code: Int32
  var isMissing: Bool { code == ENOENT || code == ENOTDIR }
}
