import Foundation
import Testing

/// What a command finds, as a stream that can be shown, replayed and followed.
@Suite struct DerivedStreamTests {
  private func recorded(_ program: Program) throws {
    let result = try program.run(["record", "--once", "--stream", "shop"] + Program.shopLogs)
    #expect(result.status == 0, "\(result.error)")
  }

  @Test func `anomalies are written once, and read as any other stream`() throws {
    let program = Program()
    try recorded(program)
    let form = ["anomalies", "--json", "--stream", "shop", "--to-stream", "found"]
    let first = try program.run(form)
    #expect(first.status == 0, "\(first.error)")
    let second = try program.run(form)
    #expect(second.error.contains("0 added to stream found, "))
    let raw = try program.run("cat", "--stream", "found", "--raw")
    #expect(raw.lines.count > 5)
    // What only the end of the input has told is not in it.
    #expect(first.output.hasPrefix(raw.output))
    let text = try program.run("cat", "--stream", "found", "--level", "warn", "--grep", "redis")
    #expect(!text.output.isEmpty)
    let counted = try program.run("count", "--stream", "found", "--by", "kind", "--json")
    #expect(counted.output.contains("\"kind\":\"new\""))
    let listed = try program.run("stream", "ls").lines
    #expect(listed.filter { $0.contains("made by spate anomalies") }.count == 1)
    #expect(listed.contains { $0.hasPrefix("found ") && $0.hasSuffix("made by spate anomalies") })
    let replayed = try program.run("replay", "--stream", "found", "--speed", "max")
    #expect(replayed.status == 0, "\(replayed.error)")
  }

  @Test func `up to a time, what is told by then is told, and no more is read`() throws {
    let program = Program()
    try recorded(program)
    let all = try program.run("anomalies", "--json", "--stream", "shop").lines
    func time(_ line: some StringProtocol) -> String {
      String(line.dropFirst(#"{"time":""#.count).prefix(20))
    }
    try #require(all.count > 3 && all[0].hasPrefix(#"{"time":""#))
    let end = time(all[all.count / 2])
    let part = try program.run("anomalies", "--json", "--stream", "shop", "--to", end)
    #expect(part.lines == all.filter { time($0) < end })
    let first = time(all[0])
    let none = try program.run("anomalies", "--stream", "shop", "--to", first)
    let count = none.output.split(separator: " ").lazy
      .compactMap { Int($0.filter { $0 != "," }) }.first
    let events = try program.run("cat", "--stream", "shop").lines.count
    #expect(none.output.hasPrefix("no anomalies in "))
    #expect(try #require(count) < events)
  }

  @Test func `windows that are over become events, once, also after a kill`() throws {
    let program = Program()
    try recorded(program)
    let form = [
      "count", "--json", "--by", "service,level", "--every", "10s", "--stream", "shop",
      "--to-stream", "levels",
    ]
    let child = try program.start(form + ["--follow"])
    let isThere = try eventually {
      try program.run("cat", "--stream", "levels", "--raw").lines.count > 20
    }
    #expect(isThere)
    child.signal(SIGKILL)
    _ = child.wait()
    let again = try program.run(form)
    #expect(again.status == 0, "\(again.error)")
    let raw = try program.run("cat", "--stream", "levels", "--raw")
    let final = again.lines.filter { $0.contains("\"final\":true") }
    #expect(final.count > 100)
    #expect(raw.lines == final)
    let gateway = try program.run("cat", "--stream", "levels", "--raw", "--service", "gateway")
    #expect(gateway.lines.count > 10)
    #expect(gateway.lines.allSatisfy { $0.contains("\"service\":\"gateway\"") })
  }

  @Test func `who follows a stream of results sees what is added`() throws {
    let program = Program()
    try recorded(program)
    let form = ["count", "--every", "10s", "--stream", "shop", "--to-stream", "counts"]
    _ = try program.run(form + ["--to", "09:32:00"])
    let output = program.home + "/followed"
    let child = try program.start(
      ["cat", "--stream", "counts", "--raw", "--follow"], output: output)
    func followed() -> Int {
      ((try? String(contentsOfFile: output, encoding: .utf8)) ?? "").split(separator: "\n").count
    }
    let before = try program.run("cat", "--stream", "counts", "--raw").lines.count
    #expect(before > 3)
    #expect(eventually { followed() == before })
    _ = try program.run(form)
    let all = try program.run("cat", "--stream", "counts", "--raw").lines.count
    #expect(all > before)
    #expect(eventually { followed() == all })
    child.signal(SIGTERM)
    _ = child.wait()
  }

  @Test(arguments: [
    (["anomalies", "--stream", "shop", "--to-stream", "shop"], "into another one"),
    (["anomalies", "--stream", "shop", "--to-stream", "other"], "that is a recording"),
    (["anomalies", "--stream", "shop", "--to-stream", "counts"], "it holds other results"),
    (["count", "--stream", "shop", "--to-stream", "x"], "say with --every"),
  ])
  func `results go where they belong`(_ form: [String], _ message: String) throws {
    let program = Program()
    try recorded(program)
    _ = try program.run(["record", "--once", "--stream", "other", Program.shopLogs[0]])
    _ = try program.run("count", "--every", "10s", "--stream", "shop", "--to-stream", "counts")
    let result = try program.run(form)
    #expect(result.status == 2)
    #expect(result.error.contains(message), "\(result.error)")
  }
}
