internal import EventStream
internal import Events
internal import Pipeline

/// Where streams are, by name.
enum StreamPlaces {
  /// A name under the default folder, or a path.
  static func path(of name: String) throws -> String {
    if name.contains("/") { return name }
    guard let folder = UserFiles.streamFolder else {
      throw UserMessage(
        "--stream \(name): neither XDG_STATE_HOME nor HOME is set; give a path", status: .usage)
    }
    return folder + "/" + name
  }

  /// How a command names the stream at a path: shorter where it lies in the default folder.
  static func name(of path: String) -> String {
    guard let folder = UserFiles.streamFolder, path.hasPrefix(folder + "/") else { return path }
    return String(path.dropFirst(folder.count + 1))
  }

  /// Whether a word on the command line means a stream: the folder of one, or the name of one where no
  /// such file is.
  static func isStream(_ name: String) -> Bool {
    let path = UserFiles.exists(name) ? name : (try? self.path(of: name)) ?? name
    return (try? streamUsage(path, fileSystem: SystemFileSystem())) != nil
  }

  /// The stream that was written last.
  static func newest() -> String? {
    guard let folder = UserFiles.streamFolder else { return nil }
    return usages(in: folder).last?.path
  }

  /// The streams in a folder, the one that was written last at the end; opens none of them.
  private static func usages(in folder: String) -> [StreamUsage] {
    let fileSystem = SystemFileSystem()
    let paths = (try? listStreams(folder, fileSystem: fileSystem)) ?? []
    return paths.compactMap { try? streamUsage($0, fileSystem: fileSystem) }.sorted {
      $0.lastWrite ?? .distantPast < $1.lastWrite ?? .distantPast
    }
  }

  /// The streams in a folder that can be read, oldest first.
  static func infos(in folder: String) -> [StreamInfo] {
    let paths = (try? listStreams(folder, fileSystem: SystemFileSystem())) ?? []
    return paths.compactMap { try? streamInfo($0, fileSystem: SystemFileSystem()) }.sorted {
      lastUse($0) < lastUse($1)
    }
  }

  private static func lastUse(_ info: StreamInfo) -> Instant {
    info.ingestTimeSpan?.upperBound ?? .distantPast
  }

  static func reader(at path: String) throws -> StreamReader {
    do throws(StreamError) {
      return try StreamReader(path: path, fileSystem: SystemFileSystem())
    } catch {
      throw UserMessage(of: error, path: path)
    }
  }

  /// What a stream takes of the disk, as the screens show it.
  static func storage(of path: String) -> StorageStatus {
    var status = StorageStatus()
    status.path = path
    if let info = try? streamInfo(path, fileSystem: SystemFileSystem()) {
      status.byteCount = info.byteCount
      status.keptSince = info.ingestTimeSpan?.lowerBound
    }
    return status
  }

  /// The newest stream in the default folder that holds most of the same sources. Whatever is piped is
  /// called the same: it is nobody's history.
  static func history(of sources: [String], notAt path: String) -> StreamHistory? {
    guard let folder = UserFiles.streamFolder else { return nil }
    let known = Set(sources).subtracting(["stdin"])
    let earlier = infos(in: folder).last { info in
      info.path != path && info.endOffset > info.startOffset
        && 2 * known.intersection(info.sources).count > sources.count
    }
    guard let earlier else { return nil }
    return StreamHistory(name: name(of: earlier.path)) { () throws(StreamError) in
      try StreamReader(path: earlier.path, fileSystem: SystemFileSystem())
    }
  }

  /// Removes whole unnamed streams, oldest first, until they are within their limits.
  static func pruneUnnamed(now: Instant) {
    guard let folder = UserFiles.streamFolder else { return }
    let unnamed = usages(in: folder).filter { isUnnamed($0.path) && !$0.isBeingWritten }
    var byteCount = unnamed.reduce(0) { $0 + $1.byteCount }
    for usage in unnamed {
      let age = now.microseconds(since: usage.lastWrite ?? now)
      let isOld = age > StorageArguments.unnamedAgeLimitMicroseconds
      guard isOld || byteCount > StorageArguments.unnamedByteLimit else { continue }
      byteCount -= usage.byteCount
      UserFiles.removeFolder(usage.path)
    }
  }

  /// Whether the name is one that `unnamed` made: `20261122-093102-…`.
  private static func isUnnamed(_ path: String) -> Bool {
    let name = path.split(separator: "/").last.map(Array.init) ?? []
    return name.count > 16 && name[8] == "-" && name[15] == "-"
      && name[..<8].allSatisfy(\.isNumber) && name[9..<15].allSatisfy(\.isNumber)
  }

  /// A name for a stream that nobody named: by its start, its first source, and the process, since two
  /// may begin in the same second.
  static func unnamed(at time: Instant, source: String, processID: Int32) -> String {
    let c = time.civil()
    let stem = source.split(separator: "/").last.map(String.init) ?? source
    let safe = stem.map { $0.isLetter || $0.isNumber || ".-_".contains($0) ? $0 : "-" }
    return "\(c.year.padded(4))\(c.month.padded(2))\(c.day.padded(2))-"
      + "\(c.hour.padded(2))\(c.minute.padded(2))\(c.second.padded(2))-\(String(safe.prefix(40)))"
      + "-\(processID)"
  }
}
