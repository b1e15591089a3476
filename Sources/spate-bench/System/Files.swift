internal import Glibc

/// A file that cannot be read or written, and the system's number for why.
struct FileProblem: Error {
  var path: String
  var code: Int32
}

/// The bytes of a file, whole.
func readFile(_ path: String) throws(FileProblem) -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileProblem(path: path, code: errno) }
  defer { close(descriptor) }
  var status = stat()
  guard unsafe fstat(descriptor, &status) == 0 else { throw FileProblem(path: path, code: errno) }
  var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
  var filled = 0
  while filled < bytes.count {
    // SAFETY: the rest of the array is what the call may write.
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe read(descriptor, buffer.baseAddress! + filled, buffer.count - filled)
    }
    guard count >= 0 else { throw FileProblem(path: path, code: errno) }
    if count == 0 { break }
    filled += count
  }
  bytes.removeLast(bytes.count - filled)
  return bytes
}

/// Writes a file for the time that `body` runs, and takes it away again.
func withTemporaryFile<Result>(
  holding bytes: [UInt8], _ body: (String) throws -> Result
) throws -> Result {
  let path = "/tmp/spate-bench-\(getpid()).log"
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw FileProblem(path: path, code: errno) }
  defer { unsafe unlink(path) }
  var written = 0
  while written < bytes.count {
    // SAFETY: the call reads from the rest of the array only.
    let count = unsafe bytes.withUnsafeBytes { buffer in
      unsafe write(descriptor, buffer.baseAddress! + written, buffer.count - written)
    }
    guard count >= 0 else { throw FileProblem(path: path, code: errno) }
    written += count
  }
  close(descriptor)
  return try body(path)
}

/// Writes a line to standard error.
func complain(_ text: String) {
  let line = Array((text + "\n").utf8)
  // SAFETY: the call reads the array only.
  _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

func exitAsMisused() -> Never { exit(2) }
