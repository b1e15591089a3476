internal import Detection
internal import Events
internal import Pipeline
internal import Screens

/// What differs between two windows, as text or JSON.
struct ComparisonReport {
  /// Fields that are told of.
  private static let fieldLimit = 12
  /// Lines of the order of change.
  private static let orderLimit = 12

  private let comparison: Comparison
  private let changed: [Comparison.Row]
  private let same: [Comparison.Row]
  private let top: Int

  /// - Parameter top: Rows that are printed as text.
  init(_ comparison: Comparison, top: Int) {
    self.comparison = comparison
    self.top = top
    changed = comparison.rows.filter { $0.rates.verdict != .same }
    same = comparison.rows.filter { $0.rates.verdict == .same }
  }

  // MARK: Text

  func printText(to console: Console) throws {
    try console.write(line: "A  " + text(comparison.a))
    try console.write(line: "B  " + text(comparison.b))
    if comparison.isByShare {
      try console.write(line: "no span of time in both: shares of the events are compared")
    }
    try console.write(line: "")
    try printRows(to: console)
    try printFields(to: console)
    try printOrder(to: console)
  }

  private func text(_ window: Comparison.Window) -> String {
    let errors = Double(window.errorCount) / Double(max(1, window.eventCount))
    return "\(window.start.rfc3339) .. \(window.end.rfc3339)  "
      + "\(TimeText.span(window.microseconds))  \(NumberText.counted(window.eventCount, "event"))  "
      + "\(NumberText.percent(errors)) errors"
  }

  private func printRows(to console: Console) throws {
    let unit = comparison.isByShare ? "share" : "/min"
    if changed.isEmpty {
      try console.write(line: "nothing changed: \(same.count) patterns come at the same rate")
      return
    }
    try console.write(
      line: "change  score  \("A \(unit)".leftPadded(9))  \("B \(unit)".leftPadded(9))"
        + "   ratio  level  service         pattern")
    for row in changed.prefix(top) {
      try console.write(
        line: [
          ComparisonText.word(row).rightPadded(6),
          NumberText.fixed(row.score, digits: 1).leftPadded(5),
          rate(row.rateA).leftPadded(9), rate(row.rateB).leftPadded(9),
          ComparisonText.ratio(row).leftPadded(6), level(row).rightPadded(5),
          TextSafety.printable(row.service).rightPadded(14),
          TextSafety.printable(row.template),
        ].joined(separator: "  "))
    }
    if changed.count > top {
      try console.write(
        line: "and \(changed.count - top) more that changed; --top \(changed.count)")
    }
    try console.write(
      line: "same    \(same.count) patterns, \(NumberText.percent(comparison.unchangedShare)) of B"
        + " (a change is q <= 0.01 and x1.4, or new)")
  }

  private func rate(_ value: Double) -> String {
    comparison.isByShare ? NumberText.percent(value, digits: 2) : NumberText.tenths(value)
  }

  private func level(_ row: Comparison.Row) -> String {
    row.severity == .unknown ? "-" : row.severity.name
  }

  private func printFields(to console: Console) throws {
    if comparison.fields.isEmpty { return }
    try console.write(line: "")
    try console.write(line: "fields that differ most inside a pattern")
    for field in comparison.fields.prefix(Self.fieldLimit) {
      let template = comparison.rows.first { $0.pattern == field.pattern }?.template ?? ""
      try console.write(
        line: "  \(TextSafety.printable(field.field)): "
          + TextSafety.printable(ComparisonText.line(field.kind)))
      try console.write(line: "      in \(field.service): \(TextSafety.printable(template))")
    }
  }

  private func printOrder(to console: Console) throws {
    let order = comparison.inOrderOfChange
    guard let first = order.first?.firstChange, !comparison.isByShare else { return }
    try console.write(line: "")
    try console.write(line: "order of first change in B")
    for row in order.prefix(Self.orderLimit) {
      let lag = row.firstChange.map { $0.microseconds(since: first) } ?? 0
      try console.write(
        line: [
          "  " + (row.firstChange ?? first).rfc3339,
          ("+" + TimeText.span(lag)).rightPadded(7), ComparisonText.word(row).rightPadded(5),
          row.service.rightPadded(14), TextSafety.printable(row.template),
        ].joined(separator: "  "))
    }
  }

  // MARK: JSON

  /// One object for each window, one a row, all of them.
  func printJSON(to console: Console) throws {
    for (name, window) in [("a", comparison.a), ("b", comparison.b)] {
      var json = JSONText()
      json.object { json in
        json.field("window", name)
        json.field("start", window.start.rfc3339)
        json.field("end", window.end.rfc3339)
        json.field("events", window.eventCount)
        json.field("errors", window.errorCount)
      }
      try console.write(json.bytes)
      try console.write(line: "")
    }
    for row in comparison.rows {
      try console.write(json(row))
      try console.write(line: "")
    }
  }

  private func json(_ row: Comparison.Row) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.field("change", row.rates.verdict.rawValue)
      json.field("pattern", KeyText.of(row.key))
      json.field("template", row.template)
      json.field("service", row.service)
      json.field("level", row.severity == .unknown ? nil : row.severity.name)
      json.field("count_a", row.rates.countA)
      json.field("count_b", row.rates.countB)
      json.field(comparison.isByShare ? "share_a" : "per_minute_a", row.rateA)
      json.field(comparison.isByShare ? "share_b" : "per_minute_b", row.rateB)
      json.field("ratio", row.ratio)
      json.field("effect", row.rates.effect)
      json.field("q", row.rates.qValue)
      json.field("score", row.score)
      json.field("first_change", row.firstChange?.rfc3339)
      json.key("first_offset")
      json.number(row.firstOffset.map { String($0) } ?? "null")
      json.key("fields")
      let fields = comparison.fields.filter {
        $0.pattern == row.pattern && $0.service == row.service
      }
      json.array(fields) { write($1, to: &$0) }
    }
    return json.bytes
  }

  private func write(_ difference: FieldDifference, to json: inout JSONText) {
    json.object { json in
      json.field("field", difference.field)
      json.field("difference", difference.difference)
      switch difference.kind {
      case .measure(let a, let b, let unit):
        json.field("unit", unit)
        for (name, quantiles) in [("a", a), ("b", b)] {
          json.field("p50_\(name)", quantiles.median)
          json.field("p95_\(name)", quantiles.high)
        }
      case .shares(let shares):
        json.key("values")
        json.array(shares) { json, share in
          json.object { json in
            json.field("value", share.value)
            json.field("share_a", share.shareA)
            json.field("share_b", share.shareB)
          }
        }
      }
    }
  }
}
