import TestSupport
import Testing

@testable import Patterns

private let testPlace = PatternPlace(file: "test.grok", line: 7)

private func load(_ text: String) -> (GrokLibrary, [PatternProblem]) {
  var library = GrokLibrary()
  let problems = library.load(Array(text.utf8), path: "test.grok")
  return (library, problems + library.problems(in: "test.grok"))
}

/// The fields that `expression` reads from `text`; `nil` where it does not match.
private func fields(
  _ expression: String, in text: String, library: GrokLibrary = .shipped
) throws -> [String: String]? {
  var pattern = try library.compile(expression, at: testPlace)
  let bytes = Array(text.utf8)
  guard bytes.withUnsafeBufferPointer({ pattern.match($0) }) == .match else { return nil }
  var result: [String: String] = [:]
  for index in pattern.fields.indices {
    if let range = pattern.range(ofField: index) {
      result[pattern.fields[index].name] = String(decoding: bytes[range], as: UTF8.self)
    }
  }
  return result
}

struct FieldCase: Sendable {
  var expression: String
  var text: String
  var expected: [String: String]?

  static let all = [
    FieldCase(
      expression: "%{IP:client} took %{NUMBER:took:float}ms", text: "10.0.0.7 took 12.5ms",
      expected: ["client": "10.0.0.7", "took": "12.5"]),
    FieldCase(
      expression: "%{WORD:[http][verb]} %{NOTSPACE:@path}", text: "GET /cart",
      expected: ["[http][verb]": "GET", "@path": "/cart"]),
    // A field that comes twice: the one that took part.
    FieldCase(
      expression: "(?:id=%{INT:id}|name=%{WORD:id})", text: "name=anna", expected: ["id": "anna"]),
    FieldCase(
      expression: "(?<queue.id>[0-9A-F]{4,}): %{GREEDYDATA:rest}", text: "BEEF: sent",
      expected: ["queue.id": "BEEF", "rest": "sent"]),
    // Longer than PCRE2 lets a group's name be.
    FieldCase(
      expression: "%{WORD:a_name_that_is_rather_longer_than_thirty_two_letters}", text: "x",
      expected: ["a_name_that_is_rather_longer_than_thirty_two_letters": "x"]),
    FieldCase(
      expression: "%{TAIL:end=[a-z]{2}\\d}", text: "xy7", expected: ["end": "xy7"]),
    FieldCase(expression: "(?<q>['\"])%{WORD:w}\\k<q>", text: "'a\"", expected: nil),
    FieldCase(
      expression: "(?<q>['\"])%{WORD:w}\\k<q>", text: "'a'", expected: ["q": "'", "w": "a"]),
  ]
}

@Test(arguments: FieldCase.all)
func `fields are read under the names they are given`(_ c: FieldCase) throws {
  #expect(try fields(c.expression, in: c.text) == c.expected)
}

@Test func `the type of a field is kept`() throws {
  let fields = try GrokLibrary.shipped.expand(
    "%{INT:a:int} %{NUMBER:b:float} %{WORD:c} %{INT:d:long}", at: testPlace
  ).fields
  #expect(fields.map(\.type) == [.int, .float, .text, .int])
}

/// Oniguruma's syntax, and one text that it matches, one that it does not.
struct OnigurumaCase: Sendable {
  var expression: String
  var matches: String
  var misses: String

