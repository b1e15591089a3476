import Foundation
import Testing

/// Commands without a screen: what they print, and how they end.
@Suite struct CommandTests {
  @Test func `counts of the patterns sum to the events, in text and in JSON`() throws {
    let program = Program()
    let result = try program.run(["patterns", "--json"] + Program.shopLogs)
    #expect(result.status == 0, "\(result.error)")
    let rows = try result.lines.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let sum = rows.reduce(0) { $0 + ($1["count"] as! Int) }
    let events = try program.run(["parse", "--json"] + Program.shopLogs).lines.count
    #expect(sum == events)
    let text = try program.run(["patterns"] + Program.shopLogs)
    #expect(text.lines.last?.contains("\(events / 1000),\(events % 1000)  events = 100.0%") == true)
  }

  @Test func `each line gets a pattern, in order`() throws {
    let log = Program.repository + "/Fixtures/shop/redis.log"
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count
    let result = try Program().run("patterns", "--each-line", log)
    #expect(result.lines.count == lines)
    #expect(result.lines.last?.hasPrefix("{\"line\":\(lines),") == true)
  }

  @Test(arguments: [["--json"], ["--each-line"], []])
  func `however many workers, the patterns are the same to the byte`(_ form: [String]) throws {
    let program = Program()
    let one = try program.run(["patterns", "--workers", "1"] + form + Program.shopLogs)
    #expect(one.status == 0, "\(one.error)")
    #expect(!one.output.isEmpty)
    let two = try program.run(["patterns", "--workers", "2"] + form + Program.shopLogs)
    #expect(two.output == one.output)
  }

  @Test func `an anomaly can be the exit status`() throws {
    let program = Program()
    let result = try program.run(["anomalies", "--json", "--fail-on-anomaly"] + Program.shopLogs)
    #expect(result.status == 3)
    let line = try #require(result.lines.first)
    let first = try #require(
      JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect((first["why"] as? String)?.isEmpty == false)
    #expect((first["examples"] as? [String])?.isEmpty == false)
    #expect(result.output.contains("cache read failed"))
  }

  @Test func `anomalies that belong together are printed as one incident`() throws {
    let program = Program()
    let result = try program.run(["anomalies", "--json", "--incidents"] + Program.shopLogs)
    #expect(result.lines.count == 1)
    let line = try #require(result.lines.first)
    let incident = try #require(
      JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    let services = try #require(incident["services"] as? [String])
    #expect(services.first == "redis")
    #expect(services.contains("catalog-1"))
    let told = try #require(incident["anomalies"] as? Int)
    #expect((2...12).contains(told))
    #expect((incident["order"] as? [Any])?.count == told)
    #expect(incident["first"] is [String: Any])
    #expect(incident["worst"] is [String: Any])
  }

  @Test func `an incident is printed as a report, with commands that work`() throws {
    let program = Program()
    let files = try program.run(["anomalies", "--markdown"] + Program.shopLogs)
    #expect(files.output.hasPrefix("# Incident of ") && files.output.contains("such as"))
    _ = try program.run(["record", "--once", "--stream", "shop"] + Program.shopLogs)
    let recorded = try program.run("anomalies", "--markdown", "--stream", "shop")
    #expect(recorded.output.contains("--stream shop --from"))
    let commands = (files.output + recorded.output).split(separator: "\n").filter {
      $0.hasPrefix("spate ") && !$0.hasPrefix("spate replay")
    }
    #expect(commands.count == 6)
    for command in commands {
      let result = try program.run(command.split(separator: " ").dropFirst().map(String.init))
      #expect(result.status == 0 && !result.output.isEmpty, "\(command): \(result.error)")
    }
    let both = try program.run("anomalies", "--markdown", "--json", "--stream", "shop")
    #expect(both.status == 2 && both.error.contains("choose one"))
  }

  @Test func `with history, what was there before is not new`() throws {
    let program = Program()
    let logs = Program.shopLogs
    let result = try program.run(["anomalies", "--json"] + logs + ["--history"] + logs)
    #expect(result.status == 0, "\(result.error)")
    #expect(!result.output.contains("\"kind\":\"new\""))
    let none = try program.run(["anomalies", "--json"] + logs + ["--history"])
    let cold = try program.run(["anomalies", "--json"] + logs)
    #expect(none.output == cold.output)
  }

  @Test func `a command runs for each anomaly, its JSON on standard input`() throws {
    let program = Program()
    let out = try program.write("", to: "told.jsonl")
    let result = try program.run(
      ["anomalies", "--json", "--on-anomaly", "cat >> '\(out)'"] + Program.shopLogs)
    #expect(result.status == 0, "\(result.error)")
    let told = try String(contentsOfFile: out, encoding: .utf8).split(separator: "\n").sorted()
    #expect(told == result.lines.map(Substring.init).filter { !$0.isEmpty }.sorted())
  }

