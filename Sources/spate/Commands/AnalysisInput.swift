internal import ArgumentParser
internal import EventStream
internal import Events
internal import Pipeline
internal import Screens

/// What a command without a screen analyses: files, pipes and commands, or a recorded stream; with
/// both, what is read is recorded into the stream on its way.
struct AnalysisInput: ParsableArguments {
  @OptionGroup var input: InputOptions
  @OptionGroup var stream: StreamArguments
  @Option(
    help: ArgumentHelp(
      "Threads that read files and analyse: 1, or 2 (more help nothing); the results are the same.",
      valueName: "n")) var workers: Int = 2

  private var namesSources: Bool { !input.paths.isEmpty || !input.exec.isEmpty }

  /// Whether a recorded stream is read: one that was named, or the newest where nothing else was.
  var readsStream: Bool { !namesSources && (stream.stream != nil || Console.inputIsTerminal) }

  /// Whether what is read goes into a stream.
  var records: Bool { namesSources && stream.stream != nil }

  /// What a command has to name to see the same events again.
  var origin: IncidentReport.Origin {
    if readsStream || records {
      return (stream.stream ?? StreamPlaces.newest().map(StreamPlaces.name(of:)))
        .map { .stream($0) } ?? .memory
    }
    return input.paths.isEmpty || input.paths.contains("-") || !input.exec.isEmpty
      ? .memory : .files(input.paths)
  }

  /// Feeds everything to `batch` and `control` in stream order.
  /// - Parameter past: Told, where it records, when what the stream held before has been fed.
  func run(
    joinsLines: Bool = true, follow: Bool = false, past: () throws -> Void = {},
    events: () -> UInt64,
    batch: (EventBatch, EventNames) throws -> Void,
    control: (ControlRecord, EventNames) throws -> Void
  ) throws {
    if readsStream { return try readStream(follow: follow, batch: batch, control: control) }
    guard stream.from == nil, stream.to == nil else {
      throw UserMessage(
        "--from and --to are places in a stream; name it with --stream, and no files",
        status: .usage)
    }
    guard workers > 0 else {
      throw UserMessage("--workers \(workers): write 1 or more", status: .usage)
    }
    if records {
      guard joinsLines else {
        throw UserMessage(
          "--stream keeps events, and --each-line makes none; leave out one of them", status: .usage
        )
      }
      var storage = try StorageArguments.parse([])
      storage.stream = stream.stream
      return try RecordedInput(input, into: storage).run(
        follow: follow, givesPast: true, past: past, batch: batch, control: control, events: events)
    }
    var progress = Progress()
    let sources = try input.open(follow: follow)
    try FileRun(
      sources, options: try input.recognition.options(joinsLines: joinsLines), clock: WallClock.now
    ).run(
      workers: workers,
      batch: { (events, names) throws in
        try batch(events, names)
        if let status = Interruption.status { throw status }
      },
      control: { (record, names) throws in
        Notices.print(record, names: names)
        try control(record, names)
      },
      progress: { progress.show($0, events: events()) })
    progress.clear()
  }

  private func readStream(
    follow: Bool,
    batch: (EventBatch, EventNames) throws -> Void,
    control: (ControlRecord, EventNames) throws -> Void
  ) throws {
    let path = try stream.path()
    let reader = try StreamPlaces.reader(at: path)
    var end = try stream.seek(reader)
    if !follow { try end.stopBehindTime(reader) }
    while true {
      let item: StreamItem
      do throws(StreamError) { item = try reader.next() } catch {
        throw UserMessage(of: error, path: path)
      }
      switch item {
      case .atEnd:
        guard follow else { return }
        _ = reader.waitForMore(timeout: .milliseconds(200))
      case .gap(let from, let to, let reason):
        Console.error("spate: events #\(from) to #\(to) cannot be read: \(reason)")
      case .control(let record): try control(record, reader.names)
      case .batch(let events):
        var run = 0..<0
        for index in 0..<events.count {
          let offset = (events.firstOffset ?? 0) + UInt64(index)
          switch unsafe end.contains(events.records[index], offset: offset) {
          case true?: run = run.isEmpty ? index..<index + 1 : run.lowerBound..<index + 1
          case false?:
            try pass(run, of: events, reader.names, to: batch)
            run = 0..<0
          case nil:
            return try pass(run, of: events, reader.names, to: batch)
          }
        }
        try pass(run, of: events, reader.names, to: batch)
      }
    }
  }

  private func pass(
    _ range: Range<Int>, of events: EventBatch, _ names: EventNames,
    to batch: (EventBatch, EventNames) throws -> Void
  ) throws {
    if range.isEmpty { return }
    try batch(range == 0..<events.count ? events : events.slice(range), names)
  }
}
