internal import ArgumentParser
internal import Detection
internal import Events
internal import Pipeline
internal import Screens

struct AnomaliesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anomalies",
    abstract: "Print what is new, bursts or falls silent, with the numbers that say so.",
    discussion: """
      EXAMPLES:
        spate anomalies /var/log/shop/*.log
        spate anomalies --incidents /var/log/shop/*.log     what belongs together, once
        spate anomalies --markdown /var/log/shop/*.log      as reports for a ticket
        spate anomalies app.log --history app.log.1         judged by what was there before
        spate anomalies --json --fail-on-anomaly app.log    exit status 3 if there is one
        spate anomalies --stream shop --from -1h
        spate anomalies --json --follow --on-anomaly 'notify-team' /var/log/shop/*.log
        spate anomalies --follow --stream shop --to-stream shop-anomalies
        spate cat --follow --stream shop-anomalies          what another spate finds, as it does

      With --to-stream each anomaly becomes an event of a stream of its own, its bytes the line of
      --json; it can be shown, replayed and followed as any other. Those of a recorded stream are
      written exactly once: the command goes on where it stopped, or was killed.
      """)

  @Flag(help: "One JSON object a line.") var json = false
  @Flag(help: "Incidents instead: anomalies that belong together, each when it is over.")
  var incidents = false
  @Flag(help: "Incidents as Markdown: the order of change, the events, the commands that show it.")
  var markdown = false
  @Flag(help: "Go on as the input grows.") var follow = false
  @Flag(help: "End with status 3 when there is an anomaly.") var failOnAnomaly = false
  @Option(
    help: ArgumentHelp("Write what is found into this stream as well.", valueName: "stream"))
  var toStream: String?
  @Option(
    help: ArgumentHelp(
      "Run this in a shell for each, its JSON on standard input; what it prints is printed.",
      valueName: "command")) var onAnomaly: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files or streams from before, up to the next option or --: what is known from there is not new.",
      valueName: "path")) var history: [String] = []
  @OptionGroup var source: AnalysisInput

  mutating func run() throws {
    let console = Console()
    if json, markdown {
      throw UserMessage("--json and --markdown: choose one", status: .usage)
    }
    let (json, markdown, follow) = (json, markdown, follow)
    let incidents = incidents || markdown
    let hook = onAnomaly.map(CommandHook.init)
    // Of a part of a stream, what was recorded before it is the history.
    let stream =
      source.readsStream && !follow && history.isEmpty ? try StreamRun(source.stream) : nil
    let analysis = stream?.analysis ?? Analysis()
    let derived = try toStream.map {
      try DerivedOutput(
        $0, of: source, results: incidents ? .incidents : .anomalies,
        made: history.isEmpty ? "" : "history " + history.joined(separator: " "))
    }
    var derive = derived
    try HistoryInput(history, like: source).read(into: analysis)
    var count = 0
    var told: [AnomalyReport] = []
    func print(_ text: [UInt8], _ object: @autoclosure () -> [UInt8]) throws {
      count += 1
      try console.write(text)
      hook?.run(object())
    }
    func print(_ incident: Incident) throws {
      let reports = told.filter { $0.anomaly.incident == incident.number }
      told.removeAll { $0.anomaly.incident <= incident.number }
      let text = IncidentText(incident, reports, names: analysis.names.services)
      derive?.append(incident, text.json, service: reports.first?.serviceName)
      if isPast { return }
      let shown =
        markdown ? text.markdown(origin: source.origin) : json ? text.json : text.text
      try print(shown, text.json)
    }
    var isPast = source.records
    func report(_ reports: [AnomalyReport]) throws {
      let closed = analysis.takeClosedIncidents().filter { stream?.shows($0.offset) ?? true }
      if incidents {
        told += reports
        for incident in closed { try print(incident) }
      } else {
        for report in reports {
          let object = AnomalyText.json(report)
          derive?.append(report, object)
          if isPast { continue }
          try print(json ? object : AnomalyText.text(report), object)
        }
      }
      try derive?.flush()
      if follow, !reports.isEmpty || !closed.isEmpty { try console.flush() }
      hook?.attend()
    }
    if let stream {
      try stream.run(reports: report)
    } else {
      try source.run(
        follow: follow,
        // What a stream that goes on held before was told when it came.
        past: {
          _ = analysis.takeReports()
          _ = analysis.takeClosedIncidents()
          isPast = false
        },
        events: { analysis.totals.eventCount },
        batch: { batch, names in
          analysis.consume(batch, names: names)
          try report(analysis.takeReports())
        },
        control: { record, names in
          analysis.consume(record, names: names)
          try report(analysis.takeReports())
        })
    }
    // A stream may go on: what only its end has told is not told for good.
    try derived?.flush()
    if source.readsStream || source.records { derive = nil }
    analysis.finish()
    try report(stream?.takeShown() ?? analysis.takeReports())
    if incidents, let open = analysis.detector.openIncident { try print(open) }
    if !json, !markdown || count == 0 {
      if count == 0 {
        try console.write(
          line: "no anomalies in " + NumberText.counted(analysis.totals.eventCount, "event"))
      }
      if analysis.detector.isCold {
        try console.write(
          line: "a cold start: new is what came first after a minute; --history FILES tells more")
      }
    }
    try console.flush()
    try derived?.finish()
    hook?.finish()
    if failOnAnomaly, count > 0 { throw ExitStatus.anomaliesFound }
  }
}

/// Files and streams of the past, read for what they teach.
struct HistoryInput {
  private var inputs: [AnalysisInput] = []

  /// - Parameter source: Says how lines are understood.
  init(_ paths: [String], like source: AnalysisInput) {
    func input(files: [String], stream: String?) -> AnalysisInput {
      var input = source
      input.input.paths = files
      input.input.exec = []
      input.input.tail = nil
      input.stream.stream = stream
      input.stream.from = nil
      input.stream.to = nil
      return input
    }
    let files = paths.filter { !StreamPlaces.isStream($0) }
    if !files.isEmpty { inputs.append(input(files: files, stream: nil)) }
    inputs += paths.filter(StreamPlaces.isStream).map { input(files: [], stream: $0) }
  }

  func read(into analysis: Analysis) throws {
    for input in inputs {
      try input.run(
        events: { analysis.totals.eventCount },
        batch: { analysis.consume($0, names: $1) },
        control: { analysis.consume($0, names: $1) })
      analysis.finish()
      analysis.beginPresent()
    }
  }
}
