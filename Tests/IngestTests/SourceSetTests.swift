import Events
import Testing

@testable import Ingest

@Suite struct SourceSetTests {
  private let once = IngestOptions(follow: false)

  @Test func `a file is read to its present end and then over`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", "one\ntwo\n")
    let set = try scratch.open([.path(scratch.path + "a.log")], once)
    let drained = set.drain()
    #expect(drained.text == "one\ntwo\n")
    #expect(drained.last == .ended(.ended))
    #expect(set.sources[0].progress == .ended(.ended))
    #expect(set.sources[0].readByteCount == 8)
    #expect(set.sources[0].knownByteCount == 8)
  }

  @Test func `an empty file ends at once`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", "")
    let set = try scratch.open([.path(scratch.path + "a.log")], once)
    #expect(set.drain().outcomes == [.ended(.ended)])
  }

  @Test func `a followed file goes on where it had ended`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", "one\n")
    let set = try scratch.open([.path(scratch.path + "a.log")])
    #expect(set.drain().text == "one\n")
    #expect(set.sources[0].progress == .following)
    scratch.append("a.log", "two\n")
    #expect(set.wait(timeout: .seconds(5)) == [set.only])
    #expect(set.drain().text == "two\n")
  }

  @Test func `a followed file may appear later`() throws {
    let scratch = try Scratch()
    let set = try scratch.open([.path(scratch.path + "a.log")])
    #expect(set.drain().outcomes == [.nothing])
    #expect(set.sources[0].progress == .waiting)
    scratch.write("a.log", "one\n")
    #expect(set.sweepAndDrain().text == "one\n")
  }

  @Test func `what cannot be read is told at once`() throws {
    let scratch = try Scratch()
    let missing = scratch.path + "none.log"
    #expect(throws: SourceError.missing(path: missing)) { try scratch.open([.path(missing)], once) }
    let pattern = scratch.path + "*.log"
    #expect(throws: SourceError.noMatch(pattern: pattern)) {
      try scratch.open([.path(pattern)], once)
    }
    #expect(throws: SourceError.noTextFiles(folder: scratch.path)) {
      try scratch.open([.path(scratch.path)], once)
    }
  }

  @Test(arguments: [
    (0, ""), (1, "four"), (2, "three\nfour"), (4, "one\ntwo\nthree\nfour"),
    (9, "one\ntwo\nthree\nfour"),
  ])
  func `the last lines come first and then what follows`(count: Int, expected: String) throws {
    let scratch = try Scratch()
    scratch.write("a.log", "one\ntwo\nthree\nfour")
    let set = try scratch.open(
      [.path(scratch.path + "a.log")], IngestOptions(tailLineCount: count))
    #expect(set.drain().text == expected)
    scratch.append("a.log", "\nfive\n")
    #expect(set.drain().text == "\nfive\n")
  }

  @Test func `a folder stands for its text files`() throws {
    let scratch = try Scratch()
    scratch.write("b.log", "b\n")
    scratch.write("a.log", "a\n")
    scratch.write("a.log.1", "older\n")
    scratch.write("a.log-20261120", "older\n")
    scratch.write("a.log.2.gz", "not really packed")
    scratch.write(".hidden", "hidden\n")
    scratch.write("core", [1, 2, 0, 3], mode: "w")
    scratch.run("mkdir sub && echo x > sub/c.log")
    let set = try scratch.open([.path(scratch.path)], once)
    #expect(set.sources.map(\.name) == [scratch.path + "a.log", scratch.path + "b.log"])
  }

  @Test func `files of a pattern and of a folder join when they appear`() throws {
    let scratch = try Scratch()
    scratch.run("mkdir logs")
    let set = try scratch.open([.path(scratch.path + "*.log"), .path(scratch.path + "logs")])
    #expect(set.sources.isEmpty)
    scratch.write("a.log", "a\n")
    scratch.write("a.log.1", "older\n")
    scratch.write("logs/b", "b\n")
    scratch.write("logs/c", [0, 1, 2], mode: "w")
    while set.sources.count < 2 { _ = set.wait(timeout: .seconds(5)) }
    #expect(set.sources.map(\.name).sorted() == [scratch.path + "a.log", scratch.path + "logs/b"])
    #expect(set.sources.map { set.drain($0.id).text }.sorted() == ["a\n", "b\n"])
  }

  @Test func `a file that was only renamed does not join`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", "one\n")
    let set = try scratch.open([.path(scratch.path + "*.log")])
    #expect(set.drain().text == "one\n")
    scratch.rename("a.log", "elsewhere.log")
    scratch.write("a.log", "two\n")
    #expect(set.sweepAndDrain().text == "two\n")
    set.lookAtEverything()
    #expect(set.sources.count == 1)
  }

  @Test func `packed files that were named are read unpacked`() throws {
    let scratch = try Scratch()
    let text = (0..<20_000).map { "line \($0) \(String(repeating: "x", count: $0 % 50))\n" }
      .joined()
    scratch.write("a.log", text)
    scratch.run("gzip -k a.log && gzip -c a.log >> a.log.gz")
    let set = try scratch.open([.path(scratch.path + "a.log.gz")])
    #expect(set.drain(capacity: 1000).text == text + text)
    #expect(set.sources[0].progress == .ended(.ended))
  }

  @Test func `a packed file goes on where it stood, if it is the same file`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", "one\ntwo\nthree\n")
    scratch.run("gzip -k a.log")
    let spec = SourceSpec.path(scratch.path + "a.log.gz")
    let set = try scratch.open([spec], once)
    var stored = set.stored(set.drain())
    stored.checkpoint.endOffset = 4
    #expect(try scratch.open([spec], once, resume: [stored]).drain().text == "two\nthree\n")
    scratch.run("gzip -c a.log > new.gz && mv new.gz a.log.gz")
    #expect(try scratch.open([spec], once, resume: [stored]).drain().text == "")
  }

  @Test func `a packed file that is cut short gives what it has and fails`() throws {
    let scratch = try Scratch()
    let text = (0..<20_000).map { "line \($0 &* 2_654_435_761)\n" }.joined()
    scratch.write("a.log", text)
    scratch.run("gzip a.log && truncate -s 50000 a.log.gz")
    let set = try scratch.open([.path(scratch.path + "a.log.gz")], once)
    let drained = set.drain()
    #expect(text.hasPrefix(drained.text) && drained.text.count > 10_000)
    #expect(drained.last == .ended(.failed(reason: "the packed file is cut short")))
  }

  @Test func `a named pipe is read until its writers have gone`() throws {
    let scratch = try Scratch()
    scratch.run("mkfifo pipe")
    let set = try scratch.open([.path(scratch.path + "pipe")])
    #expect(set.drain().outcomes == [.nothing])
    scratch.run("(echo one; echo two) > pipe &")
    var text = ""
    while true {
      _ = set.wait(timeout: .seconds(5))
      let drained = set.drain()
      text += drained.text
      if drained.last == .ended(.ended) { break }
    }
    #expect(text == "one\ntwo\n")
  }

  @Test(arguments: [
    ("echo out; echo err >&2; exit 3", "out\nerr\n", SourceState.exited(status: 3)),
    ("echo out; kill -9 $$", "out\n", .signalled(signal: 9)),
    ("exec true", "", .exited(status: 0)),
    ("no-such-command-here 2>/dev/null", "", .exited(status: 127)),
  ])
  func `the output of a command and how it ended arrive`(
    command: String, expected: String, state: SourceState
  ) throws {
    let set = try SourceSet([.command(command)], options: IngestOptions())
    var text = ""
    while true {
      let drained = set.drain()
      text += drained.text
      if case .ended(let found) = drained.last {
        #expect(found == state)
        break
      }
      _ = set.wait(timeout: .seconds(5))
    }
    #expect(text == expected)
  }

  @Test func `closing ends a command with its children`() throws {
    let scratch = try Scratch()
    let set = try SourceSet(
      [.command("sleep 1000 & echo $!; wait")], options: IngestOptions())
    var child = ""
    while !child.hasSuffix("\n") {
      _ = set.wait(timeout: .seconds(5))
      child += set.drain().text
    }
    set.close()
    let pid = child.dropLast()
    // Gone, or a zombie that nobody has taken in yet; it was told to end, and takes its turn to do so.
    let isOver = "! test -d /proc/\(pid) || grep -q '^State:.[ZX]' /proc/\(pid)/status"
    #expect(
      scratch.run("for turn in $(seq 200); do { \(isOver); } && exit 0; sleep 0.05; done; exit 1")
        == 0)
  }

  @Test func `a wait ends when it is woken`() throws {
    let set = try SourceSet([], options: IngestOptions())
    set.waker.wake()
    #expect(set.wait(timeout: .seconds(1000)) == [])
  }

  @Test func `a thousand files are followed at once`() throws {
    let scratch = try Scratch()
    for number in 0..<1000 { scratch.write("f\(number).log", "start \(number)\n") }
    let set = try scratch.open([.path(scratch.path + "*.log")])
    #expect(set.sources.count == 1000)
    for source in set.sources { #expect(set.drain(source.id).text.hasPrefix("start ")) }
    scratch.append("f7.log", "more\n")
    scratch.append("f993.log", "more\n")
    var ready: Set<SourceID> = []
    while ready.count < 2 { ready.formUnion(set.wait(timeout: .seconds(5))) }
    #expect(
      Set(ready.map { set.source($0).name }) == [
        scratch.path + "f7.log", scratch.path + "f993.log",
      ])
    for id in ready { #expect(set.drain(id).text == "more\n") }
  }
}
