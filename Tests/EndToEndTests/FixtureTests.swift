import Foundation
import Testing

/// What holds for every fixture, whatever is odd in it.
@Suite(.serialized) struct FixtureTests {
  static let oddLogs: [String] = {
    let folder = Program.repository + "/Fixtures/odd"
    return (try! FileManager.default.contentsOfDirectory(atPath: folder)).sorted()
      .filter { $0.hasSuffix(".log") }.map { folder + "/" + $0 }
  }()

  /// Terminated lines, and one more where the last is not.
  private func lineCount(_ data: Data) -> Int {
    let terminated = data.count { $0 == UInt8(ascii: "\n") }
    return terminated + (data.isEmpty || data.last == UInt8(ascii: "\n") ? 0 : 1)
  }

  private func objects(_ result: Program.Result) throws -> [[String: Any]] {
    try result.lines.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test(arguments: oddLogs + Program.shopLogs)
  func `each line is in one event, and comes back from a stream byte for byte`(
    _ path: String
  ) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let program = Program()
    let parsed = try program.run("parse", "--json", path)
    #expect(parsed.status == 0, "\(parsed.error)")
    let lines = try objects(parsed).reduce(0) { $0 + ($1["lines"] as? Int ?? 0) }
    #expect(lines == lineCount(data))
    for (stream, source, input) in [("file", path, nil), ("pipe", "-", data)] {
      let recorded = try program.run(
        ["record", "--once", "--stream", stream, source], input: input)
      #expect(recorded.status == 0, "\(recorded.error)")
      let stored = try program.run("cat", "--raw", "--stream", stream).bytes
      if Self.interleaved.contains(where: path.hasSuffix) {
        // The lines of each event stand together there.
        #expect(sortedLines(stored) == sortedLines(data))
      } else {
        let isSame = stored == data
        #expect(isSame, "\(stream)")
      }
    }
  }

  /// Several voices tell their parts in turn there.
  static let interleaved = ["compose-prefix.log", "cri-partials.log"]

  private func sortedLines(_ data: Data) -> [String] {
    data.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  @Test(arguments: oddLogs)
  func `a pipe says what the file says`(_ path: String) throws {
    let program = Program()
    let ofFile = try objects(program.run("parse", "--json", path))
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let ofPipe = try objects(program.run("parse", "--json", "-", input: data))
    #expect(ofFile.map { $0["message"] as? String } == ofPipe.map { $0["message"] as? String })
    #expect(ofFile.map { $0["level"] as? String } == ofPipe.map { $0["level"] as? String })
  }

  /// What `parse --json` says, without what depends on the day and the place of the test.
  private func stable(_ result: Program.Result) -> String {
    result.lines.map { line in
      var line = line.replacingOccurrences(of: Program.repository + "/", with: "")
      if line.contains("\"year assumed\"") {
        line = line.replacing(#/"time":"\d{4}-/#, with: "\"time\":\"YYYY-")
      }
      return line + "\n"
    }.joined()
  }

  /// `SPATE_UPDATE=1` writes what is expected anew; read the difference.
  @Test(arguments: oddLogs)
  func `parse says of an odd file what stands beside it`(_ path: String) throws {
    let text = stable(try Program().run("parse", "--json", path))
    let file = URL(filePath: path).deletingPathExtension().appendingPathExtension("expected")
    if ProcessInfo.processInfo.environment["SPATE_UPDATE"] == "1" {
      try Data(text.utf8).write(to: file)
      return
    }
    #expect(text == (try String(contentsOf: file, encoding: .utf8)))
  }

  @Test func `the shop's fault is found, and nothing in the quiet minute before it`() throws {
    let result = try Program().run(["anomalies", "--json"] + Program.shopLogs)
    #expect(result.status == 0, "\(result.error)")
    let anomalies = try objects(result)
    #expect(anomalies.contains { ($0["service"] as? String) == "redis" })
    // Redis was stopped at 09:32:43, after two minutes of ordinary traffic.
    let times = anomalies.compactMap { $0["time"] as? String }
    #expect(times.count == anomalies.count)
    #expect(times.filter { $0 >= "2026-11-22T09:31:48" && $0 < "2026-11-22T09:32:43" } == [])
  }
}
