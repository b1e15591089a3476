internal import Events

/// Reads one log by its path: through growth, truncation, rotation and restarts.
///
/// Holds the log's generations that are not done with, oldest first, and reads one of them at a
/// time. `ReadingOrder` says which, `Lineage` which files there are to hold.
final class FileTailer: ByteSource {
  /// Older generations that are kept open for what late writers add.
  static let lingerLimit = 4
  /// How long a removed file is kept open for late writers, in microseconds.
  private static let lingerTime: Int64 = 5_000_000
  /// Identities of generations that events still being made may end in.
  private static let pastLimit = 64
  /// Contents that were let go of and may turn up again as copies.
  private static let finishedLimit = 16

  let kind = SourceKind.file
  let path: String
  private(set) var options: IngestOptions
  /// A rotated copy that the user named beside its log: this very file is meant, not whatever
  /// stands under its name later.
  let isFixed: Bool
  /// Found in a folder: read only if it begins like text.
  private let mustBeText: Bool
  private(set) var readByteCount: UInt64 = 0
  private(set) var progress = SourceProgress.waiting
  private(set) var modificationTime: Instant?

  var chain: [Generation] = []
  var active: Generation?
  var outcomes: [ReadOutcome] = []
  var finished: [FileIdentity] = []
  var finder: SiblingFinder
  private var nextNumber: UInt32 = 0
  private var past: [UInt32: [UInt8]] = [:]
  private var resumed: SourceCheckpoint?
  private var hasStarted = false
  private var lastGrowth: Int64 = 0
  private var nextLook: Int64 = 0
  private(set) var isUnsettled = false

  init(
    path: String, options: IngestOptions, isFixed: Bool = false, mustBeText: Bool = false,
    resumed: SourceCheckpoint? = nil
  ) {
    self.path = path
    self.options = options
    if isFixed { self.options.follow = false }
    self.isFixed = isFixed
    self.mustBeText = mustBeText
    self.resumed = resumed
    finder = SiblingFinder(path: path)
    if let status = try? FileStatus.of(path) {
      estimate = status.size
      modificationTime = status.modificationTime
      progress = .readingPast
    }
  }

  /// The size of the file before it was opened.
  private var estimate: UInt64?

  var knownByteCount: UInt64? {
    guard hasStarted else { return estimate }
    let rest = chain.reduce(UInt64(0)) { sum, generation in
      let end = generation.end ?? generation.size
      return sum + (end > generation.offset ? end - generation.offset : 0)
    }
    return readByteCount + rest
  }

  var watchedFile: Descriptor? { chain.last?.body.file }

  // MARK: Reading

  func read(into buffer: UnsafeMutablePointer<UInt8>, capacity: Int) -> ReadOutcome {
    if case .ended(let state) = progress { return .ended(state) }
    do {
      if !hasStarted, !(try start()) { return awaitQuiet() }
      if options.follow { lookIfDue() }
      return unsafe try readNext(into: buffer, capacity: capacity)
    } catch {
      return end(.failed(reason: Self.reason(error)))
    }
  }

  private func start() throws(UnpackError) -> Bool {
    if let resumed {
      hasStarted = try resume(resumed)
    } else {
      hasStarted = try startAfresh()
    }
    return hasStarted
  }

  /// Files are being renamed right now.
  private func awaitQuiet() -> ReadOutcome {
    isUnsettled = true
    return .nothing
  }

  private func readNext(
    into buffer: UnsafeMutablePointer<UInt8>, capacity: Int
  ) throws(UnpackError) -> ReadOutcome {
    isUnsettled = false
    var wasSeenBefore = false
    while true {
      if !outcomes.isEmpty { return outcomes.removeFirst() }
      guard let generation = active ?? firstToRead() else { return restAtEnd() }
      active = generation
      if generation.number == nil { assignNumber(to: generation) }
      switch unsafe try take(from: generation, into: buffer, capacity: capacity) {
      case .overwritten:
        if !replaceOverwritten(generation) { return awaitQuiet() }
      case .bytes(var count):
        if generation.mayBeginWithHole, unsafe skipHole(generation, buffer, count) { continue }
        if let missed = unsafe missedBefore(generation, buffer, count) { return activate(missed) }
        if let first = chain.first, first !== generation {
          let facts = facts(for: generation, wasSeenBefore)
          if case .activate(let older) = ReadingOrder.afterBytes(facts) {
            return activate(chain[older])
          }
          count = unsafe wholeLines(buffer, count)
        }
        if mustBeText, generation.offset == 0,
          unsafe PathExpander.isBinary(UnsafeBufferPointer(start: buffer, count: count))
        {
          return end(.failed(reason: "not a text file"))
        }
        return unsafe deliver(generation, buffer, count)
      case .nothing where !outcomes.isEmpty: continue
      case .nothing:
        if chain.count == 1 { return restAtEnd() }
        let facts = facts(for: generation, wasSeenBefore)
        switch ReadingOrder.atEnd(facts) {
        case .readAgain: wasSeenBefore = true
        case .activate(let next): return activate(chain[next])
        case .awaitLineEnd:
          isUnsettled = true
          return rest()
        case .deliver, .nothing: return restAtEnd()
        }
      }
    }
  }

  private func take(
    from generation: Generation, into buffer: UnsafeMutablePointer<UInt8>, capacity: Int
  ) throws(UnpackError) -> Generation.Taken {
    do {
      return unsafe try generation.take(into: buffer, capacity: capacity)
    } catch {
      // A damaged copy loses its rest; the log goes on.
      guard generation.isFinal else { throw error }
      outcomes.append(.gap(byteCount: nil, reason: "a packed copy is damaged"))
      generation.giveUp()
      return .nothing
    }
  }

