import Foundation
import Testing

/// `spate count` and `--where`, as a user types them.
@Suite struct CountTests {
  private func rows(_ result: Program.Result) throws -> [[String: Any]] {
    #expect(result.status == 0, "\(result.error)")
    return try result.lines.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test(arguments: [
    ["--by", "service"], ["--by", "service,level", "--every", "20s"], ["--every", "1s"],
    ["--by", "pattern", "--every", "1m", "--top", "3"], [],
  ])
  func `the counts of files and of the stream they were recorded to sum to the events`(
    _ form: [String]
  ) throws {
    let program = Program()
    let events = try program.run(["parse", "--json"] + Program.shopLogs).lines.count
    let files = try program.run(["count", "--json"] + form + Program.shopLogs)
    let sum = try rows(files).reduce(0) { $0 + ($1["count"] as! Int) + ($1["late"] as? Int ?? 0) }
    #expect(sum == events)
    let recorded = try program.run(["record", "--once", "--stream", "shop"] + Program.shopLogs)
    #expect(recorded.status == 0, "\(recorded.error)")
    let stream = try program.run(["count", "--json", "--stream", "shop"] + form)
    #expect(stream.output == files.output)
  }

  @Test func `fields are counted by and measured, with units`() throws {
    let program = Program()
    let log = try program.write(
      """
      {"ts":"2026-11-22T09:31:00Z","level":"info","msg":"served","code":200,"took":"10ms"}
      {"ts":"2026-11-22T09:31:01Z","level":"info","msg":"served","code":200,"took":"30ms"}
      {"ts":"2026-11-22T09:31:02Z","level":"warn","msg":"served","code":200,"took":"2s"}
      {"ts":"2026-11-22T09:31:03Z","level":"error","msg":"failed","code":503,"took":"1s"}
      {"ts":"2026-11-22T09:31:04Z","level":"info","msg":"hello"}

      """, to: "app.log")
    let found = try rows(
      try program.run(
        "count", "--json", "--by", "code", "--p50", "--max", "took", "--distinct", "level", log))
    #expect(found.count == 3)
    #expect((found[0]["by"] as? [String: Any])?["code"] as? String == "200")
    #expect(found[0]["count"] as? Int == 3)
    let took = try #require((found[0]["fields"] as? [String: [String: Any]])?["took"])
    #expect(took["p50"] as? Int == 30)
    #expect(took["max"] as? Int == 2000)
    #expect(took["unit"] as? String == "ms")
    let level = try #require((found[0]["fields"] as? [String: [String: Any]])?["level"])
    #expect(level["values"] as? Int == 3)
    #expect(found.contains { ($0["by"] as? [String: Any])?["code"] is NSNull })
    let text = try program.run(
      "count", "--by", "code", "--p95", "took", "--where", "code = 5* or took > 1s", log)
    #expect(text.output.contains("p95(took)"))
    #expect(text.output.contains("2,000ms"))
    #expect(text.lines.last == "2 events of 5")
  }

  @Test func `a window that is not over is marked, and the shape over time is drawn`() throws {
    let result = try Program().run(["count", "--by", "level", "--every", "30s"] + Program.shopLogs)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.lines.first?.hasPrefix("from ") == true)
    #expect(result.lines.contains { $0.contains("Z~ ") })
    #expect(result.output.contains("█"))
    #expect(result.lines.last?.contains("~ is not over and may change") == true)
  }

  @Test func `cat takes the same conditions`() throws {
    let program = Program()
    _ = try program.run(["record", "--once", "--stream", "shop"] + Program.shopLogs)
    let condition = "service = gateway and level >= error and status = 50*"
    let counted = try program.run("count", "--stream", "shop", "--json", "--where", condition)
    let printed = try program.run("cat", "--stream", "shop", "--json", "--where", condition)
    let count = try #require(try rows(counted).first?["count"] as? Int)
    #expect(count > 10)
    #expect(printed.lines.count == count)
  }

  @Test(arguments: [
    (["--where", "level >= bad"], "^ no level has this name"),
    (["--where", "a ~ 'x('"], "^ missing closing parenthesis"),
    (["--every", "soon"], "--every soon: write a time"),
    (["--sliding"], "say with --every how long a window is"),
    (["--every", "1m", "--step", "7s"], "--step 7s: write a time of which"),
    (["--follow"], "say with --every"), (["--by", "level", "--top=-1"], "--top -1"),
  ])
  func `what cannot be meant is said, and where`(_ form: [String], _ message: String) throws {
    let result = try Program().run(["count"] + form + Program.shopLogs)
    #expect(result.status == 2)
    #expect(result.error.contains(message), "\(result.error)")
  }

  @Test func `a field that nobody has is most often a slip, and said`() throws {
    let result = try Program().run(["count", "--where", "staus = 5*"] + Program.shopLogs)
    #expect(result.status == 0)
    #expect(result.error == "spate: no event has a field 'staus'\n")
  }

  @Test func `who counts a stream that another process writes sees windows as they end`() throws {
    let program = Program()
    func record(_ seconds: Range<Int>) throws {
      let lines = seconds.map { "2026-11-22T09:\(31 + $0 / 60):\($0 % 60 + 10) INFO step \($0)\n" }
      let log = try program.write(lines.joined(), to: "part-\(seconds.lowerBound).log")
      let result = try program.run("record", "--once", "--stream", "live", log)
      #expect(result.status == 0, "\(result.error)")
    }
    try record(0..<20)
    let output = program.home + "/counted"
    let child = try program.start(
      ["count", "--json", "--every", "5s", "--follow", "--stream", "live"], output: output)
    func windows() -> [Substring] {
      ((try? String(contentsOfFile: output, encoding: .utf8)) ?? "").split(separator: "\n")
    }
    let seesFirst = eventually { windows().count == 3 }
    #expect(seesFirst)
    try record(20..<40)
    let seesLater = eventually { windows().count == 7 }
    #expect(seesLater)
    #expect(windows().allSatisfy { $0.contains("\"final\":true,\"by\":{},\"count\":5") })
    child.signal(SIGTERM)
    child.wait()
  }
}
