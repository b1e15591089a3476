import Events
import Testing

@testable import Ingest

/// Logs that are reached by symbolic links, as on a Kubernetes node: a link that names pod and
/// container, to a link that counts restarts, to the file that is turned over.
@Suite struct LinkTests {
  private let line = String(repeating: "long enough to tell one from another ", count: 4)

  private func text(_ name: String, _ range: Range<Int>) -> String {
    range.map { "\(name) \($0) \(line)\n" }.joined()
  }

  private func node() throws -> Scratch {
    let scratch = try Scratch()
    scratch.run("mkdir -p store pods/c containers")
    scratch.write("store/id.log", text("one", 0..<3))
    scratch.run("ln -s ../../store/id.log pods/c/0.log")
    scratch.run("ln -s ../pods/c/0.log containers/web.log")
    return scratch
  }

  private func follow(_ scratch: Scratch, resume: [Stored] = []) throws -> SourceSet {
    try scratch.open([.path(scratch.path + "containers/*.log")], resume: resume)
  }

  @Test func `the file behind a chain of links is followed through its rotation`() throws {
    let scratch = try node()
    let set = try follow(scratch)
    #expect(set.drain().text == text("one", 0..<3))
    #expect(set.sources.map(\.name) == [scratch.path + "containers/web.log"])
    scratch.append("store/id.log", text("one", 3..<4))
    scratch.rename("store/id.log", "store/id.log.20261122-090000")
    scratch.write("store/id.log", text("two", 0..<2))
    #expect(set.sweepAndDrain().text == text("one", 3..<4) + text("two", 0..<2))
    #expect(set.count == 1)
  }

  @Test func `what was turned over beside the target while nobody read is found`() throws {
    let scratch = try node()
    let first = try follow(scratch)
    let stored = first.stored(first.drain())
    scratch.append("store/id.log", text("one", 3..<4))
    scratch.rename("store/id.log", "store/id.log.20261122-090000")
    scratch.write("store/id.log.20261122-100000", text("two", 0..<2))
    scratch.run("gzip store/id.log.20261122-090000")
    scratch.write("store/id.log", text("three", 0..<2))
    let drained = try follow(scratch, resume: [stored]).drain()
    #expect(drained.text == text("one", 3..<4) + text("two", 0..<2) + text("three", 0..<2))
    #expect(drained.gaps == [])
  }

  @Test(arguments: [false, true])
  func `a link to another file is a rotation`(isRestarted: Bool) throws {
    let scratch = try node()
    var set = try follow(scratch)
    let stored = set.stored(set.drain())
    scratch.append("store/id.log", text("one", 3..<4))
    scratch.write("store/next.log", text("two", 0..<2))
    scratch.run("ln -s ../../store/next.log pods/c/1.log")
    scratch.run("ln -sfn ../pods/c/1.log containers/web.log")
    if isRestarted { set = try follow(scratch, resume: [stored]) }
    #expect(set.sweepAndDrain().text == text("one", 3..<4) + text("two", 0..<2))
  }

  @Test func `files of a folder that appears later join`() throws {
    let scratch = try Scratch()
    let set = try scratch.open([
      .path(scratch.path + "late"), .path(scratch.path + "pods/*/0.log"),
    ])
    scratch.run("mkdir -p late pods/c")
    scratch.write("late/a.log", text("a", 0..<2))
    scratch.write("pods/c/0.log", text("b", 0..<2))
    set.lookAtEverything()
    let texts = set.sources.map { set.drain($0.id).text }
    #expect(texts.filter { !$0.isEmpty } == [text("a", 0..<2), text("b", 0..<2)])
  }

  @Test func `more changes than the kernel keeps are known to be missing`() throws {
    let scratch = try Scratch()
    for name in ["a", "b"] { scratch.write(name, "") }
    let watcher = try #require(ChangeWatcher())
    let files = try ["a", "b"].map { try Descriptor.open(scratch.path + $0) }
    for file in files { _ = watcher.watchFile(file) }
    _ = watcher.changes()
    #expect(!watcher.hasOverflown)
    // Changes of one file in a row are kept as one.
    scratch.run(
      """
      exec 3>>a 4>>b; limit=$(cat /proc/sys/fs/inotify/max_queued_events); i=0
      while [ $i -le $limit ]; do echo >&3; echo >&4; i=$((i + 2)); done
      """)
    _ = watcher.changes()
    #expect(watcher.hasOverflown)
    _ = watcher.changes()
    #expect(!watcher.hasOverflown)
  }
}
