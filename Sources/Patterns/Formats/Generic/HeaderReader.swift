internal import Events

/// Finds the header of a line that no format declares: its time, its level, and what stands between.
///
/// Walks over the line's tokens. A time, a level, a label (`name:`) and a separator are *firm*: they and
/// all before them are header. Groups, numbers, and a word or two are *loose*: header only if something firm follows.
/// The message begins behind the last firm token.
struct HeaderReader {
  /// Bytes within which a header must end.
  static let byteLimit = 240
  static let tokenLimit = 16
  /// Loose tokens in a row.
  static let looseLimit = 5

  let text: LineBytes
  let start: Int
  let end: Int
  let context: TimestampContext
  /// What to read next.
  var position: Int
  /// Behind the last firm token.
  var firmEnd: Int
  /// Behind the last time or level.
  var coreEnd: Int
  var hasTime = false
  var hasLevel = false
  /// The line begins with a clock and no date: a time only if a level or a fraction of a second says so.
  var bareClock: Timestamp?
  /// Loose tokens since the last firm one, and those among them that are plain words.
  var looseCount = 0
  var wordCount = 0
  var groupCount = 0
  /// A level's word that may be the message's first word too: its level counts, the word stays.
  var levelIsInMessage = false
  /// Segments are parted by `|`.
  var hasBars = false

  init(_ text: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext) {
    self.text = text
    self.start = start
    self.end = end
    self.context = context
    position = start
    firmEnd = start
    coreEnd = start
  }

