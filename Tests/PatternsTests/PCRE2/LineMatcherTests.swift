import TestSupport
import Testing

@testable import Patterns

struct LiteralCase: Sendable {
  var expression: String
  var runs: [String]
  var isWhole = false

  static let all = [
    LiteralCase(expression: "refused", runs: ["refused"], isWhole: true),
    LiteralCase(expression: #"a\.b\[c"#, runs: ["a.b[c"], isWhole: true),
    LiteralCase(
      expression: "Connection (refused|reset) by peer", runs: ["Connection ", " by peer"]),
    LiteralCase(expression: "colou?r", runs: ["colo", "r"]),
    LiteralCase(expression: "ab+c", runs: ["ab", "c"]),
    LiteralCase(expression: "ab{2,}c", runs: ["a", "c"]),
    LiteralCase(expression: "é*x", runs: ["x"]),
    LiteralCase(expression: "a|b", runs: []),
    LiteralCase(expression: "(a|b)", runs: []),
    LiteralCase(expression: #"x\dy\x41z\x{42}w"#, runs: ["x", "y", "z", "w"]),
    LiteralCase(expression: "[]a]b[^]c]d[[:alpha:]]e", runs: ["b", "d", "e"]),
    LiteralCase(expression: #"took %{NUMBER:t}ms"#, runs: ["took ", "ms"]),
    LiteralCase(expression: #"\Qa|b\E"#, runs: []),
    LiteralCase(expression: "(?x) a b", runs: []),
    LiteralCase(expression: "foo(?#()|bar", runs: []),
    LiteralCase(expression: "", runs: []),
  ]
}

@Test(arguments: LiteralCase.all)
func `texts that every match holds are read from an expression`(_ c: LiteralCase) {
  let literal = RequiredLiteral.all(in: Array(c.expression.utf8))
  #expect(literal.runs.map { String(decoding: $0, as: UTF8.self) } == c.runs)
  #expect(literal.isWholeExpression == c.isWhole)
}

@Test func `case is ignored when it is asked to be`() throws {
  let line = "Connection REFUSED"
  #expect(withBytes(of: line) { bytes in (try? LineMatcher("refused"))?.matches(bytes) } == false)
  for matcher in [
    try LineMatcher("refused", ignoringCase: true), try LineMatcher("(?i)refused"),
    try LineMatcher("n (?i:refused)"),
  ] {
    #expect(withBytes(of: line) { matcher.matches($0) })
  }
}

@Test func `matches are found one after the other`() throws {
  for expression in ["ab", "a[b]"] {
    let matcher = try LineMatcher(expression)
    var found: [Range<Int>] = []
    withBytes(of: "ab.xab-ab") { line in
      var start = 0
      while let range = matcher.firstMatch(in: line, from: start) {
        found.append(range)
        start = range.upperBound
      }
    }
    #expect(found == [0..<2, 4..<6, 7..<9])
  }
}

@Test func `an expression that runs away is counted, not matched`() throws {
  let matcher = try LineMatcher("^(a+)+$")
  #expect(withBytes(of: String(repeating: "a", count: 60) + "b") { matcher.matches($0) } == false)
  #expect(matcher.stoppedLineCount == 1)
}

@Test(arguments: [UInt64(1), 2, 3, 4])
func `looking for the literal first changes no answer`(seed: UInt64) throws {
  var random = SeededGenerator(seed: seed)
  let pieces = [
    "a", "b", "ab", "é", #"\."#, ".", "a?", "b*", "ab+", "(a|b)", "(?:ab)?", "[ab]", "[^]a]",
    "a{2}",
    "|", #"\x61"#, #"\bb"#, "(?i)", "(?=a)", #"\w"#, "$", "^", #"\Qa\E"#, "(?#b)",
  ]
  let letters = ["a", "b", "A", "é", ".", " ", "ab", "ba"]
  for _ in 0..<2000 {
    let expression = (0..<Int.random(in: 1...5, using: &random))
      .map { _ in pieces.randomElement(using: &random)! }.joined()
    guard let matcher = try? LineMatcher(expression) else { continue }
    var plain = try CompiledPattern(expression)
    let line = (0..<Int.random(in: 0...12, using: &random))
      .map { _ in letters.randomElement(using: &random)! }.joined()
    let (found, expected) = withBytes(of: line) { bytes in
      let outcome = plain.match(bytes)
      return (matcher.firstMatch(in: bytes), outcome == .match ? plain.range(ofGroup: 0) : nil)
    }
    #expect(found == expected, "seed \(seed): /\(expression)/ on \(line)")
  }
}
