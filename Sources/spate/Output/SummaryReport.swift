internal import Detection
internal import Events
internal import Pipeline
internal import Screens

/// What bare `spate` prints without a screen: what was read, what is odd, and the patterns.
struct SummaryReport {
  private let analysis: Analysis
  private let reports: [AnomalyReport]
  /// Patterns that are listed; the rest is summed.
  private static let patternLimit = 20

  init(_ analysis: Analysis) {
    self.analysis = analysis
    // A window speaks when it is over, so reports come a little out of order.
    reports = analysis.takeReports().sorted { $0.anomaly.time < $1.anomaly.time }
  }

  func print(to console: Console) throws {
    let totals = analysis.totals
    let names = analysis.names
    try console.write(
      line: "\(NumberText.counted(totals.eventCount, "event")) in "
        + "\(NumberText.counted(totals.lineCount, "line")) from "
        + "\(NumberText.counted(names.sources.count, "source"))"
        + ", \(NumberText.counted(names.services.count, "service"))"
        + span)
    if totals.unparsedCount > 0 {
      let share = Double(totals.unparsedCount) / Double(max(1, totals.eventCount)) * 100
      try console.write(
        line:
          "\(NumberText.grouped(totals.unparsedCount)) (\(NumberText.fixed(share, digits: 1)) %) in no "
          + "declared format; counted all the same")
    }
    try console.write(line: "")
    if reports.isEmpty {
      try console.write(line: "no anomalies")
    } else {
      try console.write(
        line: "\(reports.count) \(reports.count == 1 ? "anomaly" : "anomalies"), in time order")
      for report in reports { try console.write(AnomalyText.text(report)) }
    }
    try console.write(line: "")
    try PatternReport(analysis).printText(top: Self.patternLimit, to: console)
  }

  private var span: String {
    let times = analysis.totals.patterns.filter { $0.count > 0 }
    guard let first = times.map(\.firstTime).min(), let last = times.map(\.lastTime).max() else {
      return ""
    }
    return "\n\(first.rfc3339) to \(last.rfc3339)"
  }
}
