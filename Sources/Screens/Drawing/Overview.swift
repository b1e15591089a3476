internal import Detection
internal import Events
internal import Pipeline
internal import Terminal

/// The first screen: services over time above, patterns by what changed below.
extension ScreenModel {
  func drawOverview(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    let layout = overviewLayout(snapshot, frame)
    let scope = overview.scope.map { snapshot.serviceName($0) } ?? "all services"
    let span = snapshot.window.bucketMicroseconds &* Int64(snapshot.heatRange.count)
    let window =
      "last \(TimeText.span(span))"
      + (frame.isWide ? " (\(TimeText.span(snapshot.window.bucketMicroseconds)) buckets)" : "")
    drawCrumbs(["1 Overview", scope, window], right: listFilterText(snapshot), into: &canvas)
    drawServices(snapshot, layout, into: &canvas)
    drawPatternHead(snapshot, layout, into: &canvas)
    drawPatterns(snapshot, layout, into: &canvas)
    drawPreview(snapshot, layout, into: &canvas)
  }

  func overviewLayout(_ snapshot: Snapshot, _ frame: FrameLayout) -> OverviewLayout {
    OverviewLayout(
      frame: frame, serviceCount: snapshot.services.count,
      panelRows: showsPanel(frame) ? Self.panelRows : 0)
  }

  private func listFilterText(_ snapshot: Snapshot) -> String {
    let text = filterText(snapshot)
    return overview.text.isEmpty
      ? text : text + (text.isEmpty ? "" : "  ") + "list: \(overview.text)"
  }

  // MARK: Services

  private func drawServices(
    _ snapshot: Snapshot, _ layout: OverviewLayout, into canvas: inout Canvas
  ) {
    let columns = ServiceColumns(columns: canvas.columns, bucketCount: snapshot.heatRange.count)
    if layout.hasServiceHead {
      canvas.rule(
        row: layout.frame.bodyTop,
        left: "events by service, each on its own scale", right: anomalyCounts(snapshot),
        theme: theme)
      drawServiceHead(snapshot, columns, row: layout.frame.bodyTop + 1, into: &canvas)
    }
    let selected = overview.serviceLine(in: snapshot)
    for line in 0..<layout.serviceRows {
      let row = layout.serviceTop + line
      let isAll = line == 0
      let index = isAll ? nil : overview.services.dropFirst(overview.serviceTop + line - 1).first
      if !isAll, index == nil { break }
      let service = index.flatMap {
        snapshot.services.indices.contains($0) ? snapshot.services[$0] : nil
      }
      let isSelected =
        overview.pane == .services && selected == (isAll ? 0 : overview.serviceTop + line)
      drawService(service, snapshot, columns, row: row, isSelected: isSelected, into: &canvas)
      if isSelected { canvas.cursor = (0, row) }
    }
    if let row = layout.anomalyRow { drawNewestAnomaly(snapshot, row: row, into: &canvas) }
  }

  private func drawServiceHead(
    _ snapshot: Snapshot, _ columns: ServiceColumns, row: Int, into canvas: inout Canvas
  ) {
    canvas.write("service", column: 1, row: row, style: Theme.quiet)
    canvas.right("ev/s", row: row, limit: columns.rateEnd, style: Theme.quiet)
    if let end = columns.errorEnd { canvas.right("err%", row: row, limit: end, style: Theme.quiet) }
    guard snapshot.clock != nil else { return }
    let time = timeText(snapshot)
    let window = snapshot.window
    let range = snapshot.heatRange
    let count = max(range.count, 1)
    let used = Bars.spread(Array(repeating: 0, count: count), columns: columns.heatWidth).count
    var column = 0
    while column + 5 <= used {
      let bucket = Int64(range.lowerBound + column * count / max(used, 1))
      let start = window.start.advanced(byMicroseconds: bucket &* window.bucketMicroseconds)
      canvas.write(time.minutes(start), column: columns.heat + column, row: row, style: Theme.quiet)
      column += 15
    }
  }

