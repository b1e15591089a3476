import Foundation
import Testing

/// What is done to streams that are recorded already.
@Suite struct StreamCareTests {
  @Test func `a stream is checked, and says which events a spoilt byte cost`() throws {
    let program = Program()
    #expect(try program.run(["record", "--once", "--stream", "s"] + Program.shopLogs).status == 0)
    let whole = try program.run("stream", "check", "s")
    #expect(whole.status == 0 && whole.lines.last == "whole", "\(whole.output)\(whole.error)")
    #expect(try program.run("stream", "check", "s", "--repair").lines.first == "nothing to repair")

    let folder = program.home + "/state/spate/streams/s/segments"
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first)
    let segment = try FileHandle(forUpdating: URL(fileURLWithPath: "\(folder)/\(name)"))
    try segment.seek(toOffset: 4000)
    segment.write(Data([0xff, 0x00, 0xff]))
    let spoilt = try program.run("stream", "check", "s")
    #expect(spoilt.status == 1)
    #expect(spoilt.output.contains("are lost"), "\(spoilt.output)")
    #expect(spoilt.lines.last == "the rest can be read")
    #expect(try program.run("stream", "check", "s", "--fast").error == "")

    // Amid the stream there is nothing to cut: what can be read stays, and the loss is said again.
    let repaired = try program.run("stream", "check", "s", "--repair")
    #expect(repaired.status == 1 && repaired.output.contains("cannot be brought back"))
    #expect(repaired.lines.contains { $0.contains("are lost") })
    let cat = try program.run("cat", "--raw", "--stream", "s")
    #expect(cat.status == 0 && cat.error.contains("cannot be read"), "\(cat.error)")
    #expect(!cat.lines.isEmpty)
  }

  @Test func `ranges are pinned and let go`() throws {
    let program = Program()
    #expect(try program.run(["record", "--once", "--stream", "s"] + Program.shopLogs).status == 0)
    let pin = try program.run(
      "stream", "pin", "s", "--from", "#10", "--to", "#20", "--name", "outage")
    #expect(pin.output == "outage  #10 to #20\n", "\(pin.error)")
    #expect(try program.run("stream", "pin", "s").output == "outage  #10 to #20\n")
    #expect(try program.run("stream", "unpin", "s", "outage").status == 0)
    #expect(try program.run("stream", "unpin", "s", "outage").status == 1)
    #expect(try program.run("stream", "pin", "s").output == "nothing is pinned\n")
  }

  @Test func `what cannot be given up is said`() throws {
    let program = Program()
    #expect(try program.run(["record", "--once", "--stream", "s"] + Program.shopLogs).status == 0)
    #expect(try program.run("stream", "prune", "s").status == 2)
    let prune = try program.run("stream", "prune", "s", "--max-bytes", "1K")
    #expect(prune.output.hasPrefix("nothing to give up"), "\(prune.output)\(prune.error)")
    #expect(try program.run("stream", "merge", "s").output == "nothing to merge\n")
    let recorder = try program.start(["record", "--stream", "s"] + Program.shopLogs)
    defer {
      recorder.signal(SIGTERM)
      recorder.wait()
    }
    let isLocked = try eventually {
      try program.run("stream", "info", "s").output.contains("writer")
    }
    #expect(isLocked)
    let refused = try program.run("stream", "merge", "s")
    #expect(refused.status == 1 && refused.error.contains("recording into it"), "\(refused.error)")
  }

  @Test func `a recorder waits for whoever tidies the stream`() throws {
    let program = Program()
    #expect(try program.run(["record", "--once", "--stream", "s"] + Program.shopLogs).status == 0)
    // Held as a prune would hold it, and let go while the recorder asks again.
    let lock = try FileHandle(
      forUpdating: URL(fileURLWithPath: program.home + "/state/spate/streams/s/LOCK"))
    #expect(fcntl(lock.fileDescriptor, F_SETFD, FD_CLOEXEC) == 0)
    var whole = flock(l_type: Int16(F_WRLCK), l_whence: 0, l_start: 0, l_len: 0, l_pid: 0)
    let setLockOfOpenFile: Int32 = 37  // F_OFD_SETLK, which the module lacks
    #expect(unsafe fcntl(lock.fileDescriptor, setLockOfOpenFile, &whole) == 0)
    let log = try program.write("2026-05-07T09:00:00Z INFO one more\n", to: "more.log")
    let recorder = try program.start(["record", "--once", "--stream", "s", log])
    usleep(100_000)
    try lock.close()
    #expect(recorder.wait() == 0)
  }

  @Test func `anomalies from a place on know what came before it`() throws {
    let program = Program()
    #expect(try program.run(["record", "--once", "--stream", "s"] + Program.shopLogs).status == 0)
    let whole = try program.run("anomalies", "--json", "--stream", "s")
    let part = try program.run("anomalies", "--json", "--stream", "s", "--from", "#3000")
    #expect(part.error == "" && part.lines.count <= whole.lines.count)
    #expect(Set(part.lines).isSubset(of: Set(whole.lines)))
  }
}
