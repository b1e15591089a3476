internal import Events
internal import Pipeline
internal import Terminal

/// The events themselves, in the order of the stream, up to the clock.
extension ScreenModel {
  private static let detailRows = 7

  private func showsDetails(_ frame: FrameLayout) -> Bool {
    stream.showsDetails && frame.bodyRows >= Self.detailRows + 6
  }

  func streamHeight(_ frame: FrameLayout) -> Int {
    max(frame.bodyRows - 2 - (showsDetails(frame) ? Self.detailRows : 0), 1)
  }

  func drawStream(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    var path = ["3 Stream"]
    switch stream.scope {
    case .all: path.append("all services")
    case .pattern(let id):
      path.append(
        snapshot.pattern(id).map { "pattern #\($0.number)" } ?? "one pattern")
    case .service(let id): path.append(snapshot.serviceName(id))
    }
    let search = stream.searched.isEmpty ? "" : "/\(stream.searched)"
    let right = [search, filterText(snapshot)].filter { !$0.isEmpty }.joined(separator: "   ")
    drawCrumbs(path, right: right, into: &canvas)
    let columns = StreamColumns(columns: canvas.columns, style: timeStyle)
    drawStreamHead(snapshot, columns, row: frame.bodyTop, into: &canvas)
    let height = streamHeight(frame)
    drawEvents(snapshot, columns, top: frame.bodyTop + 1, height: height, into: &canvas)
    drawBelow(snapshot, columns, row: frame.bodyTop + 1 + height, into: &canvas)
    if showsDetails(frame) {
      drawDetails(snapshot, top: frame.rulerTop - Self.detailRows, into: &canvas)
    }
  }

  private func drawStreamHead(
    _ snapshot: Snapshot, _ columns: StreamColumns, row: Int, into canvas: inout Canvas
  ) {
    canvas.rule(
      row: row, left: "", right: stream.shift > 0 ? "from column \(stream.shift + 1)" : "",
      theme: theme)
    let zone = snapshot.clock.map { timeText(snapshot).zoneLabel(at: $0) } ?? "UTC"
    let head =
      timeStyle == .relative ? "to clock" : columns.isPrecise ? "time \(zone)" : zone
    canvas.clip(
      " \(head) ", column: columns.time, row: row, limit: (columns.delta ?? columns.level) - 1,
      ellipsis: " ")
    if let delta = columns.delta { canvas.write(" +delta ", column: delta, row: row) }
    canvas.write(" l ", column: columns.level - 1, row: row)
    if let service = columns.service { canvas.write(" service ", column: service - 1, row: row) }
    if let pattern = columns.pattern { canvas.write(" pat ", column: pattern - 1, row: row) }
    canvas.write(" message ", column: columns.message - 1, row: row)
  }

  private func drawEvents(
    _ snapshot: Snapshot, _ columns: StreamColumns, top: Int, height: Int, into canvas: inout Canvas
  ) {
    guard stream.isLoaded(streamFilter) else {
      canvas.write("looking for events", column: columns.message, row: top, style: Theme.quiet)
      return
    }
    if stream.rows.isEmpty {
      let why =
        streamFilter.isEmpty
        ? "no events here yet" : "no event passes the filter; Ctrl-t turns it off"
      canvas.write(why, column: columns.message, row: top, style: Theme.quiet)
    }
    let selected = stream.selectedLine
    var row = top
    var place = stream.top
    while row < top + height, stream.rows.indices.contains(place) {
      let event = stream.rows[place]
      let previous = place > 0 ? stream.rows[place - 1].time : nil
      if place == selected {
        canvas.write(theme.cursor, column: 0, row: row, style: Theme.chosen)
        canvas.cursor = (0, row)
      }
      if annotations.mark(at: event.offset) != nil {
        canvas.write(theme.mark, column: 1, row: row, style: Theme.title)
      }
      drawEvent(event, previous: previous, snapshot, columns, row: row, into: &canvas)
      row += 1
      if stream.unfolded.contains(event.offset) {
        for (index, line) in event.lines.dropFirst().enumerated() where row < top + height {
          let sign = index == event.lines.count - 2 ? theme.lastBranch : theme.branch
          canvas.write(sign, column: 3, row: row, style: Theme.quiet)
          canvas.clip(
            line.span, column: 5, row: row, limit: canvas.columns - 1, ellipsis: theme.ellipsis)
          mark(row: row, from: 5, into: &canvas)
          row += 1
        }
      }
      place += 1
    }
  }

  private func drawEvent(
    _ event: EventRow, previous: Instant?, _ snapshot: Snapshot, _ columns: StreamColumns, row: Int,
    into canvas: inout Canvas
  ) {
    let time = timeText(snapshot)
    let text =
      columns.isPrecise || timeStyle == .relative
      ? time.precise(event.time) : time.seconds(event.time)
    canvas.right(text, column: columns.time, row: row, limit: columns.timeEnd)
    // A time that is not the event's own is said to be another's.
    if event.timeOrigin != .parsed {
      canvas.write("~", column: columns.timeEnd, row: row, style: Theme.quiet)
    }
    if let delta = columns.delta, let previous {
      canvas.right(
        TimeText.span(event.time.microseconds(since: previous)), column: delta, row: row,
        limit: delta + 7, style: Theme.quiet)
    }
    canvas.write(
      String(event.severity.letter), column: columns.level, row: row,
      style: Theme.style(of: event.severity))
    if let service = columns.service {
      canvas.clip(
        event.service, column: service, row: row, limit: columns.serviceEnd,
        ellipsis: theme.ellipsis)
    }
    let number = snapshot.pattern(event.pattern)?.number
    if let pattern = columns.pattern, let number {
      canvas.write(
        "#\(number)", column: pattern, row: row, limit: columns.message - 1, style: Theme.quiet)
    }
    let isUnfolded = stream.unfolded.contains(event.offset)
    let more = event.lines.count > 1 && !isUnfolded ? "[+\(event.lines.count - 1)]" : ""
    let limit = canvas.columns - 1 - (more.isEmpty ? 0 : more.count + 1)
    let shifted = stream.shift == 0 ? event.message : String(event.message.dropFirst(stream.shift))
    let style: Style = event.severity >= .error ? Theme.style(of: event.severity) : .plain
    canvas.clip(
      shifted, column: columns.message, row: row, limit: limit,
      style: Style(style.color), ellipsis: theme.ellipsis)
    canvas.right(more, row: row, limit: canvas.columns - 1, style: Theme.quiet)
    mark(row: row, from: columns.message, into: &canvas)
  }

