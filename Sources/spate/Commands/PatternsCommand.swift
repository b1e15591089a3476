internal import ArgumentParser
internal import Events
internal import Patterns
internal import Pipeline

struct PatternsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patterns",
    abstract: "Print the clusters of messages; their counts sum to the events.",
    discussion: """
      EXAMPLES:
        spate patterns app.log
        spate patterns --json --top 20 /var/log/shop/*.log
        spate patterns --each-line app.log > ids.jsonl
        spate patterns --workers 1 app.log                  on one processor
        spate patterns --stream shop --from 03:30 --to 03:45

      With --from, a part of a stream is counted, under the patterns that the stream has up to there:
      the same ids and templates as on the screen. With another --granularity than normal, and with
      --each-line, the part is clustered by itself.
      """)

  @Flag(help: "One JSON object a line.") var json = false
  @Flag(help: "The pattern of every physical line, printed at the end; implies --json.")
  var eachLine = false
  @Option(help: ArgumentHelp("Only the N most frequent.", valueName: "n")) var top: Int?
  @Option(help: ArgumentHelp("How fine patterns are told apart: coarse, normal or fine."))
  var granularity: String = "normal"
  @OptionGroup var source: AnalysisInput

  mutating func run() throws {
    var options = Analysis.Options()
    options.detects = false
    options.keepsExamples = json && !eachLine
    guard let granularity = Granularity(rawValue: granularity) else {
      throw UserMessage(
        "--granularity \(granularity): write coarse, normal or fine", status: .usage)
    }
    options.miner.granularity = granularity
    if source.readsStream, source.stream.from != nil, granularity == .normal, !eachLine {
      var part = try PatternsInRange(source.stream)
      try part.run()
      return try print(PatternReport(part.analysis, counting: part.totals))
    }
    let analysis = Analysis(options)
    let spill = eachLine ? try IdentifierSpill() : nil
    try source.run(
      joinsLines: !eachLine, events: { analysis.totals.eventCount },
      batch: { batch, names in
        analysis.consume(batch, names: names)
        try spill?.add(batch)
      }, control: { record, names in analysis.consume(record, names: names) })
    guard let spill else { return try print(PatternReport(analysis)) }
    let console = Console()
    try spill.print(with: analysis.miner, to: console)
    try console.flush()
  }

  private func print(_ report: PatternReport) throws {
    let console = Console()
    try json ? report.printJSON(top: top, to: console) : report.printText(top: top, to: console)
    try console.flush()
  }
}
