/// Which bytes a line may begin with that fits the ops from `pc` on.
func firstBytes(_ program: FormatProgramBuilder, from pc: Int) -> ByteSet {
  var set = ByteSet()
  var pc = pc
  while true {
    let op = program.ops[pc]
    pc += 1
    switch op.kind {
    case .blanks: set.insert(where: { $0.isBlank })
    case .messageStart, .messageEnd, .optionalEnd: break
    case .optional:
      let rest = firstBytes(program, from: Int(op.literalStart))
      set.insert(where: { rest.contains($0) })
    case .literal:
      let byte = program.literals[Int(op.literalStart)]
      if byte == 0x20 { set.insert(0x09) }
      set.insert(byte)
      return set
    case .time:
      let kind = TimeKind(rawValue: op.argument)
      if kind != .named { set.insert(where: { $0.isDigit }) }
      // Months and weekdays, English, in any case.
      if kind == .any || kind == .named {
        set.insert(where: { "jfmasondtw".utf8.contains($0 | 0x20) })
      }
      return set
    case .level:
      set.insert(where: {
        op.argument == LevelKind.char.rawValue || $0.isLetter || $0.isDigit
      })
      return set
    case .value, .valueUntil:
      switch ValueScanner(rawValue: op.argument) ?? .until {
      case .int, .number:
        set.insert(where: { $0.isDigit || $0 == ascii("-") || $0 == ascii("+") })
      case .status, .pri: set.insert(where: { $0.isDigit })
      case .quoted: set.insert(ascii("\""))
      case .brackets: set.insert(ascii("["))
      case .parens: set.insert(ascii("("))
      case .choice:
        let words = program.literals[
          Int(op.literalStart)..<Int(op.literalStart) + Int(op.literalCount)]
        for word in words.split(separator: ascii("|")) { set.insert(word.first!) }
      case .word, .name, .dotted, .upper, .lower, .host, .ip, .hex:
        let allowed = ByteClass.of(ValueScanner(rawValue: op.argument) ?? .until)
        set.insert(where: { ByteClass.bits($0) & allowed != 0 })
      case .until, .rest, .last: set.insert(where: { _ in true })
      }
      return set
    case .end: return set
    }
  }
}
