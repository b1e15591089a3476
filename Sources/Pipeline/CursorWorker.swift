internal import Detection
internal import EventStream
internal import Events

/// Moves a cursor over the stream on a thread of its own, with the analysis as of the cursor.
final class CursorWorker: @unchecked Sendable {
  // SAFETY of `@unchecked`: orders and the published snapshot are touched under the lock; the
  // analysis by the worker's thread alone.
  enum Order {
    case pause
    case play(speed: Double)
    case follow
    case step(events: Int)
    case scrub(microseconds: Int64)
    case goTo(offset: UInt64)
    case goToTime(Instant)
    /// Play a span of event time again and again; `nil`: no more.
    case loop(ClosedRange<Instant>?)
    case task(@Sendable (Analysis) -> Void)
  }

  /// A gap in event time longer than this is skipped while playing.
  static let skippedGapMicroseconds: Int64 = 5_000_000
  private static let frameMicroseconds: Int64 = 50_000

  private let options: Session.Options
  private let clock: @Sendable () -> Instant
  private let wake: @Sendable () -> Void
  private let monitor = Monitor()
  private let windowMinutes: Mailbox<Int>
  private var orders: [Order] = []
  private var isStopped = false
  private var published: Snapshot
  private var thread: WorkerThread?

  init(
    options: Session.Options, clock: @escaping @Sendable () -> Instant,
    wake: @escaping @Sendable () -> Void, first: Snapshot?, windowMinutes: Mailbox<Int>
  ) {
    self.windowMinutes = windowMinutes
    self.options = options
    self.clock = clock
    self.wake = wake
    published = first ?? Snapshot()
    if first != nil { published.mode = .paused }
  }

  func start(at offset: UInt64?) {
    if let offset { send(.goTo(offset: offset)) } else { send(.follow) }
    thread = WorkerThread { [self] in run() }
  }

  func send(_ order: Order) {
    monitor.withLock {
      orders.append(order)
      monitor.signalAll()
    }
  }

  func perform(_ task: @escaping @Sendable (Analysis) -> Void) -> Bool {
    monitor.withLock {
      if isStopped { return false }
      orders.insert(.task(task), at: 0)
      monitor.signalAll()
      return true
    }
  }

  func snapshot() -> Snapshot { monitor.withLock { published } }

  func stop() {
    monitor.withLock {
      isStopped = true
      monitor.signalAll()
    }
    thread?.join()
    thread = nil
  }

  private func run() {
    let stream: StreamAnalysis
    do throws(StreamError) {
      stream = StreamAnalysis(
        reader: try options.openReader(), options: options.analysis,
        store: try options.openKeyframes())
    } catch {
      monitor.withLock { published.notices.append("cannot read the stream: \(error)") }
      wake()
      return
    }
    var motion = CursorMotion(at: clock())
    let builder = SnapshotBuilder(namedPatterns: options.makeNamedPatterns())
    var lastPublished = Instant.distantPast
    var isStale = true
    while true {
      let waitTime = isStale ? 0 : motion.waitMicroseconds
      let (taken, isStopped): ([Order], Bool) = monitor.withLock {
        if orders.isEmpty, !self.isStopped, waitTime > 0 {
          _ = monitor.wait(microseconds: waitTime)
        }
        let taken = orders
        orders.removeAll()
        return (taken, self.isStopped)
      }
      if isStopped { return }
      for order in taken {
        if case .task(let task) = order {
          task(stream.analysis)
        } else {
          motion.obey(order, stream: stream, now: clock())
          isStale = true
        }
      }
      do throws(StreamError) {
        if try motion.move(stream, now: clock()) { isStale = true }
      } catch {
        monitor.withLock { published.notices = ["cannot read the stream: \(error)"] }
        motion = CursorMotion(at: clock())
      }
      _ = stream.analysis.takeReports()
      let now = clock()
      let isDue = now.microseconds(since: lastPublished) >= 100_000
      if isStale, !motion.isSeeking, isDue || !motion.isHurrying {
        var snapshot = builder.build(stream.analysis, minuteCount: windowMinutes.read())
        snapshot.mode = motion.mode(stream)
        snapshot.cursorOffset = stream.offset
        snapshot.endOffset = stream.endOffset
        snapshot.startOffset = stream.startOffset
        if let time = stream.time { snapshot.clock = time }
        snapshot.startTime = stream.startTime
        snapshot.eventsPerSecond = snapshot.eventTimeRate
        snapshot.endTime = stream.endTime
        snapshot.sources = stream.sources
        monitor.withLock { published = snapshot }
        lastPublished = now
        isStale = false
        wake()
      }
    }
  }
}
