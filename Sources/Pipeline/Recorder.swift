internal import EventStream
internal import Events

/// What a recording may take of the disk, and when what was written is made durable.
package struct RecordingLimits: Sendable {
  package var byteLimit: UInt64?
  package var ageLimit: Duration?
  /// How long appended events may stay un-synced.
  package var syncIntervalMicroseconds: Int64 = 1_000_000
  /// On a full disk: go on without recording and say so, instead of pushing back.
  package var analysesOnFull = false

  package init() {}
}

/// Appends parcels to a stream, keeps it within its limits, and says what became of the disk.
final class Recorder {
  /// A merged segment is at most this part of what is kept, which is given up a segment at a time.
  private static let keptPart = 8

  private let writer: StreamWriter
  private let path: String?
  private let limits: RecordingLimits
  /// Keeps the state of the analysis where the stream is about to begin.
  private let beginning: StreamBeginning?
  /// Where the stream shall begin, once the state as of there is kept.
  private var pruning: (place: StreamPosition, thread: WorkerThread, isDone: StopFlag)?
  /// Small segments that are being made one.
  private var merging: (merged: Mailbox<MergedSegment?>, thread: WorkerThread, isDone: StopFlag)?
  private var lastMerge = Instant(microseconds: 0)
  private let isEnding = StopFlag()
  private let clock: @Sendable () -> Instant
  private let isStopped: () -> Bool
  private var lastSync = Instant(microseconds: 0)
  private var lastPrune = Instant(microseconds: 0)
  private var isDirty = false
  private let report: (StorageStatus) -> Void
  private var trouble: String?

  init(
    writer: StreamWriter, path: String?, limits: RecordingLimits,
    beginning: StreamBeginning?, clock: @escaping @Sendable () -> Instant,
    isStopped: @escaping () -> Bool, report: @escaping (StorageStatus) -> Void
  ) {
    self.writer = writer
    self.path = path
    self.limits = limits
    self.beginning = beginning
    self.clock = clock
    self.isStopped = isStopped
    self.report = report
  }

  /// Stores a parcel; waits and tries again while the disk is full, unless told not to.
  ///
  /// Waiting is the back-pressure: files keep their data, pipes fill up.
  func append(_ parcel: Parcel) throws(StreamError) {
    while true {
      do throws(StreamError) {
        switch parcel.content {
        case .batch(let batch): _ = try writer.append(batch, names: parcel.names)
        case .control(let record): try writer.append(record, names: parcel.names)
        }
        isDirty = true
        if trouble != nil {
          trouble = nil
          report(status)
        }
        break
      } catch .noSpace(let path) {
        if limits.analysesOnFull { throw .noSpace(path: path) }
        try makeRoom()
        if isStopped() { throw .noSpace(path: path) }
        pauseBriefly()
      }
    }
    try keepUp()
  }

  /// Syncs and prunes as time asks for.
  func keepUp() throws(StreamError) {
    let now = clock()
    if isDirty, now.microseconds(since: lastSync) >= limits.syncIntervalMicroseconds {
      try writer.sync()
      lastSync = now
      isDirty = false
      report(status)
    }
    try prune(now)
    try merge(now)
  }

  /// Makes one of several small segments, on a thread of its own; a merge that fails is no trouble.
  private func merge(_ now: Instant) throws(StreamError) {
    if let merging {
      guard merging.isDone.isSet else { return }
      merging.thread.join()
      self.merging = nil
      if let merged = merging.merged.read() { _ = try? writer.commit(merged) }
      return
    }
    guard now.microseconds(since: lastMerge) >= 60_000_000 else { return }
    lastMerge = now
    let plan = writer.mergePlan(
      byteLimit: limits.byteLimit.map { $0 / UInt64(Self.keptPart) },
      spanLimit: limits.ageLimit.map { $0 / Self.keptPart })
    guard let plan else { return }
    let merged = Mailbox<MergedSegment?>(nil)
    let isDone = StopFlag()
    let thread = WorkerThread { [isEnding] in
      let made = (try? plan.prepare(isStopped: { isEnding.isSet })) ?? nil
      merged.update { $0 = made }
      isDone.set()
    }
    merging = (merged, thread, isDone)
  }

  /// Gives up the oldest segments where the limits ask for it. The state of the analysis as of the
  /// new beginning is made on a thread of its own: events go on being stored meanwhile.
  private func prune(_ now: Instant) throws(StreamError) {
    if let pruning {
      guard pruning.isDone.isSet else { return }
      pruning.thread.join()
      self.pruning = nil
      return try writer.prune(before: pruning.place)
    }
    guard now.microseconds(since: lastPrune) >= 10_000_000 else { return }
    lastPrune = now
    let place = writer.startPlace(
      afterPruningTo: limits.byteLimit, ageLimit: limits.ageLimit, now: now)
    guard place > writer.startPlace else { return }
    guard let beginning else { return try writer.prune(before: place) }
    let isDone = StopFlag()
    let thread = WorkerThread { [isEnding] in
      // Where the past cannot be analysed, it is given up all the same: a limit is a limit.
      _ = try? beginning.keep(at: place, isStopped: { isEnding.isSet })
      isDone.set()
    }
    pruning = (place, thread, isDone)
  }

  func finish() throws(StreamError) {
    isEnding.set()
    pruning?.thread.join()
    pruning = nil
    merging?.thread.join()
    merging = nil
    try writer.close()
    report(status)
  }

  var status: StorageStatus {
    var status = StorageStatus()
    status.path = path
    status.byteCount = writer.byteCount
    status.byteLimit = limits.byteLimit
    status.ageLimit = limits.ageLimit
    status.trouble = trouble
    return status
  }

  /// Gives up the oldest of the stream's own segments where there is a size limit to go by.
  private func makeRoom() throws(StreamError) {
    trouble = "disk full: reading waits until there is room"
    report(status)
    writer.removeKeyframes()
    guard limits.byteLimit != nil else { return }
    let place = writer.startPlace(
      afterPruningTo: writer.byteCount / 2, ageLimit: nil, now: clock())
    _ = try? beginning?.keep(at: place, isStopped: isStopped)
    try writer.prune(before: place)
  }

  private func pauseBriefly() { Monitor().pause(microseconds: 200_000) }
}
