import Events
import Testing

@testable import Patterns

struct JSONCase: CustomTestStringConvertible {
  var library: String
  var text: String
  /// Seconds since 1970 of 2026-11-22T09:31:02Z and its fraction, or another.
  var time: Int64? = 1_795_339_862_123_000
  var severity = Severity.unknown
  var message: String?
  var service = ""

  var testDescription: String { library }

  static let all: [JSONCase] = [
    JSONCase(
      library: "zap",
      text:
        #"{"level":"info","ts":1795339862.123,"caller":"a/b.go:12","logger":"web","msg":"started","port":80}"#,
      severity: .info, message: "started"),
    JSONCase(
      library: "zerolog",
      text:
        #"{"level":"warn","component":"db","time":"2026-11-22T09:31:02.123Z","message":"slow"}"#,
      severity: .warn, message: "slow", service: "db"),
    JSONCase(
      library: "logrus",
      text: #"{"level":"warning","msg":"x","time":"2026-11-22T11:31:02.123+02:00"}"#,
      severity: .warn, message: "x"),
    JSONCase(
      library: "slog between levels",
      text: #"{"time":"2026-11-22T09:31:02.123Z","level":"INFO+2","msg":"x"}"#, severity: .info,
      message: "x"),
    JSONCase(
      library: "bunyan",
      text:
        #"{"name":"shop","hostname":"h","pid":1,"level":50,"msg":"lost","time":"2026-11-22T09:31:02.123Z","v":0}"#,
      severity: .error, message: "lost", service: "shop"),
    JSONCase(
      library: "pino",
      text: #"{"level":30,"time":1795339862123,"pid":1,"hostname":"h","name":"Mod","msg":"hi"}"#,
      severity: .info, message: "hi"),
    JSONCase(
      library: "winston",
      text:
        #"{"level":"http","message":"GET /","timestamp":"2026-11-22T09:31:02.123Z","service":"api"}"#,
      severity: .info, message: "GET /", service: "api"),
    JSONCase(
      library: "serilog, compact, without a level",
      text: #"{"@t":"2026-11-22T09:31:02.123Z","@mt":"Hello {User}","User":"bo"}"#,
      severity: .info, message: "Hello {User}"),
    JSONCase(
      library: "serilog, rendered",
      text: #"{"@t":"2026-11-22T09:31:02.123Z","@mt":"a {B}","@m":"a 1","@l":"Fatal","B":1}"#,
      severity: .fatal, message: "a 1"),
    JSONCase(
      library: "log4j2 with an instant",
      text:
        #"{"instant":{"epochSecond":1795339862,"nanoOfSecond":123000000},"level":"ERROR","loggerName":"a.B","message":"bad"}"#,
      severity: .error, message: "bad"),
    JSONCase(
      library: "logstash encoder",
      text:
        #"{"@timestamp":"2026-11-22T09:31:02.123Z","@version":"1","message":"m","logger_name":"a.B","level":"DEBUG","level_value":10000,"app":"cart"}"#,
      severity: .debug, message: "m", service: "cart"),
    JSONCase(
      library: "ECS, nested",
      text:
        #"{"@timestamp":"2026-11-22T09:31:02.123Z","message":"m","log":{"level":"INFO","logger":"x"},"service":{"name":"auth"},"event":{"action":"a"}}"#,
      severity: .info, message: "m", service: "auth"),
    JSONCase(
      library: "ECS, dotted",
      text:
        #"{"log.level":"critical","@timestamp":"2026-11-22T09:31:02.123Z","service.name":"auth","message":"m"}"#,
      severity: .fatal, message: "m", service: "auth"),
    JSONCase(
      library: "GELF",
      text:
        #"{"version":"1.1","host":"h","short_message":"s","full_message":"s\nmore","timestamp":1795339862.123,"level":3}"#,
      severity: .error, message: "s"),
    JSONCase(
      library: "mongo",
      text:
        #"{"t":{"$date":"2026-11-22T09:31:02.123+00:00"},"s":"W","c":"NETWORK","id":22943,"ctx":"listener","msg":"Connection accepted"}"#,
      severity: .warn, message: "Connection accepted"),
    JSONCase(
      library: "Google cloud",
      text:
        #"{"severity":"NOTICE","timestamp":"2026-11-22T09:31:02.123Z","jsonPayload":{"message":"in"},"resource":{"labels":{"container_name":"web"}}}"#,
      severity: .notice, message: "in", service: "web"),
    JSONCase(
      library: "caddy",
      text:
        #"{"level":"info","ts":1795339862.123,"logger":"http.log.access","msg":"handled request","request":{"method":"GET","headers":{"level":["x"]}},"status":200}"#,
      severity: .info, message: "handled request"),
    JSONCase(
      library: "traefik access",
      text:
        #"{"ClientHost":"10.0.0.1","StartUTC":"2026-11-22T09:31:02.123Z","level":"info","msg":"","time":"2026-11-22T09:31:02.123Z"}"#,
      severity: .info, message: ""),
    JSONCase(
      library: "loguru, serialized",
      text:
        #"{"text":"2026 | INFO | hi\n","record":{"level":{"icon":"i","name":"INFO","no":20},"message":"hi","time":{"repr":"2026-11-22 09:31:02.123+00:00","timestamp":1795339862.123}}}"#,
      severity: .info, message: "hi"),
    JSONCase(
      library: "loguru, own shape",
      text:
        #"{"Time":"2026-11-22T09:31:02.123Z","Level":{"Name":"CRITICAL","No":50},"Message":"x"}"#,
      severity: .fatal, message: "x"),
    JSONCase(
      library: "structlog",
      text: #"{"event": "user_login", "level": "info", "timestamp": "2026-11-22T09:31:02.123Z"}"#,
      severity: .info, message: "user_login"),
    JSONCase(
      library: "python-json-logger",
      text:
        #"{"asctime": "2026-11-22 09:31:02,123", "levelname": "WARNING", "name": "root", "message": "m"}"#,
      severity: .warn, message: "m"),
    JSONCase(
      library: "rust tracing",
      text:
        #"{"timestamp":"2026-11-22T09:31:02.123Z","level":"TRACE","fields":{"message":"m","n":1},"target":"a::b"}"#,
      severity: .trace, message: "m"),
    JSONCase(
      library: "monolog",
      text:
        #"{"message":"m","context":{},"level":400,"level_name":"ERROR","channel":"app","datetime":"2026-11-22T09:31:02.123+00:00"}"#,
      severity: .error, message: "m"),
    JSONCase(
      library: "OpenTelemetry",
      text:
        #"{"timeUnixNano":"1795339862123000000","severityNumber":13,"severityText":"Warn","body":{"stringValue":"m"},"resource":{"service.name":"pay"}}"#,
      severity: .warn, message: "m", service: "pay"),
    JSONCase(
      library: "journald",
      text:
        #"{"__REALTIME_TIMESTAMP":"1795339862123000","PRIORITY":"3","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"m"}"#,
      severity: .error, message: "m", service: "sshd"),
    JSONCase(
      library: "kubernetes metadata of a shipper",
      text:
        #"{"log":"hello","time":"2026-11-22T09:31:02.123Z","kubernetes":{"pod_name":"p","labels":{"app":"web"},"container_name":"c"}}"#,
      message: "hello", service: "web"),
    JSONCase(
      library: "a message with escapes",
      text: #"{"ts":"2026-11-22T09:31:02.123Z","msg":"say \"hi\" \\ \u00e9","level":"info"}"#,
      severity: .info, message: #"say \"hi\" \\ \u00e9"#),
    JSONCase(
      library: "blanks everywhere",
      text:
        "{ \"level\" : \"info\" ,\t\"ts\" : 1795339862.123 , \"a\" : { } , \"b\":[ 1 , {\"msg\":1} ], \"msg\" : \"m\" }  ",
      severity: .info, message: "m"),
    JSONCase(
      library: "text counts for more than a number",
      text: #"{"timestamp":1558342127631,"time":"2026-11-22 09:31:02.123","msg":"m"}"#, message: "m"
    ),
    JSONCase(
      library: "nested keys that no library nests mean nothing",
      text: #"{"msg":"m","request":{"level":"error","time":"2020-01-01T00:00:00Z","service":"x"}}"#,
      time: nil, message: "m"),
    JSONCase(
      library: "keys that nobody listed, by their endings",
      text:
        #"{"expiryTime":"2031-01-01T00:00:00Z","digestEndTime":"2026-11-22T09:31:02.123Z","appLogLevel":"Warning","riskLevel":3,"eventMessage":"m"}"#,
      severity: .warn, message: "m"),
    JSONCase(
      library: "known keys before endings",
      text:
        #"{"startTime":"2020-01-01T00:00:00Z","riskLevel":"error","errorMessage":"e","level":30,"time":1795339862123,"msg":"m"}"#,
      severity: .info, message: "m"),
    JSONCase(library: "no message: the whole object", text: #"{"a":1,"b":"x"}"#, time: nil),
    JSONCase(library: "empty", text: "{}", time: nil),
  ]
}

struct StructuresJSONTests {
  @Test(arguments: JSONCase.all)
  func `time, level, message and service are found where the library writes them`(_ c: JSONCase) {
    for poison in poisons {
      let buffer = LineInBuffer(c.text, behind: poison)
      var recognition = Recognition()
      #expect(readJSON(buffer.line, buffer.start, buffer.end, utc, &recognition))
      let whole = c.text.trimmingSuffix { $0 == " " }
      let expected = ReadLine(
        time: c.time, severity: c.severity, message: c.message ?? String(whole),
        service: c.service)
      #expect(ReadLine(recognition, buffer) == expected)
      #expect(recognition.structure == .json)
      #expect(recognition.messageIsEscaped == (c.message ?? "").contains("\\"))
    }
  }

  @Test(arguments: [
    "", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":\"x", "{\"a\":\"x\\",
    "{\"a\":{}",
    "{\"a\":1}}", "{\"a\":1} x", "{a:1}", "{\"a\" 1}", "{\"a\":1,}", "{\"a\":,\"b\":1}", "{,}",
    "[1]", "{\"a\":[1}", "{\"a\":}", "{\"a\":\"b\"\"c\":1}", "{\"log\":{\"level\":\"x\"}",
    "{\"a\":+1}",
  ])
  func `what is no JSON object is refused, whatever stands behind it`(_ text: String) {
    for poison in poisons {
      let buffer = LineInBuffer(text, behind: poison)
      var recognition = Recognition()
      #expect(!readJSON(buffer.line, buffer.start, buffer.end, utc, &recognition), "\(text)")
      #expect(recognition.messageEnd == 0 && recognition.time == nil)
    }
  }

  @Test func `a valid line cut anywhere is refused`() {
    for c in JSONCase.all {
      let bytes = Array(c.text.trimmingSuffix { $0 == " " }.utf8)
      for count in 0..<bytes.count {
        let buffer = LineInBuffer(Array(bytes[..<count]), behind: bytes[count])
        var recognition = Recognition()
        #expect(!readJSON(buffer.line, buffer.start, buffer.end, utc, &recognition), "\(count)")
      }
    }
  }

  @Test(arguments: [
    ("GET /x {\"status\":200}", "GET /x", "{\"status\":200}"),
    ("done: {\"a\":{\"b\":\"}\"}}  ", "done", "{\"a\":{\"b\":\"}\"}}"),
    ("set {x} to {\"a\":1}", "set {x} to", "{\"a\":1}"),
    ("see { \"a\" : 1 }", "see", "{ \"a\" : 1 }"),
  ])
  func `an object at the end of a text is found`(_ text: String, _ before: String, _ object: String)
  {
    let buffer = LineInBuffer(text)
    let found = embeddedJSON(buffer.line, buffer.start, buffer.end)
    #expect(found.map { buffer.text(buffer.start, $0.textEnd) } == before)
    #expect(found.map { buffer.text($0.objectStart, $0.objectEnd) } == object)
  }

  @Test(arguments: ["", "}", "a {b}", "a {\"b\":1} c", "{{\"a\":1}}", "a {\"b\":1"])
  func `other braces are no embedded object`(_ text: String) {
    let buffer = LineInBuffer(text)
    #expect(embeddedJSON(buffer.line, buffer.start, buffer.end) == nil)
  }

  @Test func `an embedded object adds what the text lacks`() {
    let buffer = LineInBuffer(#"request done {"level":"warn","msg":"inner","service":"api","n":1}"#)
    var recognition = Recognition()
    recognition.messageStart = buffer.start
    recognition.messageEnd = buffer.end
    #expect(readEmbeddedJSON(buffer.line, utc, KeyShape(), &recognition))
    let expected = ReadLine(
      time: nil, severity: .warn, message: "request done", service: "api")
    #expect(ReadLine(recognition, buffer) == expected)
    #expect(recognition.structure == .json)
  }

  @Test(arguments: [
    (#"api: {"msg":"m","a":1}"#, "m", "api"), (#"api {"a":1}"#, "api", ""),
    (#"INFO {"msg":"m"}"#, "INFO", ""), (#"{"msg":"m","app":"x"}"#, "m", "x"),
    (#"api | {"msg":"m","app":"x"}"#, "m", "x"),
  ])
  func `a name alone before an object is who speaks`(
    _ text: String, _ message: String, _ service: String
  ) {
    let buffer = LineInBuffer(text)
    var recognition = Recognition()
    recognition.messageStart = buffer.start
    recognition.messageEnd = buffer.end
    #expect(readEmbeddedJSON(buffer.line, utc, KeyShape(), &recognition))
    #expect(
      ReadLine(recognition, buffer)
        == ReadLine(time: nil, severity: .unknown, message: message, service: service))
  }

  @Test(arguments: [
    (#"a\nb\t\"\\\/\u0041"#, "a\nb\t\"\\/A"), (#"\u00e9\u20ac\ud83d\ude00"#, "é€😀"),
    (#"\ud83d"#, "\u{fffd}"), (#"\ude00x"#, "\u{fffd}x"), (#"\ud83d\n"#, "\u{fffd}\n"),
    (#"\ud83d\u0041"#, "\u{fffd}A"), (#"\x \u12 \u12g4"#, #"\x \u12 \u12g4"#), ("\\", "\\"),
    ("", ""),
  ])
  func `escapes become the text that they mean`(_ written: String, _ meant: String) {
    let batch = EventBatch(byteCapacity: 8)
    let bytes = Array(written.utf8)
    let start = bytes.withUnsafeBufferPointer { buffer in
      buffer.isEmpty ? 0 : batch.append(bytes: buffer.baseAddress!, count: buffer.count)
    }
    let range = unescapeJSON(start, start + bytes.count, into: batch)
    let text = UnsafeBufferPointer(start: batch.bytes + range.lowerBound, count: range.count)
    #expect(String(decoding: text, as: UTF8.self) == meant)
    #expect(batch.byteCount == range.upperBound && range.count <= bytes.count)
  }
}

extension String {
  func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
    var rest = self[...]
    while let last = rest.last, isDropped(last) { rest.removeLast() }
    return rest
  }
}
