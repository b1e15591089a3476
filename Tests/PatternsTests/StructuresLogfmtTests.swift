import Events
import Testing

@testable import Patterns

struct StructuresLogfmtTests {
  static let noon: Int64 = 1_795_339_862_123_000

  @Test(arguments: [
    (
      #"ts=2026-11-22T09:31:02.123Z level=warn component=api msg="connection reset" peer=10.0.0.1:80"#,
      ReadLine(time: noon, severity: .warn, message: "connection reset", service: "api")
    ),
    (
      #"logger=context userId=0 uname= t=2026-11-22T09:31:02.123Z level=error msg="Invalid \"user\"" traceID="#,
      ReadLine(time: noon, severity: .error, message: #"Invalid \"user\""#, service: "")
    ),
    (
      "time=1795339862.123 lvl=info svc=cart msg=ok",
      ReadLine(time: noon, severity: .info, message: "ok", service: "cart")
    ),
    (
      #"time="2026-11-22 09:31:02.123" level=INFO msg=x done"#,
      ReadLine(time: noon, severity: .info, message: "x", service: "")
    ),
    (
      "at=info method=GET path=/a?b=c&d=e status=200",
      ReadLine(
        time: nil, severity: .unknown, message: "at=info method=GET path=/a?b=c&d=e status=200",
        service: "")
    ),
  ])
  func `pairs give time, level, message and service`(_ text: String, _ expected: ReadLine) {
    for poison in poisons {
      let buffer = LineInBuffer(text, behind: poison)
      var recognition = Recognition()
      #expect(readLogfmt(buffer.line, buffer.start, buffer.end, utc, &recognition))
      #expect(ReadLine(recognition, buffer) == expected)
      #expect(recognition.messageIsEscaped == expected.message.contains("\\"))
      #expect(buffer.text(recognition.bodyStart, recognition.bodyEnd) == text)
    }
  }

  @Test(arguments: [
    "", "=", "a=1", "hello a=1 b=2", "a=1 this is only prose b=2", "x = y", "retry a=1, then b=2",
    "a=\"1 b=2", "a=\"1\"x b=2", "2026-11-22 09:31:02 a=1 b=2", "user=bo logged in from host=x",
  ])
  func `prose with an equals sign in it is refused`(_ text: String) {
    for poison in poisons {
      let buffer = LineInBuffer(text, behind: poison)
      var recognition = Recognition()
      #expect(!readLogfmt(buffer.line, buffer.start, buffer.end, utc, &recognition), "\(text)")
    }
  }
}
