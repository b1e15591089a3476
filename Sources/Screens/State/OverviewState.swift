internal import Events
internal import Pipeline

/// What the overview remembers: order, selection and scroll of its two lists.
///
/// Selection goes by identity, so it stays with its pattern when ranks change. The order is renewed
/// at most once a second, and not while someone is moving in it.
struct OverviewState: Sendable {
  enum Sort: String, CaseIterable, Sendable {
    case change, count, rate, newest, level, name
  }

  enum Pane: Sendable { case services, patterns }

  struct Row: Sendable {
    let id: PatternID
    /// Where it stands in the snapshot's list; a hint that is checked.
    var index: Int
  }

  static let reorderMicroseconds: Int64 = 1_000_000
  static let holdMicroseconds: Int64 = 3_000_000

  var sort = Sort.change
  var pane = Pane.patterns
  /// Only this service, after Enter on it.
  var scope: ServiceID?
  /// Only patterns whose template, name or service holds this; lower case.
  var text = ""
  var searched = ""

  private(set) var order: [Row] = []
  private(set) var selected: PatternID?
  private(set) var selectedIndex = 0
  private(set) var top = 0
  /// Indices into the snapshot's services, in the order shown, after the line of all.
  private(set) var services: [Int] = []
  /// `nil`: the line of all services.
  private(set) var selectedService: ServiceID?
  private(set) var serviceTop = 0
  /// Events of all patterns, and of those listed.
  private(set) var patternEventCount: UInt64 = 0
  private(set) var listedEventCount: UInt64 = 0
  /// Something keeps patterns off the list.
  private(set) var isNarrowed = false
  /// The order is older than the snapshot, because someone is moving in it.
  private(set) var isHeld = false

  private var orderedAt = Instant.distantPast
  private var movedAt = Instant.distantPast
  private var hasMoved = false
  private var mustReorder = true

  /// Takes the next `update` to order anew, whatever the time.
  mutating func reorder() { mustReorder = true }

  mutating func update(
    _ snapshot: Snapshot, filter: EventFilter, patternRows: Int, serviceRows: Int, now: Instant
  ) {
    let isMoving = hasMoved && now.microseconds(since: movedAt) < Self.holdMicroseconds
    let isDue = now.microseconds(since: orderedAt) >= Self.reorderMicroseconds || now < orderedAt
    if mustReorder || order.isEmpty || isDue && !isMoving {
      makeOrder(snapshot, filter: filter)
      orderedAt = now
      mustReorder = false
      isHeld = false
    } else {
      followIndices(snapshot)
      isHeld = isDue
    }
    count(snapshot)
    orderServices(snapshot)
    keepSelection()
    top = Self.scrolled(top, to: selectedIndex, rows: patternRows, count: order.count)
    // The line of all always shows, above what scrolls.
    serviceTop = Self.scrolled(
      serviceTop, to: max(serviceLine(in: snapshot) - 1, 0), rows: max(serviceRows - 1, 1),
      count: services.count)
  }

  /// The row of the snapshot behind a line of the list, if it is still there.
  func patternIndex(line: Int, in snapshot: Snapshot) -> Int? {
    guard order.indices.contains(line) else { return nil }
    let row = order[line]
    guard snapshot.patterns.indices.contains(row.index), snapshot.patterns[row.index].id == row.id
    else { return snapshot.patternIndex(row.id) }
    return row.index
  }

  // MARK: Moving

  mutating func move(by distance: Int, in snapshot: Snapshot, now: Instant) {
    if pane == .services {
      let line = serviceLine(in: snapshot)
      selectService(line: line + distance, in: snapshot)
    } else {
      select(line: selectedIndex + distance, now: now)
    }
  }

  mutating func moveToEdge(last: Bool, in snapshot: Snapshot, now: Instant) {
    if pane == .services {
      selectService(line: last ? services.count : 0, in: snapshot)
    } else {
      select(line: last ? order.count - 1 : 0, now: now)
      // At the top again, the list is free to put what is worst under the cursor.
      if !last { hasMoved = false }
    }
  }

  mutating func select(line: Int, now: Instant) {
    guard !order.isEmpty else { return }
    selectedIndex = min(max(line, 0), order.count - 1)
    selected = order[selectedIndex].id
    hasMoved = true
    movedAt = now
  }

  /// - Returns: Whether it is listed.
  mutating func select(_ id: PatternID, now: Instant) -> Bool {
    guard let line = order.firstIndex(where: { $0.id == id }) else { return false }
    pane = .patterns
    select(line: line, now: now)
    return true
  }

  mutating func select(service: ServiceID?) {
    pane = .services
    selectedService = service
  }

  private mutating func selectService(line: Int, in snapshot: Snapshot) {
    let line = min(max(line, 0), services.count)
    selectedService = line == 0 ? nil : snapshot.services[services[line - 1]].id
  }

