internal import Detection
internal import Events
internal import Ingest
package import Patterns

/// How lines become events.
package struct RecognitionOptions: Sendable {
  package var library: FormatLibrary
  /// Zone of texts that name none.
  package var assumedZoneMicroseconds: Int64 = 0
  /// Whether lines are joined into events; off for `--each-line`.
  package var joinsLines = true
  /// The service of everything, instead of one derived from each source.
  package var serviceName: String?

  package init(library: FormatLibrary) { self.library = library }
}

/// Reads all sources on one thread and hands on events in stream order.
///
/// Pasts are merged by event time; once a source has been read to its present end, what it brings
/// is handed on at once, in the order received. When nothing comes, ticks say so.
final class IngestLoop {
  /// How long more is gathered after a little came live, so that a line that follows a line does not
  /// become a batch of its own: each costs the disk some 200 bytes, and every thread a wake-up.
  static let gatheringMicroseconds: Int64 = 15_000
  /// The same where more keeps coming: who reads many lines at once does not see the difference.
  static let longGatheringMicroseconds: Int64 = 20_000
  /// What is more than a few lines.
  static let longGatheringByteCount: UInt64 = 4 * 1024
  /// What is not "a little": a full pipe must be emptied at once.
  static let gatheringByteLimit: UInt64 = 32 * 1024
  /// Silence after which an open event is taken as complete.
  static let openEventTimeoutMicroseconds: Int64 = 300_000

  private let sources: SourceSet
  private let options: RecognitionOptions
  private let pool: BatchPool
  private let clock: @Sendable () -> Instant
  private let output: (Parcel) -> Bool
  private var names: EventNames
  private var feeds: [SourceFeed] = []
  private var feedIndices: [SourceID: Int] = [:]
  private var isPast: [Bool] = []
  /// Events of several pasts, in the order of their times, that are not handed on yet.
  private var merged = EventBatch(byteCapacity: 0, recordCapacity: 1)
  private var isEnded: [Bool] = []
  private var ticker = Ticker()
  private var lateness = LateMarker()
  private var lastReport = Instant.distantPast
  private var lastReadByteCount: UInt64 = 0
  private let pause = Monitor()
  private let isStopped: () -> Bool
  private let wantsCheckpoints: Bool
  /// Told after each turn, for the screens: what each source is doing.
  private let report: ([SourceStatus], (source: String, text: [UInt8])?) -> Void

  init(
    sources: SourceSet, options: RecognitionOptions, names: EventNames = EventNames(),
    pool: BatchPool, wantsCheckpoints: Bool,
    clock: @escaping @Sendable () -> Instant, isStopped: @escaping () -> Bool,
    report: @escaping ([SourceStatus], (source: String, text: [UInt8])?) -> Void,
    output: @escaping (Parcel) -> Bool
  ) {
    self.sources = sources
    self.options = options
    self.names = names
    self.pool = pool
    self.wantsCheckpoints = wantsCheckpoints
    self.clock = clock
    self.isStopped = isStopped
    self.report = report
    self.output = output
  }

  /// Runs until every source has ended, or it is stopped.
  func run() {
    admitSources(areLater: false)
    runPast()
    runLive()
    reportStatus(always: true)
  }

  // MARK: Past

  private func runPast() {
    var merge = TimeMerge()
    var waiting = Array(repeating: false, count: feeds.count)
    merged = pool.take()
    while !isStopped() {
      reportStatus()
      // Every source that has a past must show its next event before the oldest can be known.
      for index in feeds.indices where isPast[index] && !waiting[index] {
        if let batch = nextOfPast(index) {
          if isAloneInPast(index), merge.isEmpty, merged.count == 0 {
            emit(batch)
          } else {
            merge.add(batch, source: index)
            waiting[index] = true
          }
        }
      }
      if merge.isEmpty {
        if isPast.contains(true) { continue }
        break
      }
      if let (source, spent) = merge.fill(merged) {
        waiting[source] = false
        pool.give(spent)
      } else {
        emitMerged()
      }
      if merge.isEmpty, merged.count > 0 {
        emitMerged()
      }
    }
    let last = merged
    merged = EventBatch(byteCapacity: 0, recordCapacity: 1)
    pool.give(last)
  }

