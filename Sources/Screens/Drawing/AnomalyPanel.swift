internal import Detection
internal import Events
internal import Pipeline
internal import Terminal

/// What is behind a badge: the numbers of its test, in words, below the list that `p` was pressed on.
extension ScreenModel {
  static let panelRows = 7

  func showsPanel(_ frame: FrameLayout) -> Bool {
    showsTest && frame.bodyRows >= Self.panelRows + 8
  }

  /// The anomaly that the keys mean on this screen.
  func explainedAnomaly(_ snapshot: Snapshot) -> Anomaly? {
    switch view {
    case .anomalies: return selectedAnomaly(snapshot)
    case .pattern(let id): return newestAnomaly(of: id, snapshot)
    default:
      let subject: Anomaly.Subject? =
        overview.pane == .services
        ? overview.selectedService.map { .service($0) } : overview.selected.map { .pattern($0) }
      return snapshot.anomalies.first { $0.subject == subject }
    }
  }

  mutating func toggleDetails(_ snapshot: Snapshot) {
    if view == .stream { return stream.showsDetails.toggle() }
    showsTest.toggle()
    let frame = FrameLayout(columns: columns, rows: rows, hasBanner: banner(snapshot) != nil)
    if showsTest, !showsPanel(frame) {
      say("the screen is too low for it; Enter opens what it is about")
    }
  }

  func drawPanel(_ snapshot: Snapshot, top: Int, into canvas: inout Canvas) {
    for row in top..<top + Self.panelRows {
      canvas.fill(column: 0, row: row, count: canvas.columns, with: " ", style: .plain)
    }
    guard let anomaly = explainedAnomaly(snapshot) else {
      canvas.rule(row: top, left: "why", right: "p closes", theme: theme)
      canvas.write("no anomaly of what is selected", column: 1, row: top + 1, style: Theme.quiet)
      return
    }
    let time = timeText(snapshot)
    let names = names(snapshot)
    let service = anomaly.service.map { names.service($0) + ": " } ?? ""
    canvas.rule(
      row: top, left: "why \(AnomalySentence.badge(for: anomaly))", right: "p closes", theme: theme)
    let last = anomaly.lastOffset.map { ", its last event #\(NumberText.grouped($0))" } ?? ""
    let end = anomaly.end.map { "over at \(time.dated($0))" } ?? "still open"
    let test = Self.wrapped(AnomalyTest.sentence(anomaly.evidence), columns: canvas.columns - 8)
    let lines = [
      ("what", service + AnomalySentence.subject(of: anomaly, names: names)),
      ("seen", AnomalySentence.why(anomaly)),
      ("test", test.first),
      ("", test.rest),
      (
        "when",
        "\(time.full(anomaly.time)), event #\(NumberText.grouped(anomaly.offset))\(last); \(end)"
      ),
      ("rank", rank(of: anomaly, snapshot)),
    ]
    for (index, line) in lines.enumerated() {
      canvas.write(line.0, column: 1, row: top + 1 + index, style: Theme.quiet)
      canvas.clip(
        line.1, column: 7, row: top + 1 + index, limit: canvas.columns - 1,
        ellipsis: theme.ellipsis)
    }
  }

  /// A sentence in two lines, broken between words.
  private static func wrapped(_ text: String, columns: Int) -> (first: String, rest: String) {
    guard TextWidth.columns(of: text) > columns,
      let cut = text.prefix(max(columns, 1)).lastIndex(of: " ")
    else { return (text, "") }
    return (String(text[..<cut]), String(text[text.index(after: cut)...]))
  }

  private func rank(of anomaly: Anomaly, _ snapshot: Snapshot) -> String {
    let score = "score \(NumberText.tenths(anomaly.score))"
    guard let incident = snapshot.incidents.first(where: { $0.number == anomaly.incident }) else {
      return score
    }
    let members = members(of: incident, snapshot)
    let place = members.count { ($0.time, $0.number) <= (anomaly.time, anomaly.number) }
    let worst = incident.worst == anomaly.number ? ", the worst" : ""
    return "\(place) of \(members.count) in its incident\(worst); \(score)"
  }
}
