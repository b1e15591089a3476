import TestSupport
import Testing

@testable import Patterns

/// Calls `body` with the bytes of a text.
func withBytes<Result>(
  of text: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
) rethrows -> Result {
  try Array(text.utf8).withUnsafeBufferPointer(body)
}

private func name(_ patterns: NamedPatterns, template: String, example: String) -> String? {
  withBytes(of: example) { patterns.name(forTemplate: template, example: $0)?.name }
}

private func file(_ text: String, path: String = "mine.events") -> (path: String, bytes: [UInt8]) {
  (path, Array(text.utf8))
}

@Test func `the shipped events load without problems`() {
  let patterns = NamedPatterns.shipped()
  #expect(patterns.problems == [])
  #expect(patterns.patterns.count >= 100)
}

@Test(arguments: NamedPatterns.shipped().patterns.map(\.name))
func `a shipped pattern fits its samples, each wording one, and not its counter-samples`(
  _ name: String
) throws {
  let pattern = try #require(NamedPatterns.shipped().patterns.first { $0.name == name })
  #expect(!pattern.samples.isEmpty && !pattern.counterSamples.isEmpty)
  var unmatched = Set(pattern.samples)
  for wording in pattern.wordings {
    #expect(!wording.anchor.isEmpty, "\(wording.place) has no text to find it by")
    var compiled = try GrokLibrary.shipped.compile(wording.expression, at: wording.place)
    var isUsed = false
    for sample in pattern.samples where withBytes(of: sample, { compiled.match($0) }) == .match {
      unmatched.remove(sample)
      isUsed = true
    }
    #expect(isUsed, "\(wording.place) has no sample")
    for sample in pattern.counterSamples {
      #expect(withBytes(of: sample) { compiled.match($0) } == .noMatch)
    }
    for piece in ["a", "1 ", "((", "\"", ": ", wording.expression] {
      let hostile = String(repeating: piece, count: 2000)
      #expect(withBytes(of: hostile) { compiled.match($0) } != .limitReached)
    }
  }
  #expect(unmatched == [])
}

@Test(arguments: NamedPatterns.shipped().patterns.map(\.name))
func `a sample gets its own name, though other patterns are there`(_ name: String) throws {
  let patterns = NamedPatterns.shipped()
  let pattern = try #require(patterns.patterns.first { $0.name == name })
  for sample in pattern.samples {
    let found = withBytes(of: sample) { patterns.name(forTemplate: sample, example: $0) }
    #expect(found?.name == name, "\(sample)")
  }
}

@Test func `a template is named by the words that do not vary`() {
  let patterns = NamedPatterns.shipped()
  let example = "Out of memory: Killed process 12345 (java) total-vm:8123456kB"
  #expect(
    name(patterns, template: "Out of memory: Killed process <num> (<*>) <*>", example: example)
      == "kernel-oom-kill")
  #expect(name(patterns, template: "<*> (<*>) <*>", example: example) == nil)
}

@Test func `what a variable happens to hold names nothing`() {
  let patterns = NamedPatterns.shipped()
  let example = "job 7 ended: connection refused"
  #expect(name(patterns, template: "job <num> ended: <str>", example: example) == nil)
  #expect(
    name(patterns, template: "job <num> ended: connection refused", example: example)
      == "connection-refused")
}

@Test func `the more specific of two names is taken`() {
  let patterns = NamedPatterns.shipped()
  let example = "*4 connect() failed (111: Connection refused) while connecting to upstream"
  #expect(name(patterns, template: example, example: example) == "nginx-upstream-refused")
}

@Test func `an expression is compiled when a message may fit it`() {
  let patterns = NamedPatterns.shipped()
  #expect(patterns.compiledCount == 0)
  #expect(name(patterns, template: "order <num> created", example: "order 7 created") == nil)
  #expect(patterns.compiledCount == 0)
  let example = "dial tcp 10.0.0.9:6379: connect: connection refused"
  #expect(name(patterns, template: example, example: example) == "connection-refused")
  #expect(patterns.compiledCount <= 2)
}