  static let all = [
    OnigurumaCase(expression: #"^\h{4}$"#, matches: "beef", misses: "    "),
    OnigurumaCase(expression: #"^\H$"#, matches: "g", misses: "a"),
    OnigurumaCase(expression: #"^[\h.]+$"#, matches: "be.ef", misses: "be ef"),
    OnigurumaCase(expression: #"^[^\H]+$"#, matches: "beef", misses: "xyz"),
    OnigurumaCase(expression: #"(?m)a.b"#, matches: "a\nb", misses: "ab"),
    OnigurumaCase(expression: #"(?m-i:a.b)"#, matches: "a\nb", misses: "ab"),
    OnigurumaCase(expression: #"a.b"#, matches: "a b", misses: "a\nb"),
    OnigurumaCase(expression: #"^b$"#, matches: "a\nb\nc", misses: "ab"),
    OnigurumaCase(expression: #"^a{,2}$"#, matches: "aa", misses: "aaa"),
    OnigurumaCase(expression: #"^\p{Alpha}+$"#, matches: "abc", misses: "a1c"),
    OnigurumaCase(expression: #"^\p{^Digit}$"#, matches: "a", misses: "1"),
    OnigurumaCase(expression: #"^\u00e9$"#, matches: "é", misses: "e"),
    OnigurumaCase(expression: #"^[a[bc]]+$"#, matches: "abc", misses: "a[bc]"),
    OnigurumaCase(expression: #"^(/[[[:alnum:]]_.]*)+$"#, matches: "/a/b_1.c", misses: "/a]"),
    OnigurumaCase(expression: #"^a.?*b$"#, matches: "axyzb", misses: "axyz"),
    OnigurumaCase(expression: #"^a\?*b$"#, matches: "a??b", misses: "axb"),
    OnigurumaCase(expression: #"^[^[]+$"#, matches: "abc", misses: "a[c"),
    OnigurumaCase(expression: #"^[[:digit:]_]+$"#, matches: "1_2", misses: "1-2"),
    OnigurumaCase(expression: #"(?<![0-9])\d(?=x)"#, matches: "1x", misses: "11x"),
    OnigurumaCase(expression: #"^100%$"#, matches: "100%", misses: "100"),
  ]
}

@Test(arguments: OnigurumaCase.all)
func `what Oniguruma writes otherwise means the same`(_ c: OnigurumaCase) throws {
  #expect(try fields(c.expression, in: c.matches) != nil)
  #expect(try fields(c.expression, in: c.misses) == nil)
}

/// A file with one fault, and where it is.
struct ProblemCase: Sendable {
  var file: String
  var line: Int
  var column: Int
  var reason: PatternProblem.Reason

  static let all = [
    ProblemCase(file: "A a\nNAME\n", line: 2, column: 5, reason: .missingExpression(name: "NAME")),
    ProblemCase(file: "# c\r\n\r\nN@ME x", line: 3, column: 1, reason: .invalidName("N@ME")),
    ProblemCase(file: "A  x%{NOPE:y}", line: 1, column: 5, reason: .unknownName("NOPE")),
    ProblemCase(file: "A é %{B", line: 1, column: 5, reason: .unterminatedReference),
    ProblemCase(file: "A %{}", line: 1, column: 5, reason: .invalidName("")),
    ProblemCase(
      file: "A [a-z&&[^e]]", line: 1, column: 7, reason: .unsupported("&& within […]")),
    ProblemCase(
      file: "A x [a\n", line: 1, column: 7,
      reason: .syntax("missing terminating ] for character class")),
    ProblemCase(file: "A x(", line: 1, column: 5, reason: .syntax("missing closing parenthesis")),
    ProblemCase(file: "A \\k<x>", line: 1, column: 3, reason: .unknownName("x")),
  ]
}

@Test(arguments: ProblemCase.all)
func `what does not load is told with its place`(_ c: ProblemCase) {
  let place = PatternPlace(file: "test.grok", line: c.line, column: c.column)
  #expect(load(c.file).1 == [PatternProblem(c.reason, at: place)])
}

@Test func `a fault in a definition is told where it stands, not where it is used`() throws {
  let (library, _) = load("WORD \\w+\nBAD é(x\n")
  do {
    _ = try library.compile("%{WORD} %{BAD}", at: testPlace)
    Issue.record("it compiles")
  } catch {
    #expect(error.place.line == 2)
    #expect(error.place.file == "test.grok")
  }
}

@Test func `a name that comes back to itself is told with the way round`() {
  let (_, problems) = load("A x%{B}\nB %{C}\nC y%{A}\n")
  #expect(
    problems.map(\.reason) == [
      .recursion(["A", "B", "C", "A"]), .recursion(["B", "C", "A", "B"]),
      .recursion(["C", "A", "B", "C"]),
    ])
  #expect(problems.map(\.place.line) == [3, 1, 2])
}

@Test func `names that double each other stop at a limit`() {
  var text = "N0 0123456789\n"
  for number in 1...40 { text += "N\(number) %{N\(number - 1)}%{N\(number - 1)}\n" }
  let (_, problems) = load(text)
  #expect(problems.first?.reason == .tooLong(byteLimit: GrokExpander.byteLimit))
}

@Test func `a byte order mark and bytes that are no text are survived`() {
  var library = GrokLibrary()
  let problems = library.load(
    [0xEF, 0xBB, 0xBF] + Array("A x\nB ".utf8) + [0xFF, 0x0A] + Array("C z\n".utf8), path: "f")
  #expect(library.names == ["A", "C"])
  #expect(
    problems == [PatternProblem(.notUTF8, at: PatternPlace(file: "f", line: 2, column: 3))])
}

@Test func `a later definition replaces an earlier one for its users too`() throws {
  var library = GrokLibrary.shipped
  #expect(library.load(Array("USERNAME [a-z]+@[a-z]+".utf8), path: "mine.grok") == [])
  #expect(try fields("^%{USER:u}$", in: "anna@example", library: library) != nil)
  #expect(try fields("^%{USER:u}$", in: "anna@example") == nil)
}

@Test(arguments: [UInt64(1), 2, 3])
func `whatever a file holds, it loads or is told why not`(seed: UInt64) {
  var random = SeededGenerator(seed: seed)
  let pieces = [
    "A", "%{", "}", ":", "=", "[", "]", "^", "(?", "<", ">", "P<", "'", "\\", "\\h", "\\p{", "\\k<",
    "\\u00", "{,", "3}", "&&", "[:alpha:]", "*", "?", "+", "(", ")", "|", "m-i", "é", " ", "\n",
    "B ",
  ]
  for _ in 0..<1500 {
    let text = (0..<Int.random(in: 0...14, using: &random))
      .map { _ in pieces.randomElement(using: &random)! }.joined()
    var library = GrokLibrary()
    let problems =
      library.load(Array("A x\nB \(text)\n".utf8), path: "f") + library.problems(in: "f")
    #expect(problems.allSatisfy { $0.place.line >= 1 && $0.place.column >= 1 }, "seed \(seed)")
    #expect(problems.allSatisfy { !$0.description.isEmpty })
  }
}
