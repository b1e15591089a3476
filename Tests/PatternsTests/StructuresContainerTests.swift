import Events
import Testing

@testable import Patterns

/// A container's line and what is in it.
struct WrappedLine: CustomTestStringConvertible {
  var text: String
  var inner: String
  var service = ""
  var time: Int64?
  var isStandardError = false
  var isPartial = false
  var isEscaped = false

  var testDescription: String { text }

  static let second: Int64 = 1_795_339_862_000_000

  static let all: [WrappedLine] = [
    WrappedLine(
      text: #"{"log":"hello\n","stream":"stdout","time":"2026-11-22T09:31:02.5Z"}"#, inner: "hello",
      time: second + 500_000),
    WrappedLine(
      text: #"{"log":"say \"hi\"\r\n","stream":"stderr","time":"2026-11-22T09:31:02Z"}"#,
      inner: #"say \"hi\""#, time: second, isStandardError: true, isEscaped: true),
    WrappedLine(
      text: #"{"log":"half a li","stream":"stdout","time":"2026-11-22T09:31:02Z"}"#,
      inner: "half a li", time: second, isPartial: true),
    WrappedLine(
      text: #"{"log":"C:\\n","stream":"stdout","attrs":{"tag":"a"},"time":"2026-11-22T09:31:02Z"}"#,
      inner: #"C:\\n"#, time: second, isPartial: true, isEscaped: true),
    WrappedLine(
      text: "2026-11-22T09:31:02.669794202Z stdout F The content", inner: "The content",
      time: second + 669_794),
    WrappedLine(
      text: "2026-11-22T09:31:02.669794202+00:00 stderr P part", inner: "part",
      time: second + 669_794, isStandardError: true, isPartial: true),
    WrappedLine(
      text: "2026-11-22T09:31:02.669794202Z stdout F ", inner: "", time: second + 669_794),
    WrappedLine(text: "web_1     | GET / 200", inner: "GET / 200", service: "web"),
    WrappedLine(text: "shop-web-2  |   indented", inner: "  indented", service: "shop-web"),
    WrappedLine(text: "api | {\"a\":1}", inner: "{\"a\":1}", service: "api"),
    WrappedLine(text: "web-7d9fc4b5d8-x2x7k | x", inner: "x", service: "web"),
    WrappedLine(
      text: "[pod/web-7d9fc4b5d8-x2x7k/nginx] 127.0.0.1 - -", inner: "127.0.0.1 - -",
      service: "nginx"),
    WrappedLine(text: "web-7d9fc4b5d8-x2x7k nginx hello", inner: "hello", service: "nginx"),
    WrappedLine(
      text: "2026-11-22T09:31:02.000000+00:00 app[web.1]: at=info", inner: "at=info",
      service: "app", time: second),
  ]
}

struct StructuresContainerTests {
  @Test(arguments: WrappedLine.all)
  func `what a runtime puts around a line is taken off`(_ c: WrappedLine) {
    for poison in poisons {
      let buffer = LineInBuffer(c.text, behind: poison)
      var reader = ContainerReader()
      var line = ContainerLine()
      #expect(reader.read(buffer.line, buffer.start, buffer.end, utc, &line))
      #expect(buffer.text(line.innerStart, line.innerEnd) == c.inner)
      #expect(buffer.text(line.serviceStart, line.serviceEnd) == c.service)
      #expect(line.time?.instant.microseconds == c.time)
      #expect(line.isStandardError == c.isStandardError)
      #expect(line.isPartial == c.isPartial)
      #expect(line.innerIsEscaped == c.isEscaped)
    }
  }

  @Test(arguments: [
    "", "x", "{\"log\":\"text\",\"level\":\"info\"}", "{\"log\":\"a\\n\",\"stream\":\"stdout\"",
    "INFO  | started", "2026-11-22T09:31:02Z stdout X text", "2026-11-22T09:31:02Z host app[1]: x",
    "2026-11-22T09:31:02Z INFO | x", "| a | b |", "a|b", "user logged in", "[pod] x",
    "web-deployment-service main text", "1234 | x", "[2026-11-22 09:31:02] | x",
  ])
  func `other lines are left alone`(_ text: String) {
    for poison in poisons {
      let buffer = LineInBuffer(text, behind: poison)
      var reader = ContainerReader()
      var line = ContainerLine()
      #expect(!reader.read(buffer.line, buffer.start, buffer.end, utc, &line), "\(text)")
    }
  }

  @Test func `each container, and each of its streams, is a voice`() {
    let groups: [[(String, Int)]] = [
      [("web_1  | a", 0), ("web_1  | b", 0), ("web_2  | a", 1), ("web_1  | c", 0)],
      [
        ("[pod/web-1/app] a", 0), ("[pod/web-2/app] a", 1), ("[pod/web-1/proxy] a", 2),
        ("[pod/web-1/app] b", 0),
      ],
      [
        ("web-7d9fc4b5d8-x2x7k nginx a", 0), ("web-7d9fc4b5d8-x2x7k app a", 1),
        ("web-7d9fc4b5d8-x2x7k nginx b", 0),
      ],
      [
        ("2026-11-22T09:31:02.1Z stdout F a........", 0),
        ("2026-11-22T09:31:02.2Z stderr F a........", 1),
        ("2026-11-22T09:31:02.3Z stdout P a........", 0),
      ],
    ]
    for lines in groups {
      var reader = ContainerReader()
      var voices: [UInt64] = []
      for (text, number) in lines {
        let buffer = LineInBuffer(text)
        var line = ContainerLine()
        #expect(reader.read(buffer.line, buffer.start, buffer.end, utc, &line), "\(text)")
        #expect(voices.firstIndex(of: line.voice) ?? voices.count == number, "\(text)")
        if !voices.contains(line.voice) { voices.append(line.voice) }
      }
    }
  }

  @Test func `a source without containers is soon left in peace`() {
    let plain = LineInBuffer("2026-11-22 09:31:02 INFO hello")
    let wrapped = LineInBuffer("web_1  | hello")
    var reader = ContainerReader()
    var line = ContainerLine()
    func read(_ buffer: LineInBuffer) -> Bool {
      reader.read(buffer.line, buffer.start, buffer.end, utc, &line)
    }
    for _ in 0..<64 { #expect(!read(plain)) }
    #expect(!read(wrapped))
    // Once in 256 lines it is looked for again; from then on every line is unwrapped.
    let first = (0..<300).first { _ in read(wrapped) }
    #expect(first != nil)
    for _ in 0..<10 { #expect(read(wrapped)) }
    for _ in 0..<10 { #expect(!read(plain)) }
    #expect(read(wrapped))
  }
}