  private func isAloneInPast(_ index: Int) -> Bool {
    !isPast.indices.contains { $0 != index && isPast[$0] }
  }

  /// The next events of a source, or `nil` when its past is over.
  private func nextOfPast(_ index: Int) -> EventBatch? {
    while !isStopped() {
      switch feeds[index].turn(from: sources, pool: pool, now: clock(), names: &names) {
      case .events(let batch): return batch
      case .progress: continue
      case .control(let record): emit(record)
      case .nothing:
        if let batch = closeOpenPast(index) { return batch }
        isPast[index] = false
        emit(.source(ingestTime: clock(), source: feeds[index].id, state: .reachedEnd))
        return nil
      case .ended(let state):
        end(index, state)
        return nil
      }
      reportStatus()
    }
    return nil
  }

  /// The last event of a past that nobody has added to for a while: it takes its place in time.
  private func closeOpenPast(_ index: Int) -> EventBatch? {
    let now = clock()
    let written = sources.source(feeds[index].id).modificationTime ?? now
    guard now.microseconds(since: written) >= Self.openEventTimeoutMicroseconds else { return nil }
    return feeds[index].closeOpenEvent(pool: pool, now: now, names: &names)
  }

  // MARK: Live

  private func runLive() {
    ticker.start(at: clock())
    while !isStopped(), isEnded.contains(false) || sources.expectsMore {
      let ready = sources.wait(timeout: waitTime())
      admitSources(areLater: true)
      var grew = false
      for id in ready {
        if let index = feedIndices[id], !isEnded[index] { grew = drain(index) || grew }
      }
      let now = clock()
      for index in feeds.indices where !isEnded[index] && feeds[index].isOpen {
        if let batch = closeSilent(index, now) {
          emit(batch)
          grew = true
        }
      }
      if grew {
        ticker.start(at: now)
      } else if let elapsed = ticker.elapsed(at: now) {
        emit(.tick(ingestTime: now, elapsedMicroseconds: elapsed))
      }
      reportStatus()
      gather(since: now)
    }
  }

  /// The events of a live source that nobody has added to for a while.
  private func closeSilent(_ index: Int, _ now: Instant) -> EventBatch? {
    let feed = feeds[index]
    if now.microseconds(since: feed.lastGrowth) >= Self.openEventTimeoutMicroseconds {
      return feed.closeOpenEvent(pool: pool, now: now, names: &names)
    }
    guard feed.hasVoices else { return nil }
    let limit = now.advanced(byMicroseconds: -Self.openEventTimeoutMicroseconds)
    return feed.closeSilentVoices(since: limit, pool: pool, now: now, names: &names)
  }

  /// Waits a moment if little came, for more to come with it.
  private func gather(since turn: Instant) {
    let byteCount = feeds.reduce(0) { $0 + $1.readByteCount }
    defer { lastReadByteCount = byteCount }
    let came = byteCount - lastReadByteCount
    guard came > 0, came < Self.gatheringByteLimit, isEnded.contains(false) else { return }
    let whole =
      came < Self.longGatheringByteCount
      ? Self.gatheringMicroseconds : Self.longGatheringMicroseconds
    let rest = whole - clock().microseconds(since: turn)
    if rest > 0 { pause.pause(microseconds: rest) }
  }

  /// Hands on what a live source has, a buffer at a time, until little is left.
  private func drain(_ index: Int) -> Bool {
    var grew = false
    while !isStopped() {
      switch feeds[index].turn(from: sources, pool: pool, now: clock(), names: &names) {
      case .events(let batch):
        let isLittle = UInt64(batch.byteCount) < Self.gatheringByteLimit
        emit(batch)
        grew = true
        // What is known already would not be announced again.
        if isLittle, !feeds[index].hasMoreToSay { return true }
      // Asked again: the end may be all that is left to say, and nothing would wake us for it.
      case .progress: grew = true
      case .control(let record):
        emit(record)
        grew = true
      case .nothing: return grew
      case .ended(let state):
        end(index, state)
        return true
      }
    }
    return grew
  }