  /// - Parameter service: `nil`: all of them.
  private func drawService(
    _ service: ServiceRow?, _ snapshot: Snapshot, _ columns: ServiceColumns, row: Int,
    isSelected: Bool, into canvas: inout Canvas
  ) {
    let style: Style = isSelected ? Theme.title : .plain
    if isSelected { canvas.write(theme.cursor, column: 0, row: row, style: Theme.chosen) }
    let name = service.map { $0.name.isEmpty ? "(no service)" : $0.name } ?? "all"
    canvas.clip(
      name, column: 1, row: row, limit: columns.nameEnd, style: style, ellipsis: theme.ellipsis)
    let rate = service?.eventsPerSecond ?? snapshot.eventTimeRate
    canvas.right(NumberText.rate(rate), row: row, limit: columns.rateEnd, style: style)
    let share = service?.errorShare ?? allErrorShare(snapshot)
    if let end = columns.errorEnd {
      let errorStyle = share >= 0.05 ? Theme.style(of: .error) : style
      canvas.right(NumberText.percent(share), row: row, limit: end, style: errorStyle)
    }
    let all = service?.heat ?? snapshot.totalHeat
    let counts = Bars.spread(
      Array(all[snapshot.heatRange.clamped(to: all.indices)]), columns: columns.heatWidth)
    let heat =
      service == nil ? Bars.bars(counts, theme: theme) : Bars.heat(counts, theme: theme)
    canvas.write(heat, column: columns.heat, row: row, style: Theme.bar)
    guard let index = service?.anomaly, snapshot.anomalies.indices.contains(index) else { return }
    let anomaly = snapshot.anomalies[index]
    let attention = self.attention(anomaly, snapshot)
    if attention == .muted { return }
    let badge = "!" + AnomalySentence.badge(for: anomaly) + numberText(of: anomaly, snapshot)
    canvas.clip(
      badge, column: columns.badge, row: row, limit: canvas.columns,
      style: attention == .full ? Theme.style(of: anomaly.severity) : Theme.quiet,
      ellipsis: theme.ellipsis)
  }

  private func allErrorShare(_ snapshot: Snapshot) -> Double {
    var errors = 0.0
    var total = 0.0
    for service in snapshot.services {
      let count = Double(service.heat.reduce(0) { $0 &+ UInt64($1) })
      total += count
      errors += count * service.errorShare
    }
    return total > 0 ? errors / total : 0
  }

  func numberText(of anomaly: Anomaly, _ snapshot: Snapshot) -> String {
    guard case .pattern(let id) = anomaly.subject else { return "" }
    return snapshot.pattern(id).map { " #\($0.number)" } ?? ""
  }

  private func drawNewestAnomaly(_ snapshot: Snapshot, row: Int, into canvas: inout Canvas) {
    let pressing = self.pressing(snapshot)
    guard let anomaly = pressing.first(where: { $0.end == nil }) ?? pressing.first else {
      let text =
        snapshot.anomalies.isEmpty
        ? "no anomaly so far" + (snapshot.beginning.map { "; " + $0 } ?? "")
        : "every anomaly is acknowledged or muted"
      canvas.write(text, column: 1, row: row, style: Theme.quiet)
      return
    }
    let time = timeText(snapshot)
    let text =
      "\(theme.anomaly) \(time.dated(anomaly.time))\(anomaly.end == nil ? "" : " (over)") "
      + AnomalySentence.line(anomaly, names: names(snapshot))
    let hint = "] [ others"
    canvas.clip(
      text, column: 1, row: row, limit: canvas.columns - hint.count - 3,
      style: Theme.style(of: max(anomaly.severity, .warn)), ellipsis: theme.ellipsis)
    canvas.right(hint, row: row, limit: canvas.columns - 1, style: Theme.quiet)
  }

  // MARK: Patterns

  private func drawPatternHead(
    _ snapshot: Snapshot, _ layout: OverviewLayout, into canvas: inout Canvas
  ) {
    let open = snapshot.anomalies.filter { $0.end == nil }
    let new = open.filter { $0.kind == .new }.count
    let gone = open.filter { $0.kind == .drop }.count
    var left = "patterns \(NumberText.grouped(UInt64(snapshot.patterns.count)))"
    if !layout.hasServiceHead { left += "  anomalies \(open.count) open" }
    if canvas.columns >= 80 {
      if layout.hasServiceHead { left += "   new \(new)  gone \(gone)" }
      left +=
        "   unparsed \(NumberText.percent(snapshot.unparsedCount, of: max(snapshot.eventCount, 1), digits: 2))"
    }
    let order = overview.isHeld ? "order held" : "by \(overview.sort.rawValue)"
    let sum = sumText(snapshot, isShort: canvas.columns < 100)
    canvas.rule(
      row: layout.patternRule, left: left, right: sum + "   " + order, theme: theme)
    let columns = PatternColumns(columns: canvas.columns)
    let row = layout.patternHead
    canvas.right("#", row: row, limit: columns.numberEnd, style: Theme.quiet)
    canvas.write("l", column: columns.level, row: row, style: Theme.quiet)
    canvas.write("badge", column: columns.badge, row: row, style: Theme.quiet)
    canvas.right("count", row: row, limit: columns.countEnd, style: Theme.quiet)
    if let end = columns.rateEnd { canvas.right("/min", row: row, limit: end, style: Theme.quiet) }
    if let end = columns.deltaEnd {
      canvas.right("vs base", row: row, limit: end, style: Theme.quiet)
    }
    if let trend = columns.trend {
      let steps = snapshot.patterns.first?.trend.count ?? 0
      let span = snapshot.trendStepMicroseconds &* Int64(steps)
      canvas.clip(
        steps > 0 ? "trend \(TimeText.span(span))" : "trend", column: trend, row: row,
        limit: trend + columns.trendWidth,
        style: Theme.quiet, ellipsis: theme.ellipsis)
    }
    if let service = columns.service {
      canvas.write("service", column: service, row: row, style: Theme.quiet)
    }
    canvas.write("template", column: columns.template, row: row, style: Theme.quiet)
  }

