package import Events

/// All sources of a run, read by one thread at its own pace.
///
/// Nothing is read that was not asked for: who stops asking makes pipes wait and leaves files be.
/// Files of folders and patterns that appear later join by themselves.
package final class SourceSet {
  /// How often everything is looked at, whatever the kernel's notices say.
  static let sweepInterval: Int64 = 250_000
  /// The same while a rotation is being decided.
  static let unsettledSweepInterval: Int64 = 20_000
  /// How often folders and patterns are looked through for new files.
  static let expansionInterval: Int64 = 2_000_000
  /// The same when the kernel says that something came.
  static let hastyExpansionInterval: Int64 = 50_000
  /// So many sources are swept at the full rate.
  private static let sweepBatch = 256

  struct Entry {
    var id: SourceID
    var name: String
    var source: any ByteSource
    /// May have something to read.
    var isReady = true
    var watchedFile: Descriptor?
  }

  /// Ends a `wait` from any thread.
  package let waker: SourceWaker
  let options: IngestOptions
  var entries: [Entry] = []
  var indices: [SourceID: Int] = [:]
  var pathsInUse: Set<String> = []
  var expanders: [PathExpander] = []
  var resumable: [String: SourceCheckpoint] = [:]
  var nextID: UInt32
  let watcher: ChangeWatcher?
  var fileWatches: [Int32: [SourceID]] = [:]
  var folderWatches: [Int32: String] = [:]
  var pathIndices: [String: Int] = [:]
  var namedPaths: Set<String> = []
  /// Files that sources of the run before this one were reading, whatever their name is now.
  var claimedKeys: [FileKey: String] = [:]
  var nextSweep: Int64 = 0
  var nextExpansion: Int64 = 0
  var lastExpansion: Int64 = 0

  /// - Parameters:
  ///   - resume: Where an earlier run stood, by the name of the source. Such a source keeps its
  ///     number.
  ///   - firstID: The number of the first source that is new.
  package init(
    _ specs: [SourceSpec], options: IngestOptions,
    resume: [(name: String, checkpoint: SourceCheckpoint)] = [],
    firstID: SourceID = SourceID(rawValue: 0)
  ) throws(SourceError) {
    self.options = options
    do { waker = try SourceWaker() } catch { throw .outOfResources(code: error.code) }
    watcher = options.follow ? ChangeWatcher() : nil
    nextID = firstID.rawValue
    for (name, checkpoint) in resume {
      resumable[name] = checkpoint
      nextID = max(nextID, checkpoint.source.rawValue + 1)
      guard let identity = LogIdentity(encoded: checkpoint.identity) else { continue }
      for file in identity.others + [identity.main] { claimedKeys[file.key] = name }
    }
    for case .path(let path) in specs { namedPaths.insert(path) }
    raiseDescriptorLimit()
    for spec in specs {
      switch spec {
      case .standardInput, .path("-"): try addStandardInput()
      case .path(let path): try addPath(path)
      case .command(let command): try addCommand(command)
      }
    }
    addVanished()
    watchFolders()
    nextSweep = monotonicMicroseconds() + Self.sweepInterval
    nextExpansion = monotonicMicroseconds() + Self.expansionInterval
  }

  deinit { close() }

  package var sources: [SourceInfo] { entries.map(Self.info) }

  package var count: Int { entries.count }

  /// Whether files may still appear that are not here yet.
  package var expectsMore: Bool { options.follow && !expanders.isEmpty }

  package func source(_ id: SourceID) -> SourceInfo { Self.info(entries[index(id)]) }

  private static func info(_ entry: Entry) -> SourceInfo {
    SourceInfo(
      id: entry.id, name: entry.name, kind: entry.source.kind,
      readByteCount: entry.source.readByteCount, knownByteCount: entry.source.knownByteCount,
      progress: entry.source.progress, modificationTime: entry.source.modificationTime)
  }

  private func index(_ id: SourceID) -> Int {
    guard let index = indices[id] else { preconditionFailure("no such source") }
    return index
  }

  /// Reads what there is, at most `capacity` bytes, to `buffer`. Never blocks.
  package func read(
    _ source: SourceID, into buffer: UnsafeMutablePointer<UInt8>, capacity: Int
  ) -> ReadOutcome {
    let index = index(source)
    let outcome = unsafe entries[index].source.read(into: buffer, capacity: capacity)
    switch outcome {
    case .nothing, .ended: entries[index].isReady = false
    case .bytes, .generationEnded, .gap: entries[index].isReady = true
    }
    followWatch(index)
    return outcome
  }

  /// What the stream must store so that reading goes on exactly behind `endOffset`.
  ///
  /// `generation` is one that `read` has reported, at most a few before the present one.
  package func checkpoint(
    _ source: SourceID, generation: UInt32, endOffset: UInt64
  ) -> SourceCheckpoint {
    SourceCheckpoint(
      source: source, generation: generation, endOffset: endOffset,
      identity: entries[index(source)].source.identity(generation: generation))
  }

  /// Ends commands and closes everything.
  package func close() {
    for entry in entries { entry.source.prepareToClose() }
    for entry in entries { entry.source.close() }
    for index in entries.indices { entries[index].watchedFile = nil }
  }
}

