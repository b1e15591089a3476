/// Looks for the files that a log was turned over into.
struct SiblingFinder {
  /// Subfolders of a log's folder that are looked through; more are not.
  static let subfolderLimit = 64
  /// A listing during which files were renamed is made again, this many times.
  private static let attemptLimit = 8

  let path: String
  /// Other folders in which copies were seen.
  var folders: [String] = []
  /// Files that belong to the log whatever their name.
  var keys: Set<FileKey> = []

  /// All of them and the log itself, oldest first, at one moment: no rename fell in between.
  func find() -> [Sibling] {
    var last = list()
    for _ in 0..<Self.attemptLimit {
      let next = list()
      if next.map(\.key) == last.map(\.key) && next.map(\.path) == last.map(\.path) { break }
      last = next
    }
    return Lineage.byAge(last)
  }

  private func list() -> [Sibling] {
    var found: [FileKey: Sibling] = [:]
    let inodes = Set(keys.map(\.inode))
    if let log = sibling(path, .unknown, nil, isLog: true) { found[log.key] = log }
    for (folder, log) in places() {
      for entry in listFolder(folder) where !entry.isFolder {
        let reading = RotatedName.reading(of: entry.name, asCopyOf: log)
        guard reading != nil || inodes.contains(entry.inode),
          let copy = sibling(
            folder + entry.name, reading?.place ?? .unknown, reading?.compression, isLog: false),
          // The number alone may have gone to another file.
          reading != nil || keys.contains(copy.key)
        else { continue }
        // Under two names while it is renamed: once is enough.
        if found[copy.key] == nil { found[copy.key] = copy }
      }
    }
    return found.values.sorted { $0.path < $1.path }
  }

  /// Where copies may lie, and the name of the log there. The log may be a symbolic link.
  private func places() -> [(folder: String, log: String)] {
    let (folder, name) = splitPath(path)
    var places = [(folder: folder, log: name)]
    func add(_ folder: String, _ log: String) {
      if !places.contains(where: { $0 == (folder, log) }) { places.append((folder, log)) }
    }
    if let target = linkTarget(of: path) {
      let (targetFolder, targetName) = splitPath(target)
      add(targetFolder, targetName)
    }
    for subfolder in subfolders(of: folder).prefix(Self.subfolderLimit) {
      add(folder + subfolder + "/", name)
    }
    for other in folders { add(other, name) }
    return places
  }

  private func sibling(
    _ path: String, _ place: RotatedName.Place, _ compression: Compression?, isLog: Bool
  ) -> Sibling? {
    guard let status = try? FileStatus.of(path), status.isRegular else { return nil }
    return Sibling(
      path: path, key: status.key, size: status.size, modified: status.modified, place: place,
      compression: compression, isLog: isLog)
  }
}
