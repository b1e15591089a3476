internal import Events
internal import Pipeline

/// What the screen of counts remembers: by what, in which windows, of which events.
struct CountState: Sendable {
  static let groupings: [[String]] = [
    ["service"], ["level"], ["service", "level"], ["pattern"], ["source"], [],
  ]
  static let windowLengths: [Int64] = [1, 5, 10, 30, 60, 300, 900, 3600, 86_400]
    .map { $0 * 1_000_000 }
  /// Windows that are asked for.
  static let windowCount = 60

  private(set) var form = CountQuery.Form(
    dimensions: ["service"], windowMicroseconds: 60_000_000, condition: "")
  private(set) var table: CountTable?
  private(set) var hasFailed = false
  var line = 0
  private(set) var top = 0

  /// What shows is of another form than what is asked for.
  var isOpen: Bool { table?.form != form && !hasFailed }

  var selectedRow: CountTable.Row? {
    table.flatMap { $0.rows.indices.contains(line) ? $0.rows[line] : nil }
  }

  mutating func receive(_ table: CountTable, for query: CountQuery) {
    guard query.form == form else { return }
    self.table = table
    hasFailed = false
  }

  /// What was asked for cannot be counted.
  mutating func fail() { hasFailed = true }

  mutating func update(rows height: Int) {
    let count = table?.rows.count ?? 0
    line = min(max(line, 0), max(count - 1, 0))
    top = OverviewState.scrolled(top, to: line, rows: height, count: count)
  }

  mutating func group(by dimensions: [String]) {
    form.dimensions = dimensions
    change()
  }

  mutating func nextGrouping() {
    let place = Self.groupings.firstIndex(of: form.dimensions) ?? Self.groupings.count - 1
    group(by: Self.groupings[(place + 1) % Self.groupings.count])
  }

  mutating func setCondition(_ text: String) {
    form.condition = text
    change()
  }

  mutating func resize(isLonger: Bool) {
    let lengths = Self.windowLengths
    let place = lengths.firstIndex(of: form.windowMicroseconds) ?? 0
    form.windowMicroseconds =
      lengths[
        min(max(place + (isLonger ? 1 : -1), 0), lengths.count - 1)]
    change()
  }

  private mutating func change() {
    line = 0
    hasFailed = false
  }

  /// The windows up to the clock, aligned as the counter aligns them.
  func query(clock: Instant, endOffset: UInt64) -> CountQuery? {
    if hasFailed { return nil }
    let width = form.windowMicroseconds
    let rest = clock.microseconds % width
    let last = clock.microseconds - (rest < 0 ? rest + width : rest)
    return CountQuery(
      form, from: Instant(microseconds: last - width * Int64(Self.windowCount - 1)),
      endOffset: endOffset)
  }
}
