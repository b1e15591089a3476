package import EventStream
package import Events
package import Ingest
package import Patterns

/// What a screen looks at: a stream that grows, with its analysis at the end and at a cursor.
///
/// Threads: one reads, frames and recognises; one appends; one mines and detects; one, from the
/// first look back on, analyses the stream at the cursor; one finds events for the screens.
/// Batches move between them through bounded queues; a full queue makes the thread before it wait,
/// down to the sources. The owner's thread only takes snapshots and gives orders.
package final class Session {
  /// Where the stream comes from.
  package enum Input {
    /// Read sources and append to a stream that is made or goes on.
    case sources(SourceSet, names: EventNames, recordingTo: StreamWriter, RecordingLimits)
    /// Show what is recorded, and what another process goes on recording.
    case stream(StorageStatus)
  }

  package struct Options {
    package var streamName = ""
    package var recognition: RecognitionOptions
    package var analysis = Analysis.Options()
    /// Gives readers of the stream; called once per thread that reads.
    package var openReader: @Sendable () throws(StreamError) -> StreamReader
    /// Gives the named patterns; called once per thread that shows an analysis.
    package var makeNamedPatterns: @Sendable () -> NamedPatterns? = { nil }
    /// Done once, beside everything else: what must not delay the first screen.
    package var housekeeping: (@Sendable () -> Void)?
    /// Where the stream is on disk; `nil` in memory.
    package var path: String?

    /// Finds an earlier stream of the same sources, for one that begins; called once, on the
    /// thread of the analysis.
    package var findHistory: (@Sendable () -> StreamHistory?)?

    /// Events between two states that are kept beside a stream on disk, at least.
    package var keyframeInterval = KeyframeStore.leastInterval

    func openKeyframes() throws(StreamError) -> KeyframeStore {
      KeyframeStore(
        reader: try openReader(), options: analysis, leastInterval: keyframeInterval,
        isCaching: path != nil)
    }

    var beginning: StreamBeginning {
      StreamBeginning(options: analysis, isCaching: path != nil, openReader: openReader)
    }

    package init(
      recognition: RecognitionOptions,
      openReader: @escaping @Sendable () throws(StreamError) -> StreamReader
    ) {
      self.recognition = recognition
      self.openReader = openReader
    }
  }

  private let options: Options
  private let clock: @Sendable () -> Instant
  /// Called on any thread when there is something new to show.
  private let wake: @Sendable () -> Void
  private let stop = StopFlag()
  private let stopInput = StopFlag()
  private let shared: SessionState
  private var threads: [WorkerThread] = []
  private var sources: SourceSet?
  /// Batches go round: from reading through appending to the analysis, and back.
  private let pool = BatchPool()
  private let toRecorder = BoundedQueue<Parcel>(limit: 8)
  private let toAnalysis = BoundedQueue<AnalysisWork>(limit: 8)
  private let lookups: LookupWorker
  private var cursor: CursorWorker?
  private var frozen: Snapshot?
  private let windowMinutes = Mailbox(60)
  /// What a reader decided, to be appended by the thread that records.
  private let acts = Mailbox<[PatternAct]>([])

  package init(
    _ options: Options, clock: @escaping @Sendable () -> Instant,
    wake: @escaping @Sendable () -> Void
  ) {
    self.options = options
    self.clock = clock
    self.wake = wake
    shared = SessionState(streamName: options.streamName)
    lookups = LookupWorker(
      library: options.recognition.library, openReader: options.openReader, wake: wake)
  }

  // MARK: Running

  package func start(_ input: consuming Input) {
    if let housekeeping = options.housekeeping { threads.append(WorkerThread(housekeeping)) }
    switch input {
    case .sources(let sources, let names, let writer, let limits):
      self.sources = sources
      startAnalysis(pastEnd: writer.nextOffset)
      startRecorder(writer, limits)
      startIngest(sources, names)
    case .stream(let storage):
      shared.note(recorded: storage)
      startCursor(at: nil)
    }
  }

  /// Ends reading; what was read is stored and shown. The screen may stay.
  package func endInput() {
    stopInput.set()
    sources?.waker.wake()
  }

  /// Ends everything: the stream is synced and closed when this returns.
  package func finish() {
    stop.set()
    stopInput.set()
    // After the end of the input nothing else would wake the analysis.
    toAnalysis.close()
    sources?.waker.wake()
    cursor?.stop()
    lookups.stop()
    for thread in threads { thread.join() }
    threads = []
  }

  private func startIngest(_ sources: SourceSet, _ names: EventNames) {
    let toRecorder = toRecorder
    let shared = shared
    let wake = wake
    let stopInput = stopInput
    let clock = clock
    let recognition = options.recognition
    let pool = pool
    // SAFETY: the set is handed over to this thread; `wake()` alone is called from others.
    let box = UncheckedBox(sources)
    threads.append(
      WorkerThread {
        let loop = IngestLoop(
          sources: box.value, options: recognition, names: names, pool: pool,
          wantsCheckpoints: true,
          clock: clock, isStopped: { stopInput.isSet },
          report: { statuses, open in
            shared.note(sources: statuses, open: open)
            wake()
          },
          output: { toRecorder.push($0) })
        loop.run()
        box.value.close()
        shared.noteEndOfInput(stopped: stopInput.isSet)
        toRecorder.close()
        wake()
      })
  }

  private func startRecorder(_ writer: StreamWriter, _ limits: RecordingLimits) {
    let toRecorder = toRecorder
    let toAnalysis = toAnalysis
    let shared = shared
    let stop = stop
    let clock = clock
    let acts = acts
    let path = options.path
    let beginning = options.beginning
    let box = UncheckedBox(writer)
    threads.append(
      WorkerThread {
        let recorder = Recorder(
          writer: box.value, path: path, limits: limits, beginning: beginning, clock: clock,
          isStopped: { stop.isSet },
          report: { shared.note(storage: $0) })
        var isRecording = true
        func take(_ parcel: Parcel) {
          attempt { () throws(StreamError) in try recorder.append(parcel) }
          var parcel = parcel
          parcel.place = isRecording ? box.value.endPosition : nil
          shared.noteAppended(parcel)
          toAnalysis.push(.parcel(parcel))
        }
        func attempt(_ body: () throws(StreamError) -> Void) {
          guard isRecording else { return }
          do throws(StreamError) { try body() } catch {
            isRecording = false
            shared.note(trouble: error)
          }
        }
        while let parcels = toRecorder.takeAll(waitingMicroseconds: 200_000) {
          for parcel in parcels { take(parcel) }
          for act in acts.update({ acts in
            defer { acts = [] }
            return acts
          }) {
            take(Parcel(content: .control(act.record(at: clock())), names: EventNames()))
          }
          attempt { () throws(StreamError) in try recorder.keepUp() }
        }
        attempt { () throws(StreamError) in try recorder.finish() }
        toAnalysis.push(.endOfInput)
      })
  }

  private func startAnalysis(pastEnd: UInt64) {
    let toAnalysis = toAnalysis
    let shared = shared
    let wake = wake
    let clock = clock
    let stop = stop
    let options = options
    let pool = pool
    let windowMinutes = windowMinutes
    threads.append(
      WorkerThread {
        let live = LiveAnalysis(options)
        if let trouble = live.readPast(upTo: pastEnd, isStopped: { stop.isSet }) {
          shared.note(notice: trouble)
          wake()
        }
        if pastEnd == 0, let findHistory = options.findHistory {
          let history = findHistory()
          let isKnown = history.map { live.begin(with: $0, isStopped: { stop.isSet }) } ?? false
          shared.note(
            beginning: isKnown
              ? "begins with what \(history?.name ?? "") knew"
              : "a cold start: new is what comes first after a minute")
        }
        let builder = SnapshotBuilder(namedPatterns: options.makeNamedPatterns())
        var lastPublished = Instant.distantPast
        var isStale = true
        while !stop.isSet, let work = toAnalysis.takeAll(waitingMicroseconds: isStale ? 0 : nil) {
          for item in work {
            switch item {
            case .parcel(let parcel):
              live.consume(parcel)
              if case .batch(let batch) = parcel.content { pool.give(batch) }
              isStale = true
            case .endOfInput:
              live.finish()
              isStale = true
            case .task(let task): task(live.analysis)
            }
          }
          _ = live.analysis.takeReports()
          let now = clock()
          if isStale, work.isEmpty || now.microseconds(since: lastPublished) >= 100_000 {
            shared.publish(builder.build(live.analysis, minuteCount: windowMinutes.read()))
            lastPublished = now
            isStale = false
            wake()
          }
        }
        live.keepLast()
        toAnalysis.close()
      })
  }

  // MARK: What is shown

  /// The stream as it stands at the cursor.
  package func snapshot() -> Snapshot {
    let live = shared.liveSnapshot(now: clock())
    if let cursor { return shared.complete(cursor.snapshot(), now: clock()) }
    if var frozen {
      frozen.mode = .paused
      return shared.complete(frozen, now: clock())
    }
    return live
  }

  // MARK: Orders

  /// Shows half or twice the time, between a quarter of an hour and an hour.
  package func zoom(in isIn: Bool) {
    windowMinutes.update { $0 = isIn ? max(15, $0 / 2) : min(60, $0 * 2) }
  }

  /// Makes an act part of the stream, at its present end.
  /// - Returns: Whether this session still records: nobody else may append to its stream.
  package func perform(_ act: PatternAct) -> Bool {
    guard sources != nil, !shared.hasInputEnded else { return false }
    acts.update { $0.append(act) }
    return true
  }

  package func pause() {
    if let cursor { return cursor.send(.pause) }
    if frozen == nil { frozen = shared.liveSnapshot(now: clock()) }
  }

  /// Plays on from the cursor by event time.
  package func play(speed: Double) { lookBack().send(.play(speed: speed)) }

  /// Back to the end, and along with it.
  package func followLive() {
    if sources == nil {
      cursor?.send(.follow)
      return
    }
    cursor?.stop()
    cursor = nil
    frozen = nil
  }

  /// Plays a span of event time again and again, from its beginning; `nil`: on to the end.
  package func loop(_ span: ClosedRange<Instant>?) { lookBack().send(.loop(span)) }

  package func step(events: Int) { lookBack().send(.step(events: events)) }
  package func scrub(microseconds: Int64) { lookBack().send(.scrub(microseconds: microseconds)) }
  package func goTo(offset: UInt64) { lookBack().send(.goTo(offset: offset)) }
  package func goTo(time: Instant) { lookBack().send(.goToTime(time)) }

  /// Asks for what a screen needs; the answer comes with `takeAnswers`, and `wake` is called.
  /// A newer question of a kind makes an older one pointless: it is given up.
  package func ask(_ query: LookupQuery) {
    lookups.ask(
      query, analysis: currentAnalysis(),
      names: Dictionary(uniqueKeysWithValues: snapshot().services.map { ($0.id, $0.name) }))
  }

  package func takeAnswers() -> [LookupAnswer] { lookups.takeAnswers() }

  /// Runs a task on the thread of the analysis that is shown.
  private func currentAnalysis() -> @Sendable (@escaping @Sendable (Analysis) -> Void) -> Bool {
    if let cursor { return { cursor.perform($0) } }
    let toAnalysis = toAnalysis
    return { task in toAnalysis.pushFirst(.task(task)) }
  }

  private func lookBack() -> CursorWorker {
    if let cursor { return cursor }
    let start = frozen?.cursorOffset ?? shared.liveSnapshot(now: clock()).cursorOffset
    startCursor(at: start)
    return cursor!
  }

  /// - Parameter offset: Where the cursor stands first; `nil`: along with the end.
  private func startCursor(at offset: UInt64?) {
    let worker = CursorWorker(
      options: options, clock: clock, wake: wake, first: frozen, windowMinutes: windowMinutes)
    cursor = worker
    worker.start(at: offset)
  }
}

/// What the analysis thread is given to do.
enum AnalysisWork {
  case parcel(Parcel)
  case endOfInput
  case task(@Sendable (Analysis) -> Void)
}

/// Hands a value over to another thread, which is from then on the only one to use it.
struct UncheckedBox<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
