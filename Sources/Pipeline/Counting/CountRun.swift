internal import EventStream
internal import Events
internal import Patterns

/// Counts the windows of a stream for a screen, and goes on where it was as the stream grows.
final class CountRun {
  /// Windows that are kept.
  static let windowLimit = 240
  /// How far behind its time an event may stand in the stream.
  private static let latenessMicroseconds: Int64 = 60_000_000

  private let form: CountQuery.Form
  private let counter: EventCounter
  private let from: Instant
  /// Behind the last event that was counted; `nil` before the first.
  private var position: UInt64?
  private var windows: [Instant: WindowCounts] = [:]

  init(_ query: CountQuery, library: FormatLibrary) throws(ConditionProblem) {
    form = query.form
    from = query.from
    var plan = CountPlan()
    plan.dimensions = form.dimensions.map { CountDimension($0) }
    plan.windows = CountPlan.Windows(
      widthMicroseconds: form.windowMicroseconds, stepMicroseconds: form.windowMicroseconds)
    let condition =
      form.condition.isEmpty ? nil : try Condition(form.condition, library: library)
    counter = EventCounter(plan, condition: condition, library: library)
  }

  /// Whether what was counted is the beginning of what is asked for.
  func goesOn(with query: CountQuery) -> Bool {
    query.form == form && query.from >= from && query.endOffset >= position ?? 0
  }

  /// Counts what has come up to the end of the query.
  func read(
    _ query: CountQuery, _ reader: StreamReader, isCancelled: () -> Bool
  ) throws(StreamError) {
    if let position {
      reader.seek(toOffset: position)
    } else {
      try reader.seek(toTime: from.advanced(byMicroseconds: -Self.latenessMicroseconds))
    }
    while !isCancelled() {
      switch try reader.next() {
      case .gap: continue
      case .control(let record): counter.consume(record)
      case .atEnd: return
      case .batch(let batch):
        guard let first = batch.firstOffset, batch.count > 0 else { continue }
        let start = Int(clamping: max(position ?? 0, first) - first)
        let end = Int(
          clamping: min(query.endOffset, first + UInt64(batch.count)) - min(first, query.endOffset))
        if start < end {
          counter.consume(
            start == 0 && end == batch.count ? batch : batch.slice(start..<end),
            names: reader.names)
          position = first + UInt64(end)
          keep(counter.takeClosed(), from: query.from)
        }
        if first + UInt64(batch.count) >= query.endOffset { return }
      }
    }
  }

  private func keep(_ closed: [WindowCounts], from: Instant) {
    for window in closed { if let start = window.start { windows[start] = window } }
    if windows.count > Self.windowLimit * 2 {
      for start in windows.keys.sorted().dropLast(Self.windowLimit) { windows[start] = nil }
    }
  }

  /// The windows from the query's beginning on, with those between them in which nothing came.
  func table(_ query: CountQuery) -> CountTable {
    var table = CountTable(form)
    table.unknownFields = counter.unknownFields
    var known = windows
    for window in counter.provisional() { if let start = window.start { known[start] = window } }
    known = known.filter { $0.key >= query.from }
    guard let first = known.keys.min(), let last = known.keys.max() else { return table }
    let width = form.windowMicroseconds
    let count = min(Int(last.microseconds(since: first) / width) + 1, Self.windowLimit)
    var rows: [[WindowCounts.Label]: CountTable.Row] = [:]
    var others = CountTable.Row(
      labels: [], counts: Array(repeating: 0, count: count), total: 0)
    for index in 0..<count {
      let start = last.advanced(byMicroseconds: -Int64(count - 1 - index) * width)
      var window = CountTable.Window(start: start, isFinal: known[start]?.isFinal ?? true)
      defer { table.windows.append(window) }
      guard let counts = known[start] else { continue }
      window.count = counts.count + counts.lateCount
      window.lateCount = counts.lateCount
      for row in counts.rows {
        let sum = row.totals.count + row.totals.lateCount
        var own =
          rows[row.labels]
          ?? CountTable.Row(
            labels: row.labels.map(\.text), counts: Array(repeating: 0, count: count), total: 0)
        own.counts[index] += UInt32(clamping: sum)
        own.total += sum
        rows[row.labels] = own
      }
      if let other = counts.other {
        Self.add(other.count + other.lateCount, at: index, to: &others)
      }
    }
    let sorted = rows.values.sorted { a, b in
      if a.total != b.total { return a.total > b.total }
      return a.labels.lexicographicallyPrecedes(b.labels) { ($0 ?? "") < ($1 ?? "") }
    }
    table.rows = Array(sorted.prefix(CountTable.rowLimit))
    for row in sorted.dropFirst(CountTable.rowLimit) {
      for index in 0..<count { Self.add(UInt64(row.counts[index]), at: index, to: &others) }
    }
    table.others = others.total > 0 ? others : nil
    return table
  }

  private static func add(_ sum: UInt64, at index: Int, to row: inout CountTable.Row) {
    row.counts[index] = UInt32(clamping: UInt64(row.counts[index]) + sum)
    row.total += sum
  }
}
