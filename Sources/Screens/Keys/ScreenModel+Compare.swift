internal import Detection
internal import Events
internal import Pipeline

/// Choosing the windows that are compared.
extension ScreenModel {
  /// How long B is where nothing says more.
  private static let usualMicroseconds: Int64 = 300_000_000
  /// How long before an incident B begins, and how long after its last anomaly it ends.
  private static let leadMicroseconds: Int64 = 2_000_000
  private static let aftermathMicroseconds: Int64 = 20_000_000

  mutating func openCompare(_ snapshot: Snapshot) {
    guard let clock = snapshot.clock else { return say("nothing to compare yet") }
    let start = snapshot.startTime ?? clock
    if let window = suspectedWindow(snapshot, clock) {
      compare.open(window, start: start)
    } else if compare.query == nil {
      let from = clock.advanced(byMicroseconds: -Self.usualMicroseconds)
      // What is shorter than two such windows is compared by halves.
      let half = start.advanced(byMicroseconds: clock.microseconds(since: start) / 2)
      compare.open(max(from, half)...clock.advanced(byMicroseconds: 1), start: start)
    }
    push(.compare)
  }

  /// What `{` and `}` marked, or what lies around the selected anomaly.
  private func suspectedWindow(_ snapshot: Snapshot, _ clock: Instant) -> ClosedRange<Instant>? {
    if let from = compare.from {
      let to = compare.to ?? clock
      return from < to ? from...to : nil
    }
    guard view == .anomalies, let anomaly = selectedAnomaly(snapshot) else { return nil }
    // A follower's time would leave the beginning of it all in what was usual.
    let incident = snapshot.incidents.first { $0.number == anomaly.incident }
    let start = min(incident?.start ?? anomaly.time, anomaly.time)
    let end = max(incident?.last ?? anomaly.time, anomaly.time)
    return start.advanced(
      byMicroseconds: -Self.leadMicroseconds)...end.advanced(
        byMicroseconds: Self.aftermathMicroseconds)
  }

  mutating func setCompareEdge(isEnd: Bool, _ snapshot: Snapshot) {
    guard let clock = snapshot.clock else { return say("nothing to compare yet") }
    let time = timeText(snapshot).dated(clock)
    if isEnd {
      compare.to = clock
      if let from = compare.from, from >= clock { compare.from = nil }
    } else {
      compare.from = clock
      if let to = compare.to, to <= clock { compare.to = nil }
    }
    say("\(isEnd ? "B" : "A") is \(time); d compares with what was before, b plays A to B")
  }

  mutating func changeWindows(_ command: Command, _ snapshot: Snapshot) {
    let start = snapshot.startTime ?? snapshot.clock ?? Instant(microseconds: 0)
    switch command {
    case .otherWindow: compare.moved = compare.moved == .a ? .b : .a
    case .swapWindows: compare.swap()
    case .nextChoice:
      compare.nextChoice(start: start, marks: annotations.marks.map(\.time))
      say("A is \(compare.choice.rawValue)")
    case .windowBack, .windowOn: compare.move(isOn: command == .windowOn, start: start)
    case .windowShorter, .windowLonger:
      compare.resize(isLonger: command == .windowLonger, start: start)
    default: break
    }
  }

  /// What prints the same without a screen.
  func compareCommand(_ query: ComparisonQuery, _ snapshot: Snapshot) -> String {
    let utc = TimeText()
    func range(_ window: ClosedRange<Instant>) -> String {
      "\(utc.full(window.lowerBound))..\(utc.full(window.upperBound))"
    }
    let stream = snapshot.storage.path == nil ? "" : " --stream \(snapshot.streamName)"
    return "spate compare --a \(range(query.a)) --b \(range(query.b))\(stream)"
  }
}
