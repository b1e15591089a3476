/// What a key can ask for.
enum Command: Hashable, Sendable, CaseIterable {
  // Move
  case down, up, halfPageDown, halfPageUp, pageDown, pageUp, first, last
  case left, right, otherPane, open, back, quit
  // Views
  case overview, pattern, stream, anomalies, compare, sources, counts, marks
  // Look for
  case search, searchNext, searchPrevious, filter, filterSwitch, only, hide, onlyIdentifier, level,
    prompt
  // Jump
  case nextError, previousError, nextWarning, previousWarning, nextAnomaly, previousAnomaly
  case nextPattern, previousPattern, nextMark, previousMark
  case nextOfIdentifier, previousOfIdentifier
  // Time
  case pauseOrPlay, follow, stepBack, stepOn, scrubBack, scrubOn, scrubFarBack, scrubFarOn
  case slower, faster, goTo, zoomIn, zoomOut, clockHere, loop
  // Compare
  case compareFrom, compareTo, otherWindow, swapWindows, nextChoice
  case windowBack, windowOn, windowShorter, windowLonger
  // Show
  case time, sort, details, redraw, help
  // Note
  case mark, markWithNote, acknowledge
  // Counts
  case nextGrouping, shorterWindows, longerWindows
  // Patterns
  case split, pin
  // Take out
  case copy, copyRule, report
  // Shell
  case suspend
}

/// The screens, as sets: a key map says on which of them a key means something.
struct ScreenKinds: OptionSet, Hashable, Sendable {
  let rawValue: UInt16
  static let overview = ScreenKinds(rawValue: 1)
  static let pattern = ScreenKinds(rawValue: 2)
  static let stream = ScreenKinds(rawValue: 4)
  static let anomalies = ScreenKinds(rawValue: 8)
  static let sources = ScreenKinds(rawValue: 16)
  static let help = ScreenKinds(rawValue: 32)
  static let compare = ScreenKinds(rawValue: 64)
  static let marks = ScreenKinds(rawValue: 128)
  static let counts = ScreenKinds(rawValue: 256)
  /// Where keys move the clock, and other screens are at hand.
  static let data: ScreenKinds = [
    .overview, .pattern, .stream, .anomalies, .sources, .counts, .marks,
  ]
  static let all: ScreenKinds = [.data, .compare, .help]
}
