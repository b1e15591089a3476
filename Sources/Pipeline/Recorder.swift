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
  private let writer: StreamWriter
  private let path: String?
  private let limits: RecordingLimits
  private let clock: @Sendable () -> Instant
  private let isStopped: () -> Bool
  private var lastSync = Instant(microseconds: 0)
  private var lastPrune = Instant(microseconds: 0)
  private var isDirty = false
  private let report: (StorageStatus) -> Void
  private var trouble: String?

  init(
    writer: StreamWriter, path: String?, limits: RecordingLimits,
    clock: @escaping @Sendable () -> Instant,
    isStopped: @escaping () -> Bool, report: @escaping (StorageStatus) -> Void
  ) {
    self.writer = writer
    self.path = path
    self.limits = limits
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
    if now.microseconds(since: lastPrune) >= 10_000_000 {
      lastPrune = now
      try writer.prune(
        byteLimit: limits.byteLimit, ageLimit: limits.ageLimit, now: now)
    }
  }

  func finish() throws(StreamError) {
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
    if limits.byteLimit != nil {
      try writer.prune(
        byteLimit: writer.byteCount / 2, ageLimit: nil, now: clock())
    }
  }

  private func pauseBriefly() { Monitor().pause(microseconds: 200_000) }
}
