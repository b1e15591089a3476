package import Events
package import Ingest

/// Reads sources to their end and hands each batch to the caller, in stream order.
///
/// What commands without a screen use: nothing is stored. Reading and recognising depend on nothing
/// that the caller does, so they may run on a thread of their own; the batches are the same.
package final class FileRun {
  private let sources: SourceSet
  private let options: RecognitionOptions
  private let clock: @Sendable () -> Instant
  /// Bytes that are read at a time.
  private let byteCapacity: Int

  /// How far reading has come, for a progress line.
  package struct Progress: Sendable {
    package var readByteCount: UInt64 = 0
    package var knownByteCount: UInt64 = 0
    package var sources: [SourceStatus] = []

    init(_ sources: [SourceStatus] = []) {
      readByteCount = sources.reduce(0) { $0 + $1.readByteCount }
      knownByteCount = sources.reduce(0) { $0 + ($1.knownByteCount ?? 0) }
      self.sources = sources
    }
  }

  package init(
    _ sources: SourceSet, options: RecognitionOptions, clock: @escaping @Sendable () -> Instant,
    byteCapacity: Int = EventBatch.targetByteCount
  ) {
    self.byteCapacity = byteCapacity
    self.sources = sources
    self.options = options
    self.clock = clock
  }

  /// Calls `batch` and `control` in stream order, on the calling thread, until every source has
  /// ended; `progress` at most ten times a second. What either throws ends the run.
  /// - Parameter workers: Threads to work with. With more than one, a second one reads and
  ///   recognises, ahead by a few batches, while the caller works.
  package func run<Failure: Error>(
    workers: Int = 2,
    batch: (EventBatch, EventNames) throws(Failure) -> Void,
    control: (ControlRecord, EventNames) throws(Failure) -> Void,
    progress: (Progress) -> Void
  ) throws(Failure) {
    precondition(workers > 0, "nobody to do the work")
    if workers == 1 {
      try runAlone(batch: batch, control: control, progress: progress)
    } else {
      try runReadingAhead(batch: batch, control: control, progress: progress)
    }
  }

  private func runAlone<Failure: Error>(
    batch: (EventBatch, EventNames) throws(Failure) -> Void,
    control: (ControlRecord, EventNames) throws(Failure) -> Void,
    progress: (Progress) -> Void
  ) throws(Failure) {
    let pool = BatchPool(byteCapacity: byteCapacity)
    var failure: Failure?
    var lastProgress = clock()
    func take(_ parcel: Parcel) -> Bool {
      if failure != nil { return false }
      do throws(Failure) {
        switch parcel.content {
        case .batch(let events):
          try batch(events, parcel.names)
          pool.give(events)
        case .control(let record): try control(record, parcel.names)
        }
      } catch {
        failure = error
        return false
      }
      return true
    }
    func show(_ statuses: [SourceStatus]) {
      let now = clock()
      guard now.microseconds(since: lastProgress) >= 100_000 else { return }
      lastProgress = now
      progress(Progress(statuses))
    }
    withoutActuallyEscaping(take) { take in
      withoutActuallyEscaping(show) { show in
        IngestLoop(
          sources: sources, options: options, pool: pool, wantsCheckpoints: false, clock: clock,
          isStopped: { failure != nil }, report: { statuses, _ in show(statuses) }, output: take
        ).run()
      }
    }
    if let failure { throw failure }
  }

  private func runReadingAhead<Failure: Error>(
    batch: (EventBatch, EventNames) throws(Failure) -> Void,
    control: (ControlRecord, EventNames) throws(Failure) -> Void,
    progress: (Progress) -> Void
  ) throws(Failure) {
    let queue = BoundedQueue<Parcel>(limit: 8)
    let stop = StopFlag()
    let status = Mailbox(Progress())
    let pool = BatchPool(byteCapacity: byteCapacity)
    let box = UncheckedBox(sources)
    let reader = WorkerThread { [options, clock] in
      IngestLoop(
        sources: box.value, options: options, pool: pool, wantsCheckpoints: false, clock: clock,
        isStopped: { stop.isSet },
        report: { statuses, _ in
          status.write(Progress(statuses))
        },
        output: { queue.push($0) }
      ).run()
      queue.close()
    }
    defer {
      stop.set()
      queue.close()
      sources.waker.wake()
      reader.join()
    }
    var lastProgress = clock()
    while let parcels = queue.takeAll() {
      for parcel in parcels {
        switch parcel.content {
        case .batch(let events):
          try batch(events, parcel.names)
          pool.give(events)
        case .control(let record): try control(record, parcel.names)
        }
      }
      let now = clock()
      if now.microseconds(since: lastProgress) >= 100_000 {
        lastProgress = now
        progress(status.read())
      }
    }
    progress(status.read())
  }
}