  private func waitTime() -> Duration {
    feeds.contains { $0.isOpen } ? .milliseconds(50) : ticker.wait
  }

  private func end(_ index: Int, _ state: SourceState) {
    isPast[index] = false
    isEnded[index] = true
    emit(.source(ingestTime: clock(), source: feeds[index].id, state: state))
  }

  // MARK: Sources

  /// Takes up the sources that the set has found since last time.
  private func admitSources(areLater: Bool) {
    guard sources.count > feeds.count else { return }
    pool.fit(sourceCount: sources.count)
    for source in sources.sources.dropFirst(feeds.count) {
      let number = names.sources.intern(source.name)
      precondition(number == source.id.rawValue, "a source's number is that of its name")
      let recognizer = RecognizerOptions(
        library: options.library, source: source.id,
        serviceName: options.serviceName ?? ServiceName.of(source),
        assumedZoneMicroseconds: options.assumedZoneMicroseconds,
        reference: source.modificationTime ?? clock(), joinsLines: options.joinsLines)
      feedIndices[source.id] = feeds.count
      // A pipe or a command is live from its first byte; a file that appears later is, too.
      let hasPast = source.kind == .file && !areLater
      feeds.append(
        SourceFeed(
          id: source.id, recognizer: EventRecognizer(recognizer),
          undatedTime: hasPast ? source.modificationTime : nil))
      isPast.append(hasPast)
      isEnded.append(false)
    }
  }

  // MARK: Output

  private func emit(_ batch: EventBatch) {
    lateness.mark(batch)
    if wantsCheckpoints { batch.checkpoints = checkpoints(of: batch) }
    _ = output(Parcel(content: .batch(batch), names: names))
  }

  /// Hands on what was merged so far and starts anew.
  private func emitMerged() {
    emit(merged)
    merged = pool.take()
  }

  private func emit(_ record: ControlRecord) {
    // What it is about came before it: the end of a source stands behind its last event.
    if merged.count > 0 { emitMerged() }
    lateness.observe(record)
    _ = output(Parcel(content: .control(record), names: names))
  }

  /// How far each source of the batch has been read, at its last event there.
  private func checkpoints(of batch: EventBatch) -> [SourceCheckpoint] {
    var seen: Set<SourceID> = []
    var result: [SourceCheckpoint] = []
    for index in (0..<batch.count).reversed() {
      let record = unsafe batch.records[index]
      guard seen.insert(record.source).inserted else { continue }
      result.append(
        sources.checkpoint(
          record.source, generation: record.generation, endOffset: record.sourceEndOffset))
      if seen.count == feeds.count { break }
    }
    return result
  }

  /// - Parameter always: Even if the last report is fresh.
  private func reportStatus(always: Bool = false) {
    let now = clock()
    guard always || now.microseconds(since: lastReport) >= 50_000 else { return }
    lastReport = now
    var open: (source: String, text: [UInt8])?
    for index in feeds.indices where feeds[index].isOpen && !isPast[index] {
      open = (sources.sources[index].name, feeds[index].openText(limit: 4096))
    }
    let statuses = zip(sources.sources, feeds).map { source, feed in
      var status = SourceStatus(
        id: source.id, name: source.name, state: SourceStateText.of(source),
        eventCount: feed.eventCount, readByteCount: source.readByteCount,
        knownByteCount: source.knownByteCount,
        formatName: feed.winner.rawValue == 0
          ? nil : names.formats.name(UInt32(feed.winner.rawValue)),
        zoneName: feed.assumedZoneWasUsed ? ZoneText.of(options.assumedZoneMicroseconds) : nil)
      status.formatsAside = feed.formatsAside
      for name in status.formatsAside { status.state += ", format \(name) put aside" }
      return status
    }
    report(statuses, open)
  }
}
