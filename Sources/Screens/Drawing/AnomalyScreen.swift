internal import Detection
internal import Events
internal import Pipeline
internal import Terminal

/// Every anomaly, newest first, each with its sentence.
extension ScreenModel {
  /// Two rows each where there is room: what, and why.
  private func rowsEach(_ frame: FrameLayout) -> Int { frame.isSmall ? 1 : 2 }

  func anomalyRows(_ frame: FrameLayout) -> Int { max((frame.bodyRows - 1) / rowsEach(frame), 1) }

  func drawAnomalies(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    let open = snapshot.anomalies.filter { $0.end == nil }.count
    drawCrumbs(
      ["4 Anomalies", "newest first"], right: "\(open) open, \(snapshot.anomalies.count) in all",
      into: &canvas)
    canvas.rule(row: frame.bodyTop, left: "since        what", right: "", theme: theme)
    if snapshot.anomalies.isEmpty {
      canvas.write("none so far", column: 1, row: frame.bodyTop + 1, style: Theme.quiet)
    }
    let each = rowsEach(frame)
    for line in 0..<anomalyRows(frame) {
      let place = anomalyTop + line
      guard snapshot.anomalies.indices.contains(place) else { break }
      drawAnomaly(
        snapshot.anomalies[place], snapshot, row: frame.bodyTop + 1 + line * each, rows: each,
        isSelected: place == anomalyLine, into: &canvas)
    }
  }

  private func drawAnomaly(
    _ anomaly: Anomaly, _ snapshot: Snapshot, row: Int, rows: Int, isSelected: Bool,
    into canvas: inout Canvas
  ) {
    let time = timeText(snapshot)
    if isSelected {
      canvas.write(theme.cursor, column: 0, row: row, style: Theme.chosen)
      canvas.cursor = (0, row)
    }
    canvas.clip(
      time.dated(anomaly.time), column: 1, row: row, limit: 13,
      style: isSelected ? Theme.chosen : .plain, ellipsis: theme.ellipsis)
    canvas.clip(
      AnomalySentence.badge(for: anomaly), column: 14, row: row, limit: 23,
      style: Theme.style(of: max(anomaly.severity, .warn)), ellipsis: theme.ellipsis)
    let service = anomaly.service.map { snapshot.serviceName($0) } ?? ""
    canvas.clip(service, column: 24, row: row, limit: 37, ellipsis: theme.ellipsis)
    canvas.template(
      AnomalySentence.subject(of: anomaly, names: names(snapshot)), column: 38, row: row,
      limit: canvas.columns - 1, style: .plain, theme: theme)
    guard rows > 1 else { return }
    let end = anomaly.end.map { "to \(time.dated($0))" } ?? "open"
    canvas.clip(
      end, column: 1, row: row + 1, limit: 23, style: Theme.quiet, ellipsis: theme.ellipsis)
    canvas.clip(
      AnomalySentence.why(anomaly), column: 24, row: row + 1, limit: canvas.columns - 1,
      style: Theme.quiet, ellipsis: theme.ellipsis)
  }
}
