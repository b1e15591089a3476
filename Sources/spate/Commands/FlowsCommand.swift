internal import ArgumentParser
internal import Events
internal import Pipeline

struct FlowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flows",
    abstract: "Requests without an answer: what mostly follows what, and how often it did not.",
    discussion: """
      EXAMPLES:
        spate flows /var/log/shop/*.log                  the flows that are found, most open first
        spate flows --stream shop --from -1h --json
        spate flows --start 'message ~ "order received"' --end 'message ~ shipped' --id order_id
        spate flows --start 'message ~ "^enqueued"' --end 'message ~ "^done"' --timeout 30s app.log
        spate cat --id ord_81723                         what became of one

      An identifier that both events hold (a UUID, a long hexadecimal number, ord_81723, or what
      stands behind trace_id=, "orderId": and their like) ties an answer to its request. A request
      is open when its answer has not come in twice the time that 99 of 100 took, or --timeout;
      until then it waits. Found by itself is a flow where at least ten requests began with the
      same step and half or more of them came to the same later one, the last such; fields of a
      message (status=500) make no other step.

      \(ConditionArgument.help)
      """)

  @Option(help: ArgumentHelp("Events that begin a request.", valueName: "cond")) var start: String?
  @Option(help: ArgumentHelp("Events that answer it.", valueName: "cond")) var end: String?
  @Option(
    help: ArgumentHelp(
      "Fields that hold the identifier, with --start and --end; the first that an event has.",
      valueName: "a,b")) var id: String?
  @Option(
    help: ArgumentHelp("What is unanswered for so long is open: 500ms, 30s.", valueName: "time"))
  var timeout: String?
  @Option(help: ArgumentHelp("Print the first N flows.", valueName: "n")) var top: Int = 30
  @Flag(help: "One JSON object a flow.") var json = false
  @OptionGroup var source: AnalysisInput

  mutating func run() throws {
    guard top >= 0 else { throw UserMessage("--top \(top): write 0 or more", status: .usage) }
    let limit = try timeout.map { text in
      guard let limit = ReadNumber(text), limit.unit == .milliseconds, limit.value >= 0 else {
        throw UserMessage("--timeout \(text): write a time such as 500ms or 30s", status: .usage)
      }
      return Int64(limit.value * 1000)
    }
    let library = try source.input.recognition.options().library
    let start = try ConditionArgument.condition(start, option: "--start", library: library)
    let end = try ConditionArgument.condition(end, option: "--end", library: library)
    let reports: [FlowReport]
    if let start, let end {
      let names = (id ?? "").split(separator: ",").map(String.init)
      let flow = NamedFlow(start: start, end: end, idFields: names, library: library)
      try read { flow.consume($0, names: $1) }
      reports = [flow.report(timeoutMicroseconds: limit)]
      ConditionArgument.note(unknownFields: flow.unknownFields)
    } else {
      guard start == nil, end == nil, id == nil else {
        throw UserMessage(
          "--start and --end belong together; without both, flows are found by themselves",
          status: .usage)
      }
      let flows = LearnedFlows()
      try read { flows.consume($0, names: $1) }
      reports = flows.reports(timeoutMicroseconds: limit)
    }
    let console = Console()
    if json {
      for report in reports.prefix(top) { try console.write(FlowText.json(report)) }
    } else {
      try FlowText.print(Array(reports.prefix(top)), of: reports.count, to: console)
    }
    try console.flush()
  }

  private func read(_ batch: (EventBatch, EventNames) -> Void) throws {
    var count: UInt64 = 0
    try source.run(
      events: { count },
      batch: { events, names in
        batch(events, names)
        count += UInt64(events.count)
      }, control: { _, _ in })
  }
}
