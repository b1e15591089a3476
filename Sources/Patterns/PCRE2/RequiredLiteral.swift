/// Texts that every match of an expression holds, found by reading the expression.
///
/// Reads less than PCRE2 does and errs to one side: where it does not understand, it finds nothing.
struct RequiredLiteral {
  /// Each in every match, in this order; empty where there is none or an alternative could avoid it.
  private(set) var runs: [[UInt8]] = []
  /// The expression is one text without anything special.
  private(set) var isWholeExpression = false
  /// `(?i)` stands somewhere: the texts match in any case.
  private(set) var ignoresCase = false

  /// - Parameter expression: PCRE2 or grok; `%{…}` stands for an unknown text.
  static func all(in expression: [UInt8]) -> RequiredLiteral {
    var scan = LiteralScan(expression)
    scan.readAll()
    var result = RequiredLiteral()
    result.ignoresCase = scan.ignoresCase
    guard !scan.hasAlternatives && !scan.isObscure else { return result }
    result.runs = scan.runs
    result.isWholeExpression =
      !scan.sawSpecial && scan.runs.count == 1 && !scan.ignoresCase
    return result
  }
}

/// One pass over an expression, collecting literal runs outside of groups.
private struct LiteralScan {
  private let text: [UInt8]
  private var index = 0
  private var run: [UInt8] = []
  private(set) var runs: [[UInt8]] = []
  private(set) var hasAlternatives = false
  /// Something stands in the expression that this does not read.
  private(set) var isObscure = false
  private(set) var sawSpecial = false
  private(set) var ignoresCase = false

  init(_ text: [UInt8]) { self.text = text }

