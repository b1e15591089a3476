import Foundation
import Testing

/// What holds for every fixture, whatever is odd in it.
@Suite(.serialized)
struct FixtureTests {
  static let odd = paths(in: "Fixtures/odd")
  static let shop = paths(in: "Fixtures/shop")

  private static func paths(in folder: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: SpateProcess.root.appending(path: folder).path())
    return (names ?? []).filter { $0.hasSuffix(".log") }.sorted().map { "\(folder)/\($0)" }
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: SpateProcess.root.appending(path: path))
  }

  /// Terminated lines, and one more that is not.
  private func lineCount(_ path: String) throws -> Int {
    let data = try bytes(path)
    let terminated = data.count { $0 == UInt8(ascii: "\n") }
    return terminated + (data.isEmpty || data.last == UInt8(ascii: "\n") ? 0 : 1)
  }

  @Test(arguments: odd + shop)
  func `every line of a file is in exactly one event`(_ path: String) async throws {
    let result = try await SpateProcess.run(["parse", "--json", path])
    #expect(result.status == 0, "\(result.errors)")
    let lines = try result.objects().reduce(0) { $0 + ($1["lines"] as? Int ?? 0) }
    #expect(try lines == lineCount(path))
  }

  @Test(arguments: odd + shop)
  func `what was recorded comes back byte for byte`(_ path: String) async throws {
    let folder = try TemporaryFolder()
    let stream = folder.url.appending(path: "stream").path()
    let recorded = try await SpateProcess.run(["record", "--once", "--stream", stream, path])
    #expect(recorded.status == 0, "\(recorded.errors)")
    let read = try await SpateProcess.run(["cat", "--raw", "--stream", stream])
    #expect(read.status == 0, "\(read.errors)")
    #expect(try read.output == bytes(path))
  }

  @Test func `the counts of the patterns are the events, and each line has its pattern`()
    async throws
  {
    for paths in [Self.odd, Self.shop] {
      let events = try await SpateProcess.run(["parse", "--json"] + paths).objects().count
      let patterns = try await SpateProcess.run(["patterns", "--json"] + paths).objects()
      #expect(patterns.reduce(0) { $0 + ($1["count"] as? Int ?? 0) } == events)
    }
    let path = "Fixtures/shop/worker.log"
    let lines = try await SpateProcess.run(["patterns", "--each-line", path]).objects()
    #expect(try lines.compactMap { $0["line"] as? Int } == Array(1...lineCount(path)))
  }

  @Test func `a pipe says what the file says`() async throws {
    for path in Self.odd {
      let ofFile = try await SpateProcess.run(["parse", "--json", path]).objects()
      let ofPipe = try await SpateProcess.run(["parse", "--json", "-"], input: bytes(path))
        .objects()
      #expect(ofFile.map { $0["message"] as? String } == ofPipe.map { $0["message"] as? String })
    }
  }

  @Test func `the shop's fault is found, and no quiet minute before it`() async throws {
    let result = try await SpateProcess.run(["anomalies", "--json"] + Self.shop)
    #expect(result.status == 0, "\(result.errors)")
    let anomalies = try result.objects()
    let templates = anomalies.compactMap { $0["template"] as? String }
    #expect(templates.contains { $0.contains("cache read failed") })
    #expect(anomalies.contains { ($0["service"] as? String) == "redis" })
    // Redis was stopped at this second, after two minutes of ordinary traffic.
    let times = anomalies.compactMap { $0["time"] as? String }
    #expect(times.count == anomalies.count)
    #expect(times.filter { $0 >= "2026-11-22T09:31:48" && $0 < "2026-11-22T09:32:43" } == [])
  }

  @Test func `a report at the end of a pipe names what is new`() async throws {
    let result = try await SpateProcess.run(Self.shop)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text.contains("cache read failed"))
  }
}
