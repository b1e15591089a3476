internal import Events

/// Lines without a time of their own that the formats have read.
extension Joiner {
  /// Whether a line without a time of its own belongs to the open event.
  mutating func continues(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ line: TraceLine, _ lineFacts: LineFacts,
    _ openStart: Int, _ openEnd: Int
  ) -> Bool {
    let wasInBareRun = isInBareRun
    isInBareRun = false
    if isSecondLineOfPair(lineFacts), line != .goHead, line != .rustHead,
      facts.isHeaderOnly || namesMethod(bytes, openStart, openEnd)
    {
      facts.severity = lineFacts.severity
      return true
    }
    if mode == .headed, lineFacts.hasTime {
      // `Start-Date: 2026-11-22 09:31:02`, and at the end of the paragraph `End-Date: …`.
      return !isAfterBlank && isLabelledTime(bytes, openStart, openEnd, facts)
        && isLabelledTime(bytes, start, end, lineFacts)
    }
    if lineFacts.isDeclared { return false }
    if mode == .journal || mode == .slowLog || mode == .paragraph { return false }
    if mode == .markup { return !lineFacts.hasTime }
    let text = skipBlanks(bytes, start, end)
    if text > start {
      // Indented, but not claimed unread.
      if isAfterBlank, !keepsBlockAfterBlank { return false }
      // Lines of one indentation are siblings, or a banner behind a blank line.
      return text &- start > indentation
        || !facts.hasTime && (indentation == 0 || beganAfterBlank)
    }
    if continuesTrace(bytes, start, end, line) { return true }
    guard !facts.isSingleLine else { return false }
    let looksFailed =
      facts.severity >= .warn || (facts.hasTime && mentionsFailure(bytes, openStart, openEnd))
    switch line {
    case .traceback:
      guard !isAfterBlank, looksFailed || announcesMore else { return false }
      mode = .python
      return true
    case .qualifiedHead, .exceptionHead:
      if mode == .headed, wasInBareRun, !isAfterBlank {
        isInBareRun = true
        return true
      }
      guard !isAfterBlank, mode == .plain || mode == .headed else { return false }
      let isLogged = line == .qualifiedHead && facts.hasTime && facts.severity != .unknown
      guard looksFailed || isLogged || (facts.hasTime && announcesMore) else { return false }
      mode = .trace
      return true
    case .goroutine:
      mode = .go
      return true
    case .goHead, .rustHead, .slowLogTime, .slowLogUser, .journalHead, .paragraphHead:
      return false
    case .closer, .table: return true
    case .part, .frame: return true
    case .markup where facts.hasTime:
      if let open = OpenMarkup.opens(bytes, start, end) {
        markup = open
        mode = .markup
      }
      return true
    default:
      return continuesBare(
        bytes, start, end, lineFacts, openStart, openEnd, wasInBareRun: wasInBareRun)
    }
  }

  /// What can follow inside the trace that stands open.
  private mutating func continuesTrace(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ line: TraceLine
  ) -> Bool {
    switch mode {
    case .python:
      if line == .traceback || isAfterBlank { return false }
      mode = .trace
      return true
    case .chained where line == .traceback:
      mode = .python
      return true
    case .source where line == .exceptionHead || line == .qualifiedHead:
      mode = .trace
      return true
    case .go:
      return line == .goroutine || line == .goPart || line == .part || isGoFrame(bytes, start, end)
    case .trace:
      if line == .chained {
        mode = .chained
        return true
      }
      return line == .part || line == .frame
    default: return false
    }
  }

  /// `Nov 22, 2026 9:31:02 AM com.example.Main run` and below it `INFO: started`.
  private func isSecondLineOfPair(_ lineFacts: LineFacts) -> Bool {
    facts.hasTime && facts.severity == .unknown && !facts.isSingleLine && lineCount == 1
      && lineFacts.severity != .unknown && !lineFacts.hasTime
  }

  /// The line ends with a class, or with a class and its method.
  private func namesMethod(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
    var to = end
    for _ in 0..<2 {
      while to > start, bytes[to &- 1] <= 0x20 { to &-= 1 }
      var from = to
      var hasDot = false
      while from > start, bytes[from &- 1] > 0x20 {
        from &-= 1
        if bytes[from] == ascii("."), from &+ 1 < to, bytes[from &+ 1].isLetter { hasDot = true }
      }
      if hasDot, bytes[from].isLetter { return true }
      to = from
    }
    return false
  }

  /// The newest line ends as one does that others follow.
  private var announcesMore: Bool {
    switch lastByte {
    case ascii(":"), ascii(","), ascii("{"), ascii("["), ascii("("), ascii("\\"): true
    case ascii(">"): byteBeforeLast == ascii("=") || byteBeforeLast == ascii("-")
    default: false
    }
  }

  /// A line that is neither indented nor known: text that an event with a time goes on with, or a
  /// program that prints between its log's lines.
  private mutating func continuesBare(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ lineFacts: LineFacts, _ openStart: Int,
    _ openEnd: Int, wasInBareRun: Bool
  ) -> Bool {
    guard !isAfterBlank else { return false }
    if wasInBareRun {
      // `[ERROR] …` is a header, whatever is being taken.
      let isHeader = start < end && bytes[start] == ascii("[") && lineFacts.severity != .unknown
      if isHeader, mode != .headed { return false }
      isInBareRun = true
      bareLineCount &+= 1
      if bareLineCount <= Self.bareLineLimit { return true }
      isInBareRun = false
      bareRunCount &+= Self.bareLineLimit
      return false
    }
    if facts.hasTime, facts.isHeaderOnly {
      // Its header stands alone on its line.
      if mode == .plain { mode = .headed }
      isInBareRun = true
      bareLineCount = 1
      return true
    }
    guard facts.hasTime || mode != .plain else { return false }
    bareRunCount &+= 1
    let isAnnounced = announcesMore || hasOpenBracket(bytes, openStart, openEnd)
    // A line with a level of its own speaks for itself.
    let isSilent = lineFacts.severity == .unknown
    let isBelowFailure = facts.hasTime && facts.severity >= .warn
    guard isAnnounced || isSilent && (isBelowFailure || isUsual(bytes, start, end)) else {
      return false
    }
    isInBareRun = true
    bareLineCount = 1
    return true
  }

  /// Declared formats with levels are those of applications, whose messages may have several lines.
  /// Where such lines come often they are another voice, and one that tells of a failure is too; so
  /// are they where formats take turns.
  private func isUsual(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
    facts.hasTime && facts.isDeclared && facts.severity != .unknown && isSteady
      && (bareRunCount <= 8 || bareRunCount &* 4 <= timedCount)
      && !mentionsFailure(bytes, start, end)
  }

  /// A label and a time, and nothing else.
  private func isLabelledTime(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ lineFacts: LineFacts
  ) -> Bool {
    guard lineFacts.hasTime, lineFacts.isHeaderOnly, start < end, bytes[start].isLetter else {
      return false
    }
    var i = start
    while i < end, bytes[i].isWordByte || bytes[i] == ascii("-") { i &+= 1 }
    return i &+ 1 < end && bytes[i] == ascii(":") && bytes[i &+ 1] == 0x20
  }

  /// The first line opens more brackets than it closes.
  private func hasOpenBracket(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
    var depth = 0
    for i in start..<max(start, min(end, start &+ joinerGlanceLimit)) {
      switch bytes[i] {
      case ascii("("), ascii("["), ascii("{"): depth &+= 1
      case ascii(")"), ascii("]"), ascii("}"): depth &-= 1
      default: break
      }
    }
    return depth > 0
  }
}
