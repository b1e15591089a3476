internal import Events
internal import Pipeline
internal import Screens

/// Counts as a table: a row for each group, below each other window after window.
struct CountText: CountReport {
  private static let topWithoutWindows = 30
  private static let topOfWindow = 10
  private static let labelWidthLimit = 48
  /// Windows without events between two others that are printed as such.
  private static let emptyRowLimit: Int64 = 500
  /// Rows of windows that are not over that are shown at a time.
  private static let openRowLimit = 20

  private let plan: CountPlan
  private let columns: [CountColumn]
  private let top: Int
  private let isLive: Bool
  private let console: Console
  private var hasHeader = false
  /// Of the labels, the widest so far in each dimension.
  private var labelWidths: [Int]
  private var lastEnd: Instant?
  private var windowCount: UInt64 = 0
  private var openCount = 0
  /// Rows on the terminal that the next ones take the place of.
  private var openRowCount = 0
  private var hasOther = false
  private var shapes = CountShapes()

  init(_ plan: CountPlan, _ columns: [CountColumn], top: Int?, isLive: Bool, to console: Console) {
    self.plan = plan
    self.columns = columns
    self.top = top ?? (plan.windows == nil ? Self.topWithoutWindows : Self.topOfWindow)
    self.isLive = isLive
    self.console = console
    labelWidths = plan.dimensions.map { $0.name.count }
  }

  mutating func print(_ window: WindowCounts) throws {
    try eraseOpen()
    windowCount += 1
    if !window.isFinal { openCount += 1 }
    hasOther = hasOther || window.other != nil
    let lines = rows(of: window)
    try printHeader()
    try printEmptyWindows(before: window)
    for line in lines { try console.write(line: line) }
    if !isLive { shapes.add(window) }
    lastEnd = window.end
  }

  /// Shows windows that are not over below the others, until the next ones take their place.
  mutating func showOpen(_ windows: [WindowCounts]) throws {
    try eraseOpen()
    let lines = windows.flatMap { rows(of: $0) }.prefix(Self.openRowLimit)
    if lines.isEmpty { return }
    try printHeader()
    // A line that goes around the edge would be two.
    try console.write("\u{1B}[?7l".utf8)
    for line in lines { try console.write(line: line) }
    try console.write("\u{1B}[?7h".utf8)
    openRowCount = lines.count
  }

  private mutating func eraseOpen() throws {
    guard openRowCount > 0 else { return }
    try console.write("\u{1B}[\(openRowCount)A\r\u{1B}[J".utf8)
    openRowCount = 0
  }

  mutating func finish(_ counter: EventCounter) throws {
    if !hasHeader { try printHeader() }
    if plan.windows != nil, !isLive { try printShapes() }
    var line = NumberText.counted(counter.countedCount, "event")
    if counter.countedCount != counter.eventCount {
      line += " of \(NumberText.grouped(counter.eventCount))"
    }
    if plan.windows != nil {
      line += " in \(NumberText.counted(windowCount, "window"))"
      if counter.lateCount > 0 { line += ", \(NumberText.grouped(counter.lateCount)) late" }
      if openCount > 0 { line += "; ~ is not over and may change" }
    }
    if hasOther {
      line += "; others are of groups beyond the first \(NumberText.grouped(plan.groupLimit))"
    }
    try console.write(line: line)
  }

  // MARK: Rows

  private mutating func rows(of window: WindowCounts) -> [String] {
    let (shown, rest) = window.largest(plan.dimensions.isEmpty ? nil : top)
    for row in shown {
      for (index, label) in row.labels.enumerated() {
        let width = min(Self.text(label).count, Self.labelWidthLimit)
        labelWidths[index] = max(labelWidths[index], width)
      }
    }
    let all = window.count
    let largest = shown.first.map { $0.totals.count } ?? 0
    var lines = shown.map {
      line(window, $0.totals, labels: labels($0.labels), all: all, largest: largest)
    }
    if let rest {
      let name = rest.groupCount.map { "… in \($0) more" } ?? "… others"
      lines.append(line(window, rest.totals, labels: name, all: all, largest: nil))
    }
    return lines
  }

  private mutating func printHeader() throws {
    if hasHeader { return }
    hasHeader = true
    var line = plan.windows == nil ? "" : "from".rightPadded(22)
    line += "count".leftPadded(10)
    line +=
      plan.windows == nil ? "  share" + String(repeating: " ", count: 12) : "late".leftPadded(7)
    for column in columns { line += "  " + column.title.leftPadded(width(of: column)) }
    if !plan.dimensions.isEmpty {
      line += "  " + padded(plan.dimensions.map(\.name))
    }
    try console.write(line: line)
  }

  /// Windows in which nothing came are counts, too, where only the time parts them.
  private func printEmptyWindows(before window: WindowCounts) throws {
    guard plan.dimensions.isEmpty, let windows = plan.windows, let lastEnd, let end = window.end
    else { return }
    let missing = end.microseconds(since: lastEnd) / windows.step - 1
    guard missing > 0 else { return }
    guard missing <= Self.emptyRowLimit else {
      return try console.write(line: "… \(NumberText.grouped(missing)) windows without events")
    }
    for number in 1...missing {
      let start = lastEnd.advanced(byMicroseconds: number * windows.step - windows.width)
      try console.write(line: start.rfc3339.rightPadded(22) + "0".leftPadded(10))
    }
  }