// MARK: - Waiting

extension SourceSet {
  /// Sleeps until a source may have something, a new one appeared, `waker` was used, or the time
  /// has passed.
  /// - Returns: The sources that may have something; at once if some are left from before.
  package func wait(timeout: Duration) -> [SourceID] {
    let deadline = monotonicMicroseconds().addingClamped(timeout.microseconds)
    while true {
      let now = monotonicMicroseconds()
      if now >= nextSweep { sweep(now) }
      if now >= nextExpansion { expand(now) }
      let isAnyReady = entries.contains { $0.isReady }
      let until = isAnyReady ? now : min(deadline, nextSweep, nextExpansion)
      let wasWoken = sleep(microseconds: until - now)
      let ready = entries.filter(\.isReady).map(\.id)
      if !ready.isEmpty || wasWoken || monotonicMicroseconds() >= deadline { return ready }
    }
  }

  /// - Returns: Whether `waker` was used.
  private func sleep(microseconds: Int64) -> Bool {
    var descriptors = [waker.descriptor]
    if let watcher { descriptors.append(watcher.pollDescriptor) }
    let firstPipe = descriptors.count
    var pipes: [Int] = []
    for index in entries.indices where !entries[index].isReady {
      guard let descriptor = entries[index].source.pollDescriptor else { continue }
      pipes.append(index)
      descriptors.append(descriptor)
    }
    let readable = waitForReadable(descriptors, microseconds: microseconds)
    for (place, index) in pipes.enumerated() where readable[firstPipe + place] {
      entries[index].isReady = true
    }
    if watcher != nil, readable[1] { takeChanges() }
    if readable[0] { waker.drain() }
    return readable[0]
  }

  private func takeChanges() {
    guard let watcher else { return }
    for change in watcher.changes() {
      if let sources = fileWatches[change.watch] {
        for source in sources {
          let index = index(source)
          if case .ended = entries[index].source.progress { continue }
          entries[index].isReady = true
        }
      } else if let folder = folderWatches[change.watch] {
        if let index = pathIndices[folder + change.name] {
          if entries[index].source.mayHaveMore() { entries[index].isReady = true }
        } else {
          nextExpansion = min(nextExpansion, lastExpansion + Self.hastyExpansionInterval)
        }
      }
    }
    if watcher.hasOverflown {
      nextSweep = 0
      nextExpansion = 0
    }
  }

  private func sweep(_ now: Int64) {
    var isUnsettled = false
    for index in entries.indices {
      let source = entries[index].source
      // Asked of those with a backlog too: their files are turned over meanwhile.
      if source.mayHaveMore() { entries[index].isReady = true }
      if source.isUnsettled { isUnsettled = true }
      followWatch(index)
    }
    // With very many files the kernel's notices have to do for longer.
    let patience = Int64(1 + entries.count / Self.sweepBatch) * Self.sweepInterval
    nextSweep = now + (isUnsettled ? Self.unsettledSweepInterval : patience)
  }

  /// What otherwise happens as time passes.
  func lookAtEverything() {
    sweep(monotonicMicroseconds())
    expand(monotonicMicroseconds())
  }

  func expand(_ now: Int64) {
    lastExpansion = now
    nextExpansion = now + Self.expansionInterval
    guard options.follow else { return }
    for expander in expanders { addFiles(expander.expand()) }
    watchFolders()
  }

  /// Keeps the kernel's watch on the file that the source reads now.
  func followWatch(_ index: Int) {
    let file = entries[index].source.watchedFile
    guard let watcher, file !== entries[index].watchedFile else { return }
    entries[index].watchedFile = file
    let id = entries[index].id
    for (watch, sources) in fileWatches where sources.contains(id) {
      fileWatches[watch] = sources.filter { $0 != id }
      if sources.count == 1 {
        fileWatches[watch] = nil
        watcher.remove(watch)
      }
    }
    if let file, let watch = watcher.watchFile(file) { fileWatches[watch, default: []].append(id) }
  }

  func watchFolders() {
    guard let watcher else { return }
    for folder in Set(expanders.flatMap(\.watchedFolders)) {
      // Asked again each time: a folder that was removed and made again needs a new watch.
      if let watch = watcher.watchFolder(folder) { folderWatches[watch] = folder }
    }
  }
}

extension Duration {
  /// Whole microseconds, clamped.
  var microseconds: Int64 {
    let (seconds, attoseconds) = components
    if seconds > 1_000_000_000 { return 1_000_000_000_000_000 }
    return max(0, seconds) * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}

extension Int64 {
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