  /// 0 for the line of all.
  func serviceLine(in snapshot: Snapshot) -> Int {
    guard let selectedService else { return 0 }
    let line = services.firstIndex {
      snapshot.services.indices.contains($0) && snapshot.services[$0].id == selectedService
    }
    return line.map { $0 + 1 } ?? 0
  }

  // MARK: Order

  private mutating func makeOrder(_ snapshot: Snapshot, filter: EventFilter) {
    let serviceText =
      text.isEmpty ? [] : snapshot.services.filter { $0.name.lowercased().contains(text) }
    let textServices = Set(serviceText.map(\.id))
    var keys: [(key: Double, count: UInt64, index: Int)] = []
    keys.reserveCapacity(snapshot.patterns.count)
    for index in snapshot.patterns.indices {
      guard isListed(snapshot.patterns[index], filter: filter, textServices: textServices) else {
        continue
      }
      keys.append((sortKey(snapshot.patterns[index]), snapshot.patterns[index].count, index))
    }
    if sort == .name {
      let patterns = snapshot.patterns
      keys.sort { patterns[$0.index].template < patterns[$1.index].template }
    } else {
      keys.sort { a, b in
        a.key != b.key ? a.key > b.key : a.count != b.count ? a.count > b.count : a.index < b.index
      }
    }
    isNarrowed = keys.count < snapshot.patterns.count
    order = keys.map { Row(id: snapshot.patterns[$0.index].id, index: $0.index) }
  }

  private func sortKey(_ row: PatternRow) -> Double {
    switch sort {
    case .change: row.score
    case .count, .name: Double(row.count)
    case .rate: row.ratePerMinute
    case .newest: Double(row.firstSeen.microseconds)
    case .level: Double(row.severity.rawValue)
    }
  }

  private func isListed(
    _ row: PatternRow, filter: EventFilter, textServices: Set<ServiceID>
  ) -> Bool {
    if row.severity < filter.minimumSeverity { return false }
    if filter.hiddenPatterns.contains(row.id) { return false }
    if !filter.onlyPatterns.isEmpty, !filter.onlyPatterns.contains(row.id) { return false }
    if !filter.onlyServices.isEmpty, filter.onlyServices.isDisjoint(with: row.services) {
      return false
    }
    if !filter.hiddenServices.isEmpty, !row.services.isEmpty,
      filter.hiddenServices.isSuperset(of: row.services)
    {
      return false
    }
    if let scope, !row.services.contains(scope) { return false }
    if text.isEmpty { return true }
    return row.template.lowercased().contains(text)
      || row.name?.lowercased().contains(text) == true
      || row.services.contains { textServices.contains($0) }
  }

  /// Keeps the order and finds where its patterns stand now.
  private mutating func followIndices(_ snapshot: Snapshot) {
    let patterns = snapshot.patterns
    let isSame = order.allSatisfy { row in
      row.index < patterns.count && patterns[row.index].id == row.id
    }
    if isSame { return }
    var places: [PatternID: Int] = [:]
    places.reserveCapacity(patterns.count)
    for index in patterns.indices { places[patterns[index].id] = index }
    order = order.compactMap { row in places[row.id].map { Row(id: row.id, index: $0) } }
  }

  private mutating func count(_ snapshot: Snapshot) {
    patternEventCount = snapshot.patterns.reduce(0) { $0 &+ $1.count }
    listedEventCount = order.reduce(0) { $0 &+ snapshot.patterns[$1.index].count }
  }

  private mutating func orderServices(_ snapshot: Snapshot) {
    services = snapshot.services.indices.sorted { a, b in
      let (left, right) = (snapshot.services[a], snapshot.services[b])
      let (leftOpen, rightOpen) = (left.anomaly != nil, right.anomaly != nil)
      if leftOpen != rightOpen { return leftOpen }
      return left.eventCount != right.eventCount
        ? left.eventCount > right.eventCount : left.name < right.name
    }
  }

  private mutating func keepSelection() {
    guard !order.isEmpty else {
      selectedIndex = 0
      selected = nil
      return
    }
    if !hasMoved {
      selectedIndex = 0
    } else if !order.indices.contains(selectedIndex) || order[selectedIndex].id != selected {
      let line = order.firstIndex { $0.id == selected } ?? min(selectedIndex, order.count - 1)
      // The line under the eyes stays where it is on the screen.
      top += line - selectedIndex
      selectedIndex = line
    }
    selected = order[selectedIndex].id
  }

  static func scrolled(_ top: Int, to line: Int, rows: Int, count: Int) -> Int {
    guard rows > 0 else { return 0 }
    var top = top
    if line < top { top = line }
    if line >= top + rows { top = line - rows + 1 }
    return min(max(top, 0), max(count - rows, 0))
  }
}
