internal import Detection
internal import Events
internal import Pipeline
internal import Terminal

/// Incidents, newest first, with their anomalies in the order of change, each with its sentence.
extension ScreenModel {
  /// Two rows each where there is room: what, and why.
  private func rowsEach(_ frame: FrameLayout) -> Int { frame.isSmall ? 1 : 2 }

  func anomalyRows(_ frame: FrameLayout) -> Int {
    let panel = showsPanel(frame) ? Self.panelRows : 0
    return max((frame.bodyRows - 1 - panel) / rowsEach(frame), 1)
  }

  func drawAnomalies(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    drawCrumbs(
      ["4 Anomalies", "newest incident first"],
      right: anomalyCounts(snapshot, isShort: canvas.columns < 100),
      into: &canvas)
    canvas.rule(row: frame.bodyTop, left: "since        what", right: "", theme: theme)
    if snapshot.anomalies.isEmpty {
      canvas.write("none so far", column: 1, row: frame.bodyTop + 1, style: Theme.quiet)
    }
    let each = rowsEach(frame)
    for line in 0..<anomalyRows(frame) {
      let place = anomalies.top + line
      guard anomalies.rows.indices.contains(place) else { break }
      let row = frame.bodyTop + 1 + line * each
      let isSelected = place == anomalies.line
      if isSelected {
        canvas.write(theme.cursor, column: 0, row: row, style: Theme.chosen)
        canvas.cursor = (0, row)
      }
      switch anomalies.rows[place] {
      case .incident(let number):
        guard let incident = snapshot.incidents.first(where: { $0.number == number }) else { break }
        drawIncident(
          incident, snapshot, row: row, rows: each, isSelected: isSelected, into: &canvas)
      case .anomaly(let number, let isMember, let isLast):
        guard let anomaly = self.anomaly(number, snapshot) else { break }
        if isMember {
          canvas.write(
            isLast ? theme.lastBranch : theme.branch, column: 13, row: row, style: Theme.quiet)
        }
        drawAnomaly(anomaly, snapshot, row: row, rows: each, isSelected: isSelected, into: &canvas)
      case .muted(let count):
        canvas.write(
          "\(count) muted; Enter shows them, a on one tells its like again", column: 14, row: row,
          style: Theme.quiet)
      }
    }
  }

  /// `1 incident, on since 03:36; 2 anomalies open, 9 in all, 3 known`, or `1 incident; 2 open, 9 in all`.
  func anomalyCounts(_ snapshot: Snapshot, isShort: Bool = false) -> String {
    let pressing = self.pressing(snapshot)
    let open = pressing.filter { $0.end == nil }.count
    let known = snapshot.anomalies.count - pressing.count
    let noun = isShort ? "" : open == 1 ? "anomaly " : "anomalies "
    return incidentText(pressing, snapshot, isShort: isShort)
      + "\(open) \(noun)open, \(pressing.count) in all"
      + (known > 0 ? ", \(known) known" : "")
  }

  /// `1 incident, on since 03:36; `: what belongs together counts once, what is known not at all.
  private func incidentText(
    _ pressing: [Anomaly], _ snapshot: Snapshot, isShort: Bool
  ) -> String {
    let numbers = Set(pressing.map(\.incident))
    let incidents = snapshot.incidents.filter { numbers.contains($0.number) }
    if incidents.isEmpty { return "" }
    let text = "\(incidents.count) incident\(incidents.count == 1 ? "" : "s")"
    guard !isShort, let open = incidents.first, open.end == nil else { return text + "; " }
    return text + ", on since \(timeText(snapshot).dated(open.start)); "
  }

  private func drawIncident(
    _ incident: Incident, _ snapshot: Snapshot, row: Int, rows: Int, isSelected: Bool,
    into canvas: inout Canvas
  ) {
    let time = timeText(snapshot)
    let members = self.members(of: incident, snapshot)
    let isKnown = members.allSatisfy { attention($0, snapshot) != .full }
    let style: Style =
      isKnown ? Theme.quiet : Theme.style(of: max(incident.severity, .warn))
    canvas.clip(
      time.dated(incident.start), column: 1, row: row, limit: 13,
      style: isSelected ? Theme.chosen : .plain, ellipsis: theme.ellipsis)
    let sign = anomalies.isUnfolded(incident, snapshot) ? theme.unfolded : theme.folded
    canvas.write(sign, column: 13, row: row, style: Theme.quiet)
    canvas.clip(
      "incident", column: 14, row: row, limit: 23, style: style, ellipsis: theme.ellipsis)
    let services = incident.services.map { snapshot.serviceName($0) }.joined(separator: ", ")
    let kinds = incident.kinds.map(\.rawValue).joined(separator: ", ")
    let count = "\(members.count) reports" + (isKnown ? ", acknowledged" : "")
    canvas.clip(
      "\(services.isEmpty ? "several services" : services): \(kinds)", column: 24, row: row,
      limit: canvas.columns - count.count - 3, style: style, ellipsis: theme.ellipsis)
    canvas.right(count, row: row, limit: canvas.columns - 1, style: Theme.quiet)
    guard rows > 1 else { return }
    let end = incident.end == nil ? "going on" : "to \(time.dated(incident.last))"
    canvas.clip(
      end, column: 1, row: row + 1, limit: 23, style: Theme.quiet, ellipsis: theme.ellipsis)
    guard let worst = anomaly(incident.worst, snapshot) ?? members.last else { return }
    canvas.clip(
      "worst: " + AnomalySentence.line(worst, names: names(snapshot)), column: 24, row: row + 1,
      limit: canvas.columns - 1, style: Theme.quiet, ellipsis: theme.ellipsis)
  }

  private func drawAnomaly(
    _ anomaly: Anomaly, _ snapshot: Snapshot, row: Int, rows: Int, isSelected: Bool,
    into canvas: inout Canvas
  ) {
    let time = timeText(snapshot)
    let attention = self.attention(anomaly, snapshot)
    let isQuiet = attention != .full
    canvas.clip(
      time.dated(anomaly.time), column: 1, row: row, limit: 13,
      style: isSelected ? Theme.chosen : isQuiet ? Theme.quiet : .plain, ellipsis: theme.ellipsis)
    canvas.clip(
      AnomalySentence.badge(for: anomaly), column: 14, row: row, limit: 23,
      style: isQuiet ? Theme.quiet : Theme.style(of: max(anomaly.severity, .warn)),
      ellipsis: theme.ellipsis)
    let service = anomaly.service.map { snapshot.serviceName($0) } ?? ""
    canvas.clip(
      service, column: 24, row: row, limit: 37, style: isQuiet ? Theme.quiet : .plain,
      ellipsis: theme.ellipsis)
    let word =
      switch attention {
      case .full: ""
      case .acknowledged: "acknowledged"
      case .muted: "muted"
      }
    canvas.template(
      AnomalySentence.subject(of: anomaly, names: names(snapshot)), column: 38, row: row,
      limit: canvas.columns - 1 - (word.isEmpty ? 0 : word.count + 1),
      style: isQuiet ? Theme.quiet : .plain, theme: theme)
    canvas.right(word, row: row, limit: canvas.columns - 1, style: Theme.quiet)
    guard rows > 1 else { return }
    let end = anomaly.end.map { "to \(time.dated($0))" } ?? "open"
    canvas.clip(
      end, column: 1, row: row + 1, limit: 23, style: Theme.quiet, ellipsis: theme.ellipsis)
    canvas.clip(
      AnomalySentence.why(anomaly), column: 24, row: row + 1, limit: canvas.columns - 1,
      style: Theme.quiet, ellipsis: theme.ellipsis)
  }
}
