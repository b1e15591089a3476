import Events
import Pipeline

extension Fixture {
  /// Three groups and others in twelve windows, the last not over.
  static func counts(_ query: CountQuery) -> CountTable {
    var table = CountTable(query.form)
    let width = query.form.windowMicroseconds
    let names = ["order-api", "edge-nginx", "cart-svc"]
    for index in 0..<12 {
      let start = query.from.advanced(byMicroseconds: Int64(index) * width)
      var window = CountTable.Window(start: start, isFinal: index < 11)
      window.count = UInt64(60 + 10 * index)
      window.lateCount = index == 4 ? 7 : 0
      table.windows.append(window)
    }
    for (place, name) in names.enumerated() {
      let counts = (0..<12).map { UInt32((30 - 10 * place) + ($0 * (place + 1)) % 9) }
      let labels = query.form.dimensions.enumerated().map { $0.offset == 0 ? name : nil }
      table.rows.append(
        CountTable.Row(
          labels: labels, counts: counts, total: counts.reduce(0) { $0 + UInt64($1) }))
    }
    table.others = CountTable.Row(
      labels: [], counts: Array(repeating: 2, count: 12), total: 24)
    return table
  }
}
