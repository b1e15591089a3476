import Foundation
import Testing

/// The released program in a real terminal.
@Suite(.enabled(if: Screen.isAvailable, "tmux is not installed"), .serialized)
struct ScreenTests {
  @Test(arguments: [(120, 40), (80, 24), (60, 15)])
  func `a followed folder shows its events, grows, and gives the terminal back`(
    _ size: (columns: Int, rows: Int)
  ) throws {
    let program = Program()
    let log = try program.write("2026-11-22T09:00:00Z INFO first event\n", to: "app.log")
    let screen = try Screen(program, columns: size.columns, rows: size.rows)
    defer { screen.close() }
    try screen.type("'\(Program.path)' app.log")
    #expect(screen.shows("LIVE"))
    #expect(screen.shows("first event"))
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    handle.seekToEndOfFile()
    handle.write(Data("2026-11-22T09:00:01Z ERROR disk is on fire\n".utf8))
    #expect(screen.shows("disk is on fire"))
    #expect(screen.lines.allSatisfy { $0.count <= size.columns })
    try screen.press("Q")
    #expect(screen.isBackAtShell())
    try screen.type("stty -a | grep -o ' echo '; echo back")
    #expect(screen.shows("back"))
  }

  @Test func `where no file is yet, that is said, and one that comes is followed`() throws {
    let program = Program()
    let screen = try Screen(program, columns: 120, rows: 40)
    defer { screen.close() }
    try screen.type("'\(Program.path)' --no-record '*.log'")
    #expect(screen.shows("*.log: no file there yet"))
    _ = try program.write("2026-11-22T09:00:00Z INFO came late\n", to: "late.log")
    #expect(screen.shows("came late"))
    try screen.press("Q")
    #expect(screen.isBackAtShell())
  }

  @Test func `a pipe is read to its end, keys still work, and the screen stays`() throws {
    let program = Program()
    let screen = try Screen(program, columns: 120, rows: 40)
    defer { screen.close() }
    try screen.type("seq 1 2000 | sed 's/^/request served nr=/' | '\(Program.path)' --no-record")
    #expect(screen.shows("2,000 events"))
    #expect(screen.shows("input ended"))
    try screen.press("3")
    #expect(screen.shows("nr=2000"))
    try screen.press("?")
    #expect(screen.shows("Help"))
    try screen.press("q", "Q")
    #expect(screen.isBackAtShell())
  }

  @Test func `an incident is acknowledged, marked and reported, and all of it is kept`() throws {
    let program = Program()
    let screen = try Screen(program, columns: 120, rows: 40)
    defer { screen.close() }
    let logs = Program.shopLogs.map { "'\($0)'" }.joined(separator: " ")
    try screen.type("'\(Program.path)' --stream shop \(logs)")
    #expect(screen.shows("6,935 events"))
    try screen.press("4")
    #expect(screen.shows("newest incident first"))
    try screen.press("M")
    #expect(screen.shows("note:"))
    try screen.type("the first sign")
    try screen.press("R")
    #expect(screen.shows("written: spate-incident-"))
    try screen.press("a")
    #expect(screen.shows("acknowledged"))
    try screen.press("Q")
    #expect(screen.isBackAtShell())
    let names = try FileManager.default.contentsOfDirectory(atPath: program.home)
    let name = try #require(names.first { $0.hasPrefix("spate-incident-") })
    let report = try String(contentsOfFile: program.home + "/" + name, encoding: .utf8)
    #expect(report.contains("the first sign") && report.contains("spate replay --stream shop"))
    // Each command of the report does what it says.
    for line in report.split(separator: "\n") where line.hasPrefix("spate ") {
      let words = line.split(separator: " ").dropFirst().map(String.init)
      if words.first == "replay" { continue }
      let result = try program.run(words)
      #expect(result.status == 0 && !result.output.isEmpty, "\(line): \(result.error)")
    }
    try screen.type("'\(Program.path)' replay --stream shop --from 2099-01-01T00:00:00Z")
    #expect(screen.shows("6,935 events"))
    try screen.press("'")
    #expect(screen.shows("the first sign"))
    try screen.press("4")
    #expect(screen.shows("acknowledged"))
    try screen.press("Q")
    #expect(screen.isBackAtShell())
  }

