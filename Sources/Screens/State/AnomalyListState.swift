internal import Detection
internal import Events
internal import Pipeline

/// What the list of anomalies remembers: incidents that unfold, the selected line, what is muted.
///
/// Selection goes by identity: a line stays selected when others come above it.
struct AnomalyListState: Sendable {
  enum Row: Hashable, Sendable {
    /// By its number; its anomalies follow where it is unfolded.
    case incident(Int)
    /// By its number; `isLast` of its incident.
    case anomaly(Int, isMember: Bool, isLast: Bool)
    /// How many are muted; they follow where they are shown.
    case muted(Int)

    fileprivate var identity: Identity {
      switch self {
      case .incident(let number): .incident(number)
      case .anomaly(let number, _, _): .anomaly(number)
      case .muted: .muted
      }
    }
  }

  fileprivate enum Identity: Hashable, Sendable { case incident(Int), anomaly(Int), muted }

  private(set) var rows: [Row] = []
  private(set) var line = 0
  private(set) var top = 0
  /// Incidents that were folded or unfolded by hand.
  private var toggled: Set<Int> = []
  private var showsMuted = false
  private var selected: Identity?

  var selectedRow: Row? { rows.indices.contains(line) ? rows[line] : nil }

  /// Takes in what there is, and scrolls so that the selected line shows.
  mutating func update(_ snapshot: Snapshot, height: Int, muted: Set<Int>) {
    makeRows(snapshot, muted)
    if let selected, let line = rows.firstIndex(where: { $0.identity == selected }) {
      self.line = line
    }
    line = min(max(line, 0), max(rows.count - 1, 0))
    top = OverviewState.scrolled(top, to: line, rows: height, count: rows.count)
  }

  mutating func move(by distance: Int) { move(to: line + distance) }

  mutating func move(to line: Int) {
    self.line = min(max(line, 0), max(rows.count - 1, 0))
    selected = selectedRow?.identity
  }

  mutating func select(anomaly number: Int) {
    selected = .anomaly(number)
    if let line = rows.firstIndex(where: { $0.identity == .anomaly(number) }) { self.line = line }
  }

  /// Folds or unfolds what is selected.
  mutating func toggle() {
    switch selectedRow {
    case .incident(let number):
      if toggled.remove(number) == nil { toggled.insert(number) }
    case .muted: showsMuted.toggle()
    case .anomaly, nil: break
    }
  }

  /// The newest one, and what is still open, lie open.
  func isUnfolded(_ incident: Incident, _ snapshot: Snapshot) -> Bool {
    let isUsually = incident.end == nil || incident.number == snapshot.incidents.first?.number
    return isUsually != toggled.contains(incident.number)
  }

  private mutating func makeRows(_ snapshot: Snapshot, _ mutedNumbers: Set<Int>) {
    var members: [Int: [Anomaly]] = [:]
    var muted: [Anomaly] = []
    for anomaly in snapshot.anomalies {
      if mutedNumbers.contains(anomaly.number) {
        muted.append(anomaly)
      } else {
        members[anomaly.incident, default: []].append(anomaly)
      }
    }
    rows.removeAll(keepingCapacity: true)
    for incident in snapshot.incidents {
      guard let anomalies = members.removeValue(forKey: incident.number) else { continue }
      if anomalies.count == 1 {
        rows.append(.anomaly(anomalies[0].number, isMember: false, isLast: true))
        continue
      }
      rows.append(.incident(incident.number))
      guard isUnfolded(incident, snapshot) else { continue }
      // Newest first among incidents; within one, in the order in which things changed.
      let changes = anomalies.sorted { ($0.time, $0.number) < ($1.time, $1.number) }
      for (index, anomaly) in changes.enumerated() {
        rows.append(
          .anomaly(anomaly.number, isMember: true, isLast: index == anomalies.count - 1))
      }
    }
    for anomalies in members.sorted(by: { $0.key > $1.key }).map(\.value) {
      rows += anomalies.map { .anomaly($0.number, isMember: false, isLast: true) }
    }
    if muted.isEmpty { return }
    rows.append(.muted(muted.count))
    if showsMuted {
      for (index, anomaly) in muted.enumerated() {
        rows.append(.anomaly(anomaly.number, isMember: true, isLast: index == muted.count - 1))
      }
    }
  }
}