  /// What the list adds up to: all events, or what is left out.
  private func sumText(_ snapshot: Snapshot, isShort: Bool) -> String {
    let total = snapshot.eventCount
    if !overview.isNarrowed {
      let parts =
        snapshot.partCount == 0 ? "" : " + \(NumberText.grouped(snapshot.partCount)) parts"
      return "= \(NumberText.percent(overview.patternEventCount &+ snapshot.partCount, of: total))"
        + (isShort ? "" : " of events") + parts
    }
    let listed = NumberText.percent(overview.listedEventCount, of: total)
    return isShort
      ? "listed \(listed)"
      : "listed \(overview.order.count) with \(listed) of events, the rest left out"
  }

  private func drawPatterns(
    _ snapshot: Snapshot, _ layout: OverviewLayout, into canvas: inout Canvas
  ) {
    let columns = PatternColumns(columns: canvas.columns)
    if overview.order.isEmpty {
      let why =
        snapshot.patterns.isEmpty
        ? "no events yet"
        : overview.text.isEmpty
          ? "no pattern passes the filter; Ctrl-t turns it off"
          : "no pattern here with \(overview.text); q lists the others again"
      canvas.write(why, column: columns.level, row: layout.patternTop, style: Theme.quiet)
    }
    for line in 0..<layout.patternRows {
      let place = overview.top + line
      guard place < overview.order.count else { break }
      guard let index = overview.patternIndex(line: place, in: snapshot) else { continue }
      let isSelected = overview.pane == .patterns && place == overview.selectedIndex
      let row = layout.patternTop + line
      drawPattern(
        snapshot.patterns[index], snapshot, columns, row: row, isSelected: isSelected, into: &canvas
      )
      if isSelected { canvas.cursor = (0, row) }
    }
  }

  private func drawPattern(
    _ pattern: PatternRow, _ snapshot: Snapshot, _ columns: PatternColumns, row: Int,
    isSelected: Bool, into canvas: inout Canvas
  ) {
    if isSelected { canvas.write(theme.cursor, column: 0, row: row, style: Theme.chosen) }
    // Only the number shows the selection again, so that moving costs few bytes.
    canvas.right(
      String(pattern.number), column: 1, row: row, limit: columns.numberEnd,
      style: isSelected ? Theme.chosen : .plain)
    let levelStyle = Theme.style(of: pattern.severity)
    canvas.write(
      String(pattern.severity.letter), column: columns.level, row: row, style: levelStyle)
    if let index = pattern.anomaly, snapshot.anomalies.indices.contains(index) {
      let attention = self.attention(snapshot.anomalies[index], snapshot)
      canvas.clip(
        attention == .muted ? "" : AnomalySentence.badge(for: snapshot.anomalies[index]),
        column: columns.badge, row: row, limit: columns.badge + 8,
        style: attention == .full ? Theme.style(of: max(pattern.severity, .warn)) : Theme.quiet,
        ellipsis: theme.ellipsis)
    }
    let count =
      columns.isExact && pattern.count < 1_000_000_000
      ? NumberText.grouped(pattern.count) : NumberText.short(pattern.count)
    canvas.right(count, column: columns.badge + 8, row: row, limit: columns.countEnd)
    if let end = columns.rateEnd {
      let rate =
        columns.isExact
        ? NumberText.tenths(pattern.ratePerMinute) : NumberText.rate(pattern.ratePerMinute)
      canvas.right(rate, column: columns.countEnd, row: row, limit: end)
    }
    if let end = columns.deltaEnd {
      canvas.right(Self.delta(pattern), column: columns.rateEnd ?? 0, row: row, limit: end)
    }
    if let trend = columns.trend {
      let counts = Bars.spread(pattern.trend, columns: columns.trendWidth)
      canvas.write(Bars.bars(counts, theme: theme), column: trend, row: row, style: Theme.bar)
    }
    if let service = columns.service {
      let name = pattern.services.first.map { snapshot.serviceName($0) } ?? ""
      let more = pattern.services.count > 1 ? " +\(pattern.services.count - 1)" : ""
      let end = columns.template - 1 - more.count
      let behind = canvas.clip(
        name, column: service, row: row, limit: end, ellipsis: theme.ellipsis)
      canvas.write(more, column: behind, row: row, style: Theme.quiet)
    }
    canvas.template(
      pattern.name.map { "[\($0)] \(pattern.template)" } ?? pattern.template,
      column: columns.template, row: row, limit: canvas.columns, style: .plain, theme: theme)
    if !overview.searched.isEmpty {
      canvas.mark(overview.searched, row: row, from: columns.template, style: Theme.hit)
    }
  }

