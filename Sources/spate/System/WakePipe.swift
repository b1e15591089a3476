internal import Glibc

/// Lets any thread end the screen's wait for a key.
final class WakePipe: Sendable {
  /// Can be read when somebody called `wake`.
  let descriptor: Int32
  private let writeEnd: Int32

  init() {
    var ends: [Int32] = [0, 0]
    let status = unsafe ends.withUnsafeMutableBufferPointer { unsafe pipe($0.baseAddress!) }
    precondition(status == 0, "the system gives no pipe")
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    descriptor = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(descriptor)
    close(writeEnd)
  }

  func wake() {
    var byte: UInt8 = 1
    // A full pipe is fine: the screen will wake up all the same.
    _ = unsafe write(writeEnd, &byte, 1)
  }
}
