internal import Events

/// Decides which lines of one source make one event.
///
/// A pure state machine over the lines: no clock, no look ahead, so that input cut anywhere gives
/// the same events. Most lines cost a few instructions: `placeUnread` is asked first and answers for
/// what is indented, blank or inside a value that stands open; the rest is read by the formats and
/// then placed by `placeRead`. A line without a time is no continuation as such: it must look like
/// one, or its format must be one whose events are known to have more lines.
struct Joiner {
  /// Lines of an event, at most; more make a further part.
  static let lineLimit = 10_000
  static let byteLimit = EventBatch.eventByteLimit
  /// Lines that are neither indented nor known, one after the other in one event, at most: more of
  /// them are another voice.
  static let bareLineLimit = 100

  /// What the open event's lines have been so far.
  private enum Mode: UInt8 {
    case plain
    /// Inside a stack trace, of what language does not matter.
    case trace
    /// Inside a Python trace whose exception is still to come.
    case python
    /// A Python trace announced that another follows.
    case chained
    case go
    /// A line of source code and a caret below it: the exception comes next.
    case source
    // From here on the lines need not be indented to be claimed unread.
    case json, markup, journal, slowLog
  }

  private var isOpen = false
  private var mode = Mode.plain
  private var facts = LineFacts()
  private var lineCount = 0
  private var byteCount = 0
  /// Leading blanks of the open event's first line.
  private var indentation = 0
  /// The open event's first line ends with a colon.
  private var opensList = false
  /// The newest line is blank.
  private var isAfterBlank = false
  /// The last bytes of the newest line that is not blank, themselves not blank.
  private var lastByte: UInt8 = 0
  private var byteBeforeLast: UInt8 = 0
  /// Lines that are neither indented nor known are being taken into the open event.
  private var isInBareRun = false
  private var bareLineCount = 0
  /// The slow log's open record began with its time, so that its user comes next.
  private var isSlowLogTime = false
  private var brackets = OpenBrackets()
  private var markup = OpenMarkup()
  /// How often events with a time began in this source, and how often bare lines came behind one.
  private var timedCount = 0
  private var bareRunCount = 0

  init() {}

  /// The open event was closed by someone else: silence, or the end of the source.
  mutating func close() {
    isOpen = false
    mode = .plain
  }

  /// Places a line by its first bytes and by what is open, before any format is tried.
  /// - Parameters:
  ///   - start: The line's first byte.
  ///   - end: Behind its last byte, terminators left out.
  /// - Returns: `nil` where the line must be read first; then `placeRead` decides.
  @inline(__always)
  mutating func placeUnread(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Placement? {
    guard isOpen else { return nil }
    if start < end, bytes[start] > 0x20, mode.rawValue < Mode.json.rawValue { return nil }
    return placeSpecial(bytes, start, end)
  }

  /// Places a line that the formats have read.
  /// - Parameters:
  ///   - openStart: The first line of the open event, in the same buffer; any empty range where none
  ///     is open.
  ///   - openEnd: Behind its text.
  mutating func placeRead(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ lineFacts: LineFacts, openStart: Int,
    openEnd: Int
  ) -> Placement {
    if !isOpen || (lineFacts.hasTime && mode.rawValue < Mode.json.rawValue) {
      // A time in the words of an exception is no new event.
      let endsTrace = isOpen && mode == .python && !lineFacts.isDeclared && !isAfterBlank
      if !endsTrace {
        begin(bytes, start, end, lineFacts)
        if !lineFacts.hasTime { enterMode(bytes, start, end, traceLine(bytes, start, end)) }
        return .begins
      }
    }
    let line = traceLine(bytes, start, end)
    if continues(bytes, start, end, line, lineFacts, openStart, openEnd) {
      return add(bytes, start, end)
    }
    begin(bytes, start, end, lineFacts)
    if !lineFacts.hasTime { enterMode(bytes, start, end, line) }
    return .begins
  }
}

// MARK: - Beginning and going on

extension Joiner {
  @inline(__always)
  private mutating func begin(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ lineFacts: LineFacts
  ) {
    isOpen = true
    facts = lineFacts
    mode = .plain
    lineCount = 1
    byteCount = end &- start
    isAfterBlank = false
    isInBareRun = false
    indentation = start < end && bytes[start] <= 0x20 ? indent(bytes, start, end) : 0
    noteEnd(bytes, start, end)
    opensList = lastByte == ascii(":")
    if lineFacts.hasTime { timedCount &+= 1 }
  }

