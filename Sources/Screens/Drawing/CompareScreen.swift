internal import Detection
internal import Events
internal import Pipeline
internal import Terminal

/// Which rows the comparison keeps for what.
struct CompareLayout: Equatable {
  let frame: FrameLayout

  var windowTop: Int { frame.bodyTop }
  var tableRule: Int { windowTop + 3 }
  var tableTop: Int { tableRule + 2 }
  /// Rule and lines for the fields of the selected pattern, and for the order of change.
  var fieldRows: Int { frame.isRoomy ? 6 : frame.isSmall ? 0 : 3 }
  var orderRows: Int { frame.isRoomy ? 6 : 0 }
  var fieldTop: Int { frame.rulerTop - orderRows - fieldRows }
  var orderTop: Int { frame.rulerTop - orderRows }
  var tableRows: Int { max(fieldTop - tableTop, 1) }
}

/// The fifth screen: two windows side by side, what differs first.
extension ScreenModel {
  func drawCompare(_ snapshot: Snapshot, _ frame: FrameLayout, into canvas: inout Canvas) {
    let layout = CompareLayout(frame: frame)
    drawCrumbs(
      ["5 Compare", "A usual, B suspected"], right: compare.isOpen ? "comparing…" : "",
      into: &canvas)
    canvas.rule(
      row: layout.windowTop, left: "A is \(compare.choice.rawValue)", right: "", theme: theme)
    if let query = compare.query {
      drawWindow(.a, query.a, snapshot, row: layout.windowTop + 1, into: &canvas)
      drawWindow(.b, query.b, snapshot, row: layout.windowTop + 2, into: &canvas)
    }
    guard let result = compare.result else {
      canvas.rule(row: layout.tableRule, left: "", right: "", theme: theme)
      return
    }
    canvas.rule(
      row: layout.tableRule, left: ComparisonText.summary(result),
      right: result.isByShare ? "shares of all events" : "rates per minute", theme: theme)
    drawTable(result, snapshot, layout, into: &canvas)
    if layout.fieldRows > 0 { drawFields(result, snapshot, layout, into: &canvas) }
    if layout.orderRows > 0 { drawOrder(result, snapshot, layout, into: &canvas) }
  }

  private func drawWindow(
    _ side: ComparisonSide, _ window: ClosedRange<Instant>, _ snapshot: Snapshot, row: Int,
    into canvas: inout Canvas
  ) {
    let isMoved = compare.moved == side
    if isMoved { canvas.write(theme.cursor, column: 0, row: row, style: Theme.chosen) }
    let time = timeText(snapshot)
    var text = side == .a ? "A  " : "B  "
    text += "\(time.dated(window.lowerBound)) .. \(time.dated(window.upperBound))  "
    text += TimeText.span(window.upperBound.microseconds(since: window.lowerBound))
    if let result = compare.result, !compare.isOpen {
      let counted = side == .a ? result.a : result.b
      text += "  \(NumberText.grouped(counted.eventCount)) events"
      text += "  err \(NumberText.percent(counted.errorCount, of: max(counted.eventCount, 1)))"
    }
    let end = canvas.clip(
      text, column: 1, row: row, limit: canvas.columns - 1, style: isMoved ? Theme.title : .plain,
      ellipsis: theme.ellipsis)
    guard let result = compare.result, !compare.isOpen, end + 14 < canvas.columns else { return }
    let counts = (side == .a ? result.a : result.b).histogram.counts
    let room = min(canvas.columns - end - 4, 48)
    canvas.write(
      Bars.bars(Bars.spread(counts, columns: room), theme: theme), column: end + 2, row: row,
      style: Theme.bar)
  }

  // MARK: Patterns

  private func drawTable(
    _ result: Comparison, _ snapshot: Snapshot, _ layout: CompareLayout, into canvas: inout Canvas
  ) {
    let columns = CompareColumns(columns: canvas.columns)
    let head = layout.tableRule + 1
    canvas.write("change", column: 1, row: head, style: Theme.quiet)
    canvas.right("A", row: head, limit: columns.aEnd, style: Theme.quiet)
    canvas.right("B", row: head, limit: columns.bEnd, style: Theme.quiet)
    canvas.right("ratio", row: head, limit: columns.ratioEnd, style: Theme.quiet)
    canvas.write("l", column: columns.level, row: head, style: Theme.quiet)
    if let service = columns.service {
      canvas.write("service", column: service, row: head, style: Theme.quiet)
    }
    canvas.write("template", column: columns.template, row: head, style: Theme.quiet)
    if result.rows.isEmpty {
      canvas.write("no events in either window", column: 1, row: layout.tableTop)
    }
    for line in 0..<layout.tableRows {
      let place = compare.top + line
      guard result.rows.indices.contains(place) else { break }
      draw(
        result.rows[place], result, columns, row: layout.tableTop + line,
        isSelected: place == compare.line, into: &canvas)
    }
  }