  /// - Returns: Whether there is a time or a level.
  mutating func read(
    _ memo: inout TimeMemo, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Bool {
    let limit = min(end, start &+ Self.byteLimit)
    var tokenCount = 0
    while tokenCount < Self.tokenLimit {
      while position < limit, text[position].isBlank { position &+= 1 }
      if position >= limit { break }
      tokenCount &+= 1
      if unsafe !readToken(&memo, &result, captures) { break }
    }
    var from = firmEnd
    while from < end, text[from].isBlank { from &+= 1 }
    if from == end {
      // All of it was taken for header: what follows time and level is the message then.
      from = coreEnd
      while from < end, text[from].isBlank { from &+= 1 }
    }
    var to = end
    while to > from, text[to &- 1].isBlank { to &-= 1 }
    result.messageStart = from
    result.messageEnd = to
    result.bodyStart = from
    result.bodyEnd = to
    // Loose words that turned out to be the message's.
    unsafe captures?.pointee.removeAll { $0.end > from }
    if bareClock != nil, !hasLevel { return false }
    return hasTime || hasLevel
  }

  /// - Returns: Whether the header may go on.
  private mutating func readToken(
    _ memo: inout TimeMemo, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Bool {
    let byte = text[position]
    if byte.isDigit || byte.isLetter {
      if position == start, readLetterAndTime(position, end, &memo, &result) { return true }
      if !hasTime || wordCount == 0 {
        let timeEnd = memo.scan(text, position, end, context)
        if timeEnd >= 0 {
          takeTime(memo.time, timeEnd, &result)
          return true
        }
        // `[main] 09:31:02 …` too.
        let isFirst = position == start || !hasTime && groupCount == 1 && looseCount == 0
        if isFirst, takeBareClock(position, end, &result) >= 0 { return true }
      }
      if byte.isDigit { return unsafe readNumber(&result, captures) }
      return unsafe readWord(&result, captures)
    }
    switch byte {
    case ascii("["), ascii("("), ascii("<"), ascii("{"):
      return unsafe readGroup(byte, &memo, &result, captures)
    case ascii("-"), ascii("|"), ascii(":"), ascii(">"): return readSeparator(byte)
    case ascii("\"") where !readDecorated(byte, &result): return readQuote(&memo)
    case ascii("#") where position == start && takeCommentedTime(&result): return true
    case ascii("#") where !readDecorated(byte, &result): return unsafe readWord(&result, captures)
    case ascii("*"), ascii("'"): return readDecorated(byte, &result)
    case ascii("\""), ascii("#"): return true
    case ascii(","), ascii(";"):
      // Columns: the comma belongs to what stands before it.
      position &+= 1
      if firmEnd == position &- 1 { firmEnd = position }
      return hasTime || position &- start < 16
    case ascii("@") where position == start && takeTAI(&result): return true
    case ascii("/"), ascii("_"), ascii("$"), ascii("."), ascii("?"), ascii("%"),
      ascii("@"):
      return unsafe readWord(&result, captures)
    default: return byte >= 0x80 ? readSymbol() : false
    }
  }

  mutating func takeTime(_ time: Timestamp, _ timeEnd: Int, _ result: inout Recognition) {
    if !hasTime { result.time = time }
    hasTime = true
    markFirm(timeEnd)
    coreEnd = position
  }

  /// `09:31:02.123`, of the day of the source's reference.
  /// - Returns: The position behind it, or -1.
  mutating func takeBareClock(_ from: Int, _ limit: Int, _ result: inout Recognition) -> Int {
    guard text[from &+ 2] == ascii(":"), text[from &+ 5] == ascii(":") else { return -1 }
    var parts = TimestampParts()
    let date = civilFromDays(context.referenceDays)
    parts.month = date.month
    parts.day = date.day
    let clockEnd = scanClock(text, from, &parts)
    var time = Timestamp(instant: Instant(microseconds: 0))
    guard clockEnd >= 0, clockEnd <= limit, clockEnd == limit || !text[clockEnd].isWordByte,
      parts.finish(context, &time)
    else { return -1 }
    if clockEnd &- from == 8 { bareClock = time }
    takeTime(time, clockEnd, &result)
    return clockEnd
  }

  /// All up to `end` is header; so is the punctuation that clings to it.
  mutating func markFirm(_ end: Int) {
    position = end
    if position < self.end {
      let byte = text[position]
      if byte == ascii(":") || byte == ascii(",") || byte == ascii(";") { position &+= 1 }
    }
    firmEnd = position
    looseCount = 0
    wordCount = 0
    groupCount = 0
  }

  private func isColumnSign(_ byte: UInt8) -> Bool {
    byte == ascii("|") || byte == ascii(",") || byte == ascii(";")
  }

  /// A letter for the level, then a time: `W1122 09:31:02.123`, `I 2026-11-22 09:31:02`,
  /// `E [22/Nov/2026:…`, `I[2026-11-22|09:31:02]`, `I20261122-09:31:02`.
  mutating func readLetterAndTime(
    _ from: Int, _ limit: Int, _ memo: inout TimeMemo, _ result: inout Recognition
  ) -> Bool {
    let letter = text[from]
    guard letter.isUpper, severity(letter: letter) != .unknown else { return false }
    var i = from &+ 1
    if text[i].isDigit {
      var time = Timestamp(instant: Instant(microseconds: 0))
      var timeEnd = scanShortTime(text, i, limit, context, &time)
      if timeEnd < 0, text[i &+ 8] == ascii("-") {
        timeEnd = memo.scan(text, i, limit, context)
        time = memo.time
      }
      guard timeEnd >= 0 else { return false }
      takeTime(time, timeEnd, &result)
    } else {
      guard text[i].isBlank || text[i] == ascii("[") else { return false }
      if text[i].isBlank { i &+= 1 }
      let isBracketed = text[i] == ascii("[")
      if isBracketed { i &+= 1 }
      guard text[i].isDigit else { return false }
      var timeEnd = memo.scan(text, i, limit, context)
      var time = memo.time
      if timeEnd < 0 { timeEnd = scanShortTime(text, i, limit, context, &time) }
      guard timeEnd >= 0 else { return false }
      if isBracketed {
        guard text[timeEnd] == ascii("]") else { return false }
        timeEnd &+= 1
      }
      takeTime(time, timeEnd, &result)
    }
    result.severity = severity(letter: letter)
    hasLevel = true
    return true
  }

  /// `"2026-11-22 09:31:02","INFO",…`: a column in quotes, at the beginning only.
  private mutating func readQuote(_ memo: inout TimeMemo) -> Bool {
    guard
      position == start || text[position &- 1] == ascii(",") || text[position &- 1] == ascii(";")
    else {
      if hasTime, position > start, position &+ 1 < end, text[position &+ 1] == ascii(",") {
        // The closing one.
        position &+= 1
        if firmEnd == position &- 1 { firmEnd = position }
        return true
      }
      return false
    }
    position &+= 1
    return true
  }

  /// `-`, `--`, `|`, `:`, `>`: ends what stands before it, if that was header so far.
  private mutating func readSeparator(_ byte: UInt8) -> Bool {
    var i = position
    while i < end, text[i] == byte || text[i] == ascii(">"), i &- position < 5 { i &+= 1 }
    // `-5`, `--flag` and `:name` are words of the message.
    guard i >= end || text[i].isBlank || byte == ascii("|") else { return false }
    if byte == ascii("|") { hasBars = true }
    // A lone colon parts a logger from its message only behind a level, or clings to a time.
    if byte == ascii(":"),
      !hasLevel && !(hasTime && (looseCount == 0 || levelFollows(i))) || hasBars
    {
      return false
    }
    position = i
    if hasTime || hasLevel {
      firmEnd = i
      looseCount = 0
      wordCount = 0
      groupCount = 0
      if hasTime, hasLevel, byte != ascii("|") {
        return byte == ascii("-") ? loggerFollows() : false
      }
    }
    return true
  }

  /// Whether a single word and a separator stand next: a logger's name behind the level.
  private func loggerFollows() -> Bool {
    var i = position
    while i < end, text[i].isBlank { i &+= 1 }
    if i < end, text[i] == ascii("[") { return true }
    var special = false
    while i < end, !text[i].isBlank {
      let byte = text[i]
      if byte == ascii(".") || byte == ascii("_") || byte == ascii("/") { special = true }
      if byte == ascii("=") || byte == ascii("\"") { return false }
      i &+= 1
    }
    if i < end, text[i &- 1] == ascii(":") { return special }
    return i &+ 2 < end && text[i] == 0x20 && text[i &+ 1] == ascii("-") && text[i &+ 2] == 0x20
  }

  /// `*ERROR*`, `#ERROR#`, `"ERROR"` behind a time.
  private mutating func readDecorated(_ sign: UInt8, _ result: inout Recognition) -> Bool {
    guard hasTime, !hasLevel else { return false }
    var i = position &+ 1
    while i < end, text[i].isLetter { i &+= 1 }
    guard i &- position > 3, i < end, text[i] == sign else { return false }
    let found = severity(text, position &+ 1, i)
    guard found != .unknown else { return false }
    result.severity = found
    hasLevel = true
    markFirm(i &+ 1)
    coreEnd = position
    return true
  }

  /// A sign beyond ASCII that stands alone, as some loggers write for a level or a separator.
  private mutating func readSymbol() -> Bool {
    var i = position
    while i < end, text[i] >= 0x80 { i &+= 1 }
    guard i &- position <= 8, i >= end || text[i].isBlank, hasTime || position == start else {
      return false
    }
    position = i
    if hasTime { firmEnd = i }
    return true
  }

  /// A run of digits: a process, a thread, a moment since 1970; or the beginning of a word.
  private mutating func readNumber(
    _ result: inout Recognition, _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Bool {
    var i = position
    while i < end, text[i].isDigit || text[i] == ascii(".") { i &+= 1 }
    var time = Timestamp(instant: Instant(microseconds: 0))
    if !hasTime, text[position] == ascii("1"), i >= end || !text[i].isWordByte,
      timestampFromEpoch(text, position, i, &time)
    {
      takeTime(time, i, &result)
      return true
    }
    if position == start, i &- position == 14, takePackedTime(i, &result) { return true }
    guard i >= end || text[i].isBlank || isColumnSign(text[i]) || text[i] == ascii(":") else {
      return unsafe readWord(&result, captures)
    }
    guard hasTime || wordCount == 0 || hasBars, i &- position <= 12 else { return false }
    if hasTime, hasLevel, !(i < end && separatorFollows(i)) { return false }
    looseCount &+= 1
    if looseCount > Self.looseLimit { return false }
    unsafe capture(
      isAddress(text, position, i) ? HeaderField.client : HeaderField.pid, position, i, .int,
      captures)
    position = i
    if i < end, text[i] == ascii(":") { return i &+ 1 < end ? !text[i &+ 1].isDigit : false }
    return true
  }

  /// `#1795599062` or `#+1795599062` alone on its line, as shells write it above each command.
  private mutating func takeCommentedTime(_ result: inout Recognition) -> Bool {
    let from = position &+ (text[position &+ 1] == ascii("+") ? 2 : 1)
    var time = Timestamp(instant: Instant(microseconds: 0))
    guard end &- from == 10, text[from] == ascii("1"), wholeNumber(text, from, end) != nil,
      timestampFromEpoch(text, from, end, &time)
    else { return false }
    takeTime(time, end, &result)
    return true
  }

  /// `20261122093102`
  private mutating func takePackedTime(_ numberEnd: Int, _ result: inout Recognition) -> Bool {
    var parts = TimestampParts()
    parts.year = fourDigits(text, position)
    parts.month = twoDigits(text, position &+ 4)
    parts.day = twoDigits(text, position &+ 6)
    var time = Timestamp(instant: Instant(microseconds: 0))
    guard (1970..<2100).contains(parts.year), scanClock(text, position &+ 8, &parts) == numberEnd,
      parts.finish(context, &time)
    else { return false }
    takeTime(time, numberEnd, &result)
    return true
  }

  /// `@400000006a12c6f62b5e3b1c`: TAI64N, as daemontools and runit write it.
  private mutating func takeTAI(_ result: inout Recognition) -> Bool {
    var digits: (UInt64, UInt64) = (0, 0)
    for i in 0..<24 {
      let byte = text[position &+ 1 &+ i]
      guard byte.isDigit || (byte | 0x20) &- 0x61 < 6 else { return false }
      let digit = UInt64(byte.isDigit ? byte &- 0x30 : (byte | 0x20) &- 0x57)
      if i < 16 { digits.0 = digits.0 << 4 | digit } else { digits.1 = digits.1 << 4 | digit }
    }
    let timeEnd = position &+ 25
    // Daemontools counts ten seconds more than UTC had in 1970, and no leap seconds.
    guard timeEnd <= end, digits.0 >> 32 == 0x4000_0000, digits.1 < 1_000_000_000 else {
      return false
    }
    let seconds = Int64(digits.0 & 0xffff_ffff) &- 10
    let instant = Instant(
      microseconds: seconds &* 1_000_000 &+ Int64(digits.1 / 1000))
    takeTime(Timestamp(instant: instant), timeEnd, &result)
    return true
  }

  /// Whether what stands behind blanks at `i` parts a header: a group, or a run of `-` or `:`.
  func separatorFollows(_ from: Int) -> Bool {
    var i = from
    while i < end, text[i].isBlank { i &+= 1 }
    guard i < end else { return false }
    let byte = text[i]
    if byte == ascii("[") { return true }
    guard byte == ascii("-") || byte == ascii(":") || byte == ascii("|") else { return false }
    while i < end, text[i] == byte { i &+= 1 }
    return i < end && text[i].isBlank
  }
}
