package import Events

/// The states that are kept beside a stream, to open it anywhere.
///
/// Most are a cache: they may be deleted at any time, by anybody, and come back; what does not
/// verify is removed. Readers in several processes write them. All of them together take no more
/// than `byteLimit`. Those of the stream's beginning are none: what they were made of is gone.
///
/// A state is of a *kind*: what made it, and how; kinds lie in folders of their own.
package final class KeyframeFolder {
  package enum Role: Sendable {
    case cache
    /// As of the places where the stream begins or is about to begin.
    case beginning
  }

  package struct Entry: Hashable, Sendable {
    package var place: StreamPosition
    package var byteCount: UInt64
  }

  /// What keyframes may take of the disk, whatever the stream's size...
  package static let leastByteLimit: UInt64 = 32 << 20
  /// ...and what part of the stream's, if that is more.
  package static let streamPart: UInt64 = 4

  private let stream: StreamFolder
  private let tag: UInt64
  private let role: Role
  private let path: String
  private let kindName: String
  private let zstd = Zstd()
  private var times: [StreamPosition: Instant] = [:]
  private var isWritable = true
  /// Files that were there and could not be used.
  package private(set) var damagedCount = 0

  /// - Parameter kind: Equal for states that can stand for each other.
  package init(of reader: StreamReader, kind: String, role: Role = .cache) {
    stream = reader.folder
    tag = reader.identity.tag
    self.role = role
    path = "\(stream.path)/\(role == .cache ? Layout.keyframes : Layout.states)"
    kindName = Layout.kindName(kind)
  }

  private var folder: String { "\(path)/\(kindName)" }

  /// Those of this kind, in the order of the stream.
  package func entries() -> [Entry] { entries(in: folder) }

  private func entries(in folder: String) -> [Entry] {
    let names = (try? stream.fileSystem.names(inFolder: folder)) ?? []
    return names.compactMap(Layout.keyframePlace).sorted().compactMap { place in
      let file = try? stream.fileSystem.open("\(folder)/\(Layout.keyframeName(place))", .read)
      guard let byteCount = try? file?.status().byteCount else { return nil }
      return Entry(place: place, byteCount: byteCount)
    }
  }

  /// The newest event time before the place of an entry.
  package func time(of place: StreamPosition) -> Instant? {
    if let known = times[place] { return known }
    guard let file = try? open(place) else { return nil }
    var bytes = [UInt8](repeating: 0, count: FormatVersion.headerByteCount)
    guard let count = try? file.readFully(into: &bytes, at: 0), count == bytes.count,
      let header = StateImage.header(bytes, tag: tag), header.place == place
    else {
      dropDamaged(place)
      return nil
    }
    times[place] = header.time
    return header.time
  }

  package func load(_ place: StreamPosition) -> StateImage? {
    guard let file = try? open(place) else { return nil }
    guard let bytes = (try? file.readAll(limit: StateImage.byteLimit + 64)) ?? nil,
      let image = StateImage(bytes, tag: tag, zstd), image.place == place
    else {
      dropDamaged(place)
      return nil
    }
    return image
  }

  private func open(_ place: StreamPosition) throws(FileError) -> any StreamFile {
    try stream.fileSystem.open("\(folder)/\(Layout.keyframeName(place))", .read)
  }

  private func dropDamaged(_ place: StreamPosition) {
    damagedCount += 1
    remove(place)
  }

  package func remove(_ place: StreamPosition) {
    times[place] = nil
    try? stream.fileSystem.remove("\(folder)/\(Layout.keyframeName(place))")
  }

  /// Keeps a state, and gives up others where there are too many.
  ///
  /// Of a cache nothing is synced: what a crash leaves of it does not verify, and comes back.
  /// - Returns: Bytes on disk; `nil` where it cannot be kept.
  @discardableResult
  package func store(_ image: StateImage, streamByteCount: UInt64) -> UInt64? {
    guard isWritable, let bytes = image.encoded(tag: tag, zstd) else { return nil }
    let files = stream.fileSystem
    let name = "\(folder)/\(Layout.keyframeName(image.place))"
    let temporary = "\(name).\(files.processID)\(Layout.unfinished)"
    do {
      try makeFolders()
      let file = try files.open(temporary, .readWriteCreating)
      try file.truncate(toByteCount: 0)
      try file.writeFully(bytes, at: 0)
      if role == .beginning { try file.sync() }
      try files.rename(temporary, to: name)
      if role == .beginning { try files.syncFolder(folder) }
    } catch {
      try? files.remove(temporary)
      // A folder of somebody else's, or a full disk: the stream is read all the same.
      if error.reason == .notPermitted { isWritable = false }
      return nil
    }
    times[image.place] = image.time
    if role == .beginning { return UInt64(bytes.count) }
    keepWithin(Self.byteLimit(streamByteCount: streamByteCount), newest: image.place)
    return UInt64(bytes.count)
  }

  private func makeFolders() throws(FileError) {
    for folder in [path, folder] {
      do {
        try stream.fileSystem.createFolder(folder)
      } catch  where error.reason == .alreadyExists {
      }
    }
  }

  package static func byteLimit(streamByteCount: UInt64) -> UInt64 {
    max(leastByteLimit, streamByteCount / streamPart)
  }

  /// Gives up other kinds first, then of this kind what lies closest to its neighbours.
  private func keepWithin(_ limit: UInt64, newest: StreamPosition) {
    let files = stream.fileSystem
    var own = entries()
    var left = own.reduce(0) { $0 + $1.byteCount }
    for name in ((try? files.names(inFolder: path)) ?? []).sorted() where name != kindName {
      let other = "\(path)/\(name)"
      for entry in entries(in: other).reversed() {
        left += entry.byteCount
        guard left > limit else { continue }
        left -= entry.byteCount
        try? files.remove("\(other)/\(Layout.keyframeName(entry.place))")
      }
    }
    while left > limit, own.count > 1 {
      var closest = 0
      var least = UInt64.max
      for index in own.indices where own[index].place != newest {
        let before = index == 0 ? 0 : own[index - 1].place.offset
        let after = index + 1 < own.count ? own[index + 1].place.offset : newest.offset
        let span = after - min(before, after)
        if span < least {
          least = span
          closest = index
        }
      }
      left -= own[closest].byteCount
      remove(own[closest].place)
      own.remove(at: closest)
    }
  }
}

