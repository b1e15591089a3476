import Events
import Testing

@testable import Ingest

/// What a run finds that goes on where another one stood.
@Suite struct RestartTests: RotatedLog {
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