  @Test func `a pattern that was merged is split on the screen, and in every replay`() throws {
    let program = Program()
    let names = ["ann", "bob", "cy", "dee", "eve", "fay", "gus", "hal"]
    let lines = names.map { "table \($0) was rebuilt\n" }
    let log = try program.write((lines + lines + lines).joined(), to: "app.log")
    let screen = try Screen(program, columns: 120, rows: 40)
    defer { screen.close() }
    try screen.type("'\(Program.path)' --stream s app.log")
    #expect(screen.shows("was rebuilt") && screen.shows("24 events"))
    try screen.press("Enter")
    #expect(screen.shows("merged in, x splits"))
    try screen.press("x")
    #expect(screen.shows("kept apart"))
    try screen.press("q")
    #expect(screen.shows("table dee was rebuilt"))
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    handle.seekToEndOfFile()
    handle.write(Data(lines.joined().utf8))
    #expect(screen.shows("32 events"))
    try screen.press("Q")
    #expect(screen.isBackAtShell())
    let replayed = try program.run("patterns", "--json", "--stream", "s")
    #expect(
      replayed.output.contains(#""template":"table dee was rebuilt","count":4"#),
      "\(replayed.output)")
  }

  @Test func `events are counted over time, by what one chooses`() throws {
    let program = Program()
    let screen = try Screen(program, columns: 120, rows: 40)
    defer { screen.close() }
    let logs = Program.shopLogs.map { "'\($0)'" }.joined(separator: " ")
    try screen.type("'\(Program.path)' --no-record \(logs)")
    #expect(screen.shows("6,935 events"))
    try screen.press("7")
    #expect(screen.shows("7 Counts") && screen.shows("6,935 100.0%"))
    try screen.press("&")
    try screen.type("level >= error")
    let count = try program.run(
      ["count", "--json", "--where", "level >= error"] + Program.shopLogs)
    let total = count.output.split(separator: "\"count\":").last!.prefix { $0.isNumber }
    #expect(screen.shows("  \(total) 100.0%"))
    try screen.press("&")
    try screen.type("level >= bad")
    #expect(screen.shows("no level has this name"))
    try screen.press("Q")
    #expect(screen.isBackAtShell())
  }

