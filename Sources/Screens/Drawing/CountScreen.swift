internal import Events
internal import Pipeline
internal import Terminal

/// Counts in windows of event time, by anything; the last one is not over and may change.
extension ScreenModel {
  func countRows(_ frame: FrameLayout) -> Int { max(frame.bodyRows - 4, 1) }

  func drawCounts(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    let form = counts.form
    let window = TimeText.words(form.windowMicroseconds)
    drawCrumbs(
      ["7 Counts", "by \(countTitle)", "every \(window)"],
      right: counts.isOpen
        ? "counting…" : form.condition.isEmpty ? "" : "where \(form.condition)",
      into: &canvas)
    let columns = CountColumns(columns: canvas.columns)
    drawCountHead(snapshot, columns, row: frame.bodyTop, into: &canvas)
    guard let table = counts.table, !table.windows.isEmpty else {
      canvas.write(
        counts.hasFailed ? "nothing could be counted" : counts.isOpen ? "" : "no events here",
        column: 1, row: frame.bodyTop + 2, style: Theme.quiet)
      return
    }
    let all = CountTable.Row(
      labels: ["all"], counts: table.windows.map { UInt32(clamping: $0.count) },
      total: table.windows.reduce(0) { $0 + $1.count })
    drawCountRow(all, of: all.total, columns, row: frame.bodyTop + 2, into: &canvas)
    for line in 0..<countRows(frame) {
      let place = counts.top + line
      let row = frame.bodyTop + 3 + line
      if place == table.rows.count, var others = table.others {
        others.labels = ["(others)"]
        drawCountRow(others, of: all.total, columns, row: row, into: &canvas)
      }
      guard table.rows.indices.contains(place) else { break }
      if place == counts.line {
        canvas.write(theme.cursor, column: 0, row: row, style: Theme.chosen)
        canvas.cursor = (0, row)
      }
      drawCountRow(table.rows[place], of: all.total, columns, row: row, into: &canvas)
    }
  }

  private func drawCountHead(
    _ snapshot: Snapshot, _ columns: CountColumns, row: Int, into canvas: inout Canvas
  ) {
    let time = timeText(snapshot)
    var left = "windows"
    var right = ""
    if let windows = counts.table?.windows, let first = windows.first, let last = windows.last {
      left = "\(time.dated(first.start)) .. \(time.dated(last.start))"
      if !last.isFinal { left += ", the last not over" }
      let late = windows.reduce(0) { $0 + $1.lateCount }
      if late > 0 { right = "late \(NumberText.grouped(late))" }
    }
    if let unknown = counts.table?.unknownFields.first { right = "no event has \(unknown)" }
    canvas.rule(row: row, left: left, right: right, theme: theme)
    canvas.right("count", row: row + 1, limit: columns.totalEnd, style: Theme.quiet)
    canvas.right("share", row: row + 1, limit: columns.shareEnd, style: Theme.quiet)
    canvas.right("last", row: row + 1, limit: columns.lastEnd, style: Theme.quiet)
    canvas.right("now", row: row + 1, limit: columns.nowEnd, style: Theme.quiet)
    canvas.write("each window", column: columns.bars, row: row + 1, style: Theme.quiet)
    canvas.clip(
      countTitle, column: columns.labels, row: row + 1, limit: canvas.columns - 1,
      style: Theme.quiet, ellipsis: theme.ellipsis)
  }

  private func drawCountRow(
    _ row: CountTable.Row, of all: UInt64, _ columns: CountColumns, row line: Int,
    into canvas: inout Canvas
  ) {
    let isOver = counts.table?.windows.last?.isFinal ?? true
    let now = isOver ? nil : row.counts.last
    let last = isOver ? row.counts.last : row.counts.dropLast().last
    canvas.right(NumberText.short(row.total), row: line, limit: columns.totalEnd)
    canvas.right(
      NumberText.percent(row.total, of: max(all, 1)), row: line, limit: columns.shareEnd)
    canvas.right(
      last.map { NumberText.short(UInt64($0)) } ?? "", row: line, limit: columns.lastEnd)
    canvas.right(
      now.map { NumberText.short(UInt64($0)) } ?? "", row: line, limit: columns.nowEnd,
      style: Theme.quiet)
    // The newest windows, where not all of them fit.
    let shown = Array(row.counts.suffix(columns.barWidth))
    canvas.write(Bars.bars(shown, theme: theme), column: columns.bars, row: line, style: Theme.bar)
    canvas.clip(
      row.labels.map { $0 ?? "-" }.joined(separator: "  "), column: columns.labels, row: line,
      limit: canvas.columns - 1, ellipsis: theme.ellipsis)
  }
}

/// Where the columns of the counts stand.
struct CountColumns: Equatable {
  let totalEnd = 9
  let shareEnd = 16
  let lastEnd = 24
  let nowEnd = 32
  let bars = 34
  let barWidth: Int
  let labels: Int

  init(columns: Int) {
    barWidth = min(CountState.windowCount, max(columns - 34 - 26, 6))
    labels = 34 + barWidth + 2
  }
}