  private func mark(row: Int, from column: Int, into canvas: inout Canvas) {
    if !stream.searched.isEmpty {
      canvas.mark(stream.searched.lowercased(), row: row, from: column, style: Theme.hit)
    }
  }

  /// Says what lies below what shows.
  private func drawBelow(
    _ snapshot: Snapshot, _ columns: StreamColumns, row: Int, into canvas: inout Canvas
  ) {
    let text: String
    if snapshot.mode != .live, snapshot.endOffset > snapshot.cursorOffset {
      let count = NumberText.grouped(snapshot.endOffset - snapshot.cursorOffset)
      text = "\(count) events after the clock; . steps on, Space plays, F follows live"
    } else if stream.isFollowing, snapshot.mode == .live {
      text = snapshot.hasEnded ? "input ended" : "following"
    } else if stream.reachesEnd, stream.selectedLine == stream.rows.count - 1 {
      text = snapshot.hasEnded ? "input ended" : "the end so far; F follows"
    } else {
      text = "G goes to the end, F follows live"
    }
    canvas.right(text, row: row, limit: canvas.columns - 1, style: Theme.quiet)
    // What is still being joined is shown at once, below the last whole event.
    if stream.isFollowing, snapshot.mode == .live, let (source, lines) = snapshot.inProgress {
      canvas.clip(
        "\(theme.ellipsis) \(source): \(lines)", column: columns.time, row: row,
        limit: canvas.columns - 2 - text.count, style: Theme.quiet, ellipsis: theme.ellipsis)
    }
  }

  private func drawDetails(_ snapshot: Snapshot, top: Int, into canvas: inout Canvas) {
    guard let event = stream.selectedRow else { return }
    let time = timeText(snapshot)
    let late = event.ingestTime.microseconds(since: event.time)
    canvas.rule(
      row: top, left: "event \(NumberText.grouped(event.offset))  from \(event.source)",
      right: "received \(TimeText.span(late)) after its time", theme: theme)
    let origin: String
    switch event.timeOrigin {
    case .parsed: origin = "from the event"
    case .inherited: origin = "that of the event before it in its source"
    case .received: origin = "when it was received: the event names none"
    }
    var notes: [String] = []
    if event.flags.contains(.zoneAssumed) { notes.append("zone assumed") }
    if event.flags.contains(.yearAssumed) { notes.append("year assumed") }
    if event.flags.contains(.late) { notes.append("late") }
    let byteCount = event.lines.reduce(0) { $0 + $1.count }
    let pattern = snapshot.pattern(event.pattern)
    let lines: [(String, String)] = [
      ("time", ([time.full(event.time), origin] + notes).joined(separator: "  ")),
      ("level", event.severity.name),
      (
        "format",
        event.flags.contains(.unparsed)
          ? "none declared fits" : event.format.isEmpty ? "-" : event.format
      ),
      ("pattern", pattern.map { "#\($0.number) \($0.template)" } ?? "-"),
      ("service", event.service.isEmpty ? "-" : event.service),
      (
        "raw",
        "\(NumberText.grouped(UInt64(byteCount))) bytes in \(event.lines.count) line\(event.lines.count == 1 ? "" : "s"): "
      ),
    ]
    for (index, line) in lines.enumerated() {
      canvas.write(line.0, column: 1, row: top + 1 + index, style: Theme.quiet)
      let end = canvas.clip(
        line.1, column: 10, row: top + 1 + index, limit: canvas.columns - 1,
        ellipsis: theme.ellipsis)
      if index == lines.count - 1, let first = event.lines.first {
        canvas.clip(
          first.span, column: end, row: top + 1 + index, limit: canvas.columns - 1,
          ellipsis: theme.ellipsis)
      }
    }
  }
}

/// Where the columns of the list of events stand.
struct StreamColumns: Equatable {
  let time = 2
  let timeEnd: Int
  let isPrecise: Bool
  let delta: Int?
  let level: Int
  let service: Int?
  let serviceEnd: Int
  let pattern: Int?
  let message: Int

  init(columns: Int, style: TimeStyle) {
    isPrecise = columns >= 80
    timeEnd = isPrecise || style == .relative ? 14 : 10
    if columns >= 100 {
      delta = 15
      level = 23
      service = 25
      serviceEnd = columns >= 160 ? 42 : 37
      pattern = serviceEnd + 1
      message = serviceEnd + 7
    } else {
      delta = nil
      level = timeEnd + 2
      service = columns >= 80 ? level + 2 : nil
      serviceEnd = service.map { $0 + 10 } ?? 0
      pattern = nil
      message = service == nil ? level + 2 : serviceEnd + 1
    }
  }
}