  private func draw(
    _ row: Comparison.Row, _ result: Comparison, _ columns: CompareColumns, row place: Int,
    isSelected: Bool, into canvas: inout Canvas
  ) {
    if isSelected {
      canvas.write(theme.cursor, column: 0, row: place, style: Theme.chosen)
      canvas.cursor = (0, place)
    }
    let isSame = row.rates.verdict == .same
    canvas.write(
      ComparisonText.word(row), column: 1, row: place,
      style: isSame ? Theme.quiet : Theme.style(of: max(row.severity, .warn)))
    func rate(_ value: Double) -> String {
      result.isByShare ? NumberText.percent(value) : NumberText.rate(value)
    }
    canvas.right(rate(row.rateA), column: 6, row: place, limit: columns.aEnd)
    canvas.right(rate(row.rateB), column: columns.aEnd, row: place, limit: columns.bEnd)
    canvas.right(
      ComparisonText.ratio(row), column: columns.bEnd, row: place, limit: columns.ratioEnd)
    canvas.write(
      String(row.severity.letter), column: columns.level, row: place,
      style: Theme.style(of: row.severity))
    if let service = columns.service {
      canvas.clip(
        row.service, column: service, row: place, limit: columns.template - 1,
        ellipsis: theme.ellipsis)
    }
    canvas.template(
      row.template, column: columns.template, row: place, limit: canvas.columns, style: .plain,
      theme: theme)
  }

  // MARK: Fields

  /// Of the selected pattern; where it has none, those that differ most anywhere.
  private func drawFields(
    _ result: Comparison, _ snapshot: Snapshot, _ layout: CompareLayout, into canvas: inout Canvas
  ) {
    let selected = compare.selectedRow
    let own = result.fields.filter {
      $0.pattern == selected?.pattern && $0.service == selected?.service
    }
    let shown = own.isEmpty ? result.fields : own
    let title =
      own.isEmpty ? "fields that differ most, in any pattern" : "fields of this that differ most"
    canvas.rule(row: layout.fieldTop, left: title, right: "", theme: theme)
    if shown.isEmpty {
      canvas.write("none", column: 1, row: layout.fieldTop + 1, style: Theme.quiet)
    }
    for (line, field) in shown.prefix(layout.fieldRows - 1).enumerated() {
      let number = snapshot.pattern(field.pattern).map { "#\($0.number) " } ?? ""
      canvas.clip(
        "\(own.isEmpty ? number : "")\(field.field): \(ComparisonText.line(field.kind))",
        column: 1, row: layout.fieldTop + 1 + line, limit: canvas.columns - 1,
        ellipsis: theme.ellipsis)
    }
  }

  // MARK: Order

  private func drawOrder(
    _ result: Comparison, _ snapshot: Snapshot, _ layout: CompareLayout, into canvas: inout Canvas
  ) {
    canvas.rule(
      row: layout.orderTop, left: "order of first change in B", right: "y copies the command",
      theme: theme)
    let order = result.inOrderOfChange
    guard let first = order.first?.firstChange else {
      canvas.write("nothing changed", column: 1, row: layout.orderTop + 1, style: Theme.quiet)
      return
    }
    let time = timeText(snapshot)
    for (line, row) in order.prefix(layout.orderRows - 1).enumerated() {
      let place = layout.orderTop + 1 + line
      guard let change = row.firstChange else { continue }
      canvas.clip(
        time.precise(change), column: 1, row: place, limit: 14, ellipsis: theme.ellipsis)
      canvas.right(
        "+" + TimeText.span(change.microseconds(since: first)), column: 14, row: place, limit: 23)
      canvas.write(ComparisonText.word(row), column: 24, row: place)
      canvas.clip(row.service, column: 30, row: place, limit: 44, ellipsis: theme.ellipsis)
      canvas.template(
        row.template, column: 45, row: place, limit: canvas.columns, style: .plain, theme: theme)
    }
  }
}

/// Where the columns of the comparison stand.
struct CompareColumns: Equatable {
  let aEnd: Int
  let bEnd: Int
  let ratioEnd: Int
  let level: Int
  let service: Int?
  let template: Int

  init(columns: Int) {
    let width = columns >= 80 ? 9 : 7
    aEnd = 6 + width
    bEnd = aEnd + width
    ratioEnd = bEnd + 8
    level = ratioEnd + 1
    service = columns >= 80 ? level + 2 : nil
    template = level + 2 + (columns >= 80 ? 14 : 0)
  }
}
