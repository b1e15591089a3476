internal import Events
internal import Pipeline

/// What the stream of events remembers: where it stands, what it has been given, what is unfolded.
struct StreamState: Sendable {
  enum Scope: Hashable, Sendable {
    case all
    case pattern(PatternID)
    case service(ServiceID)
  }

  var scope = Scope.all
  /// The selected event; `nil` follows the newest before the clock.
  private(set) var selected: UInt64?
  private(set) var page: EventPage?
  /// Rows of the page that lie before the clock.
  private(set) var rows: [EventRow] = []
  /// The clock as the list knows it: the offset behind the last event that may show.
  private var endOffset: UInt64 = 0
  private var anchor: UInt64 = 0
  private(set) var top = 0
  var unfolded: Set<UInt64> = []
  var showsDetails = false
  /// Columns cut off on the left of messages.
  var shift = 0
  var searched = ""
  /// The id that `o` and `O` go along.
  var identifier: String?

  var isFollowing: Bool { selected == nil }

  /// Shows the end again, and whatever comes.
  mutating func follow() {
    selected = nil
    shift = 0
  }

  mutating func select(_ offset: UInt64) {
    if selected == nil || !rows.contains(where: { $0.offset == offset }) { anchor = offset }
    selected = offset
  }

  func query(filter: EventFilter, height: Int) -> EventQuery {
    let height = max(height, 1)
    return selected == nil
      ? EventQuery(offset: endOffset, before: height, after: 0, filter: filter)
      : EventQuery(offset: anchor, before: height * 2, after: height * 2, filter: filter)
  }

  mutating func receive(_ page: EventPage) {
    self.page = page
    rows = page.rows.filter { $0.offset < endOffset }
  }

  /// Whether what is there is what was asked for: events that pass, around the selected one.
  func isLoaded(_ filter: EventFilter) -> Bool {
    guard let page, page.query.filter == filter else { return false }
    guard let selected else { return true }
    let isAfterFirst = reachesStart || rows.first.map { $0.offset <= selected } ?? reachesEnd
    let isBeforeLast = reachesEnd || rows.last.map { $0.offset >= selected } ?? reachesStart
    return isAfterFirst && isBeforeLast
  }

  var reachesStart: Bool { page?.reachesStart ?? false }
  /// Whether the last row is the last before the clock.
  var reachesEnd: Bool {
    (page?.reachesEnd ?? false) || (page.map { $0.rows.count != rows.count } ?? false)
  }

  /// Where the selected event stands among the rows: itself, or the nearest to it.
  var selectedLine: Int {
    guard let selected else { return max(rows.count - 1, 0) }
    let line = rows.firstIndex { $0.offset >= selected } ?? max(rows.count - 1, 0)
    return line
  }

  var selectedRow: EventRow? { rows.indices.contains(selectedLine) ? rows[selectedLine] : nil }

  /// Moves by events within what is there; asks for more when an edge comes near.
  /// - Returns: False where there is nothing in that direction.
  mutating func move(by distance: Int, height: Int) -> Bool {
    guard !rows.isEmpty else { return false }
    let line = selectedLine
    let wanted = min(max(line + distance, 0), rows.count - 1)
    let isNearEdge =
      wanted < height && !reachesStart || wanted >= rows.count - height && !reachesEnd
    if selected == nil || isNearEdge { anchor = rows[wanted].offset }
    selected = rows[wanted].offset
    return wanted != line
  }

  /// Takes in the clock and the height, and scrolls so that the selected event shows.
  mutating func update(clockOffset: UInt64, height: Int) {
    endOffset = clockOffset
    if let page { rows = page.rows.filter { $0.offset < clockOffset } }
    if let offset = selected, offset >= clockOffset { selected = nil }
    guard !rows.isEmpty else {
      top = 0
      return
    }
    let line = selectedLine
    top = max(0, min(top, line))
    var taken = lines(from: top, to: line)
    while top < line, taken > height {
      taken -= lineCount(of: rows[top])
      top += 1
    }
    // No gap below while there is something above.
    taken = lines(from: top, to: rows.count - 1)
    while top > 0, taken + lineCount(of: rows[top - 1]) <= height {
      top -= 1
      taken += lineCount(of: rows[top])
    }
  }

  /// Keeps the first row on the screen where it was when another page comes.
  mutating func receive(_ page: EventPage, height: Int) {
    let first = rows.indices.contains(top) ? rows[top].offset : nil
    receive(page)
    if let first, let line = rows.firstIndex(where: { $0.offset >= first }) { top = line }
    update(clockOffset: endOffset, height: height)
  }

  /// Screen lines that these rows take.
  private func lines(from first: Int, to last: Int) -> Int {
    guard first <= last else { return 0 }
    return rows[first...last].reduce(0) { $0 + lineCount(of: $1) }
  }

  func lineCount(of row: EventRow) -> Int {
    unfolded.contains(row.offset) ? max(row.lines.count, 1) : 1
  }
}