  mutating func readAll() {
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\\"): escape()
      case UInt8(ascii: "["): skipClass()
      case UInt8(ascii: "("): skipGroup()
      case UInt8(ascii: "%") where byte(at: index + 1) == UInt8(ascii: "{"): skipReference()
      case UInt8(ascii: "|"):
        special()
        hasAlternatives = true
        index += 1
      case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: ")"):
        special()
        index += 1
      case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): quantifier()
      case UInt8(ascii: "{") where isCountedQuantifier: quantifier()
      default:
        run.append(text[index])
        index += 1
      }
    }
    endRun()
    // Quoting turns special characters into plain ones, even within a class.
    isObscure = isObscure || (0..<text.count).contains { text[$0...].starts(with: [0x5C, 0x51]) }
  }

  private func byte(at index: Int) -> UInt8? { index < text.count ? text[index] : nil }

  private mutating func endRun() {
    if !run.isEmpty { runs.append(run) }
    run = []
  }

  private mutating func special() {
    sawSpecial = true
    endRun()
  }

  private mutating func escape() {
    guard let next = byte(at: index + 1) else {
      index += 1
      return special()
    }
    let isLetterOrDigit =
      next >= 0x80 || (next | 0x20) >= UInt8(ascii: "a") && (next | 0x20) <= UInt8(ascii: "z")
      || next >= UInt8(ascii: "0") && next <= UInt8(ascii: "9")
    if !isLetterOrDigit {
      run.append(next)
      index += 2
      return
    }
    special()
    index += 2
    switch next {
    case UInt8(ascii: "x"), UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "k"),
      UInt8(ascii: "g"), UInt8(ascii: "N"), UInt8(ascii: "o"), UInt8(ascii: "u"),
      UInt8(ascii: "c"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      skipEscapeArgument(next)
    default: break
    }
  }

  /// Steps over what belongs to an escape: braces, angle brackets, digits, one control letter.
  private mutating func skipEscapeArgument(_ letter: UInt8) {
    let close: UInt8? =
      switch byte(at: index) {
      case UInt8(ascii: "{"): UInt8(ascii: "}")
      case UInt8(ascii: "<"): UInt8(ascii: ">")
      case UInt8(ascii: "'"): UInt8(ascii: "'")
      default: nil
      }
    if let close {
      index += 1
      while let byte = byte(at: index), byte != close { index += 1 }
      index += 1
      return
    }
    if letter == UInt8(ascii: "c") || letter == UInt8(ascii: "p") || letter == UInt8(ascii: "P") {
      index += 1
      return
    }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let hexLetters = UInt8(ascii: "a")...UInt8(ascii: "f")
    while let byte = byte(at: index),
      digits.contains(byte) || (letter == UInt8(ascii: "x") && hexLetters.contains(byte | 0x20))
        || (letter == UInt8(ascii: "u") && hexLetters.contains(byte | 0x20))
        || (letter == UInt8(ascii: "g") && byte == UInt8(ascii: "-"))
    {
      index += 1
    }
  }

  private mutating func skipClass() {
    special()
    index = Self.end(ofClassAt: index, in: text)
  }

  /// The index behind the class that opens at `start`.
  static func end(ofClassAt start: Int, in text: [UInt8]) -> Int {
    var index = start + 1
    if index < text.count, text[index] == UInt8(ascii: "^") { index += 1 }
    // A bracket that comes first is a member.
    if index < text.count, text[index] == UInt8(ascii: "]") { index += 1 }
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\\"): index += 2
      case UInt8(ascii: "]"): return index + 1
      case UInt8(ascii: "[") where index + 1 < text.count && text[index + 1] == UInt8(ascii: ":"):
        guard
          let close = text[(index + 2)...].firstIndex(of: UInt8(ascii: "]"))
        else { return text.count }
        index = close + 1
      default: index += 1
      }
    }
    return text.count
  }

  private mutating func skipGroup() {
    special()
    noteFlags()
    var depth = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\\"): index += 2
      case UInt8(ascii: "["): index = Self.end(ofClassAt: index, in: text)
      case UInt8(ascii: "("):
        depth += 1
        noteFlags()
        index += 1
      case UInt8(ascii: ")"):
        depth -= 1
        index += 1
        if depth == 0 { return }
      default: index += 1
      }
    }
  }

  /// Looks at what follows `(?` at the present index.
  private mutating func noteFlags() {
    guard byte(at: index + 1) == UInt8(ascii: "?") || byte(at: index + 1) == UInt8(ascii: "*")
    else { return }
    if byte(at: index + 1) == UInt8(ascii: "*") { return }
    var place = index + 2
    while let letter = byte(at: place) {
      switch letter {
      case UInt8(ascii: "i"): ignoresCase = true
      // Free spacing changes what a space means; a comment ends at its first parenthesis.
      case UInt8(ascii: "x"), UInt8(ascii: "#"): isObscure = true
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "-"), UInt8(ascii: "^"):
        break
      default: return
      }
      place += 1
    }
  }

  private mutating func skipReference() {
    special()
    while let byte = byte(at: index), byte != UInt8(ascii: "}") { index += 1 }
    index += 1
  }

  private var isCountedQuantifier: Bool {
    var place = index + 1
    while let byte = byte(at: place),
      byte == UInt8(ascii: ",") || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    {
      place += 1
    }
    return place > index + 1 && byte(at: place) == UInt8(ascii: "}")
  }

  /// A quantifier: what stands before it may be missing, unless it is a `+`.
  private mutating func quantifier() {
    sawSpecial = true
    let isPlus = text[index] == UInt8(ascii: "+")
    if !isPlus { dropLastCharacter() }
    endRun()
    if text[index] == UInt8(ascii: "{") {
      while let byte = byte(at: index), byte != UInt8(ascii: "}") { index += 1 }
    }
    index += 1
    // Lazy and possessive marks.
    if byte(at: index) == UInt8(ascii: "?") || byte(at: index) == UInt8(ascii: "+") { index += 1 }
  }

  private mutating func dropLastCharacter() {
    while let last = run.last, last & 0xC0 == 0x80 { run.removeLast() }
    if !run.isEmpty { run.removeLast() }
  }
}