@Test func `fields are read from a message`() throws {
  let patterns = NamedPatterns.shipped()
  let pattern = try #require(patterns.patterns.first { $0.name == "kernel-oom-kill" })
  let message = "Out of memory: Killed process 12345 (java) total-vm:8123456kB"
  let fields = withBytes(of: message) { patterns.fields(of: pattern, in: $0) }
  #expect(fields.map(\.name) == ["pid", "process"])
  #expect(fields.map(\.range) == [30..<35, 37..<41])
}

private let usersEvents = """
  define SHOPID ord_\\w+

  pattern shop-order-lost
    severity fatal
    meaning  an order is gone
    match    order %{SHOPID:order} lost: connection refused

  pattern go-panic
    severity notice
    meaning  mine
    match    panic in the disco
  """

@Test func `the user's patterns go before the shipped, and replace those of the same name`() {
  let patterns = NamedPatterns.shipped(userFolder: [file(usersEvents)])
  #expect(patterns.problems == [])
  let lost = "order ord_7 lost: connection refused"
  #expect(name(patterns, template: lost, example: lost) == "shop-order-lost")
  let panic = "panic in the disco"
  #expect(name(patterns, template: panic, example: panic) == "go-panic")
  let shipped = "panic: runtime error: index out of range [7] with length 3"
  #expect(name(patterns, template: shipped, example: shipped) == nil)
}

@Test func `the user's grok files are there for the user's patterns`() {
  let patterns = NamedPatterns.shipped(userFolder: [
    file("pattern p\nseverity info\nmeaning m\nmatch parcel %{SHOPID}"),
    file("SHOPID ord_\\w+", path: "mine.grok"),
  ])
  #expect(patterns.problems == [])
  #expect(name(patterns, template: "parcel <*>", example: "parcel ord_7") == "p")
}

struct EventsProblemCase: Sendable {
  var text: String
  var line: Int
  var column: Int
  var reason: PatternProblem.Reason

  static let all = [
    EventsProblemCase(
      text: "pattern a\n  severity bad\n  meaning m\n  match xxxx", line: 2, column: 12,
      reason: .unknownSeverity("bad")),
    EventsProblemCase(
      text: "pattern a\n  severity info\n  match xxxx", line: 1, column: 9,
      reason: .missingPart(pattern: "a", part: "meaning")),
    EventsProblemCase(
      text: "\n  colour red", line: 2, column: 3, reason: .unknownDirective("colour")),
    EventsProblemCase(
      text: "pattern a\nseverity info\nmeaning m\nmatch xxxx(", line: 4, column: 12,
      reason: .syntax("missing closing parenthesis")),
    EventsProblemCase(
      text: "pattern a\nseverity info\nmeaning m\nmatch xxxx %{NOPE}", line: 4, column: 12,
      reason: .unknownName("NOPE")),
    EventsProblemCase(
      text: "pattern", line: 1, column: 1, reason: .missingExpression(name: "pattern")),
  ]
}

@Test(arguments: EventsProblemCase.all)
func `what is wrong in an events file is told with its place`(_ c: EventsProblemCase) {
  let patterns = NamedPatterns.shipped(userFolder: [file(c.text)])
  let place = PatternPlace(file: "mine.events", line: c.line, column: c.column)
  #expect(patterns.problems.contains(PatternProblem(c.reason, at: place)))
}

@Test(arguments: [UInt64(1), 2, 3])
func `random bytes neither crash nor get a name by chance`(seed: UInt64) {
  let patterns = NamedPatterns.shipped()
  var random = SeededGenerator(seed: seed)
  for _ in 0..<500 {
    let bytes = (0..<Int.random(in: 0...300, using: &random))
      .map { _ in UInt8.random(in: 0...255, using: &random) }
    let template = String(decoding: bytes, as: UTF8.self)
    let found = bytes.withUnsafeBufferPointer { patterns.name(forTemplate: template, example: $0) }
    #expect(found == nil, "seed \(seed)")
  }
}
