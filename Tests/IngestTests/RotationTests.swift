import Events
import Testing

@testable import Ingest

/// How a log is turned over, by hand and one step at a time.
@Suite struct RotationTests {
  private let line = String(repeating: "a line that is long enough to tell files apart ", count: 3)

  private func text(_ name: String, _ range: Range<Int>) -> String {
    range.map { "\(name) \($0) \(line)\n" }.joined()
  }

  private func follow(
    _ scratch: Scratch, _ options: IngestOptions = IngestOptions(), resume: [Stored] = []
  ) throws -> SourceSet {
    try scratch.open([.path(scratch.path + "a.log")], options, resume: resume)
  }

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

  // MARK: Restarts

  /// What happens to a log while nobody reads it, and what must then come.
  struct Absence: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var steps: @Sendable (Scratch, (String, Range<Int>) -> String) -> Void
    /// Names and ranges of lines.
    var expected: [(String, Range<Int>)]
    var gapCount = 0

    static let all: [Absence] = [
      Absence(testDescription: "nothing", steps: { _, _ in }, expected: []),
      Absence(
        testDescription: "growth", steps: { $0.append("a.log", $1("one", 4..<6)) },
        expected: [("one", 4..<6)]),
      Absence(
        testDescription: "renamed, not made again",
        steps: { scratch, _ in scratch.rename("a.log", "a.log.1") },
        expected: []),
      Absence(
        testDescription: "renamed and made again",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.rename("a.log", "a.log.1")
          $0.write("a.log", $1("two", 0..<2))
        }, expected: [("one", 4..<5), ("two", 0..<2)]),
      Absence(
        testDescription: "renamed twice",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.rename("a.log", "a.log.2")
          $0.write("a.log.1", $1("two", 0..<2))
          $0.write("a.log", $1("three", 0..<2))
        }, expected: [("one", 4..<5), ("two", 0..<2), ("three", 0..<2)]),
      Absence(
        testDescription: "renamed twice and packed",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.rename("a.log", "a.log.2")
          $0.write("a.log.1", $1("two", 0..<2))
          $0.run("gzip a.log.1 a.log.2")
          $0.write("a.log", $1("three", 0..<2))
        }, expected: [("one", 4..<5), ("two", 0..<2), ("three", 0..<2)]),
      Absence(
        testDescription: "renamed by date, one packed with zstd",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.rename("a.log", "a.log-20261120")
          $0.run("if command -v zstd >/dev/null; then zstd -q --rm a.log-20261120; fi")
          $0.write("a.log-20261121", $1("two", 0..<2))
          $0.write("a.log", $1("three", 0..<2))
        }, expected: [("one", 4..<5), ("two", 0..<2), ("three", 0..<2)]),
      Absence(
        testDescription: "moved to a folder beside",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.run("mkdir old && mv a.log old/a.log.1")
          $0.write("a.log", $1("two", 0..<2))
        }, expected: [("one", 4..<5), ("two", 0..<2)]),
      Absence(
        testDescription: "renamed to something else",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.rename("a.log", "what-was-before")
          $0.write("a.log", $1("two", 0..<2))
        }, expected: [("one", 4..<5), ("two", 0..<2)]),
      Absence(
        testDescription: "copied and truncated",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.copyAndTruncate("a.log", to: "a.log.1")
          $0.append("a.log", $1("two", 0..<2))
        }, expected: [("one", 4..<5), ("two", 0..<2)]),
      Absence(
        testDescription: "copied and truncated twice, packed, grown longer than before",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.copyAndTruncate("a.log", to: "a.log.2")
          $0.append("a.log", $1("two", 0..<2))
          $0.copyAndTruncate("a.log", to: "a.log.1")
          $0.run("gzip a.log.1 a.log.2")
          $0.append("a.log", $1("three", 0..<30))
        }, expected: [("one", 4..<5), ("two", 0..<2), ("three", 0..<30)]),
      Absence(
        testDescription: "a copy is being made",
        steps: {
          $0.append("a.log", $1("one", 4..<9))
          $0.run("head -c 900 a.log > a.log.1")
        }, expected: [("one", 4..<9)]),
      Absence(
        testDescription: "copied and truncated, and the next copy is being made",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.copyAndTruncate("a.log", to: "a.log.2")
          $0.append("a.log", $1("two", 0..<20))
          $0.run("head -c 900 a.log > a.log.1")
        }, expected: [("one", 4..<5), ("two", 0..<20)]),
      Absence(
        testDescription: "copied before the last lines were read, then truncated",
        steps: {
          $0.run("head -c 300 a.log > a.log.1")
          $0.truncate("a.log")
          $0.append("a.log", $1("two", 0..<1))
        }, expected: [("two", 0..<1)]),
      Absence(
        testDescription: "packed, and the unpacked copy not removed yet",
        steps: {
          $0.append("a.log", $1("one", 4..<5))
          $0.rename("a.log", "a.log.1")
          $0.run("gzip -k a.log.1")
          $0.write("a.log", $1("two", 0..<2))
        }, expected: [("one", 4..<5), ("two", 0..<2)]),
      Absence(
        testDescription: "removed and made again",
        steps: {
          $0.run("rm a.log")
          $0.write("a.log", $1("two", 0..<2))
        }, expected: [("two", 0..<2)], gapCount: 1),
      Absence(
        testDescription: "vanished, with a younger copy left",
        steps: {
          $0.run("rm a.log; sleep 0.02")
          $0.write("a.log.1", $1("two", 0..<2))
          $0.write("a.log", $1("three", 0..<2))
        }, expected: [("two", 0..<2), ("three", 0..<2)], gapCount: 1),
    ]
  }

  @Test(arguments: Absence.all)
  func `a restart goes on exactly where the last run stood`(_ absence: Absence) throws {
    let scratch = try Scratch()
    scratch.write("a.log.9", text("before", 0..<2))
    scratch.run("touch -d '1 hour ago' a.log.9")
    scratch.write("a.log", text("one", 0..<4))
    var stored: Stored
    do {
      let set = try follow(scratch)
      let drained = set.drain(capacity: 256)
      #expect(drained.text == text("one", 0..<4))
      stored = set.stored(drained)
    }
    #expect(stored.checkpoint.identity.count < 4096)
    absence.steps(scratch, text)
    for _ in 0..<2 {
      let set = try follow(scratch, resume: [stored])
      let drained = set.drain()
      #expect(drained.text == absence.expected.map { text($0.0, $0.1) }.joined())
      #expect(drained.gaps.count == absence.gapCount)
      #expect(set.only == stored.checkpoint.source)
    }
    // Read on, and started once more: nothing comes twice.
    let set = try follow(scratch, resume: [stored])
    let drained = set.drain()
    if !drained.text.isEmpty { stored = set.stored(drained) }
    #expect(try follow(scratch, resume: [stored]).drain().text == "")
  }

  @Test func `a file that was read to its end for good is not read again`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<4))
    let once = IngestOptions(follow: false)
    let set = try follow(scratch, once)
    let drained = set.drain()
    #expect(drained.last == .ended(.ended))
    // Its last event is made of what came before the end, and handed on after it.
    let stored = set.stored(drained)
    scratch.append("a.log", text("one", 4..<5))
    let resumed = try follow(scratch, once, resume: [stored]).drain()
    #expect(resumed.text == text("one", 4..<5))
    #expect(resumed.gaps == [])
  }

  @Test func `a checkpoint before the last bytes gives them again`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<4))
    let set = try follow(scratch)
    let drained = set.drain()
    var stored = set.stored(drained)
    stored.checkpoint.endOffset = UInt64(text("one", 0..<1).utf8.count)
    scratch.copyAndTruncate("a.log", to: "a.log.1")
    scratch.append("a.log", text("two", 0..<1))
    let resumed = try follow(scratch, resume: [stored]).drain()
    #expect(resumed.text == text("one", 1..<4) + text("two", 0..<1))
    #expect(resumed.generations == [0, 1])
  }

  @Test func `a checkpoint in an earlier generation is still good`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<4))
    let set = try follow(scratch)
    let first = set.drain()
    scratch.rename("a.log", "a.log.1")
    scratch.write("a.log", text("two", 0..<2))
    #expect(set.sweepAndDrain().generation == 1)
    let stored = set.stored(first)
    #expect(try follow(scratch, resume: [stored]).drain().text == text("two", 0..<2))
  }

  @Test func `late lines of an older file survive a restart`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("old", 0..<2))
    let set = try follow(scratch)
    _ = set.drain()
    scratch.rename("a.log", "a.log.1")
    scratch.write("a.log", text("new", 0..<2))
    let stored = set.stored(set.sweepAndDrain())
    scratch.append("a.log.1", text("old", 2..<3))
    scratch.append("a.log", text("new", 2..<3))
    let drained = try follow(scratch, resume: [stored]).drain()
    #expect(drained.text == text("old", 2..<3) + text("new", 2..<3))
  }

  @Test func `an identity that nobody wrote is no reason to fail`() throws {
    let scratch = try Scratch()
    scratch.write("a.log", text("one", 0..<2))
    let checkpoint = SourceCheckpoint(
      source: SourceID(rawValue: 7), generation: 3, endOffset: 100, identity: [9, 9, 9])
    let set = try follow(
      scratch, resume: [Stored(name: scratch.path + "a.log", checkpoint: checkpoint)])
    let drained = set.drain()
    #expect(drained.text == text("one", 0..<2))
    #expect(drained.gaps.count == 1)
    #expect(drained.generations == [4])
  }
}
