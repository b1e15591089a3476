internal import Events
internal import Glibc

/// Standard output, buffered; standard error, not.
@safe
final class Console {
  private var buffer: [UInt8] = []
  private let limit = 64 * 1024

  /// - Throws: `ExitStatus.brokenPipe` when the reader is gone, which is no error of ours.
  func write(_ bytes: some Sequence<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= limit { try flush() }
  }

  func write(line: String) throws {
    try write(line.utf8)
    try write(CollectionOfOne(UInt8(ascii: "\n")))
  }

  /// Prints a text and all that waits.
  func finish(_ text: String) throws {
    try write(line: text)
    try flush()
  }

  func flush() throws {
    defer { buffer.removeAll(keepingCapacity: true) }
    var start = 0
    while start < buffer.count {
      // SAFETY: the range lies within the buffer, and `write` keeps no pointer.
      let written = unsafe buffer.withUnsafeBytes { raw in
        unsafe Glibc.write(1, raw.baseAddress! + start, raw.count - start)
      }
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { throw ExitStatus.brokenPipe }
        throw UserMessage("cannot write the output: \(SystemError.text(errno))")
      }
      start += written
    }
  }

  static func error(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe line.withUnsafeBytes { raw in unsafe Glibc.write(2, raw.baseAddress!, raw.count) }
  }

  /// Text without a line end, for progress that overwrites itself.
  static func progress(_ text: String) {
    let line = Array(text.utf8)
    _ = unsafe line.withUnsafeBytes { raw in unsafe Glibc.write(2, raw.baseAddress!, raw.count) }
  }

  static var outputIsTerminal: Bool { isatty(1) == 1 }
  static var errorIsTerminal: Bool { isatty(2) == 1 }
  static var inputIsTerminal: Bool { isatty(0) == 1 }
}

/// A way to end that is not a failure with a message.
enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  case usage = 2
  case anomaliesFound = 3
  case interrupted = 130
  case brokenPipe = 141
  case terminated = 143
}

enum SystemError {
  static func text(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}

enum WallClock {
  static func sleep(microseconds: Int64) {
    var time = timespec(
      tv_sec: Int(microseconds / 1_000_000), tv_nsec: Int(microseconds % 1_000_000) * 1000)
    unsafe nanosleep(&time, nil)
  }

  static let now: @Sendable () -> Instant = {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
