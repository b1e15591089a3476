internal import Events

/// What stands at the head of a line, where alternatives differ most; alike in most lines of a source.
struct HeadPlaces {
  /// Stands for the end of the line.
  static let lineEnd: UInt8 = 0x0a

  enum Level: UInt8 {
    case none
    /// The letters and digits behind the time are a level's word.
    case word
    /// So they are, and a blank follows.
    case whole
  }

  /// The line begins with `[`; all else is about what stands behind it.
  private(set) var hasBracket = false
  /// The line begins with a time; else what is behind it is left out.
  private(set) var hasTime = false
  /// The time may have a `T` before its clock.
  private(set) var hasT = false
  private(set) var level = Level.none
  /// Whether the word behind the time, and the one behind a level there, may be a place in the code.
  private(set) var isFirstDotted = false
  private(set) var isSecondDotted = false
  /// Digits with which the line begins, 15 at most.
  private(set) var digitCount: UInt8 = 0
  private(set) var behindDigits: UInt8 = 0
  private(set) var behindTime: UInt8 = 0
  private(set) var behindBlanks: UInt8 = 0

  /// Looks at a line; asks for the time at its head.
  @inline(__always)
  init(
    _ t: LineBytes, _ start: Int, _ end: Int, _ context: TimestampContext, _ memo: inout TimeMemo,
    _ bytes: inout HeadBytes
  ) {
    hasBracket = t[start] == ascii("[")
    let start = hasBracket ? start &+ 1 : start
    let timeEnd = memo.scan(t, start, end, context)
    var i = start
    let limit = min(end, start &+ 15)
    while i < limit, t[i].isDigit { i &+= 1 }
    digitCount = UInt8(truncatingIfNeeded: i &- start)
    behindDigits = i < end ? t[i] : Self.lineEnd
    while i < end, t[i].isLetter || t[i].isDigit { i &+= 1 }
    bytes.behindRun = i < end ? t[i] : Self.lineEnd
    let second = Patterns.behindBlanks(t, wordEnd(t, start), end)
    bytes.secondWord = second < end ? t[second] : Self.lineEnd
    if timeEnd >= 0 { look(t, start, behind: timeEnd, end, &bytes) }
  }

  @inline(__always)
  private mutating func look(
    _ t: LineBytes, _ start: Int, behind timeEnd: Int, _ end: Int, _ bytes: inout HeadBytes
  ) {
    hasTime = true
    hasT = t[start &+ 10] == ascii("T")
    behindTime = timeEnd < end ? t[timeEnd] : Self.lineEnd
    let closing = hasBracket && timeEnd < end && t[timeEnd] == ascii("]") ? timeEnd &+ 1 : timeEnd
    let next = Patterns.behindBlanks(t, closing, end)
    guard next < end else {
      behindBlanks = Self.lineEnd
      return
    }
    behindBlanks = t[next]
    var letters = next
    while letters < end, t[letters].isLetter || t[letters].isDigit { letters &+= 1 }
    if severity(t, next, letters) != .unknown {
      level = letters < end && t[letters].isBlank ? .whole : .word
    }
    let behind = Patterns.behindBlanks(t, wordEnd(t, next), end)
    bytes.behindFirst = behind < end ? t[behind] : Self.lineEnd
    if level == .whole {
      bytes.behindLevel = bytes.behindFirst
      isSecondDotted = Self.mayBeDotted(t, behind, end)
    } else {
      isFirstDotted = Self.mayBeDotted(t, next, end)
    }
  }

  /// Whether a value with a dot or the like in it may stand at `start`, or behind what may be missing.
  @inline(__always)
  private static func mayBeDotted(_ t: LineBytes, _ start: Int, _ end: Int) -> Bool {
    if start < end, t[start] == ascii("[") || t[start] == ascii("(") { return true }
    return isDotted(t, start, min(wordEnd(t, start), end))
  }

  /// All of it.
  @inline(__always)
  var number: UInt64 {
    let bytes = UInt64(behindTime) | UInt64(behindBlanks) &<< 8 | UInt64(behindDigits) &<< 16
    let counts = UInt64(digitCount) &<< 24 | UInt64(level.rawValue) &<< 28
    let times: UInt64 = (hasTime ? 1 &<< 30 : 0) | (hasT ? 1 &<< 31 : 0)
    let dotted: UInt64 = (isFirstDotted ? 1 &<< 32 : 0) | (isSecondDotted ? 1 &<< 33 : 0)
    return bytes | counts | times | dotted | (hasBracket ? 1 &<< 34 : 0)
  }
}

/// What stands at the head of a line where lines of one source differ, 10 at the line's end.
struct HeadBytes {
  /// Behind the letters and digits with which the line begins.
  var behindRun = HeadPlaces.lineEnd
  /// The first byte of the second word.
  var secondWord = HeadPlaces.lineEnd
  /// The first byte of the word behind a level that is a word behind the time.
  var behindLevel = HeadPlaces.lineEnd
  /// The first byte of the second word behind the time.
  var behindFirst = HeadPlaces.lineEnd

  /// What an alternative allows there; at the line's end it is tried anyway.
  struct Sets {
    var behindRun = ByteSet.all { didSet { behindRun.insert(HeadPlaces.lineEnd) } }
    var secondWord = ByteSet.all { didSet { secondWord.insert(HeadPlaces.lineEnd) } }
    var behindLevel = ByteSet.all { didSet { behindLevel.insert(HeadPlaces.lineEnd) } }
    var behindFirst = ByteSet.all { didSet { behindFirst.insert(HeadPlaces.lineEnd) } }

    init() {}

    /// Whether a line with such bytes may fit.
    @inline(__always)
    func allow(_ bytes: HeadBytes) -> Bool {
      behindRun.contains(bytes.behindRun) && secondWord.contains(bytes.secondWord)
        && behindLevel.contains(bytes.behindLevel) && behindFirst.contains(bytes.behindFirst)
    }
  }
}
