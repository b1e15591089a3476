internal import Terminal

/// A line that is being typed at the foot of the screen.
struct Prompt: Sendable {
  enum Kind: Sendable {
    case search, filter, command, goTo, note

    var sign: String {
      switch self {
      case .search: "/"
      case .filter: "&"
      case .command: ":"
      case .goTo: "go to "
      case .note: "note: "
      }
    }
  }

  enum Outcome: Equatable { case goesOn, cancelled, entered(String) }

  let kind: Kind
  private(set) var text = ""
  /// What was last entered here; the up arrow brings it back.
  let previous: String

  init(_ kind: Kind, previous: String = "") {
    self.kind = kind
    self.previous = previous
    // A note is mended, not written anew.
    if kind == .note { text = previous }
  }

  mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .character(let character): text.append(character)
    case .enter: return .entered(text)
    case .escape, .control("g"), .interrupt: return .cancelled
    case .backspace:
      if text.isEmpty { return .cancelled }
      text.removeLast()
    case .control("u"): text = ""
    case .control("w"):
      while text.last == " " { text.removeLast() }
      while let last = text.last, last != " " { text.removeLast() }
    case .up: if !previous.isEmpty { text = previous }
    case .down: text = ""
    case .tab: if kind == .command { text = TypedCommand.completed(text) }
    default: break
    }
    return .goesOn
  }
}
