internal import Terminal

/// Which key does what on which screen: the one source of handling, footer and help.
struct KeyMap: Sendable {
  enum Group: String, CaseIterable, Sendable {
    case move = "MOVE"
    case views = "VIEWS"
    case look = "LOOK FOR"
    case time = "TIME AND REPLAY"
    case jump = "JUMP"
    case note = "NOTE"
    case show = "SHOW"
    case takeOut = "TAKE OUT"
    case shell = "SHELL"
  }

  /// One line of the help: keys that belong together, and what each asks for.
  struct Entry: Sendable {
    let group: Group
    let screens: ScreenKinds
    /// Each key with its command, in the order of the label.
    let keys: [(key: Key, command: Command)]
    /// How the keys are written.
    let shown: String
    let label: String
    /// What the footer says, where it says something; lower ranks come first and are dropped last.
    var footer: (text: String, rank: Int)?
  }

  static let shared = KeyMap()
  let entries: [Entry]
  private let table: [Key: [(screens: ScreenKinds, command: Command)]]

  init() {
    entries =
      Self.move + Self.views + Self.look + Self.time + Self.notes + Self.patterns + Self.rest
    var table: [Key: [(screens: ScreenKinds, command: Command)]] = [:]
    for entry in entries {
      for (key, command) in entry.keys { table[key, default: []].append((entry.screens, command)) }
    }
    self.table = table
  }

  func command(for key: Key, on screen: ScreenKinds) -> Command? {
    table[key]?.first { $0.screens.contains(screen) }?.command
  }

  private static func entry(
    _ group: Group, _ screens: ScreenKinds, _ shown: String, _ label: String,
    _ keys: [(Key, Command)], footer: (String, Int)? = nil
  ) -> Entry {
    Entry(
      group: group, screens: screens, keys: keys.map { (key: $0.0, command: $0.1) }, shown: shown,
      label: label, footer: footer.map { (text: $0.0, rank: $0.1) })
  }

  private static func keys(_ letters: String, _ command: Command, _ more: Key...) -> [(
    Key, Command
  )] {
    letters.map { (Key.character($0), command) } + more.map { ($0, command) }
  }

  private static let move: [Entry] = [
    entry(
      .move, .all, "j k ↓ ↑", "one row",
      keys("j", .down, .down, .shiftDown) + keys("k", .up, .up, .shiftUp)),
    entry(
      .move, .all, "Ctrl-d u", "half a page",
      [(.control("d"), .halfPageDown), (.control("u"), .halfPageUp)]),
    entry(
      .move, .all, "Ctrl-f b", "a page, also PgDn PgUp",
      [
        (.control("f"), .pageDown), (.pageDown, .pageDown), (.control("b"), .pageUp),
        (.pageUp, .pageUp),
      ]),
    entry(
      .move, [.overview, .pattern, .anomalies, .sources, .counts, .marks, .help], "g G",
      "first, last, also Home End",
      keys("g", .first, .home) + keys("G", .last, .end)),
    entry(
      .move, .stream, "g G", "oldest, newest, again: live",
      keys("g", .first, .home) + keys("G", .last, .end)),
    entry(
      .move, .compare, "g G", "first, last, also Home End",
      keys("g", .first, .home) + keys("G", .last, .end)),
    entry(
      .move, .compare, "Enter", "open the pattern", [(.enter, .open)], footer: ("Enter open", 1)),
    entry(.move, .stream, "h l", "sideways", keys("h", .left) + keys("l", .right)),
    entry(
      .move, .overview, "Tab", "services, patterns", [(.tab, .otherPane), (.backTab, .otherPane)]),
    entry(
      .move, .overview, "Enter", "open what is selected", [(.enter, .open)],
      footer: ("Enter open", 1)),
    entry(
      .move, .pattern, "Enter", "this event in the stream", [(.enter, .open)],
      footer: ("Enter in stream", 1)),
    entry(
      .move, .stream, "Enter", "all lines of the event", [(.enter, .open)],
      footer: ("Enter unfold", 2)),
    entry(
      .move, .anomalies, "Enter", "unfold; its pattern or service", [(.enter, .open)],
      footer: ("Enter open", 1)),
    entry(
      .move, .counts, "Enter", "its events in the stream", [(.enter, .open)],
      footer: ("Enter events", 1)),
    entry(
      .move, .marks, "Enter", "this event in the stream", [(.enter, .open)],
      footer: ("Enter in stream", 1)),
    entry(
      .move, .all, "q Esc", "back one level", keys("q", .back, .escape), footer: ("q back", 0)),
    entry(.move, .all, "Q", "quit, also Ctrl-C twice", keys("Q", .quit)),
  ]