  @Test func `the events of one id are gone through, and listed alone`() throws {
    let program = Program()
    let screen = try Screen(program, columns: 120, rows: 40)
    defer { screen.close() }
    let logs = Program.shopLogs.map { "'\($0)'" }.joined(separator: " ")
    try screen.type("'\(Program.path)' --no-record \(logs)")
    #expect(screen.shows("6,935 events"))
    try screen.press("3", "/")
    try screen.type("order confirmed order=")
    #expect(screen.shows("/order confirmed"))
    try screen.press("N")
    #expect(
      eventually {
        screen.lines.contains {
          $0.hasPrefix("▌") && $0.contains("order confirmed order=ord_4f03c21902")
        }
      })
    try screen.press("o")
    #expect(screen.shows("order=ord_4f03c21902; o O go on"))
    try screen.press("i")
    #expect(screen.shows("filter: id ord_4f03c21902"))
    #expect(
      eventually {
        screen.lines.count { $0.contains("09:34:48.") } == 5
          && screen.text.contains("order created") && screen.text.contains("receipt sent")
      })
    try screen.press("Q")
    #expect(screen.isBackAtShell())
  }

  @Test func `one looks back, steps, goes to a place and comes back to the end`() throws {
    let program = Program()
    let screen = try Screen(program, columns: 120, rows: 40)
    defer { screen.close() }
    let logs = Program.shopLogs.map { "'\($0)'" }.joined(separator: " ")
    try screen.type("'\(Program.path)' \(logs)")
    #expect(screen.shows("6,935 events"))
    try screen.press("Space")
    #expect(screen.shows("PAUSED"))
    try screen.press("T")
    try screen.type("#1000")
    #expect(screen.shows("#1,001"))
    try screen.press(".")
    #expect(screen.shows("#1,002"))
    try screen.press(",", ",")
    #expect(screen.shows("#1,000"))
    try screen.press("F")
    #expect(screen.shows("LIVE"))
    #expect(screen.shows("6,935 events"))
    try screen.press("Q")
    #expect(screen.isBackAtShell())
  }

  @Test func `two windows are compared, by the anomaly that is looked at`() throws {
    let program = Program()
    let screen = try Screen(program, columns: 120, rows: 40)
    defer { screen.close() }
    let logs = Program.shopLogs.map { "'\($0)'" }.joined(separator: " ")
    try screen.type("'\(Program.path)' \(logs)")
    #expect(screen.shows("6,935 events"))
    try screen.press("4")
    #expect(screen.shows("4 Anomalies"))
    try screen.press("d")
    #expect(screen.shows("5 Compare"))
    #expect(screen.shows("order of first change in B"))
    #expect(screen.text.contains("NEW") || screen.text.contains("DOWN"))
    try screen.press("w")
    #expect(screen.shows("the same time a day before"))
    try screen.press("q", "Q")
    #expect(screen.isBackAtShell())
  }

  @Test func `it stops and goes on, is resized, and ends by signals, with the terminal whole`()
    throws
  {
    let program = Program()
    _ = try program.write("2026-11-22T09:00:00Z INFO hello\n", to: "app.log")
    let screen = try Screen(program, columns: 100, rows: 30)
    defer { screen.close() }
    try screen.type("'\(Program.path)' app.log")
    #expect(screen.shows("LIVE"))
    try screen.press("C-z")
    #expect(screen.shows("ready$"))
    try screen.type("fg")
    #expect(screen.shows("LIVE"))
    try screen.resize(columns: 60, rows: 15)
    #expect(eventually { screen.text.contains("LIVE") && screen.lines.count <= 16 })
    try screen.type("")
    try screen.press("Q")
    #expect(screen.isBackAtShell())
    try screen.type("clear; '\(Program.path)' app.log & sleep 0; fg; echo status $?")
    #expect(screen.shows("LIVE"))
    try screen.type(":")
    try screen.press("Escape")
    let kill = try Child(
      ["pkill", "-TERM", "-f", "\(Program.path) app.log"], environment: program.environment,
      folder: program.home)
    #expect(kill.wait() == 0)
    #expect(screen.shows("status 143"))
  }

  @Test func `a command's output is followed, and its end is shown`() throws {
    let program = Program()
    let screen = try Screen(program, columns: 120, rows: 40)
    defer { screen.close() }
    try screen.type("'\(Program.path)' --exec 'echo from the command; exit 7'")
    #expect(screen.shows("from the command"))
    #expect(screen.shows("exit status 7"))
    try screen.press("Q")
    #expect(screen.isBackAtShell())
  }

  @Test func `without colours there are none`() throws {
    var program = Program()
    program.environment["NO_COLOR"] = "1"
    _ = try program.write("2026-11-22T09:00:00Z ERROR red\n", to: "app.log")
    let screen = try Screen(program, columns: 80, rows: 24)
    defer { screen.close() }
    try screen.type("script -qc \"'\(Program.path)' app.log\" typescript")
    #expect(screen.shows("LIVE"))
    #expect(screen.shows("red"))
    try screen.press("Q")
    #expect(screen.isBackAtShell())
    let bytes = try Data(contentsOf: URL(fileURLWithPath: program.home + "/typescript"))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!text.contains(/\u{1B}\[[0-9;]*(3[0-7]|9[0-7]|4[0-7]|38;5;\d+)m/))
  }
}
