/// The files that a path, folder or pattern of the user's stands for at this moment.
struct PathExpander {
  enum Origin: Hashable { case named, pattern, folder }

  struct Found: Hashable {
    var path: String
    var origin: Origin
  }

  let path: String

  /// Sorted. A path that does not exist stands for itself; a folder or pattern for what it has.
  func expand() -> [Found] {
    switch try? FileStatus.of(path) {
    case .some(let status) where status.isDirectory:
      textFiles(in: path.hasSuffix("/") ? path : path + "/").map {
        Found(path: $0, origin: .folder)
      }
    case nil where NamePattern.isPattern(path):
      expandGlob(path).filter { (try? FileStatus.of($0))?.isRegular == true }
        .map { Found(path: $0, origin: .pattern) }
    default: [Found(path: path, origin: .named)]
    }
  }

  /// Whether a file of this name would be among what `expand` finds.
  func covers(_ other: String) -> Bool {
    if other == path { return true }
    if NamePattern.isPattern(path) {
      let wanted = path.split(separator: "/")
      let given = other.split(separator: "/")
      return wanted.count == given.count && path.hasPrefix("/") == other.hasPrefix("/")
        && zip(wanted, given).allSatisfy { NamePattern(String($0)).matches(String($1)) }
    }
    return splitPath(other).folder == (path.hasSuffix("/") ? path : path + "/")
  }

  /// The folders in which files may appear that `path` stands for.
  var watchedFolders: [String] {
    if NamePattern.isPattern(path) { return foldersBehindGlob(path) }
    if (try? FileStatus.of(path))?.isDirectory == true {
      return [path.hasSuffix("/") ? path : path + "/"]
    }
    return [splitPath(path).folder]
  }

  private func textFiles(in folder: String) -> [String] {
    namesInFolder(folder).filter { name in
      !name.hasPrefix(".") && !Self.belongsToAnother(name) && isText(folder + name)
    }.map { folder + $0 }
  }

  /// Packed files and numbered copies, whether their log is there or not.
  private static func belongsToAnother(_ name: String) -> Bool {
    RotatedName.readings(of: name).contains { reading in
      if reading.compression != nil { return true }
      if case .number = reading.place { return name.hasPrefix(reading.log) }
      return false
    }
  }

  /// A file without a NUL byte near its beginning; an empty one may become text.
  private func isText(_ path: String) -> Bool {
    guard let status = try? FileStatus.of(path), status.isRegular else { return false }
    // What cannot be opened is kept: its source then says why.
    guard let file = try? Descriptor.open(path) else { return true }
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.sniffLimit) {
      bytes in
      guard let start = bytes.baseAddress,
        let count = try? unsafe file.readFully(at: 0, into: start, count: Self.sniffLimit)
      else { return true }
      return unsafe !Self.isBinary(UnsafeBufferPointer(start: start, count: count))
    }
  }

  /// How many bytes of a file decide whether it is text.
  private static let sniffLimit = 1024

  static func isBinary(_ beginning: UnsafeBufferPointer<UInt8>) -> Bool {
    unsafe beginning.prefix(sniffLimit).contains(0)
  }
}
