internal import Events
internal import Patterns

/// Reads the text of a condition.
///
///     condition   = alternative { "or" alternative }
///     alternative = term { "and" term }
///     term        = "not" term | "(" condition ")" | name comparison
///     comparison  = ("=" | "!=") value | ("<" | "<=" | ">" | ">=") number-or-level
///                 | ("~" | "!~") expression | "in" "(" value { "," value } ")"
///
/// `&&`, `||`, `!` and `==` are understood as well. A value stands in quotes where it holds blanks.
struct ConditionReader {
  private let text: String
  private let characters: [Character]
  private var position = 0
  /// The fields that tests ask for, each once.
  private(set) var fieldNames: [String] = []
  private(set) var testCount = 0

  init(_ text: String) {
    self.text = text
    characters = Array(text)
  }

  mutating func condition() throws(ConditionProblem) -> Condition.Node {
    let node = try alternatives()
    skipBlanks()
    if let character = next {
      if character == ")" { throw problem("no bracket is open here") }
      throw problem("'and' or 'or' belongs between two comparisons")
    }
    return node
  }

  private mutating func alternatives() throws(ConditionProblem) -> Condition.Node {
    var nodes = [try terms()]
    while takeWord("or") || take("||") { nodes.append(try terms()) }
    return nodes.count == 1 ? nodes[0] : .any(nodes)
  }

  private mutating func terms() throws(ConditionProblem) -> Condition.Node {
    var nodes = [try term()]
    while takeWord("and") || take("&&") { nodes.append(try term()) }
    return nodes.count == 1 ? nodes[0] : .all(nodes)
  }

  private mutating func term() throws(ConditionProblem) -> Condition.Node {
    if takeWord("not") { return .not(try term()) }
    skipBlanks()
    if next == "!", take("!") { return .not(try term()) }
    let start = position
    if take("(") {
      let node = try alternatives()
      guard take(")") else { throw problem("this bracket is never closed", at: start) }
      return node
    }
    return try comparison()
  }

  // MARK: One comparison

  private mutating func comparison() throws(ConditionProblem) -> Condition.Node {
    skipBlanks()
    let start = position
    let name = try name()
    let subject = try subject(name, at: start)
    let signStart = position
    guard let sign = sign() else {
      throw problem("a comparison belongs here: = != < <= > >= ~ !~ or in", at: signStart)
    }
    let isNegated = sign.first == "!"
    let predicate: Condition.Predicate
    switch sign {
    case "=", "==", "!=": predicate = try among([try value()], subject)
    case "in": predicate = try among(try list(), subject)
    case "~", "!~": predicate = .matches(try expression())
    default: predicate = try order(Condition.Order(rawValue: sign)!, subject)
    }
    defer { testCount += 1 }
    let test = Condition.Test(number: testCount, subject: subject, predicate: predicate)
    return isNegated ? .not(.test(test)) : .test(test)
  }

  private mutating func name() throws(ConditionProblem) -> String {
    let start = position
    while let character = next, Self.isNamed(character) { position += 1 }
    guard position > start else {
      throw problem(
        next == nil ? "a comparison is missing here" : "the name of a field belongs here")
    }
    return String(characters[start..<position])
  }

  private static func isNamed(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "_.-@/#$:[]%".contains(character)
  }

  private mutating func subject(
    _ name: String, at start: Int
  ) throws(ConditionProblem) -> Condition.Subject {
    switch name {
    case "level", "severity": return .level
    case "service": return .service
    case "source": return .source
    case "format": return .format
    case "message", "msg": return .message
    case "text", "raw", "line": return .text
    case "lines": return .lines
    case "pattern":
      throw problem(
        "patterns are not known yet where events are chosen: compare the message", at: start)
    case "time": throw problem("choose a range of time with --from and --to", at: start)
    default: break
    }
    // `.level` is the event's own field of that name.
    let own = name.hasPrefix(".") ? String(name.dropFirst()) : name
    guard !own.isEmpty else { throw problem("the name of a field belongs here", at: start) }
    if let number = fieldNames.firstIndex(of: own) { return .field(number) }
    fieldNames.append(own)
    return .field(fieldNames.count - 1)
  }

  private mutating func sign() -> String? {
    for sign in ["==", "!=", "!~", "<=", ">=", "=", "<", ">", "~"] where take(sign) { return sign }
    return takeWord("in") ? "in" : nil
  }

  private struct Value {
    var text: String
    var isQuoted: Bool
    var start: Int
  }

