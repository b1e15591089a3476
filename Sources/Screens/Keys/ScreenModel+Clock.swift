internal import Detection
internal import Events
internal import Pipeline

/// Moving the clock, changing how things are shown, and taking text out.
extension ScreenModel {
  private static let speeds: [Double] = [
    0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, .infinity,
  ]

  mutating func moveClock(_ command: Command, _ snapshot: Snapshot) -> [ScreenAction] {
    switch command {
    case .pauseOrPlay:
      if snapshot.mode == .paused { return [.play] }
      return [.pause]
    case .follow:
      stream.follow()
      loop = nil
      return snapshot.mode == .live ? [] : [.followLive]
    case .stepBack: return moveClock(.step(events: -1))
    case .stepOn: return moveClock(.step(events: 1))
    case .scrubBack: return moveClock(.scrub(buckets: -1))
    case .scrubOn: return moveClock(.scrub(buckets: 1))
    case .scrubFarBack: return moveClock(.scrub(buckets: -10))
    case .scrubFarOn: return moveClock(.scrub(buckets: 10))
    case .slower:
      return setSpeed(Self.speeds.last { $0 < speed } ?? Self.speeds[0], snapshot)
    case .faster: return setSpeed(Self.speeds.first { $0 > speed } ?? .infinity, snapshot)
    case .zoomIn: return [.zoomIn]
    case .zoomOut: return [.zoomOut]
    case .loop: return toggleLoop(snapshot)
    case .clockHere:
      guard let offset = selectedOffset(snapshot) else {
        say("no event selected")
        return []
      }
      return moveClock(.goTo(offset: offset))
    default: return []
    }
  }

  private mutating func toggleLoop(_ snapshot: Snapshot) -> [ScreenAction] {
    if loop != nil {
      loop = nil
      say("on to the end, no more from B to A")
      return [.loop(nil)]
    }
    guard let from = compare.from, let to = compare.to, from < to else {
      say("{ sets A, } sets B at the clock; b then plays from A to B again and again")
      return []
    }
    loop = from...to
    stream.follow()
    say("from A to B, again and again; b ends that, F follows live")
    if case .replay = snapshot.mode { return [.loop(loop)] }
    return [.loop(loop), .play]
  }

  /// After the clock has been moved by hand, the stream shows what is before it.
  mutating func moveClock(_ action: ScreenAction) -> [ScreenAction] {
    stream.follow()
    return [action]
  }

  private func selectedOffset(_ snapshot: Snapshot) -> UInt64? {
    switch view {
    case .pattern: pattern?.selectedExample?.offset
    case .stream: stream.selectedRow?.offset
    case .anomalies: selectedAnomaly(snapshot)?.offset
    case .marks: selectedMark?.offset
    case .compare: compare.selectedRow?.firstOffset
    case .overview, .sources, .counts, .help: nil
    }
  }

  mutating func setSpeed(_ speed: Double, _ snapshot: Snapshot) -> [ScreenAction] {
    self.speed = speed
    if snapshot.mode == .live {
      say("replay will go at \(Self.speedText(speed)); T goes to a time, Space pauses and plays")
    } else if snapshot.mode == .paused {
      say("\(Self.speedText(speed)); Space plays")
    }
    return [.setSpeed(speed)]
  }

  mutating func nextTimeStyle(_ snapshot: Snapshot) {
    let styles: [TimeStyle] = zone.name == "UTC" ? [.utc, .relative] : [.utc, .local, .relative]
    let place = styles.firstIndex(of: timeStyle) ?? 0
    timeStyle = styles[(place + 1) % styles.count]
    switch timeStyle {
    case .utc: say("times in UTC")
    case .local: say("times in \(zone.name)")
    case .relative: say("times of events relative to the clock")
    }
  }

  mutating func nextSort() {
    let sorts = OverviewState.Sort.allCases
    let place = sorts.firstIndex(of: overview.sort) ?? 0
    sort(by: sorts[(place + 1) % sorts.count])
  }

  mutating func sort(by sort: OverviewState.Sort) {
    overview.sort = sort
    overview.reorder()
    say("sorted by \(sort.rawValue)")
  }

  // MARK: Taking out

  mutating func copy(isRule: Bool, _ snapshot: Snapshot) -> [ScreenAction] {
    let text: String?
    switch view {
    case .overview, .pattern:
      let id = selectedPattern(snapshot)
      text =
        isRule
        ? pattern?.detail?.expression
        : id.flatMap { snapshot.pattern($0)?.template }
    case .stream:
      text = stream.selectedRow.map { event in
        event.lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
      }
    case .anomalies:
      text = selectedAnomaly(snapshot).map { AnomalySentence.line($0, names: names(snapshot)) }
    case .compare: text = compare.query.map { compareCommand($0, snapshot) }
    case .counts: text = countCommand(snapshot)
    case .sources, .marks, .help: text = nil
    }
    guard let text else {
      say("nothing to copy here")
      return []
    }
    say("copied \(NumberText.grouped(UInt64(text.utf8.count))) bytes")
    return [.copy(text)]
  }
}
