/// Why a source cannot be read at all.
package enum SourceError: Error, Hashable, Sendable {
  /// No file of this name.
  case missing(path: String)
  /// It is there but cannot be opened; `code` is the system's error number.
  case unreadable(path: String, code: Int32)
  /// No file matches this pattern.
  case noMatch(pattern: String)
  /// A folder without a single text file.
  case noTextFiles(folder: String)
  /// Neither a file, a folder nor a pipe.
  case unsupported(path: String)
  case commandNotStarted(command: String, code: Int32)
  /// The system gives no more of something that every source needs.
  case outOfResources(code: Int32)
}
