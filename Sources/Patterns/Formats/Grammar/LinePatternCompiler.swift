internal import Events

/// Compiles one `line:` of a format into ops.
///
/// Text stands for itself; a blank for one or more blanks or tabs. `{name}` or `{name:scanner}` is a value,
/// `{:scanner}` one that nobody keeps, `{_}` blanks that may be missing, `{?` … `?}` a part that may be
/// missing, `{<}` and `{>}` the ends of the message where other fields lie in it, `{{` a brace.
struct LinePatternCompiler {
  private enum Piece {
    case literal([UInt8])
    case field(name: String, scanner: String, column: Int)
    case blanks, messageStart, messageEnd
    case optional(column: Int)
    case optionalEnd(column: Int)
  }

  private let source: SourceLine
  private var problem: (column: Int, reason: String)?

  private init(_ source: SourceLine) { self.source = source }

  /// Adds the ops of `source` to `program`.
  static func compile(
    _ source: SourceLine, file: String, into program: inout FormatProgramBuilder
  ) throws(FormatProblem) {
    var compiler = LinePatternCompiler(source)
    let pieces = compiler.parse()
    if compiler.problem == nil { compiler.emit(pieces, into: &program) }
    if let problem = compiler.problem {
      throw FormatProblem(
        file: file, line: source.line, column: source.column + problem.column,
        reason: problem.reason)
    }
  }

  private mutating func fail(_ column: Int, _ reason: String) {
    if problem == nil { problem = (column, reason) }
  }

  private mutating func parse() -> [Piece] {
    var pieces: [Piece] = []
    var literal: [UInt8] = []
    let bytes = Array(source.text)
    func flush() {
      if !literal.isEmpty { pieces.append(.literal(literal)) }
      literal = []
    }
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      let next = i + 1 < bytes.count ? bytes[i + 1] : 0
      if byte == ascii("\\"), next == ascii("t") || next == ascii("\\") {
        literal.append(next == ascii("t") ? 0x09 : next)
        i += 2
      } else if byte == ascii("{"), next == byte {
        literal.append(byte)
        i += 2
      } else if byte == ascii("{"), next == ascii("?") {
        flush()
        pieces.append(.optional(column: i))
        i += 2
      } else if byte == ascii("?"), next == ascii("}") {
        flush()
        pieces.append(.optionalEnd(column: i))
        i += 2
      } else if byte == ascii("{") {
        flush()
        guard let close = bytes[i...].firstIndex(of: ascii("}")) else {
          fail(i, "this brace is never closed")
          return pieces
        }
        pieces.append(field(bytes[(i + 1)..<close], column: i))
        i = close + 1
      } else {
        // Blanks in a row are one: each stands for any number.
        if byte != 0x20 || literal.last != 0x20 { literal.append(byte) }
        i += 1
      }
    }
    flush()
    return pieces
  }

  private func field(_ text: ArraySlice<UInt8>, column: Int) -> Piece {
    switch String(decoding: text, as: UTF8.self) {
    case "_": return .blanks
    case "<": return .messageStart
    case ">": return .messageEnd
    default:
      let colon = text.firstIndex(of: ascii(":")) ?? text.endIndex
      return .field(
        name: String(decoding: text[..<colon], as: UTF8.self),
        scanner: String(decoding: text[colon...].dropFirst(), as: UTF8.self), column: column)
    }
  }

  private mutating func emit(_ pieces: [Piece], into program: inout FormatProgramBuilder) {
    var openOptional = -1
    var index = 0
    while index < pieces.count, problem == nil {
      switch pieces[index] {
      case .literal(let bytes):
        var op = FormatOp(kind: .literal)
        addLiteral(bytes, to: &op, &program)
        program.ops.append(op)
      case .blanks: program.ops.append(FormatOp(kind: .blanks))
      case .messageStart: program.ops.append(FormatOp(kind: .messageStart))
      case .messageEnd: program.ops.append(FormatOp(kind: .messageEnd))
      case .optional(let column):
        if openOptional >= 0 { fail(column, "an optional part cannot hold another") }
        openOptional = program.ops.count
        program.ops.append(FormatOp(kind: .optional))
      case .optionalEnd(let column):
        guard openOptional >= 0 else {
          fail(column, "no optional part begins before this end")
          return
        }
        program.ops.append(FormatOp(kind: .optionalEnd))
        program.ops[openOptional].literalStart = UInt16(program.ops.count)
        openOptional = -1
      case .field(let name, let scanner, let column):
        if emitField(name, scanner, column, pieces, index, into: &program) { index += 1 }
      }
      index += 1
    }
    if openOptional >= 0 { fail(source.text.count, "an optional part is never closed") }
    program.ops.append(FormatOp(kind: .end))
    if program.ops.count > Int(UInt16.max) || program.literals.count > Int(UInt16.max) {
      fail(0, "the formats are too large together")
    }
  }

  /// - Returns: Whether the literal that follows was taken along.
  private mutating func emitField(
    _ name: String, _ scanner: String, _ column: Int, _ pieces: [Piece], _ index: Int,
    into program: inout FormatProgramBuilder
  ) -> Bool {
    var op = FormatOp(kind: .value, name: program.name(name))
    if name == "time" || name == "level" {
      op.kind = name == "time" ? .time : .level
      let known =
        name == "time"
        ? TimeKind.allCases.map { ("\($0)", $0.rawValue) }
        : LevelKind.allCases.map { ("\($0)", $0.rawValue) }
      let wanted = scanner.isEmpty ? known[0].0 : scanner
      guard let found = known.first(where: { $0.0 == wanted }) else {
        fail(column, "there is no \(name) `\(scanner)`")
        return false
      }
      op.argument = found.1
      program.ops.append(op)
      return false
    }
    if scanner.utf8.contains(ascii("|")) {
      op.argument = ValueScanner.choice.rawValue
      addLiteral(Array(scanner.utf8), to: &op, &program)
      program.ops.append(op)
      return false
    }
    let isLast = index + 1 == pieces.count
    let wanted = scanner.isEmpty ? (isLast || name == "message" ? "rest" : "until") : scanner
    guard let value = ValueScanner.allCases.first(where: { $0.spelling == wanted }),
      value != .choice
    else {
      fail(column, "there is no scanner `\(scanner)`")
      return false
    }
    op.argument = value.rawValue
    switch value {
    case .until, .last, .word, .name, .dotted, .host, .ip, .upper, .lower:
      if !isLast, case .literal(let bytes) = pieces[index + 1] {
        op.kind = .valueUntil
        addLiteral(bytes, to: &op, &program)
        program.ops.append(op)
        return true
      }
      if value == .until || value == .last {
        fail(column, "what ends `\(name)`? Text must follow, or it needs a scanner")
      }
    default: break
    }
    program.ops.append(op)
    return false
  }

  private func addLiteral(
    _ bytes: [UInt8], to op: inout FormatOp, _ program: inout FormatProgramBuilder
  ) {
    op.literalStart = UInt16(truncatingIfNeeded: program.literals.count)
    op.literalCount = UInt16(truncatingIfNeeded: bytes.count)
    program.literals += bytes
  }
}
