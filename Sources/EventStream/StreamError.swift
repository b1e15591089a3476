/// Why a stream could not be opened, read or written. Facts only; the executable makes words.
package enum StreamError: Error, Hashable, Sendable {
  /// There is no such stream.
  case notFound(path: String)
  /// Another process writes it.
  case locked(path: String, processID: Int32?)
  /// Something is there that is no stream, and it is left alone.
  case foreign(path: String)
  /// It may be read, not written.
  case readOnly(path: String)
  /// It may not be read.
  case unreadable(path: String, code: Int32)
  /// A later version of the program wrote it.
  case newerVersion(path: String, version: UInt32)
  /// The disk or the quota is full. Nothing of what was asked for is in the stream; all that was
  /// in it before still is, and the same call may succeed later.
  case noSpace(path: String)
  /// A batch above `BatchLimits.byteCount` or its like.
  case tooLarge(byteCount: Int)
  /// The operating system failed. Where that happened to a sync twice running, the writer takes
  /// nothing more and repeats this error.
  case failed(path: String, operation: Operation, code: Int32)

  package enum Operation: Hashable, Sendable {
    case open, read, write, sync, truncate, rename, remove, lock
  }

  init(_ error: FileError, path: String, operation: Operation) {
    switch error.reason {
    case .noSpace: self = .noSpace(path: path)
    default: self = .failed(path: path, operation: operation, code: error.code)
    }
  }
}
