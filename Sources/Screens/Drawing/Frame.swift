internal import Detection
internal import Events
internal import Pipeline
internal import Terminal

/// What surrounds every screen: header, ruler, footer.
extension ScreenModel {
  // MARK: Header

  func drawHeader(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    let gap = frame.isWide ? "  " : " "
    var column = canvas.write("spate", column: 1, row: 0, style: Theme.title)
    let (mode, style) = modeWord(snapshot.mode)
    column = canvas.write(gap + mode, column: column, row: 0, style: style)
    let right = headerNumbers(snapshot, frame)
    let rightStart = canvas.columns - 1 - TextWidth.columns(of: right)
    if !frame.isNarrow || rightStart - column > 12 {
      let name = frame.isWide ? "stream:\(snapshot.streamName)" : snapshot.streamName
      canvas.clip(
        name, column: column + gap.count, row: 0, limit: rightStart - 2, ellipsis: theme.ellipsis)
    }
    canvas.write(right, column: rightStart, row: 0)
    if let banner = banner(snapshot) {
      canvas.clip(
        banner, column: 1, row: 2, limit: canvas.columns - 1,
        style: snapshot.storage.trouble == nil ? Theme.title : Theme.warning,
        ellipsis: theme.ellipsis)
    }
  }

  func modeWord(_ mode: Snapshot.Mode) -> (String, Style) {
    switch mode {
    case .live: ("\(theme.live) LIVE", Style(.green, .bold))
    case .paused: ("\(theme.paused) PAUSED", Style(.yellow, .bold))
    case .replay(let speed): ("\(theme.play) REPLAY \(Self.speedText(speed))", Style(.cyan, .bold))
    }
  }

  static func speedText(_ speed: Double) -> String {
    speed.isFinite ? "x" + NumberText.plain(speed) : "max"
  }

  /// Every number in a field of its own width, so that none moves when another grows.
  private func headerNumbers(_ snapshot: Snapshot, _ frame: FrameLayout) -> String {
    let time = timeText(snapshot)
    let clock = snapshot.clock.map { instant in
      let zone = time.zoneLabel(at: instant)
      return time.seconds(instant)
        + (frame.isWide ? " " + zone : zone == "UTC" ? "Z" : String(zone.prefix(3)))
    }
    let rate = Self.padded(NumberText.rate(snapshot.eventsPerSecond), 5)
    let noClock = frame.isWide ? "--:--:-- UTC" : "--:--:--Z"
    var parts: [String] = []
    if frame.isWide {
      let count = snapshot.sources.count
      parts.append("\(count) source\(count == 1 ? "" : "s")")
      parts.append(rate + " ev/s")
      parts.append(Self.padded(NumberText.grouped(snapshot.eventCount), 11) + " events")
    } else {
      parts.append(rate + (frame.isNarrow ? "/s" : " ev/s"))
      parts.append(Self.padded(NumberText.short(snapshot.eventCount), 5))
    }
    if !frame.isNarrow { parts.append(Self.padded(distance(snapshot), frame.isWide ? 11 : 10)) }
    parts.append(clock ?? noClock)
    return parts.joined(separator: "  ")
  }

  /// How far the analysis is behind what was received, or the clock behind live.
  private func distance(_ snapshot: Snapshot) -> String {
    if snapshot.mode == .live { return "lag " + TimeText.span(max(snapshot.lagMicroseconds, 0)) }
    guard let end = snapshot.endTime, let clock = snapshot.clock else { return "" }
    return TimeText.span(max(end.microseconds(since: clock), 0)) + " ago"
  }

