internal import ArgumentParser
internal import EventStream
internal import Events
internal import Pipeline

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Show a recorded stream again, from any place, as it was seen.",
    discussion: """
      EXAMPLES:
        spate replay                             the newest stream, from its beginning
        spate replay --from 03:30 --speed 10
        spate replay --stream shop --from '#120000'
        spate replay --speed max > events.jsonl  without a terminal: events and anomalies as JSON
      """)

  @OptionGroup var place: StreamArguments
  @OptionGroup var display: DisplayArguments
  @Option(help: ArgumentHelp("Times as fast as it happened: 0.1 to 1000, or max.", valueName: "n"))
  var speed: String?

  mutating func run() throws {
    let speed = try parsedSpeed()
    let path = try place.path()
    if Console.outputIsTerminal, let type = display.terminalType {
      let reader = try StreamPlaces.reader(at: path)
      var options = Session.Options(
        recognition: try RecognitionArguments.parse([]).options(),
        openReader: { () throws(StreamError) in
          try StreamReader(path: path, fileSystem: SystemFileSystem())
        })
      options.streamName = path.split(separator: "/").last.map(String.init) ?? path
      options.makeNamedPatterns = { NamedPatternFiles.load() }
      options.path = path
      options.analysis = .ofThisBuild
      let start: PlaceArgument =
        try place.from.map { try PlaceArgument($0, reader: reader) }
        ?? .offset(reader.startOffset)
      let loop = ScreenLoop(options, display: display, type: type)
      loop.start = start
      loop.speed = speed ?? 1
      loop.playsAtStart = self.speed != nil || place.from == nil
      let store = KeyframeStore(
        reader: try StreamPlaces.reader(at: path), options: .ofThisBuild)
      let notices =
        store.beginning().lacksPast ? [KeptAnalysis.lostPast(before: reader.startOffset)] : []
      return try loop.run(.stream(StreamPlaces.storage(of: path)), notices: notices)
    }
    try printEvents(speed: speed ?? 1)
  }

  private func parsedSpeed() throws -> Double? {
    guard let speed else { return nil }
    if speed == "max" { return .infinity }
    guard let value = Double(speed), value >= 0.1, value <= 1000 else {
      throw UserMessage("--speed \(speed): write a number from 0.1 to 1000, or max", status: .usage)
    }
    return value
  }

  /// Events as JSON with the anomalies between them, at the pace they came.
  private func printEvents(speed: Double) throws {
    let library = RecognitionArguments.library()
    let console = Console()
    Interruption.note()
    let run = try StreamRun(place)
    var pace = Pace(speed: speed)
    try run.run(
      event: { batch, index, offset in
        try pace.wait(for: unsafe batch.records[index].time, console)
        let fields = EventText.fields(of: index, in: batch, library, run.reader.names)
        try console.write(
          EventText.json(batch, index, names: run.reader.names, fields: fields, offset: offset))
      },
      reports: { for report in $0 { try console.write(AnomalyText.json(report)) } })
    try console.flush()
  }
}

/// Waits so that events come as far apart as they happened, divided by the speed.
struct Pace {
  let speed: Double
  private var last: Instant?
  private var due = Instant(microseconds: 0)

  init(speed: Double) { self.speed = speed }

  mutating func wait(for time: Instant, _ console: Console) throws {
    guard speed.isFinite else { return }
    let now = WallClock.now()
    guard let last else {
      self.last = time
      due = now
      return
    }
    let passed = max(0, min(time.microseconds(since: last), 5_000_000))
    self.last = max(last, time)
    due = due.advanced(byMicroseconds: Int64(Double(passed) / speed))
    let rest = due.microseconds(since: now)
    guard rest > 1000 else { return }
    try console.flush()
    WallClock.sleep(microseconds: rest)
  }
}
