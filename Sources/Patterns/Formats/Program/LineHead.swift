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

  /// Such lines begin with `[`; all else is about what stands behind it.
  private var hasBracket = false
  /// Such lines begin with a time that `scanTimestamp` reads.
  private var hasTime = false
  /// Something else may stand before it.
  private var hasOptionalPart = false
  /// What may follow the time, and the blanks, or the bracket with blanks, behind it.
  private var behindTime = ByteSet()
  private var behindBlanks: ByteSet?
  /// The word there, and the one behind it.
  private var firstWord = Word.any
  private var secondWord = Word.any
  /// The time must begin with a letter, or have a `T` before its clock.
  private var isNamed = false
  private var needsT = false
  /// What must follow digits with which the line begins.
  private var behindDigits: ByteSet?
  /// How many such digits there may be, one bit for each number; all are allowed from 15 on.
  private var digitCounts: UInt16 = .max
  /// What must stand at places that differ from line to line.
  private(set) var bytes = HeadBytes.Sets()

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
    if Self.isBracket(program.ops[index], "[") {
      guard !hasOptionalPart else { return }
      hasBracket = true
      index = behindMarks(program, index + 1)
    }
    let op = program.ops[index]
    if op.kind == .time, op.argument <= TimeKind.named.rawValue {
      hasTime = true
      setTime(behind: index + 1, alternative, program)
    } else {
      setDigits(op, behind: index + 1, alternative, program)
      if !hasOptionalPart { setWords(op, behind: index + 1, program) }
    }
  }

  private mutating func setTime(
    behind index: Int, _ alternative: FormatAlternative, _ program: FormatProgramBuilder
  ) {
    let kind = program.ops[index - 1].argument
    isNamed = kind == TimeKind.named.rawValue
    needsT = kind == TimeKind.rfc3339.rawValue
    behindTime = firstBytes(program, from: index)
    let next = program.ops[index]
    if next.kind == .gap || next.kind == .blanks {
      setBehindBlanks(index + 1, alternative, program)
    } else if Self.isBracket(next, "]"), hasBracket {
      let isGap = program.ops[index + 1].kind == .gap || program.ops[index + 1].kind == .blanks
      setBehindBlanks(isGap ? index + 2 : index + 1, alternative, program)
    } else if next.kind == .literal, next.first == 0x20 || hasBracket && next.first == ascii("]") {
      // In a literal a blank stands for one or more.
      if let first = Self.literal(next, program).dropFirst().first(where: { $0 != 0x20 }) {
        behindBlanks = Self.set(first)
      } else {
        setBehindBlanks(index + 1, alternative, program)
      }
    }
  }

  private static func literal(
    _ op: FormatOp, _ program: FormatProgramBuilder
  ) -> ArraySlice<UInt8> {
    program.literals[Int(op.literalStart)..<Int(op.literalStart + op.literalCount)]
  }

  private static func set(_ byte: UInt8) -> ByteSet {
    var set = ByteSet()
    set.insert(byte)
    return set
  }

  private static func isBracket(_ op: FormatOp, _ bracket: Unicode.Scalar) -> Bool {
    (op.kind == .byte || op.kind == .literal && op.literalCount == 1) && op.first == ascii(bracket)
  }

  private mutating func setBehindBlanks(
    _ index: Int, _ alternative: FormatAlternative, _ program: FormatProgramBuilder
  ) {
    behindBlanks = firstBytes(program, from: index)
    let first = behindMarks(program, index)
    firstWord = Self.word(program.ops[first], alternative)
    let op = program.ops[first]
    if op.kind == .runUntil, op.first == 0x20, op.stopsAtLiteral {
      let literal = Self.literal(op, program)
      bytes.behindFirst =
        literal.first { $0 != 0x20 }.map(Self.set) ?? firstBytes(program, from: first + 1)
    }
    guard op.kind == .level else { return }
    let next = program.ops[first + 1]
    switch next.kind {
    case .gap:
      secondWord = Self.word(program.ops[behindMarks(program, first + 2)], alternative)
      bytes.behindLevel = firstBytes(program, from: first + 2)
    case .blanks: bytes.behindLevel = firstBytes(program, from: first + 1)
    case .literal where next.first == 0x20:
      if let byte = Self.literal(next, program).first(where: { $0 != 0x20 }) {
        bytes.behindLevel = Self.set(byte)
      }
    case .byte, .literal: bytes.behindLevel = ByteSet()
    default: break
    }
  }

  /// What the second word must be, and what must stand behind a level, where a line begins with a word.
  private mutating func setWords(
    _ op: FormatOp, behind next: Int, _ program: FormatProgramBuilder
  ) {
    if op.kind == .runUntil, op.first == 0x20, op.literalCount == 1 {
      bytes.secondWord = firstBytes(program, from: next)
    } else if op.kind == .level, op.argument != LevelKind.char.rawValue,
      op.argument != LevelKind.syslog.rawValue
    {
      bytes.behindRun = firstBytes(program, from: next)
      if program.ops[next].kind == .gap {
        bytes.secondWord = firstBytes(program, from: next + 1)
      }
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
        behindDigits = Self.set(0x20)
      } else if op.argument == TimeKind.clock.rawValue {
        behindDigits = Self.set(ascii(":"))
      } else if op.argument == TimeKind.epoch.rawValue {
        behindDigits = firstBytes(program, from: next)
        behindDigits?.insert(ascii("."))
      }
    case .level where alternative.levelCount == 0:
      // Numbers of two digits are levels that are known everywhere, and no digit is a level's letter.
      if op.argument == LevelKind.known.rawValue { digitCounts = 1 << 2 }
      if op.argument == LevelKind.char.rawValue { digitCounts = 0 }
    case .int: behindDigits = firstBytes(program, from: next)
    case .number where op.scanner == ValueScanner.decimal.rawValue:
      behindDigits = Self.set(ascii("."))
    case .number:
      behindDigits = firstBytes(program, from: next)
      behindDigits?.insert(ascii("."))
    case .choice:
      let words = Self.literal(op, program).split(separator: ascii("|"))
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

  /// Whether a line with such a head may fit.
  func allows(_ places: HeadPlaces) -> Bool {
    guard hasBracket == places.hasBracket else { return true }
    guard hasTime else { return allowsWithoutTime(places) }
    guard places.hasTime else { return hasOptionalPart }
    if isNamed, places.digitCount > 0 { return false }
    if needsT, !places.hasT { return false }
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
