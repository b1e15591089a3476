internal import Events

/// Lines that are placed before any format is tried: blank, indented, or inside an open value.
extension Joiner {
  mutating func placeSpecial(
    _ bytes: LineBytes, _ start: Int, _ end: Int
  ) -> Placement? {
    let text = skipBlanks(bytes, start, end)
    switch mode {
    case .json:
      if brackets.take(bytes, start, end) {
        if brackets.isClosed { leaveValue() }
        return add(bytes, start, end)
      }
      leaveValue()
    case .markup:
      let isPart = text < end && (text > start || bytes[text] == ascii("<"))
      if markup.isEnded(by: bytes, start, end) {
        leaveValue()
        return add(bytes, start, end)
      }
      if isPart { return add(bytes, start, end) }
    case .journal:
      let isNext = isAfterBlank && bytes.spells("__", at: start, end: end)
      if text < end { return isNext ? nil : add(bytes, start, end) }
    case .slowLog:
      switch traceLine(bytes, start, end) {
      case .slowLogTime: return nil
      case .slowLogUser where lineCount > 1 || !isSlowLogTime: return nil
      default: return add(bytes, start, end)
      }
    case .paragraph:
      // Blank lines part paragraphs.
      if text < end { return isAfterBlank ? nil : add(bytes, start, end) }
    default: break
    }
    if text == end {
      if start == end || bytes[start] != 0x09 { isAfterBlank = true }
      return count(end &- start)
    }
    return text > start ? placeIndented(bytes, start, text, end) : nil
  }

  /// A value that was written over several lines is complete, or torn.
  private mutating func leaveValue() {
    mode = .plain
    facts.isSingleLine = true
  }

  private mutating func placeIndented(
    _ bytes: LineBytes, _ start: Int, _ text: Int, _ end: Int
  ) -> Placement? {
    let first = bytes[text]
    let isTab = bytes[start] == 0x09
    if !isTab, text &- start <= indentation { return nil }
    if !isTab {
      // It may have a time of its own: read it first.
      if first.isDigit || (first == ascii("[") && bytes[text &+ 1].isDigit) { return nil }
      if isAfterBlank, !keepsBlockAfterBlank { return nil }
    }
    noteIndented(bytes, text, end, first)
    isInBareRun = false
    return add(bytes, start, end)
  }

  /// A blank line and then an indented one: a paragraph of what is open, rather than a new block.
  var keepsBlockAfterBlank: Bool {
    mode != .plain && mode != .headed || !facts.hasTime || facts.severity >= .error || opensList
  }

  /// Follows a trace by its indented lines.
  private mutating func noteIndented(
    _ bytes: LineBytes, _ text: Int, _ end: Int, _ first: UInt8
  ) {
    switch first {
    case ascii("F") where bytes.spells("File \"", at: text, end: end): mode = .python
    case ascii("a") where bytes.spells("at ", at: text, end: end): mode = .trace
    case ascii("f") where bytes.spells("from ", at: text, end: end): mode = .trace
    case ascii("^"):
      if mode == .plain { mode = .source }
    case ascii("/"):
      // Go prints each frame as a function and, behind a tab, a path.
      if mode == .plain, contains(".go:", bytes, text, end) { mode = .go }
    default: break
    }
  }
}
