internal import Events
internal import Pipeline
internal import Terminal

/// The keys of the screen one came from, out of the one key map.
extension ScreenModel {
  /// The screen that the help is about.
  private var explained: View { views.count > 1 ? views[views.count - 2] : .overview }

  var helpRows: Int { max(rows - 3, 1) }

  /// One line of the help.
  enum HelpLine: Equatable {
    case head(String)
    case keys(String, String)
    case text(String)
    case blank
  }

  func helpLines() -> [[HelpLine]] {
    let kind = explained.kind
    let groups = KeyMap.Group.allCases.map { group in
      KeyMap.shared.entries.filter { $0.group == group && $0.screens.contains(kind) }
        .map { HelpLine.keys(ascii($0.shown), $0.label) }
    }
    var blocks: [[HelpLine]] = []
    for (group, lines) in zip(KeyMap.Group.allCases, groups) where !lines.isEmpty {
      blocks.append([.head(group.rawValue)] + lines + [.blank])
    }
    let keyRows = Self.inColumns(blocks, count: columns >= 120 ? 3 : columns >= 80 ? 2 : 1)
    let tail: [HelpLine] =
      [.head("SIGNS")] + Self.signs(theme).map { .text($0) } + [.blank, .head("COMMANDS")]
      + TypedCommand.all.map { .keys(":" + $0.name, $0.arguments) }
    return keyRows + tail.map { [$0] }
  }

  /// Blocks one below the other, in columns about as long as each other, none broken.
  private static func inColumns(_ blocks: [[HelpLine]], count: Int) -> [[HelpLine]] {
    let total = blocks.reduce(0) { $0 + $1.count }
    var columns: [[HelpLine]] = []
    var index = 0
    for column in 0..<count {
      let left = blocks[index...].reduce(0) { $0 + $1.count }
      let share = (left + count - column - 1) / max(count - column, 1)
      var lines: [HelpLine] = []
      while index < blocks.count {
        let block = blocks[index]
        let isLastColumn = column == count - 1
        // Break where the column comes nearer to its share.
        if !isLastColumn, !lines.isEmpty, lines.count + block.count / 2 > share { break }
        lines += block
        index += 1
      }
      columns.append(lines)
    }
    let height = columns.map(\.count).max() ?? total
    return (0..<height).map { row in columns.map { row < $0.count ? $0[row] : .blank } }
  }

  private func ascii(_ keys: String) -> String {
    guard theme.isASCII else { return keys }
    let names: [(Character, String)] = [
      ("↓", "Down"), ("↑", "Up"), ("←", "Left"), ("→", "Right"), ("⇧", "S-"),
    ]
    return keys.map { sign in names.first { $0.0 == sign }?.1 ?? String(sign) }.joined()
  }

  private static func signs(_ theme: Theme) -> [String] {
    [
      "NEW first seen   UP xN, DOWN: rate changed   GONE: came, and comes no more",
      "level: F E W N I D T ?    \(theme.cursor) cursor   \(theme.anomaly) anomaly   "
        + "\(theme.mark) mark   \(theme.replayCursor) clock   \(theme.live) live   [+8] more lines   ~ time not its own",
      "heat \(theme.heat.joined()) and bars \(theme.bars.joined()): on the row's own scale, the usual level in the middle",
    ]
  }

  func drawHelp(
    _ snapshot: Snapshot, _ frame: FrameLayout, now: Instant, into canvas: inout Canvas
  ) {
    let name: String
    switch explained {
    case .overview: name = "overview"
    case .pattern: name = "pattern"
    case .stream: name = "stream"
    case .anomalies: name = "anomalies"
    case .compare: name = "compare"
    case .sources: name = "sources"
    case .counts: name = "counts"
    case .marks: name = "marks"
    case .help: name = "help"
    }
    canvas.write("spate", column: 1, row: 0, style: Theme.title)
    canvas.write("Help \(theme.crumb) keys of the screen \(name)", column: 8, row: 0)
    canvas.rule(row: 1, left: "", right: "", theme: theme)
    let lines = helpLines()
    for row in 0..<helpRows {
      guard lines.indices.contains(helpTop + row) else { break }
      let cells = lines[helpTop + row]
      let width = cells.count == 1 ? canvas.columns - 2 : (canvas.columns - 1) / cells.count
      for (index, cell) in cells.enumerated() {
        draw(
          cell, column: 1 + index * width, limit: index * width + width, row: row + 2, into: &canvas
        )
      }
    }
    if prompt != nil || message != nil {
      return drawFooter(snapshot, frame, now: now, into: &canvas)
    }
    let more = max(lines.count - helpTop - helpRows, 0)
    canvas.write(
      more > 0 ? "j k move, \(more) more lines   q back" : "q back", column: 1, row: canvas.rows - 1
    )
  }

  private func draw(
    _ line: HelpLine, column: Int, limit: Int, row: Int, into canvas: inout Canvas
  ) {
    switch line {
    case .head(let text): canvas.write(text, column: column, row: row, style: Theme.title)
    case .keys(let keys, let label):
      let end = canvas.clip(
        keys, column: column, row: row, limit: limit, style: Theme.chosen, ellipsis: theme.ellipsis)
      canvas.clip(
        label, column: max(column + 10, end + 1), row: row, limit: limit, ellipsis: theme.ellipsis)
    case .text(let text):
      canvas.clip(text, column: column, row: row, limit: limit, ellipsis: theme.ellipsis)
    case .blank: break
    }
  }
}
