internal import Pipeline
internal import Terminal

/// Where the events come from, how far each source is read, what was assumed, and every notice.
extension ScreenModel {
  func sourceRows(_ frame: FrameLayout) -> Int { max(frame.bodyRows - 1, 1) }

  /// Sources, then what the screen has to say besides.
  func sourceLines(_ snapshot: Snapshot) -> Int {
    snapshot.sources.count + sourceNotes(snapshot).count
  }

  private func sourceNotes(_ snapshot: Snapshot) -> [String] {
    var notes = [""]
    let storage = snapshot.storage
    if let path = storage.path {
      notes.append("recorded in \(path), \(NumberText.bytes(storage.byteCount))")
    } else {
      notes.append("not recorded: kept in memory only")
    }
    if snapshot.residentByteCount > 0 {
      notes.append("memory \(NumberText.bytes(UInt64(snapshot.residentByteCount)))")
    }
    notes.append(
      "\(NumberText.grouped(snapshot.unparsedCount)) events that no declared format fits, "
        + "\(NumberText.grouped(snapshot.lateCount)) late, "
        + "\(NumberText.grouped(snapshot.gapCount)) gaps, "
        + "\(NumberText.grouped(snapshot.partCount)) further parts of events too long for one")
    if let trouble = storage.trouble { notes.append("! " + trouble) }
    return notes + snapshot.notices.reversed() + [snapshot.beginning].compactMap(\.self)
  }

  func drawSources(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    let count = snapshot.sources.count
    drawCrumbs(
      ["6 Sources"], right: "\(count) source\(count == 1 ? "" : "s")", into: &canvas)
    let columns = SourceColumns(columns: canvas.columns)
    canvas.rule(row: frame.bodyTop, left: "", right: "", theme: theme)
    canvas.write(" source ", column: 1, row: frame.bodyTop)
    canvas.write(" state ", column: columns.state - 1, row: frame.bodyTop)
    if let end = columns.eventEnd { canvas.right(" events ", row: frame.bodyTop, limit: end + 1) }
    if let end = columns.byteEnd { canvas.right(" read ", row: frame.bodyTop, limit: end + 1) }
    if let format = columns.format {
      canvas.write(
        canvas.columns >= 100 ? " format, zone if none is named " : " format, zone ",
        column: format - 1, row: frame.bodyTop)
    }
    let notes = sourceNotes(snapshot)
    for line in 0..<sourceRows(frame) {
      let place = sourceTop + line
      let row = frame.bodyTop + 1 + line
      if place == sourceLine {
        canvas.write(theme.cursor, column: 0, row: row, style: Theme.chosen)
        canvas.cursor = (0, row)
      }
      if place < count {
        draw(snapshot.sources[place], columns, row: row, into: &canvas)
      } else if notes.indices.contains(place - count) {
        let note = notes[place - count]
        canvas.clip(
          note, column: 2, row: row, limit: canvas.columns - 1,
          style: note.hasPrefix("!") ? Theme.warning : .plain, ellipsis: theme.ellipsis)
      }
    }
  }

  private func draw(
    _ source: SourceStatus, _ columns: SourceColumns, row: Int, into canvas: inout Canvas
  ) {
    // The end of a path says more than its beginning.
    let room = columns.state - 4
    let width = TextWidth.columns(of: source.name)
    let name =
      width > room && source.name.count > room
      ? theme.ellipsis + String(source.name.suffix(max(room - 1, 0))) : source.name
    canvas.clip(name, column: 2, row: row, limit: columns.state - 2, ellipsis: theme.ellipsis)
    canvas.clip(
      source.state, column: columns.state, row: row, limit: columns.stateEnd,
      ellipsis: theme.ellipsis)
    if let end = columns.eventEnd {
      canvas.right(
        NumberText.grouped(source.eventCount), column: columns.stateEnd, row: row, limit: end)
    }
    if let end = columns.byteEnd {
      canvas.right(NumberText.bytes(source.readByteCount), row: row, limit: end)
    }
    if let format = columns.format {
      let text =
        (source.formatName ?? "none yet")
        + (source.zoneName.map { ", \($0)" } ?? "")
      canvas.clip(
        text, column: format, row: row, limit: canvas.columns - 1, ellipsis: theme.ellipsis)
    }
  }
}

/// Where the columns of the list of sources stand.
struct SourceColumns: Equatable {
  let state: Int
  let stateEnd: Int
  let eventEnd: Int?
  let byteEnd: Int?
  let format: Int?

  init(columns: Int) {
    state = columns >= 100 ? 40 : columns >= 80 ? 34 : 36
    stateEnd = min(state + 18, columns - 1)
    eventEnd = columns >= 80 ? stateEnd + 13 : nil
    byteEnd = columns >= 100 ? stateEnd + 25 : nil
    format = columns >= 100 ? stateEnd + 27 : columns >= 80 ? stateEnd + 15 : nil
  }
}
