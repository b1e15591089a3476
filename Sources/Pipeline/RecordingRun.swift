package import EventStream
package import Events
package import Ingest

/// Reads sources into a stream and does nothing else: no mining, no screen.
package final class RecordingRun {
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
  /// - Parameter note: Told of each control record that is stored.
  package func run(
    isStopped: @escaping @Sendable () -> Bool,
    note: (ControlRecord, EventNames) -> Void
  ) throws(StreamError) {
    let queue = BoundedQueue<Parcel>(limit: 8)
    let stop = StopFlag()
    let pool = BatchPool()
    let box = UncheckedBox(sources)
    let reader = WorkerThread { [names, options, clock] in
      IngestLoop(
        sources: box.value, options: options, names: names, pool: pool, wantsCheckpoints: true,
        clock: clock,
        isStopped: { stop.isSet || isStopped() }, report: { _, _ in },
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
    while let parcels = queue.takeAll(waitingMicroseconds: 100_000) {
      for parcel in parcels {
        try recorder.append(parcel)
        switch parcel.content {
        case .batch(let batch): pool.give(batch)
        case .control(let record): note(record, parcel.names)
        }
      }
      try recorder.keepUp()
      if isStopped() { sources.waker.wake() }
    }
    try recorder.finish()
  }
}
