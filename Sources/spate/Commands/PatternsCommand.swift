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
    let analysis = Analysis(options)
    let spill = eachLine ? try IdentifierSpill() : nil
    try source.run(
      joinsLines: !eachLine, events: { analysis.totals.eventCount },
      batch: { batch, names in
        analysis.consume(batch, names: names)
        try spill?.add(batch)
      }, control: { record, names in analysis.consume(record, names: names) })
    let console = Console()
    if let spill {
      try spill.print(with: analysis.miner, to: console)
    } else {
      let report = PatternReport(analysis)
      try json ? report.printJSON(top: top, to: console) : report.printText(top: top, to: console)
    }
    try console.flush()
  }
}
