internal import Events

extension HeaderReader {
  /// A level, a label, a logger's name, or a word that may belong to the message.
  mutating func readWord(
    _ result: inout Recognition, _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Bool {
    var wordEnd = position
    while wordEnd < end, text[wordEnd].isLetter || text[wordEnd].isDigit { wordEnd &+= 1 }
    if !hasLevel, wordEnd > position, readLevel(wordEnd, &result) {
      return !levelIsInMessage
    }
    var shape = WordShape(text, position, end)
    if shape.holdsEquals && hasTime { return !hasLevel && skipPairs() }
    let length = shape.end &- position
    guard length <= 100 else { return false }
    if !hasTime, shape.endsWithColon, position == start, shape.isPlain || shape.isNameLike {
      // `shop: 2026-11-22 …`: header only if a time follows.
      looseCount &+= 1
      position = shape.end
      return true
    }
    if !hasTime, !hasLevel, position == start, readLabelledLevel(shape.end, &result) {
      return true
    }
    if shape.endsWithColon {
      // A label says who speaks. Without a time or level before it, it is as likely a sentence.
      let isBeforeLevel =
        hasTime && !hasLevel && (labelledLevelFollows(shape.end) || levelFollows(shape.end))
      guard hasTime || hasLevel, wordCount == 0 || shape.bracket > 0 || isBeforeLevel else {
        return false
      }
      // `fatal error: zlib.h: no such file`: without a time, what a labelled level says is whole.
      if !hasTime, coreEnd > start, text[coreEnd &- 1] == ascii(":") { return false }
      unsafe captureLabel(&shape, &result, captures)
      guard shape.isDotted || shape.bracket > 0 || isBeforeLevel else { return false }
      markFirm(shape.end)
      return isBeforeLevel || levelFollows(position)
    }
    if hasTime, hasLevel {
      // Behind both, a name counts only if a separator says so.
      guard wordCount == 0, shape.isNameLike || shape.isPlain, separatorFollows(shape.end) else {
        return false
      }
    }
    looseCount &+= 1
    if !shape.isNameLike { wordCount &+= 1 }
    if wordCount > 2 || looseCount > Self.looseLimit { return false }
    if shape.isNameLike || hasTime, shape.end &- position > 1 {
      unsafe capture(HeaderField.logger, position, shape.end, .name, captures)
    }
    position = shape.end
    return true
  }

  /// Takes the word as a level, if it is one and stands where levels stand.
  private mutating func readLevel(_ wordEnd: Int, _ result: inout Recognition) -> Bool {
    let count = wordEnd &- position
    let next = wordEnd < end ? text[wordEnd] : 0x20
    let first = text[position]
    if count == 1 {
      guard first.isUpper, hasTime && wordCount <= 1 || position == start,
        next == 0x20 && hasTime
          || next == ascii(":") && hasTime && wordCount == 0 && text[wordEnd &+ 1] == 0x20
          || next == ascii("/") || next == ascii("|")
          || next == ascii("!") && hasTime && text[wordEnd &+ 1] == 0x20
          || next == ascii(",") && wordEnd &+ 2 < end && text[wordEnd &+ 2] == ascii("["),
        severity(letter: first) != .unknown
      else { return false }
      result.severity = severity(letter: first)
      hasLevel = next != ascii(",")
      markFirm(wordEnd)
      coreEnd = position
      if next == ascii("/") || next == ascii("!") { position &+= 1 }
      // `E! boom`
      if next == ascii("!") { firmEnd = position }
      return true
    }
    guard count >= 3, count <= 13, !text[position].isDigit else { return false }
    let found = severity(text, position, wordEnd)
    guard found != .unknown else { return false }
    let isSentence = next != ascii(":") && isOutcome(text, position, wordEnd)
    let isUpper = first.isUpper && text[position &+ 1].isUpper
    let isDelimited: Bool
    switch next {
    case ascii(":"), ascii("|"), 0x09, ascii("]"), ascii(">"), ascii(")"), ascii("\""):
      isDelimited = true
    case 0x20:
      isDelimited =
        isUpper || text[wordEnd &+ 1] == 0x20 || separatorFollows(wordEnd)
        || position == start && text[wordEnd &+ 1].isDigit && text[wordEnd &+ 2].isDigit
    case ascii(","), ascii("/"), ascii("("), ascii("["), ascii("-"), ascii(";"):
      // `Error,11/22/2026 9:31:02 AM,…`: a column.
      isDelimited = isUpper || position == start && next == ascii(",") && text[wordEnd &+ 1].isDigit
    default: return false
    }
    guard hasTime || next == ascii(":") || isUpper && wordCount <= 2 || position == start else {
      return false
    }
    result.severity = found
    hasLevel = true
    if isDelimited, !isSentence {
      markFirm(wordEnd)
      coreEnd = position
      if next == ascii("/") || next == ascii("(") || next == ascii("-") { skipAttached() }
      return true
    }
    // `… error while reading …`: says how bad it is, and is part of the sentence.
    levelIsInMessage = hasTime && wordCount == 0
    if !levelIsInMessage {
      hasLevel = false
      result.severity = .unknown
      return false
    }
    return true
  }

  /// Passes over `request_id=F5x1 user=12` where a level in brackets follows, as Elixir writes it.
  private mutating func skipPairs() -> Bool {
    var i = position
    for _ in 0..<8 {
      guard i < end, text[i].isLetter || text[i] == ascii("_") else { return false }
      var holdsSign = false
      while i < end, !text[i].isBlank {
        if text[i] == ascii("=") { holdsSign = true }
        if text[i] == ascii("\"") { return false }
        i &+= 1
      }
      while i < end, text[i].isBlank { i &+= 1 }
      guard holdsSign, i < end else { return false }
      if text[i] == ascii("[") { break }
    }
    var wordEnd = i &+ 1
    while wordEnd < end, text[wordEnd].isLetter { wordEnd &+= 1 }
    guard wordEnd < end, text[i] == ascii("["), text[wordEnd] == ascii("]"),
      severity(text, i &+ 1, wordEnd) != .unknown
    else { return false }
    position = i
    return true
  }

  /// What clings to a level without a blank, as in `INFO/MainProcess`.
  private mutating func skipAttached() {
    while position < end, !text[position].isBlank, text[position] != ascii(":") { position &+= 1 }
    if position < end, text[position] == ascii(":") { position &+= 1 }
    firmEnd = position
  }

  /// Whether the next token is a level's word in capitals: labels may stand before it.
  func levelFollows(_ from: Int) -> Bool {
    var i = from
    while i < end, text[i].isBlank { i &+= 1 }
    var j = i
    while j < end, text[j].isUpper { j &+= 1 }
    return j &- i >= 3 && severity(text, i, j) != .unknown
  }

  /// Whether behind a label a level is a label too: `general: info: loaded`.
  private func labelledLevelFollows(_ from: Int) -> Bool {
    var i = from
    while i < end, text[i].isBlank { i &+= 1 }
    var j = i
    while j < end, text[j].isLetter { j &+= 1 }
    return j &- i >= 3 && j < end && text[j] == ascii(":") && !isOutcome(text, i, j)
      && severity(text, i, j) != .unknown
  }

  /// `Gateway:info  2026-11-22 …`: a name and a level, and a time behind them.
  private mutating func readLabelledLevel(_ wordEnd: Int, _ result: inout Recognition) -> Bool {
    var i = wordEnd
    while i > position, text[i &- 1].isLetter { i &-= 1 }
    guard wordEnd &- i >= 4, i &- position >= 2, text[i &- 1] == ascii(":") else { return false }
    var next = wordEnd
    while next < end, text[next].isBlank { next &+= 1 }
    guard next > wordEnd, text[next].isDigit, text[next &+ 1].isDigit else { return false }
    let found = severity(text, i, wordEnd)
    guard found != .unknown, !isOutcome(text, i, wordEnd) else { return false }
    result.severity = found
    hasLevel = true
    result.serviceStart = position
    result.serviceEnd = i &- 1
    markFirm(wordEnd)
    coreEnd = position
    return true
  }

  private mutating func captureLabel(
    _ shape: inout WordShape, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) {
    let labelEnd = shape.end &- 1
    if shape.bracket > 0 {
      let inner = severity(text, shape.bracket &+ 1, labelEnd &- 1)
      if inner != .unknown, !hasLevel {
        // `util.py[DEBUG]:`
        result.severity = inner
        hasLevel = true
        unsafe capture(HeaderField.logger, position, shape.bracket, .name, captures)
        return
      }
      result.serviceStart = position
      result.serviceEnd = shape.bracket
      unsafe capture(HeaderField.pid, shape.bracket &+ 1, labelEnd &- 1, .int, captures)
    } else {
      unsafe capture(HeaderField.logger, position, labelEnd, .name, captures)
    }
  }

  func capture(
    _ name: UInt16, _ from: Int, _ to: Int, _ scanner: ValueScanner,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) {
    guard let captures = unsafe captures, to > from else { return }
    unsafe captures.pointee.append(
      FieldCapture(name: name, scanner: scanner.rawValue, start: from, end: to))
  }
}

/// Names of what the generic reader finds, counted down from the largest index.
enum HeaderField {
  static let pid = UInt16.max
  static let thread = UInt16.max - 1
  static let logger = UInt16.max - 2
  static let client = UInt16.max - 3