  /// What the lines behind a first line without a time will be.
  private mutating func enterMode(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ line: TraceLine
  ) {
    switch line {
    case .traceback: mode = .python
    case .exceptionHead, .qualifiedHead, .frame, .rustHead: mode = .trace
    case .goHead, .goroutine: mode = .go
    case .journalHead: mode = .journal
    case .slowLogTime, .slowLogUser:
      mode = .slowLog
      isSlowLogTime = line == .slowLogTime
    case .markup:
      if let open = OpenMarkup.opens(bytes, start, end) {
        markup = open
        mode = .markup
      }
    default:
      guard start < end, bytes[start] == ascii("{") || bytes[start] == ascii("[") else { return }
      if let open = OpenBrackets.opens(bytes, start, end) {
        brackets = open
        mode = .json
      }
    }
  }

  /// Takes a line into the open event.
  private mutating func add(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Placement {
    isAfterBlank = false
    noteEnd(bytes, start, end)
    return count(end &- start)
  }

  private mutating func count(_ lineByteCount: Int) -> Placement {
    lineCount &+= 1
    byteCount &+= lineByteCount &+ 1
    if lineCount <= Self.lineLimit, byteCount <= Self.byteLimit { return .continues }
    lineCount = 1
    byteCount = lineByteCount
    return .overflows
  }

  @inline(__always)
  private mutating func noteEnd(_ bytes: LineBytes, _ start: Int, _ end: Int) {
    var last = end
    while last > start, bytes[last &- 1] <= 0x20 { last &-= 1 }
    lastByte = last > start ? bytes[last &- 1] : 0
    byteBeforeLast = last &- 1 > start ? bytes[last &- 2] : 0
  }

  private func indent(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Int {
    skipBlanks(bytes, start, end) &- start
  }
}

// MARK: - Lines that are placed unread

extension Joiner {
  private mutating func placeSpecial(
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
  private var keepsBlockAfterBlank: Bool {
    mode != .plain || !facts.hasTime || facts.severity >= .error || opensList
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

// MARK: - Lines that were read

extension Joiner {
  /// Whether a line without a time of its own belongs to the open event.
  private mutating func continues(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ line: TraceLine, _ lineFacts: LineFacts,
    _ openStart: Int, _ openEnd: Int
  ) -> Bool {
    let wasInBareRun = isInBareRun
    isInBareRun = false
    if isSecondLineOfPair(lineFacts) { return true }
    if lineFacts.isDeclared { return false }
    if mode == .journal || mode == .slowLog { return false }
    if mode == .markup { return !lineFacts.hasTime }
    let text = skipBlanks(bytes, start, end)
    if text > start {
      // Indented, but not claimed unread.
      if isAfterBlank, !keepsBlockAfterBlank { return false }
      return text &- start > indentation || !facts.hasTime
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
      guard !isAfterBlank, mode == .plain else { return false }
      let isLogged = line == .qualifiedHead && facts.hasTime && facts.severity != .unknown
      guard looksFailed || isLogged || (facts.hasTime && announcesMore) else { return false }
      mode = .trace
      return true
    case .goroutine:
      mode = .go
      return true
    case .goHead, .rustHead, .slowLogTime, .slowLogUser, .journalHead: return false
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
        bytes, start, end, openStart, openEnd, wasInBareRun: wasInBareRun)
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
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ openStart: Int, _ openEnd: Int,
    wasInBareRun: Bool
  ) -> Bool {
    guard !isAfterBlank else { return false }
    if wasInBareRun {
      isInBareRun = true
      bareLineCount &+= 1
      if bareLineCount <= Self.bareLineLimit { return true }
      isInBareRun = false
      bareRunCount &+= Self.bareLineLimit
      return false
    }
    guard facts.hasTime || mode != .plain else { return false }
    bareRunCount &+= 1
    let isAnnounced = announcesMore || hasOpenBracket(bytes, openStart, openEnd)
    guard isAnnounced || (facts.hasTime && facts.severity >= .warn) || isUsual(bytes, start, end)
    else { return false }
    isInBareRun = true
    bareLineCount = 1
    return true
  }

  /// Declared formats with levels are those of applications, whose messages may have several lines.
  /// Where such lines come often they are another voice, and one that tells of a failure is too.
  private func isUsual(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
    facts.hasTime && facts.isDeclared && facts.severity != .unknown
      && (bareRunCount <= 8 || bareRunCount &* 4 <= timedCount)
      && !mentionsFailure(bytes, start, end)
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
