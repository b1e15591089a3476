internal import Detection
internal import Events
internal import Pipeline
internal import Terminal

/// One pattern: what it says, how often, since when it is unusual and why, what varies, examples.
extension ScreenModel {
  /// Which rows of the body the parts take, top to bottom.
  struct PatternLayout {
    var template: Int
    var templateRows: Int
    var reasons: Int
    var reasonRows: Int
    var rate: Int
    var chartRows: Int
    var variables: Int
    var variableRows: Int
    var examples: Int
    var exampleRows: Int
    var rule: Int
    var ruleRows: Int
  }

  func patternLayout(_ id: PatternID, _ snapshot: Snapshot, _ frame: FrameLayout) -> PatternLayout {
    let template = snapshot.pattern(id)?.template ?? ""
    let width = max(frame.columns - 2, 1)
    let most = frame.isRoomy ? 3 : frame.isSmall ? 1 : 2
    let templateRows = min(max((TextWidth.columns(of: template) + width - 1) / width, 1), most)
    let reasonRows = min(reasons(id, snapshot).count, frame.isRoomy ? 3 : 1)
    let chartRows = frame.isRoomy ? 4 : frame.isSmall ? 1 : 2
    let ruleRows = showsPanel(frame) ? Self.panelRows : frame.isRoomy ? 3 : 0
    let variableCount = pattern?.detail?.variables.count ?? 0
    var row = frame.bodyTop
    let templateTop = row + 1
    row = templateTop + templateRows
    let reasonTop = row
    row += reasonRows
    let rate = row
    row += 1 + chartRows
    let variables = row
    // Examples get what is left, and at least a few.
    let leastExamples = frame.isSmall ? 2 : 4
    let left = frame.rulerTop - row - ruleRows - 1 - leastExamples - 1
    let variableRows = min(variableCount, max(left, 0))
    row += variableRows > 0 ? 1 + variableRows : 0
    let examples = row
    let exampleRows = max(frame.rulerTop - ruleRows - row - 1, 0)
    return PatternLayout(
      template: templateTop, templateRows: templateRows, reasons: reasonTop, reasonRows: reasonRows,
      rate: rate, chartRows: chartRows, variables: variables, variableRows: variableRows,
      examples: examples, exampleRows: exampleRows, rule: frame.rulerTop - ruleRows,
      ruleRows: ruleRows)
  }

  func exampleRows(_ snapshot: Snapshot, _ frame: FrameLayout) -> Int {
    guard let pattern else { return 0 }
    return patternLayout(pattern.id, snapshot, frame).exampleRows
  }

  private func reasons(_ id: PatternID, _ snapshot: Snapshot) -> [Anomaly] {
    let row = snapshot.pattern(id)
    // The row's own may be about a pattern that has since become part of this one.
    return snapshot.anomalies.indices.filter { index in
      snapshot.anomalies[index].subject == .pattern(id) || index == row?.anomaly
    }.map { snapshot.anomalies[$0] }
  }

  func drawPattern(
    _ id: PatternID, _ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas
  ) {
    guard let row = snapshot.pattern(id) else {
      drawCrumbs(["2 Pattern"], right: "", into: &canvas)
      canvas.write("not known at this moment of the stream", column: 1, row: frame.bodyTop + 1)
      return
    }
    let layout = patternLayout(id, snapshot, frame)
    let time = timeText(snapshot)
    let services = row.services.prefix(3).map { snapshot.serviceName($0) }.joined(separator: " ")
    drawCrumbs(
      ["2 Pattern #\(row.number)", services, row.severity.name.uppercased()],
      right: (frame.isWide ? "id \(row.key)  " : "")
        + "first \(time.dated(row.firstSeen))  last \(time.dated(row.lastSeen))", into: &canvas)
    drawTemplate(row, snapshot, layout, frame, into: &canvas)
    drawRate(row, snapshot, layout, into: &canvas)
    if layout.variableRows > 0 { drawVariables(layout, into: &canvas) }
    drawExamples(row, snapshot, layout, into: &canvas)
    if layout.ruleRows > 0, !showsPanel(frame) { drawPatternRule(layout, into: &canvas) }
  }

