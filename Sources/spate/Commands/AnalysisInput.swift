internal import ArgumentParser
internal import EventStream
internal import Events
internal import Pipeline

/// What a command without a screen analyses: files, pipes and commands, or a recorded stream.
struct AnalysisInput: ParsableArguments {
  @OptionGroup var input: InputOptions
  @OptionGroup var stream: StreamArguments

  /// Feeds everything to `batch` and `control` in stream order.
  func run(
    joinsLines: Bool = true, events: () -> UInt64,
    batch: (EventBatch, EventNames) throws -> Void,
    control: (ControlRecord, EventNames) throws -> Void
  ) throws {
    var progress = Progress()
    if stream.stream != nil || (input.paths.isEmpty && input.exec.isEmpty && Console.inputIsTerminal) {
      let reader = try stream.openReader()
      let end = try stream.seek(reader)
      try reading { () throws(StreamError) in
        while let item = try reader.nextItem(before: end) {
          switch item {
          case .batch(let events): try? batch(events, reader.names)
          case .control(let record): try? control(record, reader.names)
          case .gap, .atEnd: break
          }
        }
      }
      return
    }
    let sources = try input.open(follow: false)
    try FileRun(
      sources, options: try input.recognition.options(joinsLines: joinsLines), clock: WallClock.now
    ).run(
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
}
