import Foundation
import Testing

/// Streams on a real disk, written by processes that are killed.
@Suite(.serialized) struct RecordingTests {
  @Test func `killed again and again, a named stream has each line once, in order`() throws {
    let program = Program()
    let log = try program.write("", to: "app.log")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    let arguments = ["record", "--stream", "kept", log]
    var written = 0
    for round in 0..<6 {
      let recorder = try program.start(arguments)
      for _ in 0..<40 {
        let lines = (written..<written + 50).map { "2026-11-22T09:00:00Z INFO line \($0)\n" }
        handle.write(Data(lines.joined().utf8))
        written += 50
        usleep(2000)
      }
      usleep(UInt32(round) * 30_000)
      recorder.signal(SIGKILL)
      recorder.wait()
    }
    let last = try program.run("record", "--once", "--stream", "kept", log)
    #expect(last.status == 0, "\(last.error)")
    let cat = try program.run("cat", "--raw", "--stream", "kept")
    let expected = (0..<written).map { "2026-11-22T09:00:00Z INFO line \($0)\n" }.joined()
    #expect(cat.output == expected)
  }

  @Test func `recorded again, files bring only what is new in them`() throws {
    let program = Program()
    var files = Program.shopLogs
    files.append(try program.write("2026-11-22T09:00:00Z INFO short\n", to: "short.log"))
    files.append(try program.write("2026-11-22T09:00:00Z INFO no line end", to: "cut.log"))
    let arguments = ["record", "--once", "--stream", "again"] + files
    #expect(try program.run(arguments).status == 0)
    let before = try program.run("cat", "--raw", "--stream", "again").bytes
    for _ in 0..<2 {
      let again = try program.run(arguments)
      #expect(again.status == 0 && again.error == "", "\(again.error)")
    }
    // As truth values: the difference of megabytes that an expectation would show takes for ever.
    let isSame = try program.run("cat", "--raw", "--stream", "again").bytes == before
    #expect(isSame, "nothing was new")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: program.home + "/short.log"))
    handle.seekToEndOfFile()
    handle.write(Data("2026-11-22T09:00:01Z INFO more\n".utf8))
    #expect(try program.run(arguments).error == "")
    let after = try program.run("cat", "--raw", "--stream", "again").bytes
    let hasMore = after == before + Data("2026-11-22T09:00:01Z INFO more\n".utf8)
    #expect(hasMore, "the new line alone")
  }

  /// What a command prints of files, it prints of the stream that it recorded them into.
  @Test(arguments: [["patterns", "--json"], ["anomalies", "--json"], []])
  func `with a stream named, files are recorded and analysed at once`(command: [String]) throws {
    let program = Program()
    let (first, rest) = (Array(Program.shopLogs.prefix(1)), Program.shopLogs)
    let recorded = try program.run(command + ["--stream", "s"] + rest)
    #expect(recorded.status == 0 && recorded.error == "", "\(recorded.error)")
    let alone = try program.run(command + rest)
    #expect(recorded.output == alone.output)
    #expect(try program.run(["record", "--once", "--stream", "other"] + rest).status == 0)
    let bytes = try program.run("cat", "--raw", "--stream", "s").bytes
    let isRecorded = try program.run("cat", "--raw", "--stream", "other").bytes == bytes
    #expect(isRecorded)
    // Again: nothing is new, so nothing is recorded; the stream is the same.
    let again = try program.run(command + ["--stream", "s"] + first)
    #expect(again.status == 0)
    #expect(again.output == (command.first == "anomalies" ? "" : alone.output))
    let isSame = try program.run("cat", "--raw", "--stream", "s").bytes == bytes
    #expect(isSame)
  }

