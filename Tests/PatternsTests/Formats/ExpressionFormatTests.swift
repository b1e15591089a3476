import Events
import Testing

@testable import Patterns

/// Users' own formats that a grok expression declares.
struct ExpressionFormatTests {
  private static let shop = """
    format: shop-own
    about: the shop's own log
    level: W=warn
    define: ORDER ord_[0-9a-f]+
    regex: \\[%{TIMESTAMP_ISO8601:timestamp}\\] %{WORD:[log][level]}/%{ORDER:order} %{NUMBER:took:float}ms(?<cache> cached)? %{GREEDYDATA:message}
    sample: [2026-11-22 09:31:02] W/ord_17f 12.5ms cached paid twice
      time: 2026-11-22T09:31:02Z
      level: warn
      order: ord_17f
      took: 12.5
      cache:  cached
      message: paid twice
    """

  private func file(_ text: String) -> FormatFile {
    FormatFile(name: "my.format", text: Array(text.utf8))
  }

  private func problems(_ text: String) -> [FormatProblem] {
    let library = FormatLibrary(userFiles: [file(text)])
    return library.problems
      + FormatLibrary.samples(of: file(text)).flatMap {
        library.problems(of: $0, reference: Instant(seconds: 1_795_600_000))
      }
  }

  @Test func `an expression with names of its own gives time, level, message and typed fields`() {
    #expect(problems(Self.shop) == [])
    let library = FormatLibrary(userFiles: [file(Self.shop)])
    let text = """
      [2026-11-22 09:31:02] W/ord_17f 12.5ms paid
      2026/11/22 09:31:02 [error] 812#812: *17 connect() failed, client: 203.0.113.7
      [2026-11-22 09:31:03] INFO/ord_18a 3ms paid

      """
    let read = recognizeAll(Array(text.utf8), withFields: true, library: library)
    #expect(read.events.map(\.format) == ["shop-own", "nginx-error", "shop-own"])
    #expect(read.events.map(\.severity) == [.warn, .error, .info])
    #expect(read.fields[2].contains(EventField(name: "took", value: .number("3"))))
  }

  @Test func `what a sample should have given is said with its place`() {
    let wrong = Self.shop.replacing("order: ord_17f", with: "order: ord_99")
    #expect(problems(wrong).map(\.reason) == ["`order` is `ord_17f`, not `ord_99`"])
    #expect(problems(wrong).map(\.line) == [6])
    let misfit = Self.shop.replacing("W/ord_17f", with: "W/17f")
    #expect(
      problems(misfit).map(\.reason) == [
        "the sample is in `text`; `shop-own` stops at column 25: wants `%{ORDER:order}`"
      ])
  }

  @Test(arguments: [
    ("regex: a(b", 2, 11, "missing closing parenthesis"),
    ("regex: a %{NOSUCH:x}", 2, 10, "nothing defines NOSUCH"),
    ("define: ONLY\nregex: %{ONLY}", 2, 9, "a definition is `NAME EXPRESSION`"),
    ("line: {time} {levle:nosuch} x", 2, 14, "there is no scanner `nosuch`"),
  ])
  func `what does not load is said with its place`(
    _ text: String, _ line: Int, _ column: Int, _ reason: String
  ) {
    #expect(
      problems("format: broken\n" + text) == [
        FormatProblem(file: "my.format", line: line, column: column, reason: reason)
      ])
  }

  @Test func `an expression that runs away is put aside, and the lines are events all the same`() {
    var names = EventNames()
    let library = FormatLibrary(userFiles: [file("format: back\nregex: (a+)+$%{DATA:message}")])
    let now = Instant(seconds: 1_795_600_000)
    var recognizer = EventRecognizer(
      RecognizerOptions(
        library: library, source: SourceID(rawValue: 0), serviceName: "source", reference: now))
    let line = String(repeating: "a", count: 60) + "b\n"
    let text = Array(String(repeating: line, count: 10).utf8)
    let batch = EventBatch(byteCapacity: 4096)
    batch.append(bytes: text, count: text.count)
    var ends = LineEnds()
    for (i, byte) in text.enumerated() where byte == 0x0a { ends.append(UInt32(i + 1)) }
    _ = recognizer.recognize(
      batch, filled: text.count, ends: ends,
      origin: BufferOrigin(generation: 0, sourceOffset: 0, index: 0), now: now, names: &names)
    let aside = recognizer.formatsAside
    #expect(aside == ["back"])
    #expect(batch.count == 9)
  }

  @Test(arguments: [
    ("2026/11/22 09:31:02 [error] x", "nginx-error", 28, "`int` for `pid`"),
    ("2026/11/22 09:31:02 error", "nginx-error", 20, "`[`"),
    ("2026-11-22T09:31:02Z [INFO", "hclog", 26, "`] `"),
  ])
  func `a line that does not fit says where it stops`(
    _ line: String, _ format: String, _ byteCount: Int, _ expected: String
  ) {
    let found = library.mismatch(of: Array(line.utf8), format: format)
    #expect(
      found == LineMismatch(format: format, byteCount: byteCount, expected: expected))
  }

  @Test(arguments: FormatsSampleTests.samples)
  func `a sample stops nowhere in its own format`(_ sample: FormatSample) {
    let line = Array(sample.text.prefix { $0 != 0x0a })
    let mismatch = library.mismatch(of: line, format: sample.format)
    #expect(mismatch == nil, "\(sample.file), line \(sample.line)")
  }
}
