internal import Events

/// What stands at the head of a line, where alternatives differ most.
struct HeadPlaces: Equatable {
  /// Stands for the end of the line.
  static let lineEnd: UInt8 = 0x0a

  enum Level: UInt8 {
    case none
    /// The letters and digits behind the time are a level's word.
    case word
    /// So they are, and a blank follows.
    case whole
  }

  /// The line begins with a time; else what is behind it, and the second word, are left out.
  private(set) var hasTime = false
  private(set) var level = Level.none
  /// Whether the word behind the time, and the one behind a level there, may be a place in the code.
  private(set) var isFirstDotted = false
  private(set) var isSecondDotted = false
  /// Digits with which the line begins, 15 at most.
  private(set) var digitCount: UInt8 = 0
  private(set) var behindDigits: UInt8 = 0
  /// The first byte of the line's second word.
  private(set) var behindWord: UInt8 = 0
  private(set) var behindTime: UInt8 = 0
  private(set) var behindBlanks: UInt8 = 0

  init() {}

  /// - Parameter timeEnd: Behind the time; negative where there is none.
  @inline(__always)
  init(_ t: LineBytes, _ start: Int, behind timeEnd: Int, _ end: Int) {
    var i = start
    let limit = min(end, start &+ 15)
    while i < limit, t[i].isDigit { i &+= 1 }
    digitCount = UInt8(truncatingIfNeeded: i &- start)
    behindDigits = i < end ? t[i] : Self.lineEnd
    if timeEnd >= 0 { look(t, start, behind: timeEnd, end) }
  }

  @inline(__always)
  private mutating func look(_ t: LineBytes, _ start: Int, behind timeEnd: Int, _ end: Int) {
    hasTime = true
    let second = Patterns.behindBlanks(t, wordEnd(t, start), end)
    behindWord = second < end ? t[second] : Self.lineEnd
    behindTime = timeEnd < end ? t[timeEnd] : Self.lineEnd
    let next = Patterns.behindBlanks(t, timeEnd, end)
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
    if level == .whole {
      isSecondDotted = Self.mayBeDotted(t, Patterns.behindBlanks(t, letters, end), end)
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

  /// All of it, for a hash.
  @inline(__always)
  var number: UInt64 {
    var number = UInt64(behindTime) | UInt64(behindBlanks) &<< 8 | UInt64(behindDigits) &<< 16
    number |= UInt64(behindWord) &<< 24 | UInt64(digitCount) &<< 32 | UInt64(level.rawValue) &<< 36
    return number | (hasTime ? 1 &<< 38 : 0) | (isFirstDotted ? 1 &<< 39 : 0)
      | (isSecondDotted ? 1 &<< 40 : 0)
  }
}