  private mutating func list() throws(ConditionProblem) -> [Value] {
    skipBlanks()
    let start = position
    guard take("(") else { throw problem("a list belongs here: (a, b)") }
    var values = [try value(inList: true)]
    while take(",") { values.append(try value(inList: true)) }
    guard take(")") else { throw problem("this list is never closed", at: start) }
    return values
  }

  private mutating func value(inList: Bool = false) throws(ConditionProblem) -> Value {
    skipBlanks()
    let start = position
    if let quote = next, quote == "\"" || quote == "'" {
      return Value(text: try quoted(quote), isQuoted: true, start: start)
    }
    var depth = 0
    while let character = next, !character.isWhitespace, !(inList && character == ",") {
      if lies("&&") || lies("||") { break }
      if character == "(" { depth += 1 }
      if character == ")" {
        if depth == 0 { break }
        depth -= 1
      }
      position += 1
    }
    guard position > start else { throw problem("a value is missing here") }
    return Value(text: String(characters[start..<position]), isQuoted: false, start: start)
  }

  /// A backslash before the quote or before another backslash that ends the text takes its meaning
  /// away; any other stays, as expressions are full of them.
  private mutating func quoted(_ quote: Character) throws(ConditionProblem) -> String {
    let start = position
    position += 1
    var text = ""
    while let character = next {
      position += 1
      if character == quote { return text }
      if character == "\\", next == quote {
        position += 1
        text.append(quote)
      } else {
        text.append(character)
      }
    }
    throw problem("this quote is never closed", at: start)
  }

  // MARK: What it is compared with

  private func among(
    _ values: [Value], _ subject: Condition.Subject
  ) throws(ConditionProblem) -> Condition.Predicate {
    if case .level = subject {
      var levels: [Severity] = []
      for value in values {
        if value.text.contains("*") {
          let names = Wildcard(Array(value.text.utf8), isLiteral: value.isQuoted)
          levels += Severity.allCases.filter { $0 != .unknown && names.matches($0.name) }
        } else {
          levels.append(try level(value))
        }
      }
      return .levels(levels)
    }
    return .among(values.map { Wildcard(Array($0.text.utf8), isLiteral: $0.isQuoted) })
  }

  private mutating func order(
    _ order: Condition.Order, _ subject: Condition.Subject
  ) throws(ConditionProblem) -> Condition.Predicate {
    let value = try value()
    if case .level = subject { return .comparesLevel(order, try level(value)) }
    guard let number = ReadNumber(value.text) else {
      throw problem("a number belongs here: 500, 0.25, 1.5s, 10MB", at: value.start)
    }
    return .compares(order, number)
  }

  private func level(_ value: Value) throws(ConditionProblem) -> Severity {
    let aliases = ["warning": "warn", "err": "error", "critical": "fatal", "information": "info"]
    let name = value.text.lowercased()
    let known = aliases[name] ?? name
    if let level = Severity.allCases.first(where: { $0.name == known }) { return level }
    let names = Severity.allCases.map(\.name).joined(separator: ", ")
    throw problem("no level has this name; levels are \(names)", at: value.start)
  }

  private mutating func expression() throws(ConditionProblem) -> LineMatcher {
    let value = try value()
    do throws(PatternSyntaxError) {
      return try LineMatcher(value.text)
    } catch {
      let before = String(decoding: Array(value.text.utf8).prefix(error.offset), as: UTF8.self)
      throw problem(
        error.message, at: value.start + (value.isQuoted ? 1 : 0) + before.count)
    }
  }

  // MARK: Characters

  private var next: Character? { position < characters.count ? characters[position] : nil }

  private mutating func skipBlanks() {
    while let character = next, character.isWhitespace { position += 1 }
  }

  private func lies(_ sign: String) -> Bool { characters[position...].starts(with: sign) }

  /// Takes a sign, if it is next but for blanks.
  private mutating func take(_ sign: String) -> Bool {
    skipBlanks()
    guard lies(sign) else { return false }
    position += sign.count
    return true
  }

  /// Takes a word in small or capital letters, if it is next but for blanks and ends there.
  private mutating func takeWord(_ word: String) -> Bool {
    skipBlanks()
    let end = position + word.count
    guard end <= characters.count, String(characters[position..<end]).lowercased() == word,
      end == characters.count || !Self.isNamed(characters[end])
    else { return false }
    // `in = 5` asks for a field of that name.
    var behind = end
    while behind < characters.count, characters[behind].isWhitespace { behind += 1 }
    if behind < characters.count, "=<>~".contains(characters[behind]) { return false }
    position = end
    return true
  }

  private func problem(_ message: String, at place: Int? = nil) -> ConditionProblem {
    ConditionProblem(text: text, offset: place ?? position, message: message)
  }
}
