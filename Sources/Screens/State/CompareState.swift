internal import Events
internal import Pipeline

/// Which windows are compared, and what came of it.
struct CompareState: Sendable {
  /// What A is beside B, until it is moved by hand.
  enum Choice: String, CaseIterable, Sendable {
    case before = "as long, right before B"
    case yesterday = "the same time a day before"
    case all = "everything before B"
    case mark = "before the last mark, and B after it"
    case own = "moved by hand"
  }

  /// Edges of B that were set by hand on other screens.
  var from: Instant?
  var to: Instant?
  private(set) var query: ComparisonQuery?
  private(set) var choice = Choice.before
  /// Which window keys move.
  var moved = ComparisonSide.b
  private(set) var result: Comparison?
  /// What `result` answers; a newer question may be open.
  private(set) var answered: ComparisonQuery?
  var line = 0
  private(set) var top = 0

  var isOpen: Bool { query != nil && answered != query }
  var rows: [Comparison.Row] { result?.rows ?? [] }
  var selectedRow: Comparison.Row? { rows.indices.contains(line) ? rows[line] : nil }

  private static let leastLength: Int64 = 1_000_000

  /// Looks at a window, with what was there before it.
  mutating func open(_ b: ClosedRange<Instant>, start: Instant) {
    choice = .before
    setB(b, start: start)
    line = 0
  }

  mutating func receive(_ comparison: Comparison, for query: ComparisonQuery) {
    guard query == self.query else { return }
    result = comparison
    answered = query
  }

  mutating func update(rows count: Int) {
    line = min(max(line, 0), max(rows.count - 1, 0))
    top = OverviewState.scrolled(top, to: line, rows: count, count: rows.count)
  }

  // MARK: Windows

  /// - Parameter marks: Times of the marks, of which the last within B or before it is meant.
  mutating func nextChoice(start: Instant, marks: [Instant]) {
    guard let query else { return }
    let mark = marks.filter { $0 < query.b.upperBound && $0 > start }.max()
    let choices: [Choice] = [.before, .yesterday, .all] + (mark == nil ? [] : [.mark])
    let place = choices.firstIndex(of: choice) ?? choices.count - 1
    choice = choices[(place + 1) % choices.count]
    if choice == .mark, let mark {
      setB(mark...query.b.upperBound, start: start)
    } else {
      setB(query.b, start: start)
    }
  }

  mutating func swap() {
    guard let query else { return }
    choice = .own
    self.query = ComparisonQuery(a: query.b, b: query.a)
  }

  /// Moves a window by a quarter of its length.
  mutating func move(isOn: Bool, start: Instant) {
    change(start: start) { window in
      let step = max(Self.length(window) / 4, Self.leastLength) * (isOn ? 1 : -1)
      return window.lowerBound.advanced(
        byMicroseconds: step)...window.upperBound.advanced(byMicroseconds: step)
    }
  }

  /// Makes a window half or twice as long; its beginning stays.
  mutating func resize(isLonger: Bool, start: Instant) {
    change(start: start) { window in
      let length =
        isLonger ? Self.length(window) * 2 : max(Self.length(window) / 2, Self.leastLength)
      return window.lowerBound...window.lowerBound.advanced(byMicroseconds: length)
    }
  }

  private static func length(_ window: ClosedRange<Instant>) -> Int64 {
    max(window.upperBound.microseconds(since: window.lowerBound), leastLength)
  }

  private mutating func change(
    start: Instant, _ body: (ClosedRange<Instant>) -> ClosedRange<Instant>
  ) {
    guard var query else { return }
    if moved == .b { return setB(body(query.b), start: start) }
    choice = .own
    query.a = body(query.a)
    self.query = query
  }

  private mutating func setB(_ b: ClosedRange<Instant>, start: Instant) {
    let a: ClosedRange<Instant>
    switch choice {
    case .before, .mark:
      a = b.lowerBound.advanced(byMicroseconds: -Self.length(b))...b.lowerBound
    case .yesterday:
      let day: Int64 = -86_400_000_000
      a = b.lowerBound.advanced(byMicroseconds: day)...b.upperBound.advanced(byMicroseconds: day)
    case .all: a = min(start, b.lowerBound)...b.lowerBound
    case .own: a = query?.a ?? b
    }
    query = ComparisonQuery(a: a, b: b)
  }
}
