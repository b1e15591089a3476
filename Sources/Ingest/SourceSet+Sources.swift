internal import Events

/// Which sources there are: what the user named, and what came since.
extension SourceSet {
  private func add(_ source: any ByteSource, name: String) {
    let id: SourceID
    if let resumed = resumable.removeValue(forKey: name) {
      id = resumed.source
    } else {
      id = SourceID(rawValue: nextID)
      nextID += 1
    }
    indices[id] = entries.count
    entries.append(Entry(id: id, name: name, source: source))
    followWatch(entries.count - 1)
  }

  func addStandardInput() throws(SourceError) {
    guard pathsInUse.insert("-").inserted else { return }
    do {
      let file = try Descriptor.duplicate(of: 0)
      add(PipeSource(file, kind: .standardInput, resumed: resumable["stdin"]), name: "stdin")
    } catch {
      throw .unreadable(path: "-", code: error.code)
    }
  }

  func addCommand(_ command: String) throws(SourceError) {
    do {
      add(try PipeSource(command: command, resumed: resumable[command]), name: command)
    } catch {
      throw .commandNotStarted(command: command, code: error.code)
    }
  }

  func addPath(_ path: String) throws(SourceError) {
    let expander = PathExpander(path: path)
    expanders.append(expander)
    let found = expander.expand()
    if found.isEmpty && !options.follow {
      throw NamePattern.isPattern(path) ? .noMatch(pattern: path) : .noTextFiles(folder: path)
    }
    if let named = found.first, named.origin == .named { try check(named.path) }
    addFiles(found)
  }

  /// Finds out at once what would only fail later, for files that the user named himself.
  private func check(_ path: String) throws(SourceError) {
    do {
      let status = try FileStatus.of(path)
      guard status.isRegular || status.isPipe || status.isCharacterDevice else {
        throw SourceError.unsupported(path: path)
      }
      if status.isRegular { _ = try Descriptor.open(path) }
    } catch let error as SystemError {
      if !error.isMissing { throw .unreadable(path: path, code: error.code) }
      if !options.follow { throw .missing(path: path) }
    } catch {
      throw .unsupported(path: path)
    }
  }

  func addFiles(_ found: [PathExpander.Found]) {
    guard found.contains(where: { !pathsInUse.contains($0.path) }) else { return }
    let logs = pathsInUse.union(found.map(\.path))
    for file in found where !pathsInUse.contains(file.path) {
      if file.origin != .named && (isCopy(file.path, of: logs) || isRead(file.path)) { continue }
      pathsInUse.insert(file.path)
      pathIndices[file.path] = entries.count
      add(source(for: file), name: file.path)
    }
  }

  private func source(for file: PathExpander.Found) -> any ByteSource {
    let resumed = resumable[file.path]
    if let status = try? FileStatus.of(file.path), status.isPipe || status.isCharacterDevice,
      let pipe = try? Descriptor.open(file.path)
    {
      return PipeSource(pipe, kind: .file, resumed: resumed)
    }
    if let compression = Compression(fileName: file.path) {
      return PackedSource(path: file.path, compression: compression, resumed: resumed)
    }
    return FileTailer(
      path: file.path, options: options,
      isFixed: file.origin == .named && isCopy(file.path, of: namedPaths),
      mustBeText: file.origin == .folder, resumed: resumed)
  }

  /// Whether a file is an older part, by its name, of one of `logs`.
  private func isCopy(_ path: String, of logs: Set<String>) -> Bool {
    let (folder, name) = splitPath(path)
    return RotatedName.readings(of: name).contains { logs.contains(folder + $0.log) }
  }

  /// Whether a source reads this very file, under the name that it had before.
  private func isRead(_ path: String) -> Bool {
    guard let key = try? FileStatus.of(path).key else { return false }
    if let name = claimedKeys[key], name != path, resumable[path] == nil { return true }
    return lastExpansion > 0 && entries.contains { ($0.source as? FileTailer)?.holds(key) == true }
  }

  /// Sources of the run before this one whose file is not there at the moment.
  func addVanished() {
    for (name, checkpoint) in resumable.sorted(by: { $0.key < $1.key })
    where !pathsInUse.contains(name) && expanders.contains(where: { $0.covers(name) }) {
      pathsInUse.insert(name)
      pathIndices[name] = entries.count
      add(FileTailer(path: name, options: options, resumed: checkpoint), name: name)
    }
  }
}
