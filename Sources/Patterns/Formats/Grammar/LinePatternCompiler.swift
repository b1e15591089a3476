internal import Events

/// Compiles one `line:` of a format into ops.
///
/// Text stands for itself; a blank for one or more blanks or tabs. `{name}` or `{name:scanner}` is a value,
/// `{:scanner}` one that nobody keeps, `{_}` blanks that may be missing, `{?` … `?}` a part that may be
/// missing, `{<}` and `{>}` the ends of the message where other fields lie in it, `{name+}` a value that
/// is appended to the message, `{{` a brace.
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
        var op = FormatOp(kind: bytes.count > 1 ? .literal : bytes[0] == 0x20 ? .gap : .byte)
        addLiteral(bytes, to: &op, &program)
        program.ops.append(op)
      case .blanks: program.ops.append(FormatOp(kind: .blanks))
      case .messageStart: program.ops.append(FormatOp(kind: .messageStart))
      case .messageEnd:
        program.ops.append(FormatOp(kind: .messageEnd))
        if onlyFieldsFollow(pieces[(index + 1)...]) { program.ops.append(FormatOp(kind: .enough)) }
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
        if openOptional >= 0, name.utf8.last == ascii("+") {
          fail(column, "what is appended to the message cannot be missing")
        }
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
    let isSuffix = name.utf8.last == ascii("+")
    let field = program.name(isSuffix ? String(name.dropLast()) : name)
    if name == "time" || name == "level" {
      let kind =
        name == "time"
        ? TimeKind.spellings.first { spells($0.name, scanner) }?.kind.rawValue
        : LevelKind.spellings.first { spells($0.name, scanner) }?.kind.rawValue
      if kind == nil { fail(column, "there is no \(name) `\(scanner)`") }
      program.ops.append(
        FormatOp(kind: name == "time" ? .time : .level, argument: kind ?? 0, name: field))
      return false
    }
    if scanner.utf8.contains(ascii("|")) {
      var op = FormatOp(kind: .choice, scanner: ValueScanner.choice.rawValue, name: field)
      addLiteral(Array(scanner.utf8), to: &op, &program)
      program.ops.append(op)
      return false
    }
    let isLast = index + 1 == pieces.count
    let wanted = scanner.isEmpty ? (isLast || name == "message" ? "rest" : "until") : scanner
    guard let value = ValueScanner.spellings.first(where: { spells($0.name, wanted) })?.scanner
    else {
      fail(column, "there is no scanner `\(scanner)`")
      return false
    }
    var op = FormatOp(
      kind: .run, argument: ByteClass.of(value), scanner: value.rawValue, name: field)
    op.isSuffix = isSuffix
    switch value {
    case .until, .last, .word, .name, .dotted, .host, .ip, .upper, .lower:
      if !isLast, case .literal(let bytes) = pieces[index + 1] {
        addLiteral(bytes, to: &op, &program)
        switch value {
        case .until: op.kind = bytes.count == 1 && bytes[0] != 0x20 ? .untilByte : .untilLiteral
        case .last: op.kind = .untilLast
        default:
          op.kind = .runUntil
          op.stopsAtLiteral = ByteClass.table[Int(bytes[0])] & op.argument == 0
        }
        program.ops.append(op)
        return true
      }
      if value == .until || value == .last {
        fail(column, "what ends `\(name)`? Text must follow, or it needs a scanner")
      }
    case .int: op.kind = .int
    case .number, .decimal: op.kind = .number
    case .hex: op.kind = .hex
    case .quoted: op.kind = .quoted
    case .brackets: op.kind = .brackets
    case .parens: op.kind = .parens
    case .rest: op.kind = .rest
    case .status: op.kind = .status
    case .pri: op.kind = .pri
    case .choice: op.kind = .choice
    }
    program.ops.append(op)
    return false
  }

  /// Whether what follows a message may all be missing, and takes any text: the last part does.
  private func onlyFieldsFollow(_ pieces: ArraySlice<Piece>) -> Bool {
    var isOptional = false
    var takesRest = false
    for piece in pieces {
      switch piece {
      case .optional:
        isOptional = true
        takesRest = false
      case .optionalEnd: isOptional = false
      case .field(let name, let scanner, _):
        if !isOptional || FieldName.reserved.contains(name) && !name.isEmpty { return false }
        takesRest = scanner == "rest"
      default:
        if !isOptional { return false }
      }
    }
    return takesRest
  }

  private func spells(_ name: StaticString, _ text: String) -> Bool {
    guard name.utf8CodeUnitCount == text.utf8.count else { return false }
    return text.utf8.enumerated().allSatisfy { unsafe name.utf8Start[$0.offset] == $0.element }
  }

  private func addLiteral(
    _ bytes: [UInt8], to op: inout FormatOp, _ program: inout FormatProgramBuilder
  ) {
    op.literalStart = UInt16(truncatingIfNeeded: program.literals.count)
    op.literalCount = UInt16(truncatingIfNeeded: bytes.count)
    op.first = bytes.first ?? 0
    program.literals += bytes
  }
}
