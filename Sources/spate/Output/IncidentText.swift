internal import Detection
internal import Events
internal import Pipeline
internal import Screens

/// One incident as text or JSON: what came first, what was worst, and the order of change.
struct IncidentText {
  private let incident: Incident
  /// What was told of it, in order.
  private let reports: [AnomalyReport]
  private let names: NameTable

  init(_ incident: Incident, _ reports: [AnomalyReport], names: NameTable) {
    self.incident = incident
    self.reports = reports
    self.names = names
  }

  private var first: AnomalyReport? { reports.first { $0.anomaly.number == incident.first } }
  private var worst: AnomalyReport? { reports.first { $0.anomaly.number == incident.worst } }
  private var services: [String] { incident.services.map { names.name($0.rawValue) } }
  private var kinds: [String] { incident.kinds.map(\.rawValue) }

  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.field("incident", incident.number)
      json.field("time", incident.start.rfc3339)
      json.field("end", incident.end?.rfc3339)
      json.key("kinds")
      json.array(kinds) { $0.string($1) }
      json.key("services")
      json.array(services) { $0.string($1) }
      json.field("score", AnomalyText.rounded(incident.worstScore))
      json.field("anomalies", incident.toldCount)
      json.field("folded", incident.foldedCount)
      for (name, report) in [("first", first), ("worst", worst)] {
        json.key(name)
        guard let report else {
          json.null()
          continue
        }
        json.object { AnomalyText.fields(report, into: &$0) }
      }
      json.key("order")
      json.array(reports) { json, report in
        json.object { json in
          json.field("time", report.anomaly.time.rfc3339)
          json.field("kind", report.anomaly.kind.rawValue)
          json.field("service", report.serviceName)
          json.field("template", report.template)
        }
      }
      json.field("offset", incident.offset)
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// A report of it, each anomaly with the first of its examples.
  func markdown(origin: IncidentReport.Origin) -> [UInt8] {
    let templates = Dictionary(
      reports.compactMap { report -> (PatternID, String)? in
        guard case .pattern(let id) = report.anomaly.subject else { return nil }
        return report.template.map { (id, $0) }
      }, uniquingKeysWith: { first, _ in first })
    let sources = Dictionary(
      reports.compactMap { report -> (SourceID, String)? in
        guard case .source(let id) = report.anomaly.subject else { return nil }
        return report.sourceName.map { (id, $0) }
      }, uniquingKeysWith: { first, _ in first })
    let services = self.names
    let report = IncidentReport(
      incident, reports.map(\.anomaly),
      names: AnomalySentence.Names(
        pattern: { templates[$0] ?? "a pattern" }, service: { services.name($0.rawValue) },
        source: { sources[$0] ?? "a source" }),
      origin: origin)
    var quotes: [UInt64: IncidentReport.Quote] = [:]
    for report in reports {
      guard let example = report.examples.first else { continue }
      quotes[IncidentReport.offset(report.anomaly)] = IncidentReport.Quote(
        place: "such as",
        lines: example.split(separator: UInt8(ascii: "\n")).map { line in
          Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        })
    }
    return Array(report.markdown(quotes: quotes, marks: []).utf8) + [UInt8(ascii: "\n")]
  }

  var text: [UInt8] {
    let end = incident.end.map { "to \($0.rfc3339)" } ?? "not over"
    var text = "INCIDENT \(incident.number)  \(incident.start.rfc3339) \(end)  "
    text += "\(kinds.joined(separator: ", ")) in "
    text += TextSafety.printable(
      services.isEmpty ? "several services" : services.joined(separator: ", "))
    if incident.foldedCount > 0 {
      text += "  (\(incident.foldedCount.grouped) more like these)"
    }
    text += "\n"
    var lines = Array(text.utf8)
    for report in reports {
      let mark =
        switch report.anomaly.number {
        case incident.first where incident.first == incident.worst: "first, worst"
        case incident.first: "first"
        case incident.worst: "worst"
        default: ""
        }
      lines += Array("  \(mark.rightPadded(12))  ".utf8)
      lines += AnomalyText.text(report, indent: 16)
    }
    return lines
  }
}
