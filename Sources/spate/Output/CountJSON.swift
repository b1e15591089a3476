internal import Events
internal import Pipeline

/// Counts as JSON: one object a window and group.
struct CountJSON: CountReport {
  private let plan: CountPlan
  private let columns: [CountColumn]
  private let top: Int?
  private let console: Console

  init(_ plan: CountPlan, _ columns: [CountColumn], top: Int?, to console: Console) {
    self.plan = plan
    self.columns = columns
    self.top = top
    self.console = console
  }

  mutating func print(_ window: WindowCounts) throws {
    for object in objects(window) { try console.write(object.line) }
  }

  mutating func showOpen(_ windows: [WindowCounts]) {}

  mutating func finish(_ counter: EventCounter) {}

  /// One line for each group; what is summed up as others has no labels.
  func objects(_ window: WindowCounts) -> [(labels: [WindowCounts.Label], line: [UInt8])] {
    let (shown, rest) = window.largest(top)
    var objects = shown.map { row in
      (
        labels: row.labels,
        line: object(window, row.totals, labels: row.labels, groupCount: nil)
      )
    }
    if let rest {
      objects.append(
        (labels: [], line: object(window, rest.totals, labels: nil, groupCount: rest.groupCount)))
    }
    return objects
  }

  private func object(
    _ window: WindowCounts, _ totals: GroupTotals, labels: [WindowCounts.Label]?, groupCount: Int?
  ) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      if let start = window.start, let end = window.end {
        json.field("start", start.rfc3339)
        json.field("end", end.rfc3339)
        json.key("final")
        json.number(window.isFinal ? "true" : "false")
      }
      if let labels {
        json.key("by")
        json.object { json in
          for (dimension, label) in zip(plan.dimensions, labels) {
            json.field(dimension.name, label.patternKey.map(KeyText.of) ?? label.text)
            if label.patternKey != nil { json.field("template", label.text) }
          }
        }
      } else {
        json.key("other")
        json.number("true")
        if let groupCount { json.field("groups", groupCount) }
      }
      json.field("count", totals.count)
      if window.start != nil { json.field("late", totals.lateCount) }
      if !plan.measured.isEmpty { fields(totals, into: &json) }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private func fields(_ totals: GroupTotals, into json: inout JSONText) {
    json.key("fields")
    json.object { json in
      for (measured, values) in zip(plan.measured, totals.fields) {
        json.key(measured.field)
        json.object { json in
          json.field("values", values.valueCount)
          json.field("numbers", values.numberCount)
          if let unit = values.unit, unit != .none { json.field("unit", unit.rawValue) }
          for column in columns where column.field == measured.field {
            json.key(column.function.rawValue)
            if let value = column.function.value(of: values) {
              json.number(
                value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)")
            } else {
              json.null()
            }
          }
        }
      }
    }
  }
}

extension WindowCounts {
  /// The first `top` rows, and what the others and those beyond the limit come to; how many groups they
  /// are where that is known.
  func largest(_ top: Int?) -> (shown: [Row], rest: (totals: GroupTotals, groupCount: Int?)?) {
    let shown = Array(rows.prefix(top ?? rows.count))
    let hidden = rows.dropFirst(shown.count)
    guard var rest = hidden.first?.totals ?? other else { return (shown, nil) }
    for row in hidden.dropFirst() { rest.merge(row.totals) }
    if let other, !hidden.isEmpty { rest.merge(other) }
    return (shown, (rest, other == nil ? hidden.count : nil))
  }
}
