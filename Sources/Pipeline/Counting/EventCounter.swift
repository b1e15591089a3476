internal import Detection
package import Events
package import Patterns

/// Counts events by what they say, in windows on event time.
///
/// A window is provisional until the watermark has passed its end; then it is given out once and
/// does not change. An event is late when it comes behind the watermark, as for the detector and for
/// whoever marks events: it is counted apart, in its own window, or where that is over in the oldest that
/// is not. So every event is in exactly one step of time, and the counts sum to the events.
/// A pure function of the events and control records, however they are cut. One thread at a time.
package final class EventCounter {
  package let plan: CountPlan
  /// Events that came and that were counted.
  package private(set) var eventCount: UInt64 = 0
  package private(set) var countedCount: UInt64 = 0
  package private(set) var lateCount: UInt64 = 0
  private let condition: Condition?
  private let fields: FieldLookup
  private let measuredFields: [Int]
  private var key: GroupKey
  private let miner: TemplateMiner?
  private var watermark: Watermark
  private var timeline: StepTimeline
  private var windows: OpenWindows
  /// Of the batch that is being counted: which of its events are late.
  private var isLate: [Bool] = []
  /// Given out when next asked for.
  private var closed: [WindowCounts] = []

  package init(_ plan: CountPlan, condition: Condition?, library: FormatLibrary) {
    self.plan = plan
    self.condition = condition
    var fieldNames: [String] = []
    key = GroupKey(plan.dimensions, fieldNames: &fieldNames)
    measuredFields = plan.measured.map { measured in
      if let known = fieldNames.firstIndex(of: measured.field) { return known }
      fieldNames.append(measured.field)
      return fieldNames.count - 1
    }
    fields = FieldLookup(fieldNames, library: library)
    miner = plan.needsPatterns ? TemplateMiner() : nil
    watermark = Watermark(latenessMicroseconds: plan.latenessMicroseconds)
    timeline = StepTimeline(plan.windows)
    windows = OpenWindows(plan)
  }

  package func consume(_ batch: EventBatch, names: EventNames) {
    eventCount += UInt64(batch.count)
    guard plan.windows != nil else {
      miner?.mine(batch)
      _ = miner?.takeChanges()
      return count(batch, 0..<batch.count, names)
    }
    // A window is told of with the patterns as they are where it closes, wherever a batch ends.
    var start = 0
    isLate.removeAll(keepingCapacity: true)
    for index in 0..<batch.count {
      let record = unsafe batch.records[index]
      isLate.append(watermark.observe(record))
      guard let end = timeline.closing(after: record.time, watermark: watermark.time) else {
        continue
      }
      count(batch, mining: start..<index + 1, names)
      close(upTo: end)
      start = index + 1
    }
    count(batch, mining: start..<batch.count, names)
  }

  package func consume(_ control: ControlRecord) {
    watermark.observe(control)
    if let end = timeline.closing(watermark: watermark.time) { close(upTo: end) }
  }

  /// Windows that are over since they were last taken, in order of their ends.
  package func takeClosed() -> [WindowCounts] {
    defer { closed.removeAll() }
    return closed
  }

  /// Windows that are not over, as they stand, in order of their ends; without windows, the one count.
  package func provisional() -> [WindowCounts] {
    windows.ending(upTo: .max).map { describe($0, isFinal: plan.windows == nil) }
  }

  /// Fields that were asked for and that no counted event had.
  package var unknownFields: [String] {
    let known = condition?.unknownFields ?? []
    guard fields.readCount > 0 else { return known }
    return known + zip(fields.names, fields.foundCounts).compactMap { $1 == 0 ? $0 : nil }
  }

  // MARK: Counting

  private func count(_ batch: EventBatch, mining range: Range<Int>, _ names: EventNames) {
    guard let miner else { return count(batch, range, names) }
    if range.isEmpty { return }
    let part = range == 0..<batch.count ? batch : batch.slice(range)
    miner.mine(part)
    _ = miner.takeChanges()
    count(part, 0..<part.count, names, first: range.lowerBound)
  }

  /// - Parameter first: The place of the batch's first event among those that may be late.
  private func count(
    _ batch: EventBatch, _ range: Range<Int>, _ names: EventNames, first: Int = 0
  ) {
    for index in range {
      if let condition, !condition.holds(batch, index, names: names) { continue }
      let record = unsafe batch.records[index]
      if !fields.names.isEmpty { fields.read(index, of: batch, names: names) }
      key.make(record, names, fields)
      let isLate = windows.add(
        record.time.microseconds, isLate: plan.windows != nil && self.isLate[first + index],
        key.bytes
      ) { totals in
        for number in measuredFields.indices {
          guard let value = unsafe fields.value(measuredFields[number]) else { continue }
          unsafe totals.fields[number].add(value)
        }
      }
      countedCount += 1
      if isLate { lateCount += 1 }
    }
  }

  // MARK: Windows that are over

  private func close(upTo end: Int64) {
    for window in windows.close(upTo: end) { closed.append(describe(window, isFinal: true)) }
  }

  private func describe(_ window: OpenWindows.Window, isFinal: Bool) -> WindowCounts {
    var groups: [[GroupLabel]: GroupTotals] = [:]
    for table in window.tables {
      for group in table.totals.indices {
        let labels = key.labels(table.key(group)) { miner?.resolve($0) ?? $0 }
        if groups[labels] == nil {
          groups[labels] = table.totals[group]
        } else {
          groups[labels]!.merge(table.totals[group])
        }
      }
    }
    var rows = groups.map { labels, totals in
      WindowCounts.Row(labels: labels.map(name), totals: totals)
    }
    rows.sort { a, b in
      let (m, n) = (a.totals.count + a.totals.lateCount, b.totals.count + b.totals.lateCount)
      if m != n { return m > n }
      return a.labels.lexicographicallyPrecedes(b.labels) { x, y in
        (x.text ?? "", x.patternKey ?? 0) < (y.text ?? "", y.patternKey ?? 0)
      }
    }
    return WindowCounts(
      start: window.start.map { Instant(microseconds: $0) },
      end: window.end.map { Instant(microseconds: $0) }, isFinal: isFinal, rows: rows,
      other: window.other)
  }

  private func name(_ label: GroupLabel) -> WindowCounts.Label {
    switch label {
    case .absent: WindowCounts.Label(text: nil, patternKey: nil)
    case .text(let bytes):
      WindowCounts.Label(text: String(decoding: bytes, as: UTF8.self), patternKey: nil)
    case .level(let level):
      WindowCounts.Label(text: level == .unknown ? nil : level.name, patternKey: nil)
    case .pattern(let id):
      WindowCounts.Label(text: miner?.template(id), patternKey: miner?.key(id))
    }
  }
}