  private func drawTemplate(
    _ row: PatternRow, _ snapshot: Snapshot, _ layout: PatternLayout, _ frame: FrameLayout,
    into canvas: inout Canvas
  ) {
    let share = NumberText.percent(row.count, of: snapshot.eventCount)
    var head = row.name.map { "template  named \($0)" } ?? "template"
    if let detail = pattern?.detail, detail.pattern == row.id {
      let count = detail.mergedTemplates.count
      if count > 0 { head += "  \(count) merged in, x splits" }
      if detail.isPinned { head += "  kept apart" }
    }
    canvas.rule(
      row: frame.bodyTop, left: head,
      right: row.meaning ?? "\(NumberText.grouped(row.count)) events, \(share) of all", theme: theme
    )
    let width = canvas.columns - 2
    var rest = Substring(row.template)
    for line in 0..<layout.templateRows {
      let isLast = line == layout.templateRows - 1
      let piece = isLast ? rest : Self.prefix(of: rest, columns: width)
      canvas.template(
        String(piece), column: 1, row: layout.template + line, limit: canvas.columns - 1,
        style: Theme.title, theme: theme)
      rest = rest.dropFirst(piece.count)
    }
    let time = timeText(snapshot)
    for (line, anomaly) in reasons(row.id, snapshot).prefix(layout.reasonRows).enumerated() {
      let span =
        "\(time.dated(anomaly.time)) " + (anomaly.end.map { "to \(time.dated($0))" } ?? "and still")
      canvas.clip(
        "\(theme.anomaly) \(AnomalySentence.badge(for: anomaly)) \(span): \(AnomalySentence.why(anomaly))",
        column: 1, row: layout.reasons + line, limit: canvas.columns - 1,
        style: Theme.style(of: max(anomaly.severity, .warn)), ellipsis: theme.ellipsis)
    }
  }

  private static func prefix(of text: Substring, columns: Int) -> Substring {
    var width = 0
    var end = text.startIndex
    while end < text.endIndex {
      let next = text.index(after: end)
      let more = TextWidth.columns(of: String(text[end..<next]))
      if width + more > columns { break }
      width += more
      end = next
    }
    return end == text.startIndex ? text : text[..<end]
  }

  private func drawRate(
    _ row: PatternRow, _ snapshot: Snapshot, _ layout: PatternLayout, into canvas: inout Canvas
  ) {
    let base =
      row.baselinePerMinute.map { "before \(NumberText.rate($0))" } ?? "no past to compare with"
    let span = snapshot.trendStepMicroseconds &* Int64(row.trend.count)
    canvas.rule(
      row: layout.rate, left: "per minute  now \(NumberText.rate(row.ratePerMinute))  \(base)",
      right: "last \(TimeText.span(span)), each \(TimeText.span(snapshot.trendStepMicroseconds))",
      theme: theme)
    let largest = NumberText.short(UInt64(row.trend.max() ?? 0))
    let left = 7
    let room = canvas.columns - left - 1
    let wide = room / max(row.trend.count, 1)
    // Bars of the same width each; a few counts are not stretched over the whole screen.
    let width = wide >= 1 ? min(wide, 4) * row.trend.count : room
    let chart = Bars.chart(
      Bars.spread(row.trend, columns: width), rows: layout.chartRows, theme: theme)
    for (line, text) in chart.enumerated() {
      canvas.write(text, column: left, row: layout.rate + 1 + line, style: Theme.bar)
    }
    canvas.right(largest, row: layout.rate + 1, limit: left - 1, style: Theme.quiet)
    if layout.chartRows > 1 {
      canvas.right("0", row: layout.rate + layout.chartRows, limit: left - 1, style: Theme.quiet)
    }
  }

  // MARK: Variables

