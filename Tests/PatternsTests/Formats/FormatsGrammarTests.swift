import Testing

@testable import Patterns

struct FormatsGrammarTests {
  @Test(arguments: [
    ("format: x\nline: {time} {level", 2, 14, "never closed"),
    ("format: x\nline: {time:never}", 2, 7, "no time"),
    ("format: x\nline: {a:nosuch} b", 2, 7, "no scanner"),
    ("format: x\nline: {a}{b}", 2, 7, "what ends"),
    ("format: x\nline: a ?} b", 2, 9, "no optional part"),
    ("format: x\nline: {? a {? b ?} ?}", 2, 12, "cannot hold another"),
    ("format: x\nlevel: ERR=awful\nline: {level}", 2, 8, "no severity"),
    ("line: {time}", 1, 1, "comes first"),
    ("format: x\nlines: a", 2, 1, "no key"),
    ("format: x\n  stray: a", 2, 1, "below a sample"),
  ])
  func `a broken file says where and why`(
    _ text: String, _ line: Int, _ column: Int, _ reason: String
  ) throws {
    let broken = FormatLibrary(
      userFiles: [FormatFile(name: "own.format", text: Array(text.utf8))], shippedFiles: [])
    let problem = try #require(broken.problems.first)
    #expect(problem.file == "own.format")
    #expect(problem.line == line)
    #expect(problem.column == column)
    #expect(problem.reason.contains(reason))
  }

  @Test func `a user's format replaces a shipped one, and is tried first`() {
    let file = FormatFile(
      name: "own.format",
      text: Array("format: klog\nline: {level:char}{time:short} {message}\n".utf8))
    let own = FormatLibrary(userFiles: [file])
    #expect(own.problems == [])
    let line = "W1122 09:31:02.264587   23896 reflector.go:424] watch ended"
    let event = recognizeAll(Array(line.utf8), library: own).events[0]
    #expect(event.format == "klog")
    #expect(event.message == "23896 reflector.go:424] watch ended")
  }

  @Test func `one broken format leaves the others in use`() {
    let file = FormatFile(
      name: "own.format",
      text: Array("format: a\nline: {x}{y}\nformat: b\nline: <<{message}\n".utf8))
    let own = FormatLibrary(userFiles: [file], shippedFiles: [])
    #expect(own.problems.count == 1)
    #expect(recognizeAll(Array("<<hello".utf8), library: own).events[0].message == "hello")
  }

  @Test func `an optional part may be missing or there`() {
    let file = FormatFile(
      name: "own.format", text: Array("format: a\nline: A{? ({x})?} {message}\n".utf8))
    let own = FormatLibrary(userFiles: [file], shippedFiles: [])
    #expect(recognizeAll(Array("A (1) m".utf8), library: own).events[0].message == "m")
    #expect(recognizeAll(Array("A m".utf8), library: own).events[0].message == "m")
    #expect(recognizeAll(Array("A (1 m".utf8), library: own).events[0].message == "(1 m")
  }
}
