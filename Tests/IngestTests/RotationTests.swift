import Events
import Testing

@testable import Ingest

/// How a log is turned over, by hand and one step at a time.
@Suite struct RotationTests: RotatedLog {
  @Test func `late lines of a renamed file come before those of the new one`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("old", 0..<3))
    let set = try follow(scratch)
    #expect(set.drain().text == text("old", 0..<3))
    scratch.rename("a.log", "a.log.1")
    scratch.write("a.log", "")
    scratch.append("a.log.1", text("old", 3..<5))
    scratch.append("a.log", text("new", 0..<2))
    let drained = set.sweepAndDrain()
    #expect(drained.text == text("old", 3..<5) + text("new", 0..<2))
    #expect(drained.generations == [0, 1])
  }

  @Test func `a late writer is read to the end of its line and the new file goes on`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("old", 0..<1))
    let set = try follow(scratch)
    _ = set.drain()
    scratch.rename("a.log", "a.log.1")
    scratch.write("a.log", text("new", 0..<1))
    #expect(set.sweepAndDrain().text == text("new", 0..<1))
    scratch.append("a.log.1", text("old", 1..<3))
    scratch.append("a.log", text("new", 1..<2))
    let drained = set.sweepAndDrain()
    #expect(drained.text == text("old", 1..<3) + text("new", 1..<2))
    #expect(drained.generations == [2, 3])
  }

  @Test func `two rotations between two looks lose nothing`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<2))
    let set = try follow(scratch)
    #expect(set.drain().text == text("one", 0..<2))
    scratch.append("a.log", text("one", 2..<4))
    scratch.rename("a.log", "a.log.1")
    scratch.write("a.log", text("two", 0..<3))
    scratch.rename("a.log.1", "a.log.2")
    scratch.rename("a.log", "a.log.1")
    scratch.write("a.log", text("three", 0..<1))
    #expect(
      set.sweepAndDrain().text == text("one", 2..<4) + text("two", 0..<3) + text("three", 0..<1))
  }

  @Test func `a removed file is read to its end and waited for`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<1))
    let set = try follow(scratch)
    _ = set.drain()
    scratch.append("a.log", text("one", 1..<2))
    scratch.run("rm a.log")
    #expect(set.sweepAndDrain().text == text("one", 1..<2))
    scratch.write("a.log", text("two", 0..<1))
    #expect(set.sweepAndDrain().text == text("two", 0..<1))
  }

  @Test func `the rest of a truncated file comes from its copy`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<3))
    let set = try follow(scratch)
    _ = set.drain()
    scratch.append("a.log", text("one", 3..<6))
    scratch.copyAndTruncate("a.log", to: "a.log.1")
    scratch.append("a.log", text("two", 0..<9))
    let drained = set.sweepAndDrain()
    #expect(drained.text == text("one", 3..<6) + text("two", 0..<9))
    #expect(drained.generations == [0, 1])
    #expect(drained.gaps == [])
  }

  @Test func `two truncations between two looks lose nothing`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<3))
    let set = try follow(scratch)
    _ = set.drain()
    scratch.append("a.log", text("one", 3..<6))
    scratch.copyAndTruncate("a.log", to: "a.log.1")
    scratch.append("a.log", text("two", 0..<2))
    scratch.rename("a.log.1", "a.log.2")
    scratch.copyAndTruncate("a.log", to: "a.log.1")
    scratch.append("a.log", text("three", 0..<20))
    #expect(
      set.sweepAndDrain().text == text("one", 3..<6) + text("two", 0..<2) + text("three", 0..<20))
  }

  @Test func `a copy of what was not begun is found, however old its stamp`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<3))
    let set = try follow(scratch)
    _ = set.drain()
    scratch.append("a.log", text("one", 3..<6))
    scratch.copyAndTruncate("a.log", to: "a.log.1")
    scratch.append("a.log", text("two", 0..<4))
    // The next life of the file is seen, but the rest of this one is read first.
    var byte: UInt8 = 0
    #expect(
      set.read(set.only, into: &byte, capacity: 1)
        == .bytes(
          count: 1, generation: 0, offset: UInt64(text("one", 0..<3).utf8.count)))
    scratch.rename("a.log.1", "a.log.2")
    scratch.copyAndTruncate("a.log", to: "a.log.1")
    // logrotate stamps what it packs with the time before it began to copy.
    scratch.run("gzip a.log.1 a.log.2 && touch -d '1 second ago' a.log.1.gz")
    scratch.append("a.log", text("three", 0..<2))
    let drained = set.sweepAndDrain()
    let rest = text("one", 3..<6) + text("two", 0..<4) + text("three", 0..<2)
    #expect(drained.text == String(rest.dropFirst()))
    #expect(drained.gaps == [])
  }

  @Test func `what was overwritten unread and is in no copy is a gap`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<3))
    let set = try follow(scratch)
    #expect(set.drain(capacity: text("one", 0..<3).utf8.count).text == text("one", 0..<3))
    let unread = text("one", 3..<6)
    scratch.append("a.log", unread)
    set.lookAtEverything()
    scratch.truncate("a.log")
    scratch.append("a.log", text("two", 0..<1))
    let drained = set.sweepAndDrain()
    #expect(drained.text == text("two", 0..<1))
    #expect(drained.gaps == [UInt64(unread.utf8.count)])
  }

  @Test func `a file that has grown beyond its old size is seen to be another`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<2))
    let set = try follow(scratch)
    _ = set.drain()
    scratch.truncate("a.log")
    scratch.append("a.log", text("two", 0..<5))
    #expect(set.sweepAndDrain().text == text("two", 0..<5))
  }

  @Test func `a hole that a writer leaves behind is skipped`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<100))
    let set = try follow(scratch)
    _ = set.drain()
    let size = text("one", 0..<100).utf8.count
    scratch.copyAndTruncate("a.log", to: "a.log.1")
    scratch.run("truncate -s \(size) a.log")
    scratch.append("a.log", text("two", 0..<2))
    let drained = set.sweepAndDrain()
    #expect(drained.text == text("two", 0..<2))
    #expect(drained.endOffset == UInt64(size + text("two", 0..<2).utf8.count))
  }

  @Test func `rotated copies are read first where that is asked for`() throws {
    let scratch = try Scratch()
    scratch.write("a.log.3", text("one", 0..<2))
    scratch.run("gzip a.log.3")
    scratch.write("a.log.2", text("two", 0..<2))
    scratch.write("a.log.1", text("three", 0..<2))
    scratch.write("a.log", text("four", 0..<2))
    scratch.write("b.log.1", text("other", 0..<2))
    let whole = ["one", "two", "three", "four"].map { text($0, 0..<2) }.joined()
    #expect(try follow(scratch, IngestOptions(withRotated: true)).drain().text == whole)
    #expect(try follow(scratch).drain().text == text("four", 0..<2))
    let once = IngestOptions(follow: false, withRotated: true)
    let drained = try follow(scratch, once).drain()
    #expect(drained.text == whole)
    #expect(drained.last == .ended(.ended))
  }
}
