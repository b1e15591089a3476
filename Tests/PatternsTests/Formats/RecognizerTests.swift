import Events
import Testing

@testable import Patterns

struct RecognizerTests {
  @Test func `several formats in one source are recognised line by line`() {
    let text = """
      203.0.113.7 - - [22/Nov/2026:09:31:02 +0000] "GET / HTTP/1.1" 200 12 "-" "curl"
      {"time":"2026-11-22T09:31:03Z","level":"warn","msg":"a \\"b\\""}
      ts=2026-11-22T09:31:04Z level=error msg="write failed" service=api
      Nov 22 09:31:05 web-3 sshd[812]: Accepted publickey
      nothing that anybody declared
      203.0.113.7 - - [22/Nov/2026:09:31:06 +0000] "GET / HTTP/1.1" 503 12 "-" "curl"

      """
    let events = recognizeAll(Array(text.utf8)).events
    #expect(events.map(\.format) == ["access", "json", "logfmt", "syslog", "", "access"])
    #expect(
      events.map(\.message) == [
        "\"GET / HTTP/1.1\" 200", "a \"b\"", "write failed", "Accepted publickey",
        "nothing that anybody declared", "\"GET / HTTP/1.1\" 503",
      ])
    #expect(events.map(\.severity) == [.info, .warn, .error, .unknown, .unknown, .error])
    #expect(events[1].flags.contains(.decoded))
    #expect(events[2].service == "api")
    #expect(events[4].timeOrigin == .inherited)
    #expect(events[4].time == events[3].time)
  }

  @Test func `terminators, a byte order mark and odd bytes are no part of the message`() {
    let text: [UInt8] =
      [0xef, 0xbb, 0xbf] + Array("2026-11-22 09:31:02 INFO one\r\n".utf8) + [0x0a]
      + Array("2026-11-22 09:31:03 INFO t\0o\u{fffd}".utf8) + [0xff, 0xfe, 0x0d, 0x0a]
      + Array("2026-11-22 09:31:04 INFO three".utf8)
    let events = recognizeAll(text, joins: false).events
    #expect(events.map(\.lineCount) == [1, 1, 1, 1])
    #expect(events[0].message == "one")
    #expect(events[1].message == "")
    #expect(events[2].message == "t\0o\u{fffd}\u{fffd}\u{fffd}")
    #expect(events[3].message == "three")
    #expect(events[3].flags.contains(.unterminated))
    #expect(events.flatMap(\.raw) == text)
    #expect(events.map(\.sourceEndOffset) == [33, 34, 69, 99])
  }

  @Test func `a trace is one event, and each line one where lines are not joined`() {
    let text = """
      2026-11-22 09:31:02,156 ERROR [main] c.e.Main - boom
      java.lang.IllegalStateException: bad
      \tat com.example.Main.run(Main.java:7)
      Caused by: java.io.IOException: gone
      \t... 3 more
      2026-11-22 09:31:03,156 INFO [main] c.e.Main - on

      """
    let joined = recognizeAll(Array(text.utf8)).events
    #expect(joined.map(\.lineCount) == [5, 1])
    #expect(joined.map(\.message) == ["boom", "on"])
    #expect(recognizeAll(Array(text.utf8), joins: false).events.count == 6)
  }

  @Test func `what a container runtime cut or escaped is put together`() {
    let cri = """
      2026-11-22T09:31:02.123456789Z stderr P 2026-11-22 09:31:01 ERROR disk
      2026-11-22T09:31:02.123456790Z stderr F  is full

      """
    let events = recognizeAll(Array(cri.utf8)).events
    #expect(events.map(\.message) == ["disk is full"])
    #expect(events[0].flags.contains([.standardError, .decoded]))
    #expect(written(events[0].time) == "2026-11-22T09:31:01Z")
    let plain = recognizeAll(Array("2026-11-22T09:31:03.123456789Z stdout F plain".utf8)).events
    #expect(plain.map(\.message) == ["plain"])
    #expect(written(plain[0].time) == "2026-11-22T09:31:03.123456Z")
    let docker =
      #"{"log":"{\"level\":\"warn\",\"msg\":\"a\tb\"}\n","stream":"stdout","#
      + #""time":"2026-11-22T09:31:02.5Z"}"# + "\n"
    let decoded = recognizeAll(Array(docker.utf8)).events[0]
    #expect(decoded.message == "a\tb")
    #expect(decoded.severity == .warn)
    #expect(written(decoded.time) == "2026-11-22T09:31:02.5Z")
  }

  @Test func `a time that stands alone on its line heads the lines below it`() {
    let text = """
      2026-11-22T09:31:02.123456+00:00
      Begin backup
      done in 2 s
      2026-11-22T09:31:03.123456+00:00
      Starting instance

      """
    let events = recognizeAll(Array(text.utf8)).events
    #expect(events.map(\.message) == ["Begin backup", "Starting instance"])
    #expect(events.map(\.lineCount) == [3, 2])
  }

  @Test func `a value over several lines is read as a whole`() {
    let text = """
      {
        "time": "2026-11-22T09:31:02Z",
        "level": "error",
        "message": "no"
      }
      {"time": "2026-11-22T09:31:03Z", "message": "yes"}

      """
    let events = recognizeAll(Array(text.utf8)).events
    #expect(events.map(\.message) == ["no", "yes"])
    #expect(events.map(\.lineCount) == [5, 1])
    #expect(events[0].severity == .error)
    #expect(events.map { written($0.time) } == ["2026-11-22T09:31:02Z", "2026-11-22T09:31:03Z"])
  }

  @Test func `a line above the limit is cut into parts, and nothing is lost`() {
    let limit = EventBatch.eventByteLimit
    var text = Array("2026-11-22 09:31:02 INFO long ".utf8)
    // Characters of three bytes, so that the limit falls into one.
    while text.count < 2 * limit + 100 { text += Array("€".utf8) }
    text += Array("\n2026-11-22 09:31:03 INFO short\n".utf8)
    let events = recognizeAll(text).events
    #expect(events.count == 4)
    #expect(events.flatMap(\.raw) == text)
    #expect(events[0].flags.contains(.partContinues) && !events[0].flags.contains(.part))
    #expect(events[1].flags.contains([.partContinues, .part]))
    #expect(events[2].flags.contains(.part) && !events[2].flags.contains(.partContinues))
    #expect(events[3].flags.isDisjoint(with: [.part, .partContinues]))
    #expect(events.allSatisfy { $0.raw.count <= limit })
    #expect(String(validating: events[0].raw, as: UTF8.self) != nil)
    #expect(recognizeAll(text) { 999_983 }.events == events)
  }

  @Test func `a line of exactly the limit is one event`() {
    let limit = EventBatch.eventByteLimit
    let text = [UInt8](repeating: 0x61, count: limit - 1) + [0x0a]
    #expect(recognizeAll(text).events.map(\.flags) == [.unparsed])
    let longer = [UInt8](repeating: 0x61, count: limit) + [0x0a]
    #expect(recognizeAll(longer).events.count == 2)
  }
}