  @Test func `without a terminal the program prints a report`() throws {
    let result = try Program().run(Program.shopLogs)
    #expect(result.status == 0)
    #expect(result.output.contains("13 sources"))
    #expect(result.output.contains("anomalies, in time order"))
    #expect(result.output.contains("events = 100.0%"))
  }

  struct BadCall: CustomTestStringConvertible {
    var arguments: [String]
    var status: Int32
    var message: String
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let badCalls = [
    BadCall(arguments: ["nowhere.log"], status: 1, message: "nowhere.log: no such file"),
    BadCall(arguments: ["pattrens"], status: 1, message: "did you mean 'spate patterns'"),
    BadCall(arguments: ["patterns", "--jsn", "x"], status: 2, message: "Did you mean '--json'?"),
    BadCall(arguments: ["parse", "empty"], status: 1, message: "a folder without text files"),
    BadCall(arguments: ["cat"], status: 1, message: "no stream is recorded yet"),
    BadCall(arguments: ["cat", "--stream", "none"], status: 1, message: "no such stream"),
    BadCall(arguments: ["cat", "--stream", "./empty"], status: 1, message: "stream"),
    BadCall(arguments: ["cat", "--grep", "("], status: 2, message: "missing closing parenthesis"),
    BadCall(arguments: ["cat", "--level", "loud"], status: 2, message: "write one of"),
    BadCall(arguments: ["patterns", "--workers", "0", "x"], status: 2, message: "1 or more"),
    BadCall(arguments: ["replay", "--speed", "0"], status: 2, message: "0.1 to 1000"),
    BadCall(
      arguments: ["parse", "--assume-zone", "Mars", "x"], status: 2, message: "not a zone"),
    BadCall(
      arguments: ["record", "--once", "--stream", "./foreign", "a.log"], status: 1,
      message: "not a stream, and left alone"),
  ]

  @Test(arguments: badCalls)
  func `a call that cannot be done says what, where, and what to do`(_ call: BadCall) throws {
    let program = Program()
    let files = FileManager.default
    try files.createDirectory(atPath: program.home + "/empty", withIntermediateDirectories: true)
    try files.createDirectory(atPath: program.home + "/foreign", withIntermediateDirectories: true)
    _ = try program.write("mine", to: "foreign/file")
    _ = try program.write("2026-11-22T09:00:00Z INFO a\n", to: "a.log")
    let result = try program.run(call.arguments)
    #expect(result.status == call.status)
    #expect(result.error.contains(call.message), "\(result.error)")
    #expect(result.error.hasPrefix("spate: "))
    #expect(!result.error.contains("Usage"))
    #expect(result.output.isEmpty)
  }

  @Test func `a line that no format fits is shown with where it stops`() throws {
    let program = Program()
    let path = try program.write(
      "2026/11/22 09:31:02 [error] 12#12: *7 up\nsomething else\n", to: "a.log")
    let all = try program.run("formats", "test", path)
    #expect(all.status == 0, "\(all.error)")
    #expect(all.output.contains("nginx-error"))
    #expect(all.output.contains("a.log:2\n  something else"))
    let one = try program.run("formats", "test", "--format", "redis", path)
    #expect(one.output.contains("2 not in `redis`"))
    #expect(one.output.contains("`redis` wants"))
    #expect(try program.run("formats", "test", "--format", "nosuch", path).status == 2)
  }

  @Test func `a format file is tested by its own samples`() throws {
    let program = Program()
    let good = "format: own\nregex: %{IP:client} %{GREEDYDATA:message}\nsample: 203.0.113.7 up\n"
    let path = try program.write(good + "  client: 203.0.113.7\n  message: up\n", to: "own.format")
    let passed = try program.run("formats", "test", path)
    #expect(passed.output == "1 format, 1 sample, 0 problems\n")
    #expect(passed.status == 0)
    let bad = try program.write(good + "  message: down\n", to: "bad.format")
    let failed = try program.run("formats", "test", bad)
    #expect(failed.status == 2)
    #expect(failed.error.contains("bad.format, line 3, column 1: `message` is `up`, not `down`"))
  }

  @Test func `every name of a grok file is compiled, and what fails is said with its place`() throws
  {
    let program = Program()
    let good = try program.write(
      "QUEUE [0-9A-F]{6,}\nENTRY %{QUEUE:id}: %{IP:peer}\n", to: "a.grok")
    let passed = try program.run("formats", "test", good)
    #expect(passed.output == "2 names, 0 problems\n")
    #expect(passed.status == 0)
    let bad = try program.write("ALONE\nOPEN (a\nUSES %{NOSUCH:b}\nFINE a\n", to: "b.grok")
    let failed = try program.run("formats", "test", bad)
    #expect(failed.output == "3 names, 3 problems\n")
    #expect(failed.status == 2)
    #expect(failed.error.contains("b.grok:1:6: ALONE has nothing behind it"))
    #expect(failed.error.contains("b.grok:2:8: missing closing parenthesis"))
    #expect(failed.error.contains("b.grok:3:6: nothing defines NOSUCH"))
  }
}
