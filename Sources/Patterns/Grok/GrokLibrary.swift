/// Grok names and the expressions they stand for, in the syntax of logstash's pattern files.
///
/// A value: a file's own definitions go into a copy. A later definition of a name replaces the
/// earlier one, also for those who use the name: so a user's file overrides what is shipped.
package struct GrokLibrary: Sendable {
  struct Definition: Sendable {
    var expression: [UInt8]
    var origin: GrokOrigin
  }

  private(set) var definitions: [String: Definition] = [:]

  package init() {}

  package var names: [String] { definitions.keys.sorted() }

  /// Reads a file of definitions: a name, blanks, an expression; `#` begins a comment line.
  ///
  /// What can be read is defined. Whether it also compiles, `problems(in:)` says, once every file
  /// is there that it may refer to.
  /// - Parameter path: What problems call the file.
  /// - Returns: Lines that are no definition.
  package mutating func load(_ bytes: [UInt8], path: String) -> [PatternProblem] {
    var problems: [PatternProblem] = []
    for line in TextLines(bytes) {
      do throws(PatternProblem) {
        try define(line, path: path)
      } catch {
        problems.append(error)
      }
    }
    return problems
  }

  private mutating func define(_ line: TextLines.Line, path: String) throws(PatternProblem) {
    let text = line.bytes
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    guard let start = text.firstIndex(where: { !isBlank($0) }), text[start] != UInt8(ascii: "#")
    else { return }
    let end = text[start...].firstIndex(where: isBlank) ?? text.endIndex
    let origin = GrokOrigin(file: path, line: line.number, text: text)
    let name = String(decoding: text[start..<end], as: UTF8.self)
    guard name.utf8.allSatisfy(Self.isNameByte) else {
      throw PatternProblem(.invalidName(name), at: origin.place(at: start - text.startIndex))
    }
    guard let body = text[end...].firstIndex(where: { !isBlank($0) }) else {
      throw PatternProblem(
        .missingExpression(name: name), at: origin.place(at: end - text.startIndex))
    }
    try define(name, Array(text[body...]), origin: origin.starting(at: body - text.startIndex))
  }

  /// Defines one name, as a file's own definitions do.
  package mutating func define(
    _ name: String, _ expression: String, at place: PatternPlace
  ) throws(PatternProblem) {
    guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
      throw PatternProblem(.invalidName(name), at: place)
    }
    try define(
      name, Array(expression.utf8), origin: GrokOrigin(place: place, text: expression.utf8))
  }

  private mutating func define(
    _ name: String, _ expression: [UInt8], origin: GrokOrigin
  ) throws(PatternProblem) {
    guard String(validating: expression, as: UTF8.self) != nil else {
      throw PatternProblem(.notUTF8, at: origin.place(at: 0))
    }
    definitions[name] = Definition(expression: expression, origin: origin)
  }

  /// Writes out every reference of an expression.
  /// - Parameter place: Where the expression begins, for what goes wrong in it.
  package func expand(
    _ expression: String, at place: PatternPlace
  ) throws(PatternProblem) -> GrokExpression {
    var expander = GrokExpander(library: self)
    try expander.append(
      Array(expression.utf8), origin: GrokOrigin(place: place, text: expression.utf8))
    return expander.finish()
  }

  /// Writes out and compiles an expression.
  package func compile(
    _ expression: String, at place: PatternPlace
  ) throws(PatternProblem) -> GrokPattern {
    let expanded = try expand(expression, at: place)
    do throws(PatternProblem) {
      return try GrokPattern(expanded)
    } catch {
      // An open parenthesis in a definition takes the one that closes the reference, and PCRE2
      // misses it much later: so the definitions are asked first, the innermost before the others.
      for name in expanded.names {
        if let own = problem(in: name) { throw own }
      }
      throw error
    }
  }

  /// Why the definition of `name` does not compile by itself.
  private func problem(in name: String) -> PatternProblem? {
    guard let definition = definitions[name] else { return nil }
    do throws(PatternProblem) {
      var expander = GrokExpander(library: self)
      try expander.append(definition.expression, origin: definition.origin, named: name)
      _ = try GrokPattern(expander.finish())
      return nil
    } catch {
      return error
    }
  }

  /// The names that the file `path` defines.
  package func count(in path: String) -> Int {
    definitions.values.count { $0.origin.file == path }
  }

  /// Every definition of the file `path` that does not compile, in the order of its lines.
  /// - Complexity: Compiles all of them.
  package func problems(in path: String) -> [PatternProblem] {
    definitions
      .filter { $0.value.origin.file == path }
      .sorted { $0.value.origin.line < $1.value.origin.line }
      .compactMap { problem(in: $0.key) }
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