  @Test func `what cannot be read leaves no stream behind, and an old one whole`() throws {
    let program = Program()
    let failed = try program.run("record", "--once", "--stream", "s", "no.log")
    #expect(failed.status == 1 && failed.error.contains("no such file"), "\(failed.error)")
    #expect(try program.run("cat", "--stream", "s").error.contains("no such stream"))
    let log = try program.write("2026-11-22T09:00:00Z INFO one\n", to: "app.log")
    #expect(try program.run("record", "--once", "--stream", "s", log).status == 0)
    #expect(try program.run("record", "--once", "--stream", "s", "no.log").status == 1)
    #expect(
      try program.run("cat", "--raw", "--stream", "s").output == "2026-11-22T09:00:00Z INFO one\n")
  }

  @Test func `a file is the same one by whatever path it is named`() throws {
    let program = Program()
    let log = try program.write("2026-11-22T09:00:00Z INFO one\n", to: "app.log")
    for path in [log, "app.log", "./app.log", "*.log"] {
      let result = try program.run("record", "--once", "--stream", "s", path)
      #expect(result.status == 0, "\(path): \(result.error)")
    }
    let bytes = try program.run("cat", "--raw", "--stream", "s").output
    #expect(bytes == "2026-11-22T09:00:00Z INFO one\n")
  }

  @Test func `killed while containers take turns, a named stream has each line once`() throws {
    let program = Program()
    let log = try program.write("", to: "pods.log")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    var written: [String] = []
    for _ in 0..<6 {
      let recorder = try program.start(["record", "--stream", "kept", log])
      for _ in 0..<40 {
        let first = written.count
        let lines = (first..<first + 50).map { number in
          let isTrace = number % 7 > 3
          return "svc\(number % 3)-1 | "
            + (isTrace ? "  at line \(number)\n" : "2026-11-22T09:00:00Z INFO line \(number)\n")
        }
        handle.write(Data(lines.joined().utf8))
        written += lines
        usleep(3000)
      }
      recorder.signal(SIGKILL)
      recorder.wait()
    }
    let last = try program.run("record", "--once", "--stream", "kept", log)
    #expect(last.status == 0, "\(last.error)")
    let cat = try program.run("cat", "--raw", "--stream", "kept")
    #expect(cat.lines.sorted() == written.map { $0.dropLast() }.sorted())
  }

  @Test func `a reader follows what another process records, and a second writer is refused`()
    throws
  {
    let program = Program()
    let log = try program.write("2026-11-22T09:00:00Z INFO one\n", to: "app.log")
    let recorder = try program.start(["record", "--stream", "live", log])
    defer {
      recorder.signal(SIGTERM)
      recorder.wait()
    }
    #expect(
      try eventually { try program.run("cat", "--raw", "--stream", "live").output.contains("one") })
    let second = try program.run("record", "--once", "--stream", "live", log)
    #expect(second.status == 1)
    #expect(second.error.contains("is recording into it"))

    let output = program.home + "/followed"
    let follower = try program.start(
      ["cat", "--raw", "--follow", "--stream", "live"], output: output)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    handle.seekToEndOfFile()
    handle.write(Data("2026-11-22T09:00:01Z INFO two\n".utf8))
    let both = "2026-11-22T09:00:00Z INFO one\n2026-11-22T09:00:01Z INFO two\n"
    #expect(try eventually { try String(contentsOfFile: output, encoding: .utf8) == both })
    follower.signal(SIGTERM)
    #expect(follower.wait() == 143)
  }

  @Test func `a place that is not there yet is waited for when following, and said otherwise`()
    throws
  {
    let program = Program()
    let log = try program.write("", to: "app.log")
    let recorder = try program.start(["record", "--stream", "live", log])
    defer {
      recorder.signal(SIGTERM)
      recorder.wait()
    }
    #expect(try eventually { try program.run("stream", "ls").output.contains("live") })
    let output = program.home + "/followed"
    let reader = try program.start(
      ["cat", "--raw", "--follow", "--stream", "live", "--from", "#2"], output: output)
    let early = try program.run("cat", "--raw", "--stream", "live", "--from", "#2")
    #expect(early.status == 2 && early.error.contains("the stream ends at #0"), "\(early.error)")
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    let lines = (0..<4).map { "2026-11-22T09:00:00Z INFO line \($0)\n" }
    handle.write(Data(lines.joined().utf8))
    #expect(
      try eventually { try String(contentsOfFile: output, encoding: .utf8) == lines[2] + lines[3] })
    reader.signal(SIGTERM)
    #expect(reader.wait() == 143)
  }

  @Test func `twenty readers each get every event, in order, while the writer goes on`() throws {
    let program = Program()
    var text = "2026-11-22T09:00:00Z INFO line 0\n"
    let log = try program.write(text, to: "app.log")
    let recorder = try program.start(["record", "--stream", "live", log])
    #expect(
      try eventually { try program.run("cat", "--raw", "--stream", "live").output == text })
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    handle.seekToEndOfFile()
    var readers: [(child: Child, output: String, fromOffset: Int)] = []
    for round in 0..<40 {
      // One comes every second round: some see it all live, others have a past to read first.
      if round.isMultiple(of: 2) {
        let output = program.home + "/followed-\(round)"
        let from = round.isMultiple(of: 4) ? 0 : 100
        let child = try program.start(
          ["cat", "--raw", "--follow", "--stream", "live", "--from", "#\(from)"], output: output)
        readers.append((child, output, from))
      }
      let lines = (round * 50 + 1...round * 50 + 50).map {
        "2026-11-22T09:00:00Z INFO line \($0)\n"
      }
      handle.write(Data(lines.joined().utf8))
      text += lines.joined()
      usleep(5000)
    }
    let whole = Data(text.utf8)
    let later = Data(text.split(separator: "\n").dropFirst(100).map { $0 + "\n" }.joined().utf8)
    for reader in readers {
      let expected = reader.fromOffset == 0 ? whole : later
      let isWhole = eventually {
        (try? Data(contentsOf: URL(fileURLWithPath: reader.output))) == expected
      }
      #expect(isWhole, "\(reader.output)")
    }
    for child in readers.map(\.child) + [recorder] {
      child.signal(SIGTERM)
      #expect(child.wait() == 143)
    }
  }

  @Test func `a line without an end does not run into another file's`() throws {
    let program = Program()
    let first = try program.write("2026-11-22T09:00:00Z INFO one", to: "a.log")
    let second = try program.write("2026-11-22T09:00:01Z INFO two", to: "b.log")
    func record() throws {
      #expect(try program.run("record", "--once", "--stream", "torn", first, second).status == 0)
    }
    try record()
    let raw = try program.run("cat", "--raw", "--stream", "torn")
    #expect(raw.output == "2026-11-22T09:00:00Z INFO one\n2026-11-22T09:00:01Z INFO two")
    // What finishes the line is the very next of its bytes.
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: second))
    handle.seekToEndOfFile()
    handle.write(Data(" and more\n".utf8))
    try record()
    #expect(
      try program.run("cat", "--raw", "--stream", "torn").output
        == "2026-11-22T09:00:00Z INFO one\n2026-11-22T09:00:01Z INFO two and more\n")
  }

  @Test func `recorders that begin in the same second have streams of their own`() throws {
    let program = Program()
    let log = try program.write("2026-11-22T09:00:00Z INFO one\n", to: "app.log")
    let recorders = try (0..<3).map { _ in try program.start(["record", log]) }
    #expect(try eventually { try program.run("stream", "ls").lines.count == 4 })
    for recorder in recorders {
      recorder.signal(SIGTERM)
      #expect(recorder.wait() == 143)
    }
  }

  @Test func `places in a stream are found by offset and by time`() throws {
    let program = Program()
    #expect(
      try program.run(["record", "--once", "--stream", "shop"] + Program.shopLogs).status == 0)
    let all = try program.run("cat", "--json", "--stream", "shop")
    #expect(all.status == 0)
    let some = try program.run(
      "cat", "--json", "--stream", "shop", "--from", "#100", "--to", "#103")
    #expect(some.lines == Array(all.lines[100..<103]))
    let timed = try program.run(
      "cat", "--stream", "shop", "--from", "09:32:43", "--to", "2026-11-22T09:32:44Z", "--service",
      "redis")
    #expect(timed.lines.contains { $0.contains("User requested shutdown") })
    let info = try program.run("stream", "info", "shop")
    #expect(
      info.output.contains("#0 to #\(all.lines.count / 1000),")
        || info.output.contains("#\(all.lines.count)"))
    #expect(try program.run("stream", "ls").output.contains("shop"))
  }

  @Test func `the analysis of a recording is that of its files`() throws {
    let program = Program()
    #expect(
      try program.run(["record", "--once", "--stream", "shop"] + Program.shopLogs).status == 0)
    let files = try program.run(["anomalies", "--json"] + Program.shopLogs)
    let stream = try program.run("anomalies", "--json", "--stream", "shop")
    #expect(stream.output == files.output)
    let patterns = try program.run(["patterns"] + Program.shopLogs)
    #expect(try program.run("patterns", "--stream", "shop").output == patterns.output)
  }

  @Test func `patterns from a place on are those of the whole stream, and count what is asked for`()
    throws
  {
    let program = Program()
    #expect(
      try program.run(["record", "--once", "--stream", "shop"] + Program.shopLogs).status == 0)
    func patterns(_ arguments: String...) throws -> [String: Int] {
      let run = try program.run(["patterns", "--json", "--stream", "shop"] + arguments)
      #expect(run.status == 0 && run.error == "", "\(run.error)")
      let pairs = try run.lines.map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let template = try #require(object?["template"] as? String)
        let pattern = try #require(object?["pattern"] as? String)
        return (pattern + template, try #require(object?["count"] as? Int))
      }
      return Dictionary(pairs, uniquingKeysWith: +)
    }
    let whole = try patterns()
    let total = whole.values.reduce(0, +)
    let rest = try patterns("--from", "#1500")
    #expect(rest.values.reduce(0, +) == total - 1500)
    #expect(rest.allSatisfy { $0.value <= whole[$0.key] ?? 0 }, "no pattern of its own")
    let part = try patterns("--from", "#1500", "--to", "#1600")
    #expect(part.values.reduce(0, +) == 100)
  }

  @Test func `a thousand files are followed in little memory`() throws {
    let program = Program()
    let folder = program.home + "/logs"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for number in 0..<1000 {
      let lines = (0..<10).map { "2026-11-22T09:00:0\($0)Z INFO source \(number) says \($0)\n" }
      try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: "\(folder)/\(number).log"))
    }
    let recorder = try program.start(["record", "--stream", "many", folder])
    #expect(
      try eventually { try program.run("cat", "--raw", "--stream", "many").lines.count == 10_000 })
    let status = try String(
      contentsOfFile: "/proc/\(recorder.processID)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
    let kilobytes = try #require(Int(line.filter(\.isNumber)))
    #expect(kilobytes < 48 * 1024, "\(line)")
    recorder.signal(SIGTERM)
    #expect(recorder.wait() == 143)
  }
}
