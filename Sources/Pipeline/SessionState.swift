internal import EventStream
internal import Events

/// What the threads of a session tell each other and the screen.
final class SessionState: @unchecked Sendable {
  // SAFETY of `@unchecked`: everything below is touched under the lock only.
  private let monitor = Monitor()
  private var live = Snapshot()
  private var sources: [SourceStatus] = []
  private var open: (source: String, text: [UInt8])?
  private var storage = StorageStatus()
  private var endOffset: UInt64 = 0
  private var startOffset: UInt64 = 0
  private var endTime: Instant?
  private var startTime: Instant?
  private var keptSince: Instant?
  private var newestIngestTime: Instant?
  private var inputHasEnded = false
  private var notices: [String] = []
  private var beginning: String?
  private var rate = RateMeter()
  private let streamName: String
  /// What a recorded stream takes of the disk, where nothing is read here.
  private var recorded: StorageStatus?

  init(streamName: String) { self.streamName = streamName }

  func note(sources: [SourceStatus], open: (source: String, text: [UInt8])?) {
    monitor.withLock {
      for status in sources {
        let before = self.sources.first { $0.id == status.id }?.state
        if before != status.state, Self.isOdd(status.state) {
          notices.append("\(status.name): \(status.state)")
        }
      }
      self.sources = sources
      self.open = open
    }
  }

  private static func reason(_ error: StreamError) -> String {
    switch error {
    case .noSpace: "the disk is full"
    case .failed(_, let operation, let code): "\(operation) failed (error \(code))"
    default: "\(error)"
    }
  }

  private static func isOdd(_ state: String) -> Bool {
    ["exit status", "ended by", "failed"].contains { state.hasPrefix($0) }
  }

  func note(recorded: StorageStatus) { monitor.withLock { self.recorded = recorded } }

  func note(storage: StorageStatus) { monitor.withLock { self.storage = storage } }

  func note(trouble error: StreamError) {
    monitor.withLock {
      let reason = Self.reason(error)
      storage.trouble = "recording stopped: \(reason)"
      notices.append("recording stopped at #\(endOffset): \(reason); what comes is analysed only")
    }
  }

  func note(notice: String) { monitor.withLock { notices.append(notice) } }

  /// What was so before anything happened: whatever is noted already is newer.
  func note(beginning text: String) { monitor.withLock { beginning = text } }

  func note(startOffset: UInt64) { monitor.withLock { self.startOffset = startOffset } }

  func noteAppended(_ parcel: Parcel) {
    guard case .batch(let batch) = parcel.content, batch.count > 0 else { return }
    let first = unsafe batch.records[0]
    let last = unsafe batch.records[batch.count - 1]
    monitor.withLock {
      if startTime == nil {
        startTime = first.time
        keptSince = first.ingestTime
      }
      endOffset = (batch.firstOffset ?? endOffset) + UInt64(batch.count)
      endTime = max(endTime ?? .distantPast, last.time)
      newestIngestTime = last.ingestTime
      rate.add(batch.count, at: last.ingestTime)
    }
  }

  /// Whether nothing more will be appended.
  var hasInputEnded: Bool { monitor.withLock { inputHasEnded } }

  func noteEndOfInput(stopped: Bool) {
    monitor.withLock {
      inputHasEnded = true
      let count = sources.reduce(0) { $0 + $1.eventCount }
      var text = stopped ? "reading stopped" : "input ended"
      text += ", \(count.grouped) \(count == 1 ? "event" : "events")"
      // What ended oddly belongs to the last thing said, which is the one that is seen.
      for source in sources where Self.isOdd(source.state) {
        text += "; \(source.name): \(source.state)"
      }
      notices.append(text)
      open = nil
    }
  }

  func publish(_ snapshot: Snapshot) { monitor.withLock { live = snapshot } }

  func liveSnapshot(now: Instant) -> Snapshot {
    complete(monitor.withLock { live }, now: now)
  }

  /// Adds what is true now, wherever the cursor of the analysis stands.
  func complete(_ snapshot: Snapshot, now: Instant) -> Snapshot {
    var snapshot = snapshot
    monitor.withLock {
      snapshot.streamName = streamName
      snapshot.beginning = beginning
      snapshot.notices = notices + snapshot.notices.filter { !notices.contains($0) }
      snapshot.residentByteCount = ProcessMemory.residentByteCount()
      if let recorded {
        // Somebody else records, or nobody does: what is known of the end came with the snapshot.
        snapshot.storage = recorded
        return
      }
      if !sources.isEmpty { snapshot.sources = sources }
      snapshot.storage = storage
      snapshot.startOffset = startOffset
      snapshot.endOffset = max(endOffset, snapshot.cursorOffset)
      snapshot.endTime = endTime ?? snapshot.clock
      snapshot.startTime = startTime ?? snapshot.startTime
      snapshot.storage.keptSince = keptSince
      snapshot.eventsPerSecond = rate.perSecond(at: now)
      if snapshot.mode == .live, let newestIngestTime {
        snapshot.lagMicroseconds =
          snapshot.cursorOffset >= endOffset
          ? 0 : max(0, now.microseconds(since: newestIngestTime))
      }
      if let open {
        snapshot.inProgress = (open.source, String(decoding: open.text, as: UTF8.self))
      }
    }
    return snapshot
  }
}

/// Events per second of wall time over the last few seconds.
struct RateMeter {
  private static let span = 5
  private var counts = Array(repeating: 0, count: span)
  private var second: Int64 = 0

  mutating func add(_ count: Int, at time: Instant) {
    move(to: time.microseconds / 1_000_000)
    counts[Int(second % Int64(Self.span))] += count
  }

  mutating func perSecond(at time: Instant) -> Double {
    move(to: time.microseconds / 1_000_000)
    return Double(counts.reduce(0, +)) / Double(Self.span)
  }

  private mutating func move(to now: Int64) {
    guard now > second else { return }
    for passed in 1...min(now - second, Int64(Self.span)) {
      counts[Int((second + passed) % Int64(Self.span))] = 0
    }
    second = now
  }
}
