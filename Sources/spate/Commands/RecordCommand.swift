internal import ArgumentParser
internal import EventStream
internal import Events
internal import Ingest
internal import Pipeline

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Read sources into a stream, without a screen.",
    discussion: """
      EXAMPLES:
        spate record --stream shop '/var/log/shop/*.log'     follow, for a service manager
        spate record --once --stream incident app.log db.log to the present end of the files
        spate record --exec 'journalctl -f' --max-bytes 10G

      A stream that is named goes on where it ended: each line of a followed file is recorded
      exactly once, through every rotation and every kill.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var storage: StorageArguments
  @Flag(help: "To the present end of the files, then stop.") var once = false

  mutating func run() throws {
    let place = try storage.place(for: input)
    let writer = try storage.openWriter(at: place)
    let (names, resume) = ResumePoints.of(writer)
    let sources = try input.open(follow: !once, resume: resume)
    Interruption.note()
    let run = RecordingRun(
      sources: sources, names: names, writer: writer, limits: try storage.limits(for: place),
      beginning: StreamBeginning(
        options: .ofThisBuild, isCaching: true,
        openReader: { () throws(StreamError) in
          try StreamReader(path: place.path, fileSystem: SystemFileSystem())
        }),
      options: try input.recognition.options(), clock: WallClock.now)
    do throws(StreamError) {
      try run.run(isStopped: { Interruption.status != nil }, note: { Notices.print($0, names: $1) })
    } catch {
      throw UserMessage(of: error, path: place.path)
    }
    if let status = Interruption.status { throw status }
  }
}

/// Where an earlier run of a stream stood in its sources.
enum ResumePoints {
  /// - Returns: The names of those sources, numbered, and the points under these numbers.
  static func of(
    _ writer: StreamWriter
  ) -> (names: EventNames, points: [(name: String, checkpoint: SourceCheckpoint)]) {
    var names = EventNames()
    let points = writer.checkpoints.map { name, checkpoint in
      var checkpoint = checkpoint
      checkpoint.source = SourceID(rawValue: names.sources.intern(name))
      return (name: name, checkpoint: checkpoint)
    }
    return (names, points)
  }
}
