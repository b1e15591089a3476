/// Which bytes a line may begin with that fits the ops from `pc` on.
func firstBytes(_ program: FormatProgramBuilder, from pc: Int) -> ByteSet {
  var set = ByteSet()
  var pc = pc
  while true {
    let op = program.ops[pc]
    pc += 1
    switch op.kind {
    case .messageStart, .messageEnd, .optionalEnd, .enough: break
    case .blanks: insertBlanks(&set)
    case .optional: set.formUnion(firstBytes(program, from: Int(op.literalStart)))
    case .gap:
      insertBlanks(&set)
      return set
    case .byte:
      set.insert(op.first)
      return set
    case .literal:
      if op.first == 0x20 { insertBlanks(&set) }
      set.insert(op.first)
      return set
    case .time:
      let kind = TimeKind(rawValue: op.argument)
      if kind != .named { set.insert(class: ByteClass.digit) }
      // Months and weekdays, English, in any case.
      if kind == .any || kind == .named {
        for letter in "jfmasondtw".utf8 {
          set.insert(letter)
          set.insert(letter & 0xdf)
        }
      }
      return set
    case .level:
      if op.argument == LevelKind.char.rawValue {
        insertLevelSigns(program, ofOp: pc - 1, &set)
      } else {
        set.insert(class: ByteClass.host)
      }
      return set
    case .run, .runUntil, .runGap, .runByte, .word, .wordGap:
      set.insert(class: op.argument)
      if op.scanner == ValueScanner.ip.rawValue {
        set.keep { $0 == ascii(":") || $0 == ascii(".") || isHexDigit($0) }
      }
      return set
    case .int, .number:
      set.insert(class: ByteClass.digit)
      set.insert(ascii("-"))
      set.insert(ascii("+"))
      return set
    case .hex:
      set.insert(class: ByteClass.hex)
      return set
    case .status, .pri:
      set.insert(class: ByteClass.digit)
      return set
    case .quoted:
      set.insert(ascii("\""))
      return set
    case .brackets:
      set.insert(ascii("["))
      return set
    case .parens:
      set.insert(ascii("("))
      return set
    case .choice:
      let start = Int(op.literalStart)
      let words = program.literals[start..<start + Int(op.literalCount)]
      for word in words.split(separator: ascii("|")) { set.insert(word.first!) }
      return set
    case .untilByte, .untilLiteral, .untilLast, .rest:
      set.insert(class: ByteClass.any)
      return set
    case .end: return set
    }
  }
}

/// Levels of one byte: letters, and what the op's format has beside them.
private func insertLevelSigns(_ program: FormatProgramBuilder, ofOp op: Int, _ set: inout ByteSet) {
  for byte in UInt8.min...UInt8.max where byte.isLetter { set.insert(byte) }
  guard let alternative = program.alternatives.last(where: { Int($0.firstOp) <= op }) else {
    return
  }
  let words = Int(alternative.levelStart)..<Int(alternative.levelStart + alternative.levelCount)
  for word in program.levels[words] { set.insert(UInt8(truncatingIfNeeded: word.word)) }
}

private func insertBlanks(_ set: inout ByteSet) {
  set.insert(0x20)
  set.insert(0x09)
}