  private static let views: [Entry] = [
    entry(.views, .data, "1", "overview", keys("1", .overview)),
    entry(
      .views, [.overview, .stream, .anomalies], "2", "the selected pattern", keys("2", .pattern),
      footer: ("2 pattern", 9)),
    entry(.views, .data, "3", "the stream of events", keys("3", .stream), footer: ("3 stream", 9)),
    entry(
      .views, [.overview, .stream, .sources, .counts, .marks], "4 a", "all anomalies",
      keys("4a", .anomalies), footer: ("4 anomalies", 10)),
    entry(
      .views, [.pattern, .anomalies], "4", "all anomalies", keys("4", .anomalies),
      footer: ("4 anomalies", 10)),
    entry(
      .views, .data, "5 d", "compare two windows", keys("5d", .compare), footer: ("d compare", 7)),
    entry(
      .views, [.data, .compare], "6", "sources and notices", keys("6", .sources),
      footer: ("6 sources", 12)),
    entry(
      .views, [.data, .compare], "7", "counts over time", keys("7", .counts),
      footer: ("7 counts", 12)),
    entry(
      .views, .compare, "1 2 3 4", "overview, pattern, stream, anomalies",
      keys("1", .overview) + keys("2", .pattern) + keys("3", .stream) + keys("4", .anomalies)),
    entry(
      .views, .pattern, "K J", "previous, next pattern",
      keys("K", .previousPattern) + keys("J", .nextPattern), footer: ("K J other pattern", 5)),
  ]

  private static let look: [Entry] = [
    entry(
      .look, [.overview, .pattern, .stream], "/", "search", keys("/", .search),
      footer: ("/ search", 3)),
    entry(
      .look, [.overview, .stream], "n N", "next, previous hit",
      keys("n", .searchNext) + keys("N", .searchPrevious)),
    entry(
      .look, .overview, "&", "list patterns with this text", keys("&", .filter),
      footer: ("& filter", 4)),
    entry(
      .look, .stream, "&", "events that match, ! not", keys("&", .filter),
      footer: ("& filter", 3)),
    entry(
      .look, [.overview, .pattern, .stream, .anomalies], "Ctrl-t", "filters off, on",
      [(.control("t"), .filterSwitch)]),
    entry(
      .look, [.overview, .pattern, .stream], "+ -", "only this, hide this",
      keys("+", .only) + keys("-", .hide), footer: ("+ only  - hide", 2)),
    entry(
      .look, [.stream, .pattern], "i", "only events with its id", keys("i", .onlyIdentifier),
      footer: ("i id", 6)),
    entry(.look, [.overview, .stream], "L", "lowest level shown", keys("L", .level)),
    entry(.look, .all, ":", "command, Tab completes", keys(":", .prompt)),
    entry(
      .jump, [.overview, .stream], "e E", "next, previous error",
      keys("e", .nextError) + keys("E", .previousError), footer: ("e E error", 6)),
    entry(
      .jump, [.overview, .stream], "w W", "next, previous warning",
      keys("w", .nextWarning) + keys("W", .previousWarning)),
    entry(
      .jump, .stream, "o O", "next, previous with the same id",
      keys("o", .nextOfIdentifier) + keys("O", .previousOfIdentifier), footer: ("o O same id", 5)),
    entry(
      .jump, [.overview, .pattern, .stream, .anomalies], "] [", "next, previous anomaly",
      keys("]", .nextAnomaly) + keys("[", .previousAnomaly), footer: ("] [ anomaly", 4)),
  ]

