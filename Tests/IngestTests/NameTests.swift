import Testing

@testable import Ingest

@Suite struct NameTests {
  @Test(arguments: [
    ("*.log", "a.log", true), ("*.log", ".log", false), ("*.log", "a.log.1", false),
    ("a?c", "abc", true), ("a?c", "aéc", true), ("a?c", "ac", false),
    ("app[0-9].log", "app7.log", true), ("app[!0-9].log", "app7.log", false),
    ("app[!0-9].log", "appx.log", true), ("[]x]", "]", true), ("[a-", "[a-", true),
    ("\\*", "*", true), ("\\*", "x", false), ("*", "anything", true), ("*", ".hidden", false),
    (".*", ".hidden", true), ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false),
    ("**", "x", true), ("", "", true), ("", "x", false), ("a*", "a", true),
  ])
  func `a pattern matches as in a shell`(pattern: String, name: String, expected: Bool) {
    #expect(NamePattern(pattern).matches(name) == expected)
  }

  @Test func `patterns match in any part of a path`() throws {
    let scratch = try Scratch()
    scratch.run(
      "mkdir -p x1/logs x2/logs y && touch x1/logs/a.log x2/logs/b.log x2/logs/.c.log y/a")
    let found = expandGlob(scratch.path + "x*/logs/*.log")
    #expect(found == [scratch.path + "x1/logs/a.log", scratch.path + "x2/logs/b.log"])
    #expect(expandGlob(scratch.path + "z*/*.log") == [])
  }

  @Test(
    arguments: [
      ("app.log.1", "app.log", .number(1), nil),
      ("app.log.12.gz", "app.log", .number(12), .gzip),
      ("app.1.log", "app.log", .number(1), nil),
      ("app.log-20261122", "app.log", .date([20_261_122]), nil),
      ("app.log-20261122-1763802000.zst", "app.log", .date([20_261_122, 1_763_802_000]), .zstd),
      ("app-2026-11-22T10-00-00.000.log", "app.log", .date([2026, 11, 22, 10, 0, 0, 0]), nil),
      ("0.log.20261122-100000", "0.log", .date([20_261_122, 100_000]), nil),
      ("app.log.old", "app.log", .number(1), nil),
      ("app.log.gz", "app.log", .unknown, .gzip),
      ("app.log-22112026", "app.log", .unknown, nil),
      ("messages.3", "messages", .number(3), nil),
    ] as [(String, String, RotatedName.Place, Compression?)])
  func `a rotated copy says whose and when`(
    name: String, log: String, place: RotatedName.Place, compression: Compression?
  ) {
    let reading = RotatedName.reading(of: name, asCopyOf: log)
    #expect(reading == RotatedName(log: log, place: place, compression: compression))
  }

  @Test(arguments: [
    ("app.log", "app.log"), ("app2.log", "app.log"), ("app.log.x", "app.log"),
    ("app-worker.log", "app.log"), ("app.log1", "app.log"), ("other.log.1", "app.log"),
    ("app.log.12345", "app.log"),
  ])
  func `another log is no copy`(name: String, log: String) {
    #expect(RotatedName.reading(of: name, asCopyOf: log) == nil)
  }
}