  private func facts(for generation: Generation, _ wasSeenBefore: Bool) -> ReadingOrder.Facts {
    let now = monotonicMicroseconds()
    return ReadingOrder.Facts(
      hasMore: chain.map { $0 === generation ? false : $0.hasMore() },
      active: chain.firstIndex { $0 === generation } ?? 0,
      endsLine: generation.endsLine || generation.isFinal,
      silence: options.follow ? now - lastGrowth : .max, wasSeenBefore: wasSeenBefore)
  }

  private func deliver(
    _ generation: Generation, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int
  ) -> ReadOutcome {
    let offset = generation.offset
    unsafe generation.accept(buffer, count: count)
    readByteCount += UInt64(count)
    modificationTime = Instant(microseconds: generation.modified / 1000)
    lastGrowth = monotonicMicroseconds()
    if progress == .waiting { progress = .readingPast }
    return .bytes(count: count, generation: generation.number ?? 0, offset: offset)
  }

  /// As many bytes as make whole lines, if any do.
  private func wholeLines(_ buffer: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    let bytes = unsafe UnsafeBufferPointer(start: buffer, count: count)
    return unsafe bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? count
  }

  private func firstToRead() -> Generation? { chain.first { $0.hasMore() } }

  private func restAtEnd() -> ReadOutcome {
    if !options.follow { return end(chain.isEmpty && readByteCount == 0 ? missing : .ended) }
    return rest()
  }

  private var missing: SourceState { .failed(reason: "no such file") }

  private func rest() -> ReadOutcome {
    if chain.isEmpty {
      progress = .waiting
    } else if progress != .following {
      progress = .following
    }
    return .nothing
  }

  private func end(_ state: SourceState) -> ReadOutcome {
    // Its last event is handed on behind its end, and needs its checkpoint then.
    remember()
    progress = .ended(state)
    chain = []
    active = nil
    return .ended(state)
  }

  static func reason(_ error: UnpackError) -> String {
    switch error {
    case .damaged: "the packed file is damaged"
    case .cutShort: "the packed file is cut short"
    case .unreadable(let error): errorText(error.code)
    }
  }

  // MARK: Generations

  /// Ends the active generation and goes on with another, under a new number.
  func activate(_ next: Generation) -> ReadOutcome {
    remember()
    if let lost = active?.lostByteCount, lost > 0 {
      active?.lostByteCount = 0
      outcomes.append(.gap(byteCount: lost, reason: "overwritten before it was read"))
    }
    active = next
    assignNumber(to: next)
    dropFinished()
    return .generationEnded
  }

  private func assignNumber(to generation: Generation) {
    generation.number = nextNumber
    nextNumber += 1
  }

  /// The generation that a checkpoint lies in goes on under its number.
  func continueNumbering(at number: UInt32, with generation: Generation?) {
    nextNumber = number + 1
    generation?.number = number
    active = generation
  }

  /// Keeps what checkpoints in the active generation need after it was left.
  func remember() {
    guard let active, let number = active.number else { return }
    past[number] = logIdentity(of: active).encoded
    if past.count > Self.pastLimit, let oldest = past.keys.min() { past[oldest] = nil }
  }

  private func logIdentity(of generation: Generation) -> LogIdentity {
    let others = chain.filter { other in
      other !== generation && !other.isFinal && other.trail.byteCount > 0
    }
    return LogIdentity(
      main: generation.identity, others: others.map(\.identity), folders: finder.folders)
  }

  func identity(generation number: UInt32) -> [UInt8] {
    if let active, active.number == number { return logIdentity(of: active).encoded }
    return past[number] ?? past[past.keys.max() ?? 0] ?? []
  }

  /// Lets go of older generations that cannot grow any more.
  private func dropFinished() {
    guard let active, let place = chain.firstIndex(where: { $0 === active }), place > 0 else {
      return
    }
    let older = Array(chain[..<place])
    var kept = older.filter { generation in
      generation.isFinal ? !generation.isRead : generation.linkCount > 0 || generation.hasMore()
    }
    if kept.count > Self.lingerLimit { kept.removeFirst(kept.count - Self.lingerLimit) }
    for generation in older where !kept.contains(where: { $0 === generation }) {
      finish(generation)
    }
    chain = kept + chain[place...]
  }

  /// Remembers the content of a generation that is let go of.
  func finish(_ generation: Generation) {
    guard generation.trail.byteCount > 0 else { return }
    finished.append(generation.identity)
    if finished.count > Self.finishedLimit { finished.removeFirst() }
  }

  // MARK: Waiting

  func mayHaveMore() -> Bool {
    if case .ended = progress { return false }
    if !hasStarted || !outcomes.isEmpty { return true }
    guard options.follow else { return false }
    nextLook = 0
    lookIfDue()
    return isUnsettled || !outcomes.isEmpty || chain.contains { $0.hasChanged() }
  }

  /// Looks whether another file stands under the log's name now.
  private func lookIfDue() {
    let now = monotonicMicroseconds()
    guard now >= nextLook else { return }
    nextLook = now + SourceSet.sweepInterval
    if chain.count > 1 && now - lastGrowth > Self.lingerTime { dropFinished() }
    lookForRotation()
  }

  /// Whether this is one of the log's files, so that no other source must read it.
  func holds(_ key: FileKey) -> Bool { chain.contains { $0.key == key } }

  func close() {
    if case .ended = progress { return }
    _ = end(.ended)
  }
}
