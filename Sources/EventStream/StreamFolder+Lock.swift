extension StreamFolder {
  /// Makes the stream where there is none and that is wanted, and locks it for one writer.
  func takeLock(create: Bool) throws(StreamError) -> (any StreamFile, StreamIdentity) {
    let before = try contents()
    switch before {
    case .foreign: throw .foreign(path: path)
    case .missing where !create: throw .notFound(path: path)
    case .unborn where !create: throw .notFound(path: path)
    case .missing: try makeFolder(path)
    case .unborn, .stream: break
    }
    let lock = try lockFile()
    // Another writer may have made the stream since.
    if case .stream(let identity) = try contents() {
      if before != .stream(identity) || !hasIdentity { try write(identity) }
      try makeFolder(segmentsPath)
      return (lock, identity)
    }
    let identity = StreamIdentity(tag: UInt64.random(in: 1 ... .max))
    try makeFolder(segmentsPath)
    try write(identity)
    return (lock, identity)
  }

  /// The process that holds a writer's lock; `nil` where nobody does.
  func writerProcess() -> Int32?? {
    guard let file = try? fileSystem.open("\(path)/\(Layout.lock)", .read),
      (try? file.isLocked()) == true
    else { return nil }
    return .some(Self.processID(in: file))
  }

  private func lockFile() throws(StreamError) -> any StreamFile {
    let lockPath = "\(path)/\(Layout.lock)"
    do {
      let file = try fileSystem.open(lockPath, .readWriteCreating)
      guard try file.tryLock() else {
        throw StreamError.locked(path: path, processID: Self.processID(in: file))
      }
      try? file.truncate(toByteCount: 0)
      try? file.writeFully(Array("\(fileSystem.processID)\n".utf8), at: 0)
      return file
    } catch let error as StreamError {
      throw error
    } catch let error as FileError {
      if error.reason == .notPermitted { throw .readOnly(path: path) }
      throw StreamError(error, path: lockPath, operation: .lock)
    } catch {
      preconditionFailure("a file system threw something else")
    }
  }

  private static func processID(in file: any StreamFile) -> Int32? {
    guard let bytes = try? file.readAll(limit: 64) else { return nil }
    return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  private var hasIdentity: Bool {
    (try? fileSystem.open("\(path)/\(Layout.identity)", .read)) != nil
  }

  private func write(_ identity: StreamIdentity) throws(StreamError) {
    do {
      try fileSystem.replace(Layout.identity, inFolder: path, with: identity.encoded)
    } catch {
      if error.reason == .notPermitted { throw .readOnly(path: path) }
      throw StreamError(error, path: path, operation: .write)
    }
  }

  func makeFolder(_ path: String) throws(StreamError) {
    do {
      try fileSystem.createFolder(path)
    } catch {
      switch error.reason {
      case .alreadyExists: return
      case .notPermitted: throw .readOnly(path: path)
      default: throw StreamError(error, path: path, operation: .write)
      }
    }
  }
}