  private static func delta(_ pattern: PatternRow) -> String {
    guard let base = pattern.baselinePerMinute else { return "new" }
    let difference = pattern.ratePerMinute - base
    let text = NumberText.tenths(abs(difference))
    return text == "0.0" ? "=" : (difference < 0 ? "-" : "+") + text
  }

  // MARK: Preview

  private func drawPreview(
    _ snapshot: Snapshot, _ layout: OverviewLayout, into canvas: inout Canvas
  ) {
    guard layout.previewRows > 0 else { return }
    guard let index = overview.patternIndex(line: overview.selectedIndex, in: snapshot) else {
      canvas.rule(row: layout.previewTop, left: "", right: "", theme: theme)
      return
    }
    let pattern = snapshot.patterns[index]
    let time = timeText(snapshot)
    let services = pattern.services.prefix(2).map { snapshot.serviceName($0) }.joined(
      separator: " ")
    let left = "#\(pattern.number) \(services) latest \(time.dated(pattern.lastSeen))"
    var right = "first \(time.dated(pattern.firstSeen))"
    if let index = pattern.anomaly, snapshot.anomalies.indices.contains(index) {
      let anomaly = snapshot.anomalies[index]
      right = AnomalySentence.badge(for: anomaly) + ": " + AnomalySentence.why(anomaly)
      let room = canvas.columns - left.count - 12
      if right.count > room { right = String(right.prefix { $0 != ";" }) }
      if right.count > room, room > 1 { right = String(right.prefix(room - 1)) + theme.ellipsis }
    }
    canvas.rule(row: layout.previewTop, left: left, right: right, theme: theme)
    guard let preview, preview.pattern == pattern.id else { return }
    for line in 0..<min(layout.previewRows - 1, preview.lines.count) {
      let isLast = line == layout.previewRows - 2
      let more =
        isLast && preview.lines.count > line + 1 ? "[+\(preview.lines.count - line - 1) lines]" : ""
      let bytes = preview.lines[line]
      canvas.clip(
        bytes.span, column: 1, row: layout.previewTop + 1 + line,
        limit: canvas.columns - 1 - (more.isEmpty ? 0 : more.count + 1), ellipsis: theme.ellipsis)
      canvas.right(
        more, row: layout.previewTop + 1 + line, limit: canvas.columns - 1, style: Theme.quiet)
    }
  }
}

/// Where the columns of the list of services stand.
struct ServiceColumns: Equatable {
  let nameEnd: Int
  let rateEnd: Int
  let errorEnd: Int?
  let heat: Int
  let heatWidth: Int
  let badge: Int

  init(columns: Int, bucketCount: Int) {
    let isWide = columns >= 100
    nameEnd = columns >= 160 ? 22 : isWide ? 15 : 12
    rateEnd = nameEnd + (isWide ? 6 : 6)
    errorEnd = isWide ? rateEnd + 8 : nil
    heat = (errorEnd ?? rateEnd) + 2
    let badgeWidth = columns < 80 ? 9 : 16
    let room = columns - heat - badgeWidth - 2
    heatWidth = room >= bucketCount ? room / max(bucketCount, 1) * bucketCount : max(room, 0)
    badge = heat + heatWidth + 2
  }
}
