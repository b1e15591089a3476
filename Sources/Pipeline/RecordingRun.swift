package import EventStream
package import Events
package import Ingest

/// Reads sources into a stream, and hands on what was appended; nothing is mined or shown here.
package final class RecordingRun {
  /// Larger than where events are analysed: what compresses finds more that repeats.
  private static let batchByteCapacity = 512 * 1024
  /// Batches between reading and appending.
  private static let queueLimit = 4

  private let sources: SourceSet
  private let names: EventNames
  private let writer: StreamWriter
  private let limits: RecordingLimits
  private let beginning: StreamBeginning?
  private let options: RecognitionOptions
  private let clock: @Sendable () -> Instant

  package init(
    sources: SourceSet, names: EventNames, writer: StreamWriter, limits: RecordingLimits,
    beginning: StreamBeginning? = nil, options: RecognitionOptions,
    clock: @escaping @Sendable () -> Instant
  ) {
    self.sources = sources
    self.names = names
    self.writer = writer
    self.limits = limits
    self.beginning = beginning
    self.options = options
    self.clock = clock
  }

  /// Runs until every source has ended or it is stopped; the stream is then synced and closed.
  /// - Parameters:
  ///   - batch: Given each batch that is in the stream now, on the calling thread.
  ///   - control: Given each control record that is in the stream now.
  ///   - progress: Told how far reading has come, at most ten times a second.
  /// - Throws: `StreamError`, or what `batch` or `control` throws: all that was appended is kept.
  package func run(
    isStopped: @escaping @Sendable () -> Bool,
    batch: (EventBatch, EventNames) throws -> Void = { _, _ in },
    control: (ControlRecord, EventNames) throws -> Void,
    progress: (FileRun.Progress) -> Void = { _ in }
  ) throws {
    let queue = BoundedQueue<Parcel>(limit: Self.queueLimit)
    let stop = StopFlag()
    let pool = BatchPool(limit: 2 * Self.queueLimit, byteCapacity: Self.batchByteCapacity)
    let status = Mailbox(FileRun.Progress())
    let box = UncheckedBox(sources)
    let reader = WorkerThread { [names, options, clock] in
      IngestLoop(
        sources: box.value, options: options, names: names, pool: pool, wantsCheckpoints: true,
        clock: clock,
        isStopped: { stop.isSet || isStopped() },
        report: { statuses, _ in status.write(FileRun.Progress(statuses)) },
        output: { queue.push($0) }
      ).run()
      box.value.close()
      queue.close()
    }
    defer {
      stop.set()
      queue.close()
      sources.waker.wake()
      reader.join()
    }
    let recorder = Recorder(
      writer: writer, path: nil, limits: limits, beginning: beginning, clock: clock,
      isStopped: isStopped,
      report: { _ in })
    var lastProgress = clock()
    while let parcels = queue.takeAll(waitingMicroseconds: 100_000) {
      for parcel in parcels {
        try recorder.append(parcel)
        switch parcel.content {
        case .batch(let events):
          try batch(events, parcel.names)
          pool.give(events)
        case .control(let record): try control(record, parcel.names)
        }
      }
      try recorder.keepUp()
      if isStopped() { sources.waker.wake() }
      let now = clock()
      if now.microseconds(since: lastProgress) >= 100_000 {
        lastProgress = now
        progress(status.read())
      }
    }
    progress(status.read())
    try recorder.finish()
  }
}
