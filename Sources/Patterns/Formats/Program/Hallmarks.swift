/// Bytes that a text holds or must hold, roughly: one bit for each sign, for each letter in either case,
/// for digits and for blanks.
///
/// Most alternatives that a line may fit by its first byte ask for signs that it does not hold at all.
struct Hallmarks: Equatable {
  private var bits: UInt64 = 0

  /// Lines above this are not looked through: they count as holding everything.
  private static let byteLimit = 4096

  /// What `t` holds between `start` and `end`.
  init(_ t: LineBytes, _ start: Int, _ end: Int, _ tables: FormatTables) {
    guard end &- start <= Self.byteLimit else {
      bits = ~0
      return
    }
    var i = start
    while i < end {
      bits |= tables.hallmarkBit(t[i])
      i &+= 1
    }
  }

  /// What every line must hold that fits the alternative whose ops begin at `firstOp`.
  init(ofAlternative firstOp: Int, in program: FormatProgramBuilder) {
    var index = firstOp
    while true {
      let op = program.ops[index]
      index += 1
      switch op.kind {
      case .end, .enough: return
      case .optional: index = Int(op.literalStart)
      case .time:
        require("0")
        if op.argument == TimeKind.rfc3339.rawValue { require("T") }
      case .status, .pri: require("0")
      case .quoted: require("\"")
      case .brackets: require("[]")
      case .parens: require("()")
      case .gap: require(" ")
      case .byte, .literal, .runUntil, .untilByte, .untilLiteral, .untilLast:
        for k in 0..<Int(op.literalCount) {
          bits |= Self.bit(program.literals[Int(op.literalStart) + k])
        }
      default: break
      }
    }
  }

  private mutating func require(_ text: StaticString) {
    // SAFETY: a static string's bytes live as long as the program.
    for k in 0..<text.utf8CodeUnitCount { bits |= Self.bit(unsafe text.utf8Start[k]) }
  }

  /// Those that are no letters.
  @inline(__always)
  var signs: UInt64 { bits & ~0x07ff_fffe }

  /// Whether a line that holds `other` may fit.
  @inline(__always)
  func areAll(in other: Hallmarks) -> Bool { bits & ~other.bits == 0 }

  /// The bit of each byte.
  static let table: [UInt64] = (0...255).map { bit(UInt8($0)) }

  /// Letters and the signs beside them by their lowest five bits, signs and digits below them by theirs.
  private static func bit(_ byte: UInt8) -> UInt64 {
    if byte >= 0x80 { return 0 }
    if byte >= 0x40 { return 1 &<< UInt64(byte & 0x1f) }
    if byte.isDigit { return 1 &<< 48 }
    return byte.isBlank ? 1 &<< 32 : 1 &<< UInt64(byte | 0x20)
  }
}
