internal import Detection
internal import Events
internal import Pipeline
internal import Screens

/// One anomaly as text or JSON.
enum AnomalyText {
  static func json(_ report: AnomalyReport) -> [UInt8] {
    var json = JSONText()
    json.object { fields(report, into: &$0) }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  static func fields(_ report: AnomalyReport, into json: inout JSONText) {
    let anomaly = report.anomaly
    json.field("time", anomaly.time.rfc3339)
    json.field("end", anomaly.end?.rfc3339)
    json.field("kind", anomaly.kind.rawValue)
    json.field("pattern", report.patternKey.map(KeyText.of))
    json.field("template", report.template)
    if let name = report.measureName { json.field("field", name) }
    if let value = report.value { json.field("value", value) }
    json.field("service", report.serviceName)
    json.field("score", rounded(anomaly.score))
    let numbers = anomaly.evidence.counts
    json.field("count", numbers.observed)
    json.key("expected")
    if let expected = numbers.expected {
      json.number("\(rounded(expected))")
    } else {
      json.null()
    }
    json.field("why", AnomalySentence.why(anomaly, next: report.nextTemplate))
    if let next = report.nextTemplate { json.field("next", next) }
    json.key("examples")
    json.array(report.examples) { $0.string(utf8: trimmed($1)) }
    json.field("offset", anomaly.offset)
    json.field("incident", anomaly.incident)
  }

  /// - Parameter indent: Columns before the lines that follow the first.
  static func text(_ report: AnomalyReport, indent: Int = 4) -> [UInt8] {
    let margin = String(repeating: " ", count: indent)
    let anomaly = report.anomaly
    var line = anomaly.time.rfc3339
    line += "  \(anomaly.kind.rawValue.uppercased().rightPadded(6))"
    line += "  \((report.serviceName ?? "-").rightPadded(14))"
    line += "  \(TextSafety.printable(subject(of: report)))\n"
    let field = fieldText(report).map { TextSafety.printable($0) + ": " } ?? ""
    line +=
      "\(margin)\(field)\(TextSafety.printable(AnomalySentence.why(anomaly, next: report.nextTemplate)))\n"
    if let example = report.examples.first {
      let first = trimmed(example).prefix { $0 != UInt8(ascii: "\n") }
      line += "\(margin)e.g. \(TextSafety.printable(String(decoding: first, as: UTF8.self)))\n"
    }
    return Array(line.utf8)
  }

  /// `took`, or `region=eu-west-9`.
  private static func fieldText(_ report: AnomalyReport) -> String? {
    report.measureName.map { name in report.value.map { "\(name)=\($0)" } ?? name }
  }

  private static func subject(of report: AnomalyReport) -> String {
    switch report.anomaly.subject {
    case .pattern: report.template ?? ""
    case .service: "all its events"
    case .source: report.sourceName ?? ""
    case .traffic: "several services at once"
    }
  }

  private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    var end = bytes.count
    while end > 0, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") {
      end -= 1
    }
    return bytes[..<end]
  }

  static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension Anomaly.Evidence {
  /// How many came, and how many were expected.
  var counts: (observed: Int, expected: Double?) {
    switch self {
    case .new(let observed, _): (observed, 0)
    case .burst(let observed, _, let expected, _, _, _): (observed, expected)
    case .drop(let observed, _, let expected, _): (observed, expected)
    case .silence(let silent, let usual, _):
      (0, usual > 0 ? Double(silent) / Double(usual) : nil)
    case .level(let observed, let all, _, let share, _): (observed, Double(all) * share)
    case .value(let observed, _, _, _, _, _, _): (observed, nil)
    case .unseen(_, let observed, _, _, _, _, _): (observed, 0)
    case .broken(_, _, let missing, let all, _, _, let usual, _, _):
      (all - missing, Double(all) * usual)
    case .clock, .turnedBack: (0, nil)
    }
  }
}
