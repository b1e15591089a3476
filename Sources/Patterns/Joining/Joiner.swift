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
  enum Mode: UInt8 {
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
    /// A paragraph whose time stands in one of its further lines.
    case paragraph
    /// The first line is a header alone, and the lines below it say what happened.
    case headed
  }

  var isOpen = false
  var mode = Mode.plain
  var facts = LineFacts()
  var lineCount = 0
  var byteCount = 0
  /// Leading blanks of the open event's first line.
  var indentation = 0
  /// The open event's first line ends with a colon.
  var opensList = false
  /// The open event is in the same format as the one before it.
  var isSteady = true
  /// The newest line is blank.
  var isAfterBlank = false
  /// A blank line stood before the open event; known where that has no time.
  var beganAfterBlank = false
  /// The last bytes of the newest line that is not blank, themselves not blank.
  var lastByte: UInt8 = 0
  var byteBeforeLast: UInt8 = 0
  /// Lines that are neither indented nor known are being taken into the open event.
  var isInBareRun = false
  var bareLineCount = 0
  /// The slow log's open record began with its time, so that its user comes next.
  var isSlowLogTime = false
  var brackets = OpenBrackets()
  var markup = OpenMarkup()
  /// How often events with a time began in this source, and how often bare lines came behind one.
  var timedCount = 0
  var bareRunCount = 0

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
  @inline(__always)
  mutating func placeRead(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ lineFacts: LineFacts, openStart: Int,
    openEnd: Int
  ) -> Placement {
    if lineFacts.hasTime, mode.rawValue < Mode.json.rawValue, mode != .python {
      begin(bytes, start, end, lineFacts)
      return .begins
    }
    return placeDoubtful(bytes, start, end, lineFacts, openStart, openEnd)
  }

  /// As above, where a time alone does not decide.
  @inline(never)
  private mutating func placeDoubtful(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ lineFacts: LineFacts, _ openStart: Int,
    _ openEnd: Int
  ) -> Placement {
    if !isOpen || (lineFacts.hasTime && mode.rawValue < Mode.json.rawValue) {
      // A time in the words of an exception is no new event.
      let endsTrace = isOpen && mode == .python && !lineFacts.isDeclared && !isAfterBlank
      if !endsTrace {
        beganAfterBlank = isAfterBlank
        begin(bytes, start, end, lineFacts)
        if !lineFacts.hasTime { enterMode(bytes, start, end, traceLine(bytes, start, end)) }
        return .begins
      }
    }
    let line = traceLine(bytes, start, end)
    if continues(bytes, start, end, line, lineFacts, openStart, openEnd) {
      return add(bytes, start, end)
    }
    beganAfterBlank = isAfterBlank
    begin(bytes, start, end, lineFacts)
    if !lineFacts.hasTime { enterMode(bytes, start, end, line) }
    return .begins
  }
}

extension Joiner {
  @inline(__always)
  mutating func begin(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ lineFacts: LineFacts
  ) {
    isOpen = true
    isSteady = facts.format == lineFacts.format || facts.format < 0
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
  mutating func enterMode(
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
    case .paragraphHead: mode = .paragraph
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
  mutating func add(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Placement {
    isAfterBlank = false
    noteEnd(bytes, start, end)
    return count(end &- start)
  }

  mutating func count(_ lineByteCount: Int) -> Placement {
    lineCount &+= 1
    byteCount &+= lineByteCount &+ 1
    if lineCount <= Self.lineLimit, byteCount <= Self.byteLimit { return .continues }
    lineCount = 1
    byteCount = lineByteCount
    return .overflows
  }

  @inline(__always)
  mutating func noteEnd(_ bytes: LineBytes, _ start: Int, _ end: Int) {
    var last = end
    while last > start, bytes[last &- 1] <= 0x20 { last &-= 1 }
    lastByte = last > start ? bytes[last &- 1] : 0
    byteBeforeLast = last &- 1 > start ? bytes[last &- 2] : 0
  }

  func indent(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Int {
    skipBlanks(bytes, start, end) &- start
  }
}
