internal import ArgumentParser
internal import EventStream
internal import Events
internal import Patterns
internal import Pipeline
internal import Screens

struct CatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "Print events: of a stream in offset order, of files merged by time.",
    usage: "spate cat [--stream S] [--from PLACE] [--to PLACE]\n       spate cat PATH...",
    discussion: """
      EXAMPLES:
        spate cat --from 09:30 --to 09:35
        spate cat --grep 'timeout|refused' --level warn
        spate cat --id ord_81723                       all events of one order, across services
        spate cat --id 4bf92f35 --json /var/log/shop/*.log
        spate cat --raw --stream shop > shop.log       the bytes as they came
        spate cat --json --follow --service payment
        spate cat --where 'service = api and level >= warn and status = 5*'

      With --id the events are sorted by their times. An identifier is a whole word anywhere in
      an event: ord_1 is not in ord_12.

      \(ConditionArgument.help)
      """)

  @Argument(
    help: ArgumentHelp("Files, folders or globs instead of a stream.", valueName: "path"))
  var paths: [String] = []
  @OptionGroup var place: StreamArguments
  @Option(
    help: ArgumentHelp(
      "Only events that hold this trace, request or order; any of several.", valueName: "value"))
  var id: [String] = []
  @Flag(
    help: "The bytes as they came; where containers share a source, each event's lines together.")
  var raw = false
  @Flag(help: "One JSON object a line.") var json = false
  @Flag(help: "Go on as the input grows.") var follow = false
  @Flag(help: "Control records, too: ticks, gaps, states of sources.") var control = false
  @Option(help: ArgumentHelp("Only events whose text matches.", valueName: "re")) var grep: String?
  @Option(help: ArgumentHelp("Only this level and worse.", valueName: "level")) var level: String?
  @Option(help: ArgumentHelp("Only this service; may be repeated.", valueName: "name"))
  var service: [String] = []
  @Option(name: .customLong("where"), help: ArgumentHelp("Only these events.", valueName: "cond"))
  var condition: String?

  mutating func run() throws {
    let library = RecognitionArguments.library()
    let selection = try EventSelection(
      grep: grep, level: level, services: service, ids: id,
      condition: try ConditionArgument.condition(condition, library: library))
    let console = Console()
    let form: EventPrinter.Form = raw ? .raw : json ? .json(library) : .text
    var printer = EventPrinter(form, sortsByTime: !id.isEmpty && !follow, console)
    Interruption.note()
    if paths.count == 1, StreamPlaces.isStream(paths[0]) {
      place.stream = paths[0]
      paths = []
    }
    if paths.isEmpty {
      try printStream(selection, &printer, console)
    } else {
      try printFiles(selection, &printer, console)
    }
    try printer.finish()
    try console.flush()
    ConditionArgument.note(unknownFields: selection.unknownFields)
    if !id.isEmpty, !follow, printer.count == 0 {
      Console.error("spate: no event holds \(id.joined(separator: " or "))")
    }
  }

  // MARK: A stream

  private func printStream(
    _ selection: EventSelection, _ printer: inout EventPrinter, _ console: Console
  ) throws {
    let reader = try place.openReader()
    var end = try place.seek(reader, follow: follow)
    if !follow { try end.stopBehindTime(reader) }
    // Asked of the arguments once: each question costs more than an event.
    let (control, follow) = (control, follow)
    while true {
      try stopIfAsked(console)
      switch try next(reader) {
      case .batch(let batch):
        guard selection.mayPass(batch) else {
          if try isBehind(end, batch) { return }
          continue
        }
        for index in 0..<batch.count {
          let offset = (batch.firstOffset ?? 0) + UInt64(index)
          guard let isInside = unsafe end.contains(batch.records[index], offset: offset) else {
            return
          }
          guard isInside, selection.passes(batch, index, names: reader.names) else { continue }
          try printer.print(batch, index, offset: offset, names: reader.names)
        }
      case .control(let record):
        if control { try console.write(line: ControlText.line(record, names: reader.names)) }
      case .gap(let from, let to, let reason):
        Console.error("spate: events #\(from) to #\(to) cannot be read: \(reason)")
      case .atEnd:
        guard follow else { return }
        try console.flush()
        _ = reader.waitForMore(timeout: .milliseconds(200))
      }
    }
  }

  private func isBehind(_ end: StreamEnd, _ batch: EventBatch) throws -> Bool {
    (0..<batch.count).contains { index in
      unsafe end.contains(
        batch.records[index], offset: (batch.firstOffset ?? 0) + UInt64(index)) == nil
    }
  }

  private func next(_ reader: StreamReader) throws -> StreamItem {
    do throws(StreamError) { return try reader.next() } catch {
      throw UserMessage(of: error, path: try place.path())
    }
  }

  // MARK: Files

  private func printFiles(
    _ selection: EventSelection, _ printer: inout EventPrinter, _ console: Console
  ) throws {
    guard place.stream == nil, place.from == nil, place.to == nil else {
      throw UserMessage(
        "--stream, --from and --to are for recorded streams; files are read whole",
        status: .usage)
    }
    var input = try InputOptions.parse([])
    input.paths = paths
    let (control, follow) = (control, follow)
    try FileRun(
      try input.open(follow: follow), options: try input.recognition.options(),
      clock: WallClock.now
    ).run(
      batch: { (batch, names) throws in
        try stopIfAsked(console)
        guard selection.mayPass(batch) else { return }
        for index in 0..<batch.count where selection.passes(batch, index, names: names) {
          try printer.print(batch, index, offset: nil, names: names)
        }
        if follow { try console.flush() }
      },
      control: { (record, names) throws in
        Notices.print(record, names: names)
        if control { try console.write(line: ControlText.line(record, names: names)) }
        try stopIfAsked(console)
      }, progress: { _ in })
  }

  private func stopIfAsked(_ console: Console) throws {
    guard let status = Interruption.status else { return }
    try console.flush()
    throw status
  }
}