  static func name(_ index: UInt16) -> String? {
    switch index {
    case pid: "pid"
    case thread: "thread"
    case logger: "logger"
    case client: "client"
    default: nil
    }
  }
}

/// What a word without blanks looks like.
struct WordShape {
  private(set) var end: Int
  /// `.`, `_`, `/`, `$`, `#`, `::`, a digit, or a capital behind a small letter.
  private(set) var isNameLike = false
  /// `.`, `$`, `::`, or `/` within: a class, a module, a place in the code.
  private(set) var isDotted = false
  /// Letters only.
  private(set) var isPlain = true
  private(set) var endsWithColon = false
  private(set) var holdsEquals = false
  /// Of the `[` in `name[123]:`, or 0.
  private(set) var bracket = 0

  init(_ text: LineBytes, _ start: Int, _ limit: Int) {
    var i = start
    var previous: UInt8 = 0
    while i < limit, !text[i].isBlank {
      let byte = text[i]
      switch byte {
      case ascii("."), ascii("/"), ascii("$"), ascii("#"), ascii("_"), ascii("-"):
        isNameLike = true
        isPlain = false
        if byte != ascii("_"), byte != ascii("-"), byte != ascii("#"), i > start {
          isDotted = true
        }
      case ascii(":"):
        if previous == byte {
          isNameLike = true
          isDotted = true
        }
        if i &+ 1 < limit, !text[i &+ 1].isBlank { isPlain = false }
      case ascii("="), ascii("\""): holdsEquals = true
      case ascii("["), ascii("("):
        if bracket == 0 { bracket = i }
        isPlain = false
      case ascii("|"), ascii(","), ascii(";"):
        if i > start {
          end = i
          return
        }
      default:
        if byte.isDigit {
          isPlain = false
          isNameLike = true
        } else if byte.isUpper, previous.isLetter, !previous.isUpper {
          isNameLike = true
        } else if !byte.isLetter {
          isPlain = false
        }
      }
      previous = byte
      i &+= 1
    }
    end = i
    endsWithColon = i &- start > 1 && text[i &- 1] == ascii(":")
    // A path is no logger.
    if text[start] == ascii("/") { isDotted = false }
    if bracket > 0 {
      let closes = endsWithColon && (text[i &- 2] == ascii("]") || text[i &- 2] == ascii(")"))
      if closes { isNameLike = true } else { bracket = 0 }
    }
  }
}
