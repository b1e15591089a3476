internal import EventStream
internal import Events
internal import Pipeline

/// Sources that are read into a stream, for whoever looks at what goes in.
struct RecordedInput {
  private let input: InputOptions
  private let storage: StorageArguments
  private let place: StorageArguments.Place

  init(_ input: InputOptions, into storage: StorageArguments) throws {
    self.input = input
    self.storage = storage
    place = try storage.place(for: input)
  }

  /// Gives what the stream holds already, then records what the sources bring and gives that: the
  /// stream from its beginning, as one producer. What is thrown ends it, with the stream whole.
  /// - Parameters:
  ///   - givesPast: Whether what the stream held before is given too.
  ///   - past: Told when that has been given.
  func run(
    follow: Bool, givesPast: Bool = false, past: () throws -> Void = {},
    batch: (EventBatch, EventNames) throws -> Void = { _, _ in },
    control: (ControlRecord, EventNames) throws -> Void = { _, _ in },
    events: () -> UInt64 = { 0 }
  ) throws {
    var names = EventNames()
    let (writer, sources) = try storage.openWriter(at: place) { writer in
      if givesPast {
        names = try readPast(batch: batch, control: control)
        try past()
      }
      let resume = ResumePoints.of(writer, names: &names)
      return try input.open(follow: follow, resume: resume, isNamed: !place.isUnnamed)
    }
    Interruption.note()
    var progress = Progress()
    let path = place.path
    let run = RecordingRun(
      sources: sources, names: names, writer: writer, limits: try storage.limits(for: place),
      beginning: StreamBeginning(
        options: .ofThisBuild, isCaching: true,
        openReader: { () throws(StreamError) in
          try StreamReader(path: path, fileSystem: SystemFileSystem())
        }),
      options: try input.recognition.options(), clock: WallClock.now)
    do {
      try run.run(
        isStopped: { Interruption.status != nil },
        batch: batch,
        control: { record, names in
          Notices.print(record, names: names)
          try control(record, names)
        },
        progress: { if !follow { progress.show($0, events: events()) } })
    } catch let error as StreamError {
      throw UserMessage(of: error, path: path)
    }
    progress.clear()
    if let status = Interruption.status { throw status }
  }

  /// - Returns: The names by which the events were numbered.
  private func readPast(
    batch: (EventBatch, EventNames) throws -> Void,
    control: (ControlRecord, EventNames) throws -> Void
  ) throws -> EventNames {
    let reader = try StreamPlaces.reader(at: place.path)
    reader.seek(toOffset: reader.startOffset)
    while true {
      let item: StreamItem
      do throws(StreamError) { item = try reader.next() } catch {
        throw UserMessage(of: error, path: place.path)
      }
      switch item {
      case .batch(let events): try batch(events, reader.names)
      case .control(let record): try control(record, reader.names)
      case .gap(let from, let to, let reason):
        Console.error("spate: events #\(from) to #\(to) cannot be read: \(reason)")
      case .atEnd: return reader.names
      }
      if let status = Interruption.status { throw status }
    }
  }
}

/// Where an earlier run of a stream stood in its sources.
enum ResumePoints {
  /// - Parameter names: Gets the names of those sources.
  /// - Returns: The points, under the numbers that the sources have in `names`.
  static func of(
    _ writer: StreamWriter, names: inout EventNames
  ) -> [(name: String, checkpoint: SourceCheckpoint)] {
    writer.checkpoints.map { name, checkpoint in
      var checkpoint = checkpoint
      checkpoint.source = SourceID(rawValue: names.sources.intern(name))
      return (name: name, checkpoint: checkpoint)
    }
  }
}
