/// The steps of time that are not over, and those that a window which is not over still needs.
struct OpenWindows {
  /// One window: the steps that it is made of.
  struct Window {
    var start: Int64?
    var end: Int64?
    var tables: [GroupTable]
    var other: GroupTotals?
  }

  private struct Step {
    var start: Int64
    var table = GroupTable()
    var other: GroupTotals?
  }

  private let plan: CountPlan
  /// In order of their starts.
  private var steps: [Step] = []
  /// Of the step that the last event was counted in.
  private var lastIndex = 0
  /// Steps that end here or before are over.
  private var closedEnd = Int64.min
  /// The end of the last window that was given out.
  private var toldEnd: Int64?

  init(_ plan: CountPlan) { self.plan = plan }

  /// Counts an event in its own step, or in the first that is not over.
  /// - Returns: Whether it is late, as it is in any case where its own step is over.
  mutating func add(
    _ time: Int64, isLate: Bool, _ key: [UInt8], _ measure: (inout GroupTotals) -> Void
  ) -> Bool {
    let own = plan.windows?.start(of: time) ?? 0
    let start = max(own, closedEnd)
    let isLate = isLate || own < start
    let index = step(at: start)
    func add(_ totals: inout GroupTotals) {
      if isLate { totals.lateCount += 1 } else { totals.count += 1 }
      measure(&totals)
    }
    if let group = steps[index].table.find(key, limit: plan.groupLimit, plan) {
      steps[index].table.update(group, add)
    } else {
      var other = steps[index].other ?? GroupTotals(plan)
      add(&other)
      steps[index].other = other
    }
    return isLate
  }

  private mutating func step(at start: Int64) -> Int {
    if lastIndex < steps.count, steps[lastIndex].start == start { return lastIndex }
    var index = steps.count
    while index > 0, steps[index - 1].start >= start { index -= 1 }
    if index == steps.count || steps[index].start != start {
      steps.insert(Step(start: start), at: index)
    }
    lastIndex = index
    return index
  }

  /// Gives out the windows that end at `end` or before, once, and lets go of what no later one needs.
  mutating func close(upTo end: Int64) -> [Window] {
    closedEnd = end
    let windows = ending(upTo: end)
    if let last = windows.last?.end { toldEnd = last }
    if let width = plan.windows?.width {
      steps.removeAll { $0.start + width <= end }
    }
    lastIndex = 0
    return windows
  }

  /// The windows that were not given out and that end at `limit` or before: each that holds an event,
  /// as far as the last step that does.
  func ending(upTo limit: Int64) -> [Window] {
    guard let windows = plan.windows else { return [whole] }
    var result: [Window] = []
    var told = toldEnd
    var first = 0
    while let last = steps.last {
      var end = told.map { $0 + windows.step } ?? steps[0].start + windows.step
      while first < steps.count, steps[first].start < end - windows.width { first += 1 }
      guard first < steps.count else { break }
      end = max(end, steps[first].start + windows.step)
      // Where steps go on without events, the windows that look back do as well.
      guard end <= min(limit, last.start + windows.width) else { break }
      if limit == .max, end > last.start + windows.step { break }
      let parts = steps[first...].prefix { $0.start < end }
      result.append(
        Window(
          start: end - windows.width, end: end, tables: parts.map(\.table),
          other: merged(parts.compactMap(\.other))))
      told = end
    }
    return result
  }

  private var whole: Window {
    Window(
      start: nil, end: nil, tables: steps.map(\.table), other: merged(steps.compactMap(\.other)))
  }

  private func merged(_ totals: [GroupTotals]) -> GroupTotals? {
    guard var sum = totals.first else { return nil }
    for other in totals.dropFirst() { sum.merge(other) }
    return sum
  }
}
