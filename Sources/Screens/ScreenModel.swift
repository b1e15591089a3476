package import Events
package import Pipeline
package import Terminal

/// All screens: what they show beside the snapshot, and how they answer to keys.
///
/// The loop calls `update` when the snapshot, the size or the second has changed, `handle` for each
/// key, answers `queries`, and then draws. Nothing here reads a clock or does input or output.
package struct ScreenModel: Sendable {
  var options: ScreenOptions
  var columns = 80
  var rows = 24
  var selected: PatternID?
  var quitAsked = false

  package init(options: ScreenOptions) { self.options = options }

  /// Takes in a new snapshot, another size, or the passing of time.
  package mutating func update(_ snapshot: Snapshot, columns: Int, rows: Int, now: Instant) {
    self.columns = columns
    self.rows = rows
    if selected == nil { selected = snapshot.patterns.first?.id }
  }

  /// Answers a key; what the model cannot do itself is returned, in order.
  package mutating func handle(_ key: Key, snapshot: Snapshot, now: Instant) -> [ScreenAction] {
    let isQuit = key == .character("q")
    defer { quitAsked = isQuit }
    switch key {
    case .character("q"): return quitAsked ? [.quit] : []
    case .character("Q"), .terminate: return [.quit]
    case .suspend: return [.suspend]
    case .resize: return [.redraw]
    case .interrupt: return [.endInput]
    case .character(" "): return snapshot.mode == .live ? [.pause] : [.play]
    case .character("j"), .down: move(1, snapshot)
    case .character("k"), .up: move(-1, snapshot)
    default: break
    }
    return []
  }

  private mutating func move(_ distance: Int, _ snapshot: Snapshot) {
    let ids = snapshot.patterns.map(\.id)
    guard let index = ids.firstIndex(where: { $0 == selected }) else { return }
    selected = ids[min(max(index + distance, 0), ids.count - 1)]
  }

  /// What the current screen needs now. The loop answers when it changes or the snapshot moves.
  package func queries(for snapshot: Snapshot) -> [ScreenQuery] { [] }

  package mutating func receive(_ answer: ScreenAnswer, snapshot: Snapshot, now: Instant) {}

  /// Draws the current screen over all of `canvas`.
  package func draw(_ snapshot: Snapshot, into canvas: inout Canvas, now: Instant) {
    canvas.clear()
    let mode: String
    switch snapshot.mode {
    case .live: mode = "● LIVE"
    case .paused: mode = "‖ PAUSED"
    case .replay(let speed): mode = "▶ REPLAY x\(speed)"
    }
    canvas.write(
      "spate  \(mode)  \(snapshot.eventCount) events", column: 1, row: 0, style: Theme.title)
    for (index, row) in snapshot.patterns.prefix(max(canvas.rows - 3, 0)).enumerated() {
      canvas.write(
        "\(row.id == selected ? "▌" : " ")\(row.number) \(row.severity.letter) \(row.count) \(row.template)",
        column: 0, row: index + 1, style: row.id == selected ? Theme.chosen : .plain)
    }
    canvas.write(
      quitAsked ? "q again to quit" : "j k move  q quit", column: 1, row: canvas.rows - 1)
  }
}
