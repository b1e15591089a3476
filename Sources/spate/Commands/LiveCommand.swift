internal import ArgumentParser
internal import EventStream
internal import Events
internal import Ingest
internal import Patterns
internal import Pipeline

struct LiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "Follow sources on the live screen (what spate does without a command).",
    discussion: """
      EXAMPLES:
        kubectl logs -f deploy/api | spate
        spate /var/log/shop/*.log
        spate --no-record --tail 1000 app.log
        spate --exec 'kubectl logs -f a' --exec 'kubectl logs -f b'
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var storage: StorageArguments
  @OptionGroup var display: DisplayArguments
  @Flag(help: "Keep the stream in memory only.") var noRecord = false
  @Flag(help: "Begin without what an earlier stream of the same sources knew.")
  var noHistory = false

  mutating func run() throws {
    guard Console.outputIsTerminal, let type = display.terminalType else {
      return try printReport()
    }
    let place: StorageArguments.Place
    let opened: OpenedStream
    (place, opened) = try openStream()
    var names = EventNames()
    let resume = ResumePoints.of(opened.writer, names: &names)
    let sources = try input.open(follow: true, resume: resume, isNamed: storage.stream != nil)
    var notices = opened.notices
    if sources.sources.isEmpty {
      notices.append(
        "\(input.paths.joined(separator: " ")): no file there yet; one that comes is followed")
    }
    let recognition = try input.recognition.options()
    var options = Session.Options(recognition: recognition, openReader: opened.openReader)
    options.streamName = place.name
    options.makeNamedPatterns = { NamedPatternFiles.load() }
    options.path = opened.isInMemory ? nil : place.path
    options.analysis = .ofThisBuild
    if !noHistory {
      let names = sources.sources.map(\.name)
      let path = place.path
      options.findHistory = { StreamPlaces.history(of: names, notAt: path) }
    }
    options.housekeeping = { StreamPlaces.pruneUnnamed(now: WallClock.now()) }
    var limits = try storage.limits(for: place)
    if opened.isInMemory {
      limits.byteLimit = OpenedStream.memoryByteLimit
      limits.ageLimit = nil
    }
    let loop = ScreenLoop(options, display: display, type: type)
    try loop.run(
      .sources(sources, names: names, recordingTo: opened.writer, limits), notices: notices)
  }

  /// Opens the stream to record into; in memory where that is asked for, or where the folder
  /// cannot be written.
  private func openStream() throws -> (StorageArguments.Place, OpenedStream) {
    if noRecord {
      let place = StorageArguments.Place(path: "", name: "in memory", isUnnamed: true)
      return (place, try OpenedStream.inMemory(notices: []))
    }
    let place = try storage.place(for: input)
    do {
      let writer = try storage.openWriter(at: place)
      let path = place.path
      return (
        place,
        OpenedStream(
          writer: writer, isInMemory: false, notices: [],
          openReader: { () throws(StreamError) in
            try StreamReader(path: path, fileSystem: SystemFileSystem())
          })
      )
    } catch let message as UserMessage where place.isUnnamed {
      let memory = StorageArguments.Place(path: "", name: "in memory", isUnnamed: true)
      return (memory, try OpenedStream.inMemory(notices: ["not recorded: \(message.text)"]))
    }
  }

  /// Without a terminal: reads to the end and prints what was found. It records only into a stream
  /// that is named, and reports on all of that.
  private func printReport() throws {
    let analysis = Analysis()
    if storage.stream != nil, !noRecord {
      try RecordedInput(input, into: storage).run(
        follow: false, givesPast: true,
        batch: { analysis.consume($0, names: $1) },
        control: { analysis.consume($0, names: $1) },
        events: { analysis.totals.eventCount })
    } else {
      try readFiles(into: analysis)
    }
    analysis.finish()
    let console = Console()
    try SummaryReport(analysis).print(to: console)
    try console.flush()
  }

  private func readFiles(into analysis: Analysis) throws {
    var progress = Progress()
    let sources = try input.open(follow: false)
    try FileRun(sources, options: try input.recognition.options(), clock: WallClock.now).run(
      batch: { (batch, names) throws in
        analysis.consume(batch, names: names)
        if let status = Interruption.status { throw status }
      },
      control: { (record, names) throws in
        Notices.print(record, names: names)
        analysis.consume(record, names: names)
      },
      progress: { progress.show($0, events: analysis.totals.eventCount) })
    progress.clear()
  }
}

/// A stream that is being recorded, and how it is read.
struct OpenedStream {
  /// What is kept of a stream that lives in memory.
  static let memoryByteLimit: UInt64 = 128 << 20

  var writer: StreamWriter
  var isInMemory: Bool
  var notices: [String]
  var openReader: @Sendable () throws(StreamError) -> StreamReader

  static func inMemory(notices: [String]) throws -> OpenedStream {
    let files = MemoryFileSystem(byteLimit: Int(memoryByteLimit))
    do throws(StreamError) {
      let writer = try StreamWriter(path: "/stream", fileSystem: files, create: true)
      return OpenedStream(
        writer: writer, isInMemory: true, notices: notices,
        openReader: { () throws(StreamError) in
          try StreamReader(path: "/stream", fileSystem: files)
        })
    } catch {
      throw UserMessage(of: error, path: "in memory")
    }
  }
}

enum NamedPatternFiles {
  /// The shipped event patterns and the user's; what does not load is said once.
  static func load() -> NamedPatterns {
    let named = NamedPatterns.shipped(
      userFolder: UserFiles.load(folder: "events", ending: ".events") + UserFiles.grok)
    for problem in named.problems { Console.error("spate: \(problem)") }
    return named
  }

  /// The shipped grok names and the user's.
  static func grok() -> GrokLibrary {
    var library = GrokLibrary.shipped
    for file in UserFiles.grok {
      for problem in library.load(file.bytes, path: file.path) {
        Console.error("spate: \(problem)")
      }
    }
    return library
  }
}
