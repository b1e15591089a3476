internal import ArgumentParser
internal import Events
internal import Pipeline

struct CountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count",
    abstract: "Count events by anything, in all or over time; numbers of their fields as well.",
    discussion: """
      EXAMPLES:
        spate count --by service,level /var/log/shop/*.log
        spate count --by level --every 1m --stream shop --from -1h
        spate count --by path --p50 --p95 request_time --where 'status = 5*' access.log
        spate count --every 1m --sliding --step 10s --where 'level >= error' app.log
        spate count --by pattern --top 5 --json app.log
        kubectl logs -f deploy/api | spate count --by status --every 10s --follow -
        spate count --by level --every 1m --stream shop --follow --to-stream shop-levels

      \(ConditionArgument.help)

      A window is printed once it is over: when events --lateness later have come. One marked ~
      is not over and may change; on a terminal --follow shows these below the others. An event
      that comes more than --lateness behind the newest is late, as on the screens: it counts
      apart, in its own window, or where that is over in the oldest that is open. Counts and late
      events sum to all. Quantiles of more than 256 values are exact to 0.4 %, numbers of
      different values beyond 2,048 to 5 %.

      With --to-stream the windows that are over become events of a stream of their own, their
      bytes the lines of --json; it can be shown, replayed, followed and counted as any other.
      Those of a recorded stream are written exactly once: the command goes on where it stopped.
      """)

  @OptionGroup var arguments: CountArguments
  @Option(name: .customLong("where"), help: ArgumentHelp("Only these events.", valueName: "cond"))
  var condition: String?
  @Option(help: ArgumentHelp("The N largest groups; the others are summed up.", valueName: "n"))
  var top: Int?
  @Flag(help: "One JSON object a window and group.") var json = false
  @Flag(help: "Go on as the input grows.") var follow = false
  @Option(
    help: ArgumentHelp("Write windows that are over into this stream as well.", valueName: "stream")
  )
  var toStream: String?
  @OptionGroup var source: AnalysisInput

  mutating func run() throws {
    if let top, top < 0 { throw UserMessage("--top \(top): write 0 or more", status: .usage) }
    let library = try source.input.recognition.options().library
    let columns = arguments.columns()
    let plan = try arguments.plan(columns)
    if plan.windows == nil, follow || toStream != nil {
      throw UserMessage(
        "\(follow ? "--follow" : "--to-stream"): say with --every how long a window is",
        status: .usage)
    }
    let counter = EventCounter(
      plan, condition: try ConditionArgument.condition(condition, library: library),
      library: library)
    let console = Console()
    let isLive = follow
    var report: any CountReport =
      json
      ? CountJSON(plan, columns, top: top, to: console)
      : CountText(plan, columns, top: top, isLive: isLive, to: console)
    let showsOpen = follow && !json && DisplayArguments.isTerminal
    var lastShown = Instant.distantPast
    let lines = CountJSON(plan, columns, top: top, to: console)
    let derived = try toStream.map {
      try DerivedOutput(
        $0, of: source, results: .counts, made: arguments.description(condition, top: top))
    }
    func tell() throws {
      let closed = counter.takeClosed()
      for window in closed {
        try report.print(window)
        derived?.append(window, lines.objects(window), by: plan.dimensions)
      }
      try derived?.flush()
      if showsOpen, WallClock.now().microseconds(since: lastShown) > 250_000 {
        try report.showOpen(counter.provisional())
        lastShown = WallClock.now()
        try console.flush()
      } else if isLive, !closed.isEmpty {
        try console.flush()
      }
    }
    try source.run(
      follow: follow, events: { counter.eventCount },
      batch: { batch, names in
        counter.consume(batch, names: names)
        try tell()
      },
      control: { record, _ in
        counter.consume(record)
        try tell()
      })
    for window in counter.provisional() { try report.print(window) }
    try report.finish(counter)
    try console.flush()
    try derived?.finish()
    ConditionArgument.note(unknownFields: counter.unknownFields)
  }
}

/// A form in which counts are printed.
protocol CountReport {
  mutating func print(_ window: WindowCounts) throws
  /// Windows that are not over, where a person looks on.
  mutating func showOpen(_ windows: [WindowCounts]) throws
  mutating func finish(_ counter: EventCounter) throws
}
