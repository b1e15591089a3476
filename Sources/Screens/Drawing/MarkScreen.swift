internal import Events
internal import Pipeline
internal import Terminal

/// The marks of the stream, in its order, each with its note.
extension ScreenModel {
  func markRows(_ frame: FrameLayout) -> Int { max(frame.bodyRows - 1, 1) }

  func drawMarks(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    let marks = annotations.marks
    drawCrumbs(
      ["Marks", "in stream order"], right: "\(marks.count) mark\(marks.count == 1 ? "" : "s")",
      into: &canvas)
    canvas.rule(row: frame.bodyTop, left: "time         event", right: "", theme: theme)
    canvas.write(" note ", column: 29, row: frame.bodyTop)
    if marks.isEmpty {
      canvas.write(
        "none yet; m marks an event, M with a note", column: 1, row: frame.bodyTop + 1,
        style: Theme.quiet)
    }
    let time = timeText(snapshot)
    for line in 0..<markRows(frame) {
      let place = markTop + line
      guard marks.indices.contains(place) else { break }
      let mark = marks[place]
      let row = frame.bodyTop + 1 + line
      let isSelected = place == markLine
      if isSelected {
        canvas.write(theme.cursor, column: 0, row: row, style: Theme.chosen)
        canvas.cursor = (0, row)
      }
      canvas.clip(
        time.dated(mark.time), column: 1, row: row, limit: 13,
        style: isSelected ? Theme.chosen : .plain, ellipsis: theme.ellipsis)
      canvas.clip(
        "#" + NumberText.grouped(mark.offset), column: 14, row: row, limit: 29,
        style: Theme.quiet, ellipsis: theme.ellipsis)
      let isGone = mark.offset < snapshot.startOffset
      canvas.clip(
        (isGone ? "(no longer kept) " : "") + mark.note, column: 30, row: row,
        limit: canvas.columns - 1, style: isGone ? Theme.quiet : .plain, ellipsis: theme.ellipsis)
    }
  }
}
