internal import Events
internal import Pipeline
internal import Screens

/// Flows as a table or as JSON.
enum FlowText {
  static func print(_ reports: [FlowReport], of count: Int, to console: Console) throws {
    guard !reports.isEmpty else {
      return try console.write(
        line: "no flow found: no identifier ties a step of ten requests to a later one")
    }
    try console.write(
      line: " started  answered  waiting     open       p50       p95  flow")
    for report in reports {
      var line = NumberText.grouped(report.startedCount).leftPadded(8)
      line += NumberText.grouped(report.answeredCount).leftPadded(10)
      line += NumberText.grouped(report.waitingCount).leftPadded(9)
      line += NumberText.grouped(report.openCount).leftPadded(9)
      line += time(report.latencies.quantile(0.5)).leftPadded(10)
      line += time(report.latencies.quantile(0.95)).leftPadded(10)
      line += "  " + step(report.from) + " → " + step(report.to, after: report.from)
      if !report.identifierName.isEmpty {
        line += "  by " + TextSafety.printable(report.identifierName)
      }
      try console.write(line: line)
      guard !report.openExamples.isEmpty else { continue }
      let examples = report.openExamples.map {
        "\(TextSafety.printable($0.identifier)) (\($0.time.rfc3339))"
      }
      try console.write(
        line: String(repeating: " ", count: 58) + "open: " + examples.joined(separator: ", "))
    }
    if count > reports.count {
      try console.write(line: "… and \(NumberText.counted(count - reports.count, "more flow"))")
    }
  }

  /// The service is named once where both steps are of it.
  private static func step(_ step: FlowStep, after first: FlowStep? = nil) -> String {
    let text = TextSafety.printable(step.text)
    guard let service = step.service, service != first?.service else { return text }
    return "\(TextSafety.printable(service)): \(text)"
  }

  /// `12.5ms`, `3.01s`, `-`
  static func time(_ milliseconds: Double?) -> String {
    guard let milliseconds else { return "-" }
    return milliseconds < 1000
      ? CountText.number(milliseconds) + "ms" : CountText.number(milliseconds / 1000) + "s"
  }

  static func json(_ report: FlowReport) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      for (key, step) in [("from", report.from), ("to", report.to)] {
        json.key(key)
        json.object { json in
          json.field("service", step.service)
          json.field("step", step.text)
        }
      }
      json.field("by", report.identifierName.isEmpty ? nil : report.identifierName)
      json.field("started", report.startedCount)
      json.field("answered", report.answeredCount)
      json.field("waiting", report.waitingCount)
      json.field("open", report.openCount)
      for (name, share) in [("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99)] {
        json.key(name)
        json.number(report.latencies.quantile(share).map { "\($0)" } ?? "null")
      }
      json.key("examples")
      json.array(report.openExamples) { json, open in
        json.object { json in
          json.field("id", open.identifier)
          json.field("time", open.time.rfc3339)
        }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}
