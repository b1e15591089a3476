/// Which questions alternatives have in common.
///
/// Many formats begin alike: a time, a level, a bracket. Where one of them stops to fit before any of
/// its optional parts, all others that would ask the same of the same place stop there too, and need
/// not be run.
struct FormatTrials {
  /// For each op of a program, the number of its question; 0 where nobody else asks it.
  private(set) var ofOps: [UInt8]
  /// For each alternative, the questions that a line must answer well, one bit for each number.
  private(set) var ofAlternatives: [UInt64]

  /// Questions that are numbered: those that most alternatives share.
  private static let limit = 63

  init(_ program: FormatProgramBuilder) {
    ofOps = Array(repeating: 0, count: program.ops.count)
    ofAlternatives = Array(repeating: 0, count: program.alternatives.count)
    // By a hash of all that decides where the op stands, and of what it asks there.
    var askers: [UInt64: [(alternative: Int, op: Int)]] = [:]
    for number in program.alternatives.indices {
      let alternative = program.alternatives[number]
      var path: UInt64 = 0
      var index = Int(alternative.firstOp)
      while let question = Self.question(program.ops[index], alternative, program) {
        if !question.isEmpty {
          askers[Self.mix(path, question), default: []].append((number, index))
          path = Self.mix(path, Self.effect(program.ops[index], question))
        }
        index += 1
      }
    }
    let shared = askers.values.filter { $0.count > 1 }
      .sorted { ($1.count, $0[0].op) < ($0.count, $1[0].op) }
    for (number, askers) in shared.prefix(Self.limit).enumerated() {
      for asker in askers {
        ofOps[asker.op] = UInt8(number + 1)
        ofAlternatives[asker.alternative] |= 1 << UInt64(number + 1)
      }
    }
  }

  private static func mix(_ hash: UInt64, _ bytes: [UInt8]) -> UInt64 {
    var hash = hash ^ UInt64(bytes.count)
    for byte in bytes {
      hash = (hash ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash &>> 29
    }
    return hash
  }

  /// What an op asks of the place where it stands: empty for nothing, nil from the first part on that
  /// may be missing.
  private static func question(
    _ op: FormatOp, _ alternative: FormatAlternative, _ program: FormatProgramBuilder
  ) -> [UInt8]? {
    switch op.kind {
    case .optional, .optionalEnd, .enough, .end: return nil
    case .messageStart, .messageEnd: return []
    default: break
    }
    var question = [op.kind.rawValue, op.argument, op.scanner, op.first, op.stopsAtLiteral ? 1 : 0]
    let literal = Int(op.literalStart)..<Int(op.literalStart) + Int(op.literalCount)
    question += [UInt8(literal.count >> 8), UInt8(literal.count & 0xff)]
    question += program.literals[literal]
    if op.kind == .level, alternative.levelCount > 0 {
      // The format has words of its own.
      question += [1, UInt8(alternative.format >> 8), UInt8(alternative.format & 0xff)]
    }
    return question
  }

  /// What decides where the next op stands: all usual times and all words of levels end at one place.
  private static func effect(_ op: FormatOp, _ question: [UInt8]) -> [UInt8] {
    switch op.kind {
    case .time where op.argument <= TimeKind.named.rawValue: return [op.kind.rawValue]
    case .level
    where op.argument != LevelKind.char.rawValue && op.argument != LevelKind.syslog.rawValue:
      return [op.kind.rawValue]
    default: return question
    }
  }
}