  private func drawVariables(_ layout: PatternLayout, into canvas: inout Canvas) {
    let variables = pattern?.detail?.variables ?? []
    let hidden = variables.count - layout.variableRows
    canvas.rule(
      row: layout.variables, left: "variables  type, how many different, most frequent",
      right: hidden > 0 ? "\(hidden) more" : "", theme: theme)
    for (line, variable) in variables.prefix(layout.variableRows).enumerated() {
      let row = layout.variables + 1 + line
      canvas.right(String(line + 1), row: row, limit: 4, style: Theme.quiet)
      let name = variable.name.map { "\($0)=" } ?? ""
      canvas.clip(
        "\(name)<\(variable.type)>", column: 5, row: row, limit: 24, style: Theme.variable,
        ellipsis: theme.ellipsis)
      let count =
        (variable.distinctIsExact ? "" : "~")
        + NumberText.grouped(UInt64(max(variable.distinctCount, 0)))
      canvas.right(count, column: 24, row: row, limit: 35)
      canvas.clip(
        Self.distribution(variable, theme: theme), column: 37, row: row, limit: canvas.columns - 1,
        ellipsis: theme.ellipsis)
    }
  }

  private static func distribution(_ variable: PatternDetail.Variable, theme: Theme) -> String {
    let total = variable.topValues.reduce(0) { $0 &+ $1.count }
    var parts: [String] = []
    if variable.distinctCount > 1, let (median, high, highest) = variable.quantiles {
      parts.append(
        "p50 \(NumberText.plain(median)) p95 \(NumberText.plain(high)) p99 \(NumberText.plain(highest))"
      )
    }
    if variable.distinctCount == 1, let only = variable.topValues.first {
      parts.append("always \(only.value)")
    } else if let first = variable.topValues.first, first.count > 1 {
      for (value, count) in variable.topValues.prefix(4) {
        let isAll = variable.distinctIsExact && variable.topValues.count == variable.distinctCount
        let share = isAll ? NumberText.percent(count, of: total) : NumberText.short(count)
        parts.append("\(value) \(isAll ? share : "x" + share)")
      }
    } else if !variable.topValues.isEmpty {
      parts.append("all different so far, as \(variable.topValues[0].value)")
    }
    return parts.joined(separator: "  ")
  }

  // MARK: Examples

  private func drawExamples(
    _ row: PatternRow, _ snapshot: Snapshot, _ layout: PatternLayout, into canvas: inout Canvas
  ) {
    let examples = pattern?.examples ?? []
    canvas.rule(
      row: layout.examples, left: "latest events",
      right: examples.isEmpty
        ? ""
        : "\((pattern?.selected ?? 0) + 1) of \(examples.count), all \(NumberText.grouped(row.count)) with 3",
      theme: theme)
    let time = timeText(snapshot)
    for line in 0..<layout.exampleRows {
      let place = (pattern?.top ?? 0) + line
      guard examples.indices.contains(place) else { break }
      let event = examples[place]
      let y = layout.examples + 1 + line
      let isSelected = place == pattern?.selected
      if isSelected {
        canvas.write(theme.cursor, column: 0, row: y, style: Theme.chosen)
        canvas.cursor = (0, y)
      }
      canvas.right(
        time.precise(event.time), column: 1, row: y, limit: 14,
        style: isSelected ? Theme.chosen : Theme.quiet)
      canvas.write(
        String(event.severity.letter), column: 15, row: y, style: Theme.style(of: event.severity))
      let more = event.lines.count > 1 ? "[+\(event.lines.count - 1)]" : ""
      canvas.clip(
        event.message, column: 17, row: y,
        limit: canvas.columns - 1 - (more.isEmpty ? 0 : more.count + 1), ellipsis: theme.ellipsis)
      canvas.right(more, row: y, limit: canvas.columns - 1, style: Theme.quiet)
    }
  }

  private func drawPatternRule(_ layout: PatternLayout, into canvas: inout Canvas) {
    canvas.rule(
      row: layout.rule, left: "rule", right: "Y copies the expression (PCRE2), y the template",
      theme: theme)
    canvas.clip(
      pattern?.detail?.expression ?? "", column: 1, row: layout.rule + 1, limit: canvas.columns - 1,
      ellipsis: theme.ellipsis)
    canvas.clip(
      pattern?.detail?.grok ?? "", column: 1, row: layout.rule + 2, limit: canvas.columns - 1,
      ellipsis: theme.ellipsis)
  }
}