  private func line(
    _ window: WindowCounts, _ totals: GroupTotals, labels: String, all: UInt64, largest: UInt64?
  ) -> String {
    var line = ""
    if let start = window.start {
      line += (start.rfc3339 + (window.isFinal ? "" : "~")).rightPadded(22)
    }
    line += NumberText.grouped(totals.count).leftPadded(10)
    if window.start == nil {
      line += NumberText.percent(totals.count, of: all).leftPadded(7)
      line += " " + (largest.map { Self.bar(totals.count, of: $0) } ?? "").rightPadded(10)
    } else {
      line += (totals.lateCount == 0 ? "" : NumberText.grouped(totals.lateCount)).leftPadded(7)
    }
    for column in columns {
      line += "  " + value(of: column, totals).leftPadded(width(of: column))
    }
    if !plan.dimensions.isEmpty { line += "  " + labels }
    while line.last == " " { line.removeLast() }
    return line
  }

  private func width(of column: CountColumn) -> Int { max(column.title.count, 9) }

  private func value(of column: CountColumn, _ totals: GroupTotals) -> String {
    guard let index = plan.measured.firstIndex(where: { $0.field == column.field }),
      let value = column.function.value(of: totals.fields[index])
    else { return "-" }
    if column.function == .distinct {
      let isExact = totals.fields[index].distinct?.isExact ?? true
      return (isExact ? "" : "~") + NumberText.grouped(UInt64(value))
    }
    return Self.number(value) + (totals.fields[index].unit?.rawValue ?? "")
  }

  /// Three digits that count, or all of a whole number.
  static func number(_ value: Double) -> String {
    let size = abs(value)
    if value == value.rounded(), size < 1e15 { return NumberText.grouped(Int64(value)) }
    if size >= 100 { return NumberText.plain(value) }
    return NumberText.fixed(
      value, digits: size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : size >= 0.01 ? 4 : 6)
  }

  /// Ten columns for the largest count; anything is at least an eighth of one.
  static func bar(_ count: UInt64, of largest: UInt64) -> String {
    guard count > 0, largest > 0 else { return "" }
    let eighths = max(1, Int(Double(count) / Double(largest) * 80))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  private static func text(_ label: WindowCounts.Label) -> String {
    TextSafety.printable(label.text ?? "-")
  }

  private func labels(_ labels: [WindowCounts.Label]) -> String { padded(labels.map(Self.text)) }

  /// All but the last as wide as the widest of their column.
  private func padded(_ texts: [String]) -> String {
    texts.enumerated().map { index, text in
      if index == texts.count - 1 { return text }
      let isCut = text.count > Self.labelWidthLimit
      return (isCut ? text.prefix(Self.labelWidthLimit - 1) + "…" : text)
        .rightPadded(labelWidths[index])
    }.joined(separator: "  ")
  }

  // MARK: The shape over time

  private func printShapes() throws {
    let rows = shapes.largest(top)
    guard shapes.windowCount > 1, !rows.isEmpty else { return }
    try console.write(line: "")
    for row in rows {
      let line =
        NumberText.grouped(row.total).leftPadded(10) + "  " + row.bars
        + (row.labels.isEmpty ? "" : "  " + labels(row.labels))
      try console.write(line: line)
    }
  }
}

/// How the counts of groups went over time, in at most 60 columns.
struct CountShapes {
  private static let columnLimit = 60
  private static let groupLimit = 1000

  private(set) var windowCount = 0
  /// Windows that a column stands for.
  private var stride = 1
  private var groups: [[WindowCounts.Label]: [UInt64]] = [:]

  mutating func add(_ window: WindowCounts) {
    if windowCount == stride * Self.columnLimit {
      stride *= 2
      for (labels, counts) in groups {
        groups[labels] = Swift.stride(from: 0, to: counts.count, by: 2).map {
          counts[$0] + ($0 + 1 < counts.count ? counts[$0 + 1] : 0)
        }
      }
    }
    let column = windowCount / stride
    for row in window.rows {
      guard groups[row.labels] != nil || groups.count < Self.groupLimit else { continue }
      var counts = groups[row.labels] ?? []
      while counts.count <= column { counts.append(0) }
      counts[column] += row.totals.count + row.totals.lateCount
      groups[row.labels] = counts
    }
    windowCount += 1
  }

  func largest(_ top: Int) -> [(labels: [WindowCounts.Label], total: UInt64, bars: String)] {
    let columnCount = (windowCount + stride - 1) / stride
    let rows = groups.map { labels, counts in
      (labels: labels, total: counts.reduce(0, +), bars: Self.bars(counts, columnCount))
    }
    return Array(
      rows.sorted {
        if $0.total != $1.total { return $0.total > $1.total }
        return $0.labels.lexicographicallyPrecedes($1.labels) { ($0.text ?? "") < ($1.text ?? "") }
      }.prefix(top))
  }

  /// Each row on its own scale: a blank is nothing.
  private static func bars(_ counts: [UInt64], _ columnCount: Int) -> String {
    let signs = Array("▁▂▃▄▅▆▇█")
    let largest = Double(max(1, counts.max() ?? 1))
    let text = counts.map { count -> Character in
      if count == 0 { return " " }
      return signs[min(signs.count - 1, Int(Double(count) / largest * Double(signs.count)))]
    }
    return String(text).rightPadded(columnCount)
  }
}
