internal import Events
internal import Terminal

/// The signs and styles of all screens; colour only repeats what a letter or a word says.
struct Theme: Sendable {
  let isASCII: Bool
  let live, paused, play, cursor, rule, ellipsis, crumb, replayCursor, rulerLeft, rulerRight: String
  let anomaly, openAnomaly, variableLeft, variableRight, branch, lastBranch, times: String
  let mark, folded, unfolded: String
  /// Lowest to highest; a blank stands for nothing.
  let bars: [String]
  /// From nothing to all.
  let heat: [String]

  init(isASCII: Bool) {
    self.isASCII = isASCII
    if isASCII {
      (live, paused, play, cursor) = ("*", "\"", ">", ">")
      (rule, ellipsis, crumb, replayCursor) = ("-", "~", ">", "v")
      (rulerLeft, rulerRight, anomaly, openAnomaly) = ("|", "|", "^", "!")
      (variableLeft, variableRight, branch, lastBranch, times) = ("<", ">", "|", "`", "x")
      (mark, folded, unfolded) = ("m", "+", "-")
      bars = ["_", ".", "-", "=", "+", "*", "%", "#"]
      heat = [".", ":", "+", "#", "@"]
    } else {
      (live, paused, play, cursor) = ("●", "‖", "▶", "▌")
      (rule, ellipsis, crumb, replayCursor) = ("─", "…", "›", "◆")
      (rulerLeft, rulerRight, anomaly, openAnomaly) = ("├", "┤", "▲", "▲")
      (variableLeft, variableRight, branch, lastBranch, times) = ("‹", "›", "├", "└", "x")
      (mark, folded, unfolded) = ("⚑", "▸", "▾")
      bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
      heat = ["·", "░", "▒", "▓", "█"]
    }
  }

  static let title = Style(.standard, .bold)
  static let rule = Style(.standard, .dim)
  static let quiet = Style(.standard, .dim)
  static let chosen = Style(.cyan, .bold)
  static let variable = Style(.cyan)
  static let hit = Style(.standard, .reverse)
  static let warning = Style(.standard, [.bold, .reverse])
  /// The colours of bars would be the darkest on dark ground or the palest on light.
  static let bar = Style.plain

  static func style(of severity: Severity) -> Style {
    switch severity {
    case .fatal: Style(.magenta, .bold)
    case .error: Style(.red, .bold)
    case .warn: Style(.yellow)
    case .info, .notice: Style(.green)
    case .debug, .trace, .unknown: Style(.standard, .dim)
    }
  }
}
