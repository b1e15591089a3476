internal import Events

/// What lines of an alternative must begin with, as far as a look at their head can tell.
///
/// Most lines that no declared format fits, or not the one that fitted last, are kept from most
/// alternatives by it. It never keeps one from a line that fits.
struct LineHead {
  /// What a word must be for the value that stands there.
  private enum Word {
    case any
    /// A level that is known everywhere.
    case level
    /// A host, so no level.
    case host
    /// A class, a module, a place in the code.
    case dotted
  }

  /// Such lines begin with a time that `scanTimestamp` reads.
  private var hasTime = false
  /// Something else may stand before it.
  private var hasOptionalPart = false
  /// What may follow the time, and the blanks behind it.
  private var behindTime = ByteSet()
  private var behindBlanks: ByteSet?
  /// The word there, and the one behind it.
  private var firstWord = Word.any
  private var secondWord = Word.any
  /// What may begin the second word of a line that begins with no time.
  private var behindWord: ByteSet?
  /// What must follow digits with which the line begins.
  private var behindDigits: ByteSet?
  /// How many such digits there may be, one bit for each number; all are allowed from 15 on.
  private var digitCounts: UInt16 = .max

  init(of alternative: FormatAlternative, in program: FormatProgramBuilder) {
    var index = Int(alternative.firstOp)
    // What may be missing is, on lines that begin with a digit or a letter.
    while true {
      let op = program.ops[index]
      if op.kind == .messageStart || op.kind == .messageEnd || op.kind == .blanks {
        index += 1
      } else if op.kind == .optional {
        let inner = firstBytes(program, from: index + 1)
        guard
          !(0...UInt8.max).contains(where: { inner.contains($0) && ($0.isDigit || $0.isLetter) })
        else { return }
        index = Int(op.literalStart)
      } else {
        break
      }
      hasOptionalPart = hasOptionalPart || op.kind == .optional || op.kind == .blanks
    }
    let op = program.ops[index]
    if op.kind == .time, op.argument <= TimeKind.named.rawValue {
      hasTime = true
      setTime(behind: index + 1, alternative, program)
    } else {
      setDigits(op, behind: index + 1, alternative, program)
      if op.kind == .runUntil, op.first == 0x20, op.literalCount == 1 {
        behindWord = firstBytes(program, from: index + 1)
      }
    }
  }

  private mutating func setTime(
    behind index: Int, _ alternative: FormatAlternative, _ program: FormatProgramBuilder
  ) {
    behindTime = firstBytes(program, from: index)
    let next = program.ops[index]
    if next.kind == .gap || next.kind == .blanks {
      behindBlanks = firstBytes(program, from: index + 1)
      let first = behindMarks(program, index + 1)
      firstWord = Self.word(program.ops[first], alternative)
      if program.ops[first].kind == .level, program.ops[first + 1].kind == .gap {
        secondWord = Self.word(program.ops[behindMarks(program, first + 2)], alternative)
      }
    } else if next.kind == .literal, next.first == 0x20, next.literalCount > 1 {
      var set = ByteSet()
      set.insert(program.literals[Int(next.literalStart) + 1])
      behindBlanks = set
    }
  }

  private static func word(_ op: FormatOp, _ alternative: FormatAlternative) -> Word {
    switch op.kind {
    case .level where op.argument == LevelKind.known.rawValue && alternative.levelCount == 0: .level
    case .run, .runUntil:
      switch op.scanner {
      case ValueScanner.host.rawValue, ValueScanner.ip.rawValue: .host
      case ValueScanner.dotted.rawValue: .dotted
      default: .any
      }
    default: .any
    }
  }

  private mutating func setDigits(
    _ op: FormatOp, behind next: Int, _ alternative: FormatAlternative,
    _ program: FormatProgramBuilder
  ) {
    switch op.kind {
    case .time:
      if op.argument == TimeKind.short.rawValue {
        digitCounts = 1 << 4 | 1 << 6
        setBehindDigits(0x20)
      } else if op.argument == TimeKind.clock.rawValue {
        setBehindDigits(ascii(":"))
      }
    case .level where alternative.levelCount == 0:
      // Numbers of two digits are levels that are known everywhere, and no digit is a level's letter.
      if op.argument == LevelKind.known.rawValue { digitCounts = 1 << 2 }
      if op.argument == LevelKind.char.rawValue { digitCounts = 0 }
    case .int: behindDigits = firstBytes(program, from: next)
    case .choice:
      let words = program.literals[Int(op.literalStart)..<Int(op.literalStart + op.literalCount)]
        .split(separator: ascii("|"))
      let following = firstBytes(program, from: next)
      // A word may be the beginning of a longer number, unless no digit may follow it.
      if words.allSatisfy({ $0.allSatisfy(\.isDigit) }),
        !(0x30...0x39).contains(where: following.contains)
      {
        behindDigits = following
      }
    default: break
    }
  }

  private mutating func setBehindDigits(_ byte: UInt8) {
    var set = ByteSet()
    set.insert(byte)
    behindDigits = set
  }

  /// Whether a line with such a head may fit.
  func allows(_ places: HeadPlaces) -> Bool {
    guard hasTime else { return allowsWithoutTime(places) }
    guard places.hasTime else { return hasOptionalPart }
    if places.behindTime != HeadPlaces.lineEnd, !behindTime.contains(places.behindTime) {
      return false
    }
    switch firstWord {
    case .level where places.level == .none: return false
    case .host where places.level == .whole: return false
    case .dotted where !places.isFirstDotted: return false
    default: break
    }
    if secondWord == .dotted, places.level == .whole, !places.isSecondDotted { return false }
    guard let behindBlanks, places.behindBlanks != HeadPlaces.lineEnd else { return true }
    return behindBlanks.contains(places.behindBlanks)
  }

  private func allowsWithoutTime(_ places: HeadPlaces) -> Bool {
    if let behindWord, places.hasTime, places.behindWord != HeadPlaces.lineEnd,
      !behindWord.contains(places.behindWord)
    {
      return false
    }
    guard places.digitCount > 0 else { return true }
    if places.digitCount < 15, digitCounts & 1 << UInt16(places.digitCount) == 0 { return false }
    guard let behindDigits, places.behindDigits != HeadPlaces.lineEnd else { return true }
    return behindDigits.contains(places.behindDigits)
  }
}

/// Behind the ops that only say where the message is.
private func behindMarks(_ program: FormatProgramBuilder, _ from: Int) -> Int {
  var index = from
  while program.ops[index].kind == .messageStart || program.ops[index].kind == .messageEnd {
    index += 1
  }
  return index
}