extension StreamFolder {
  /// Removes the states of all kinds that lie before a place.
  func removeStates(before start: StreamPosition) {
    for role in [Layout.keyframes, Layout.states] {
      for kind in (try? fileSystem.names(inFolder: "\(path)/\(role)")) ?? [] {
        let folder = "\(path)/\(role)/\(kind)"
        for name in (try? fileSystem.names(inFolder: folder)) ?? [] {
          guard let place = Layout.keyframePlace(name), place < start else { continue }
          try? fileSystem.remove("\(folder)/\(name)")
        }
      }
    }
  }

  /// Whether a state of any kind is kept as of the place where the stream begins.
  func hasState(ofBeginning start: StreamPosition) -> Bool {
    let states = "\(path)/\(Layout.states)"
    let kinds = (try? fileSystem.names(inFolder: states)) ?? []
    return kinds.contains { kind in
      let name = "\(states)/\(kind)/\(Layout.keyframeName(start))"
      return (try? fileSystem.open(name, .read)) != nil
    }
  }

  /// Removes all that can be made again: the disk is full.
  func removeKeyframes() {
    let keyframes = "\(path)/\(Layout.keyframes)"
    for kind in (try? fileSystem.names(inFolder: keyframes)) ?? [] {
      for name in (try? fileSystem.names(inFolder: "\(keyframes)/\(kind)")) ?? [] {
        try? fileSystem.remove("\(keyframes)/\(kind)/\(name)")
      }
    }
  }
}

extension StreamReader {
  /// What the event right before an offset is; `nil` where it is not there.
  package func mark(before offset: UInt64) -> EventMark? {
    guard offset > startOffset else { return nil }
    seek(toOffset: offset - 1)
    while let item = try? next() {
      switch item {
      case .batch(let batch):
        return batch.firstOffset == offset - 1 ? EventMark(batch, at: 0) : nil
      case .control: continue
      case .gap, .atEnd: return nil
      }
    }
    return nil
  }

  /// The first place that is still there.
  package var startPlace: StreamPosition { segments.start }

  /// Bytes that the stream has on the disk, about.
  package var byteCount: UInt64 {
    let known = segments.summaries
    return segments.all.reduce(0) { sum, start in
      if let summary = known[start] { return sum + summary.byteCount }
      let status = try? segments.open(start, identity).file.status()
      return sum + (status?.byteCount ?? 0)
    }
  }
}
