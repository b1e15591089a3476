internal import ArgumentParser
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
        spate anomalies --json --fail-on-anomaly app.log    exit status 3 if there is one
        spate anomalies --stream shop --from -1h
      """)

  @Flag(help: "One JSON object a line.") var json = false
  @Flag(help: "End with status 3 when there is an anomaly.") var failOnAnomaly = false
  @OptionGroup var source: AnalysisInput

  mutating func run() throws {
    let console = Console()
    var count = 0
    let json = json
    func report(_ reports: [AnomalyReport]) throws {
      for report in reports {
        count += 1
        try console.write(json ? AnomalyText.json(report) : AnomalyText.text(report))
      }
    }
    let analysis: Analysis
    if source.readsStream {
      let run = try StreamRun(source.stream)
      try run.run(reports: report)
      if source.stream.to == nil { try run.finish(report) }
      analysis = run.analysis
    } else {
      analysis = Analysis()
      try source.run(
        events: { analysis.totals.eventCount },
        batch: { batch, names in
          analysis.consume(batch, names: names)
          try report(analysis.takeReports())
        },
        control: { record, names in
          analysis.consume(record, names: names)
          try report(analysis.takeReports())
        })
      analysis.finish()
      try report(analysis.takeReports())
    }
    if !json, count == 0 {
      try console.write(
        line: "no anomalies in \(NumberText.grouped(analysis.totals.eventCount)) events")
    }
    try console.flush()
    if failOnAnomaly, count > 0 { throw ExitStatus.anomaliesFound }
  }
}