  private static let time: [Entry] = [
    entry(
      .time, .data, "Space", "pause, play", keys(" ", .pauseOrPlay, .character("=")),
      footer: ("Space pause", 5)),
    entry(.time, .data, "F", "follow live", keys("F", .follow)),
    entry(
      .time, .data, ", .", "clock one event back, on", keys(",", .stepBack) + keys(".", .stepOn)),
    entry(
      .time, .data, "← →", "clock one bucket back, on", [(.left, .scrubBack), (.right, .scrubOn)]),
    entry(
      .time, .data, "⇧← ⇧→", "clock ten buckets back, on",
      [(.shiftLeft, .scrubFarBack), (.shiftRight, .scrubFarOn)]),
    entry(.time, .data, "< >", "slower, faster", keys("<", .slower) + keys(">", .faster)),
    entry(
      .time, .data, "T", "clock to a time or #offset", keys("T", .goTo), footer: ("T go to", 6)),
    entry(
      .time, [.stream, .pattern, .anomalies, .marks], "r", "clock to this event",
      keys("r", .clockHere),
      footer: ("r clock here", 7)),
    entry(
      .time, .counts, "z Z", "shorter, longer windows",
      keys("z", .shorterWindows) + keys("Z", .longerWindows), footer: ("z Z windows", 2)),
    entry(
      .time, [.overview, .pattern], "z Z", "zoom time in, out",
      keys("z", .zoomIn) + keys("Z", .zoomOut), footer: ("z Z zoom", 8)),
    entry(
      .time, [.overview, .pattern, .stream, .anomalies], "{ }", "A, B at the clock: compare, loop",
      keys("{", .compareFrom) + keys("}", .compareTo)),
    entry(.time, .data, "b", "play A to B again and again", keys("b", .loop)),
    entry(
      .time, .compare, "Tab", "the other window", [(.tab, .otherWindow), (.backTab, .otherWindow)],
      footer: ("Tab A or B", 2)),
    entry(
      .time, .compare, "h l ← →", "window back, on",
      keys("h", .windowBack, .left) + keys("l", .windowOn, .right), footer: ("h l move", 3)),
    entry(
      .time, .compare, "⇧← ⇧→", "window shorter, longer, also < >",
      [
        (.shiftLeft, .windowShorter), (.shiftRight, .windowLonger),
        (.character("<"), .windowShorter), (.character(">"), .windowLonger),
      ], footer: ("< > length", 4)),
    entry(
      .time, .compare, "w", "A: before B, a day ago, all, the mark", keys("w", .nextChoice),
      footer: ("w what A is", 5)),
    entry(.time, .compare, "x", "swap A and B", keys("x", .swapWindows), footer: ("x swap", 6)),
    entry(
      .time, .compare, "r", "clock to its first event in B", keys("r", .clockHere),
      footer: ("r clock here", 7)),
    entry(
      .time, [.data, .compare], "t", "times: UTC, local, relative", keys("t", .time),
      footer: ("t time", 11)),
  ]

  private static let notes: [Entry] = [
    entry(
      .note, [.pattern, .stream, .anomalies, .marks], "m M", "mark, mark with a note",
      keys("m", .mark) + keys("M", .markWithNote), footer: ("m M mark", 8)),
    entry(
      .note, .stream, "u U", "next, previous mark",
      keys("u", .nextMark) + keys("U", .previousMark), footer: ("u U marks", 9)),
    entry(.note, .data, "'", "list of marks", keys("'", .marks)),
    entry(
      .note, [.pattern, .anomalies], "a", "acknowledge, again: mute", keys("a", .acknowledge),
      footer: ("a acknowledge", 5)),
  ]

  private static let patterns: [Entry] = [
    entry(
      .note, .pattern, "x X", "split what was merged, keep from merging",
      keys("x", .split) + keys("X", .pin), footer: ("x split", 9))
  ]

  private static let rest: [Entry] = [
    entry(
      .show, .counts, "s", "group by the next, :by chooses", keys("s", .nextGrouping),
      footer: ("s group", 1)),
    entry(
      .look, .counts, "&", "only events where", keys("&", .filter), footer: ("& where", 3)),
    entry(.show, .overview, "s", "next sort order", keys("s", .sort), footer: ("s sort", 7)),
    entry(
      .show, .stream, "p", "details of the event", keys("p", .details), footer: ("p details", 4)),
    entry(
      .show, [.overview, .pattern, .anomalies], "p", "the test behind the badge",
      keys("p", .details), footer: ("p why", 6)),
    entry(
      .show, .all, "Ctrl-l F5", "draw again", [(.control("l"), .redraw), (.function(5), .redraw)]),
    entry(
      .show, [.data, .compare], "? F1", "help", keys("?", .help, .function(1)),
      footer: ("? help", 0)),
    entry(.show, .help, "?", "close", keys("?", .back, .function(1))),
    entry(
      .takeOut, [.overview, .anomalies], "y", "copy the line", keys("y", .copy),
      footer: ("y copy", 8)),
    entry(
      .takeOut, [.overview, .pattern, .anomalies], "R", "report of the incident, Markdown",
      keys("R", .report), footer: ("R report", 9)),
    entry(
      .takeOut, [.compare, .counts], "y", "copy the command for this", keys("y", .copy),
      footer: ("y copy command", 8)),
    entry(
      .takeOut, .pattern, "y Y", "copy template, copy rule",
      keys("y", .copy) + keys("Y", .copyRule),
      footer: ("y copy  Y rule", 4)),
    entry(
      .takeOut, .stream, "y", "copy the event as it came", keys("y", .copy), footer: ("y copy", 8)),
    entry(
      .shell, .all, "Ctrl-z", "suspend, fg returns",
      [(.suspend, .suspend), (.control("z"), .suspend)]),
  ]
}
