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