  static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - text.count, 0)) + text
  }

  // MARK: Crumbs

  /// The second row: where one is, and what is left out.
  func drawCrumbs(_ path: [String], right: String, into canvas: inout Canvas) {
    let chips = right.isEmpty ? "" : right
    let width = TextWidth.columns(of: chips)
    let room = canvas.columns - 2
    let start = canvas.columns - 1 - min(width, room * 2 / 3)
    let text = path.joined(separator: " \(theme.crumb) ")
    canvas.clip(
      text, column: 1, row: 1, limit: start - (width > 0 ? 2 : 0), ellipsis: theme.ellipsis)
    canvas.clip(chips, column: start, row: 1, limit: canvas.columns - 1, ellipsis: theme.ellipsis)
  }

  /// The filter in words: `filter: level>=warn  only #7  2 hidden`.
  func filterText(_ snapshot: Snapshot) -> String {
    if filter.isEmpty { return "" }
    var parts: [String] = []
    if filter.minimumSeverity > .unknown { parts.append("level>=\(filter.minimumSeverity.name)") }
    if let identifier = filter.identifier { parts.append("id \(identifier)") }
    parts += filter.matching.map { "/\($0)/" } + filter.notMatching.map { "not /\($0)/" }
    if !filter.onlyPatterns.isEmpty {
      let numbers = snapshot.patterns.filter { filter.onlyPatterns.contains($0.id) }.map {
        "#\($0.number)"
      }
      parts.append("only " + numbers.joined(separator: " "))
    }
    if !filter.onlyServices.isEmpty {
      let services = snapshot.services.filter { filter.onlyServices.contains($0.id) }.map(\.name)
      parts.append("only " + services.joined(separator: " "))
    }
    let hidden = filter.hiddenPatterns.count
    if hidden > 0 { parts.append("\(hidden) pattern\(hidden == 1 ? "" : "s") hidden") }
    for service in snapshot.services where filter.hiddenServices.contains(service.id) {
      parts.append("without \(service.name)")
    }
    return (filterIsOff ? "filter off: " : "filter: ") + parts.joined(separator: "  ")
  }

  // MARK: Ruler

  func drawRuler(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    let (mode, _) = modeWord(snapshot.mode)
    canvas.rule(
      row: frame.rulerTop, left: mode + "  " + position(snapshot), right: storage(snapshot),
      theme: theme)
    guard frame.rulerRows > 1 else { return }
    let row = frame.rulerTop + 1
    let last = canvas.columns - 2
    canvas.fill(
      column: 1, row: row, count: last, with: theme.rule.unicodeScalars.first ?? "-",
      style: Theme.rule)
    canvas.write(theme.rulerLeft, column: 1, row: row, style: Theme.rule)
    canvas.write(theme.rulerRight, column: last, row: row, style: Theme.rule)
    for anomaly in snapshot.anomalies.reversed() {
      guard let column = rulerColumn(anomaly.offset, snapshot, last) else { continue }
      let sign = anomaly.end == nil ? theme.openAnomaly : theme.anomaly
      canvas.write(sign, column: column, row: row, style: Theme.style(of: anomaly.severity))
    }
    for mark in annotations.marks {
      guard let column = rulerColumn(mark.offset, snapshot, last) else { continue }
      canvas.write(theme.mark, column: column, row: row, style: Theme.title)
    }
    canvas.write(theme.live, column: last - 1, row: row, style: Style(.green, .bold))
    if snapshot.mode != .live, let column = rulerColumn(snapshot.cursorOffset, snapshot, last) {
      canvas.write(theme.replayCursor, column: column, row: row, style: Theme.title)
    }
    if frame.rulerRows > 2 { drawRulerTimes(snapshot, row: row + 1, last: last, into: &canvas) }
  }

  private func drawRulerTimes(
    _ snapshot: Snapshot, row: Int, last: Int, into canvas: inout Canvas
  ) {
    let time = timeText(snapshot)
    var left = 1
    if let start = snapshot.startTime {
      left = canvas.write(time.dated(start), column: 1, row: row, style: Theme.quiet)
    }
    let end =
      (snapshot.endTime.map { time.dated($0) + " " } ?? "") + (snapshot.hasEnded ? "end" : "live")
    let right = last + 1 - end.count
    canvas.write(end, column: right, row: row, style: Theme.quiet)
    guard snapshot.mode != .live, let clock = snapshot.clock,
      let column = rulerColumn(snapshot.cursorOffset, snapshot, last)
    else { return }
    let text = time.dated(clock)
    let start = min(max(column - text.count / 2, left + 2), right - text.count - 2)
    if start > left { canvas.write(text, column: start, row: row, style: Theme.title) }
  }

  private func rulerColumn(_ offset: UInt64, _ snapshot: Snapshot, _ last: Int) -> Int? {
    guard offset >= snapshot.startOffset, snapshot.endOffset > snapshot.startOffset else {
      return nil
    }
    let share =
      Double(offset - snapshot.startOffset) / Double(snapshot.endOffset - snapshot.startOffset)
    return 2 + Int(min(share, 1) * Double(last - 3))
  }

  /// Where the clock stands in the stream.
  private func position(_ snapshot: Snapshot) -> String {
    var text = "#" + NumberText.grouped(snapshot.cursorOffset)
    if snapshot.mode != .live {
      text += " of " + NumberText.grouped(snapshot.endOffset)
      if case .replay(let speed) = snapshot.mode, speed.isFinite, let end = snapshot.endTime,
        let clock = snapshot.clock, end > clock
      {
        let wait = Double(end.microseconds(since: clock)) / max(speed, 0.001)
        text += "  live in " + TimeText.span(Int64(min(wait, 9e17)))
      }
    }
    if let loop {
      let time = timeText(snapshot)
      text += "  loop \(time.dated(loop.lowerBound)) to \(time.dated(loop.upperBound))"
    }
    if snapshot.lateCount > 0 { text += "  late \(NumberText.grouped(snapshot.lateCount))" }
    if snapshot.gapCount > 0 { text += "  gaps \(NumberText.grouped(snapshot.gapCount))" }
    return text
  }

  private func storage(_ snapshot: Snapshot) -> String {
    guard snapshot.storage.path != nil else {
      let used = UInt64(max(snapshot.residentByteCount, 0))
      return used == 0 ? "in memory only" : "in memory only, \(NumberText.bytes(used)) used"
    }
    var text = "on disk \(NumberText.bytes(snapshot.storage.byteCount))"
    if let limit = snapshot.storage.byteLimit { text += " of \(NumberText.bytes(limit))" }
    if let since = snapshot.storage.keptSince {
      text += ", since " + timeText(snapshot).dated(since)
    }
    return text
  }

  // MARK: Footer

  /// The prompt, a message, or the keys of this screen.
  func drawFooter(
    _ snapshot: Snapshot, _ frame: FrameLayout, now: Instant, into canvas: inout Canvas
  ) {
    let row = frame.footer
    if let prompt {
      let end = canvas.clip(
        prompt.kind.sign + prompt.text, column: 0, row: row, limit: canvas.columns - 1,
        ellipsis: theme.ellipsis)
      canvas.cursor = (min(end, canvas.columns - 1), row)
      canvas.cursorIsVisible = true
      let hint = promptHint(prompt.kind)
      if end + hint.count + 4 < canvas.columns {
        canvas.right(hint, row: row, limit: canvas.columns - 1, style: Theme.quiet)
      }
      return
    }
    if let message, now.microseconds(since: message.shownAt) <= Self.messageMicroseconds {
      canvas.clip(
        message.text, column: 1, row: row, limit: canvas.columns - 1,
        style: message.isTrouble ? Theme.warning : Theme.title, ellipsis: theme.ellipsis)
      return
    }
    canvas.clip(
      Self.footerText(
        kind: view.kind, isPaused: snapshot.mode == .paused, columns: canvas.columns - 2),
      column: 1, row: row,
      limit: canvas.columns - 1, ellipsis: theme.ellipsis)
  }

  /// As many of the screen's keys as fit; the first ranks and the way out always do.
  static func footerText(kind: ScreenKinds, isPaused: Bool, columns: Int) -> String {
    let entries = KeyMap.shared.entries.filter { $0.screens.contains(kind) }.compactMap(\.footer)
    var kept: [(text: String, rank: Int)] = []
    var width = 0
    for entry in entries.sorted(by: { $0.rank < $1.rank }) {
      let more = TextWidth.columns(of: entry.text) + (kept.isEmpty ? 0 : 2)
      if width + more > columns { continue }
      kept.append(entry)
      width += more
    }
    // The way out last, where it is looked for.
    let ordered = kept.filter { $0.rank > 0 } + kept.filter { $0.rank == 0 }.reversed()
    return ordered.map { isPaused && $0.text == "Space pause" ? "Space play" : $0.text }
      .joined(separator: "  ")
  }

  private func promptHint(_ kind: Prompt.Kind) -> String {
    switch kind {
    case .search:
      view == .stream ? "Enter searches, n N next, previous" : "in templates; n N next, previous"
    case .filter:
      view == .counts
        ? "level >= warn and status = 5*; empty: all"
        : view == .stream ? "! leaves out, empty clears" : "text in template or service"
    case .command: "Tab completes, Esc leaves"
    case .goTo: "03:41  2026-08-01T03:41Z  -15m  #offset"
    case .note: "kept beside the stream, not in it"
    }
  }
}
