import Foundation
import Testing

/// Two windows, or two inputs, side by side.
@Suite struct CompareTests {
  @Test func `what came since the last mark is compared with what was before it`() throws {
    let program = Program()
    #expect(try program.run(["record", "--once", "--stream", "s"] + Program.shopLogs).status == 0)
    let bare = try program.run("compare", "--b", "mark", "--stream", "s")
    #expect(bare.status == 1 && bare.error.contains("nothing is marked"), "\(bare.error)")
    // As the screen writes it: 2026-11-22T09:32:43Z.
    let notes = "mark 1 1795339963000000 redis went away\n"
    try Data(notes.utf8).write(
      to: URL(fileURLWithPath: program.home + "/state/spate/streams/s/NOTES"))
    let marked = try program.run("compare", "--b", "mark", "--stream", "s", "--json")
    let same = try program.run(
      "compare", "--b", "2026-11-22T09:32:43Z..", "--stream", "s", "--json")
    #expect(marked.status == 0 && marked.output == same.output && marked.lines.count > 5)
  }

  /// Ten minutes of a service: from the eighth on its requests are slow, some fail, and it no longer
  /// says that it is well.
  private let log: String = {
    var lines: [String] = []
    for second in 0..<600 {
      let time =
        "2026-11-22T09:\(second / 60 < 10 ? "0" : "")\(second / 60):"
        + "\(second % 60 < 10 ? "0" : "")\(second % 60)Z"
      let isBad = second >= 480
      for request in 0..<4 {
        let id = second * 4 + request
        let took = (isBad ? 900 : 12) + id * 7919 % 23
        lines.append("\(time) INFO request served id=\(id) took=\(took)ms region=r\(id % 3)")
      }
      if second % 10 == 0, !isBad { lines.append("\(time) INFO heartbeat ok") }
      if second % 20 == 7 || isBad { lines.append("\(time) WARN retrying upstream") }
      if isBad { lines.append("\(time) ERROR upstream refused the connection") }
    }
    return lines.map { $0 + "\n" }.joined()
  }()

  private func rows(_ result: Program.Result) throws -> [[String: Any]] {
    #expect(result.status == 0, "\(result.error)")
    return try result.lines.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }.filter { $0["change"] != nil }
  }

  private func changes(_ rows: [[String: Any]]) -> [String: String] {
    var changes: [String: String] = [:]
    for row in rows {
      changes[row["template"] as? String ?? ""] = row["change"] as? String
    }
    return changes
  }

  @Test(arguments: [["--b", "09:08/2m"], ["--a", "09:00/8m", "--b", "09:08.."]])
  func `what is new, gone, up and slower between two windows of a file is said`(
    _ windows: [String]
  ) throws {
    let program = Program()
    let path = try program.write(log, to: "app.log")
    let rows = try rows(program.run(["compare", "--json", path] + windows))
    let changes = changes(rows)
    #expect(changes["upstream refused the connection"] == "new")
    #expect(changes["heartbeat ok"] == "gone")
    #expect(changes["retrying upstream"] == "up")
    let served = try #require(rows.first { ($0["template"] as? String ?? "").contains("served") })
    #expect(served["change"] as? String == "same")
    let fields = try #require(served["fields"] as? [[String: Any]])
    // Neither the id, which counts up, nor the region, which is as it was.
    #expect(fields.map { $0["field"] as? String } == ["took"])
    #expect((fields.first?["p50_b"] as? Double ?? 0) > 800)
    #expect(rows.first?["change"] as? String == "new", "an error that is new comes first")
  }

  @Test func `two files, their streams, and one of each say the same`() throws {
    let program = Program()
    let lines = log.split(separator: "\n", omittingEmptySubsequences: true)
    let split = lines.firstIndex { $0.hasPrefix("2026-11-22T09:08:00") }!
    let good = try program.write(lines[..<split].joined(separator: "\n") + "\n", to: "good.log")
    let bad = try program.write(lines[split...].joined(separator: "\n") + "\n", to: "bad.log")
    for (stream, path) in [("good", good), ("bad", bad)] {
      #expect(try program.run("record", "--once", "--stream", stream, path).status == 0)
    }
    let files = try program.run("compare", "--json", "good.log", "bad.log")
    let changes = try changes(rows(files))
    #expect(changes["heartbeat ok"] == "gone")
    #expect(changes["upstream refused the connection"] == "new")
    #expect(try program.run("compare", "--json", "good", "bad").output == files.output)
    #expect(try program.run("compare", "--json", "good.log", "bad").output == files.output)
  }

  @Test func `an input with itself has no change`() throws {
    let program = Program()
    let path = try program.write(log, to: "app.log")
    let result = try program.run("compare", path, path)
    #expect(result.status == 0)
    #expect(result.output.contains("nothing changed"), "\(result.output)")
  }

  @Test(arguments: [
    (["compare"], "name two inputs"), (["compare", "a.log"], "name two inputs"),
    (["compare", "a.log", "-"], "reads its input twice"),
    (["compare", "--a", "09:00/1m", "a.log"], "--a alone"),
    (["compare", "--b", "soon", "a.log"], "--b soon: not a range"),
    (["compare", "--b", "#10..#5", "a.log"], "not a range"),
    (["compare", "--a", "yesterday", "--b", "#1..#5", "a.log"], "has to be a time"),
  ])
  func `what cannot be compared is said`(_ arguments: [String], _ message: String) throws {
    let program = Program()
    _ = try program.write(log, to: "a.log")
    let result = try program.run(arguments, input: Data())
    #expect(result.status == 2)
    #expect(result.error.contains(message), "\(result.error)")
  }
}
