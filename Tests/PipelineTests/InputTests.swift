import Events
import Foundation
import TestSupport
import Testing

@testable import Pipeline

@Suite struct InputTests {
  @Test func `any bytes are events, and none is lost`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let alphabet =
      Array("\n\n\n\r\t {}[]\"=:,\\0129azAZ%<|.-_/\u{7f}".utf8) + [0, 0xC3, 0x28, 0xFF, 0x80]
    for _ in 0..<20 {
      let bytes = (0..<Int.random(in: 0...40_000, using: &random)).map { _ in
        alphabet.randomElement(using: &random)!
      }
      let path = Scratch.folder() + "/noise.log"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      var seen: [UInt8] = []
      let analysis = Analysis()
      do {
        try readFiles([path]) { batch, names in
          for index in 0..<batch.count { seen += unsafe Array(batch.raw(index)) }
          analysis.consume(batch, names: names)
        }
      } catch {
        // A file that begins with NUL bytes may be refused as no text; it is then named.
        continue
      }
      #expect(seen == bytes)
      #expect(
        analysis.totals.resolved(analysis.miner.resolve).reduce(0) { $0 + $1.1.count }
          + analysis.totals.partCount == analysis.totals.eventCount)
    }
  }

  @Test(arguments: [1, 3, 17, 4096, 100_000])
  func `the size of a reading does not change the events`(_ capacity: Int) throws {
    let logs = SyntheticLogs(seed: 11, minutes: 2)
    let path = try logs.write()[1]
    #expect(try events(of: path, byteCapacity: capacity) == events(of: path, byteCapacity: 1 << 18))
  }

  /// Each event's raw text, time, level and lines, read with buffers of a size.
  private func events(of path: String, byteCapacity: Int) throws -> [String] {
    var result: [String] = []
    try readFiles([path], byteCapacity: byteCapacity) { batch, _ in
      for index in 0..<batch.count {
        let record = unsafe batch.records[index]
        let raw = unsafe String(decoding: batch.raw(index), as: UTF8.self)
        result.append(
          "\(record.time.rfc3339) \(record.severity) \(record.lineCount) "
            + "\(record.sourceEndOffset) \(raw)")
      }
    }
    return result
  }

  /// A log that was turned over in the middle of something, and the events that it holds.
  struct Turnover: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var old: String
    var new: String
    var lineCounts: [UInt32]

    static let all: [Turnover] = [
      Turnover(
        testDescription: "between two events",
        old: "2026-11-22T09:00:00Z INFO one\n", new: "2026-11-22T09:00:01Z INFO two\n",
        lineCounts: [1, 1]),
      Turnover(
        testDescription: "within a stack trace",
        old:
          "2026-11-22T09:00:00Z ERROR java.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\n",
        new: "\tat a.B.d(B.java:2)\n2026-11-22T09:00:01Z INFO two\n", lineCounts: [3, 1]),
      Turnover(
        testDescription: "between two parts of a container's line",
        old: "2026-11-22T09:00:00.000000000Z stdout P one line \n",
        new: "2026-11-22T09:00:00.000000001Z stdout F of the program\n"
          + "2026-11-22T09:00:01.000000000Z stdout F another\n",
        lineCounts: [2, 1]),
      Turnover(
        testDescription: "within a line",
        old: "2026-11-22T09:00:00Z INFO one\n2026-11-22T09:",
        new: "2026-11-22T09:00:01Z INFO two\n", lineCounts: [1, 1, 1]),
    ]
  }

  @Test(arguments: Turnover.all, [5, 1 << 18])
  func `an event goes on in the next file of its log`(_ turnover: Turnover, capacity: Int) throws {
    let folder = Scratch.folder()
    for (name, text) in [("a.log.1", turnover.old), ("a.log", turnover.new)] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    var text = ""
    var lineCounts: [UInt32] = []
    try readFiles(["\(folder)/a.log"], withRotated: true, byteCapacity: capacity) { batch, _ in
      for index in 0..<batch.count {
        text += unsafe String(decoding: batch.raw(index), as: UTF8.self)
        lineCounts.append(unsafe batch.records[index].lineCount)
      }
    }
    #expect(text == turnover.old + turnover.new)
    #expect(lineCounts == turnover.lineCounts)
  }

  /// The times of a file's events, and which of them come late.
  struct Lateness: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Seconds after nine, in the order of the file.
    var times: [Int]
    var late: [Int]

    static let all: [Lateness] = [
      Lateness(testDescription: "in order", times: [0, 1, 2, 30], late: []),
      Lateness(testDescription: "a little disorder", times: [0, 10, 8, 11], late: []),
      Lateness(testDescription: "late", times: [0, 10, 20, 12, 21, 15], late: [12, 15]),
      Lateness(
        testDescription: "one stray time ahead", times: [0, 1, 7200, 2, 3, 4], late: []),
    ]
  }

  @Test(arguments: Lateness.all)
  func `what comes later than it may is marked and counted`(_ lateness: Lateness) throws {
    let folder = Scratch.folder()
    let lines = lateness.times.map {
      "\(Instant(seconds: 1_795_338_000 + Int64($0)).rfc3339) INFO \($0)\n"
    }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: "\(folder)/a.log"))
    var late: [Int] = []
    let analysis = Analysis()
    try readFiles(["\(folder)/a.log"]) { batch, names in
      for index in 0..<batch.count where unsafe batch.records[index].flags.contains(.late) {
        let raw = unsafe String(decoding: batch.raw(index), as: UTF8.self)
        late.append(Int(raw.split(separator: " ")[2].dropLast()) ?? -1)
      }
      analysis.consume(batch, names: names)
    }
    #expect(late == lateness.late)
    #expect(analysis.totals.lateCount == UInt64(late.count))
  }

  @Test func `a line of 100 MB comes through in parts, whole`() throws {
    let path = Scratch.folder() + "/long.log"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    let block = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
    for _ in 0..<100 { file.write(block) }
    file.write(Data("\nshort\n".utf8))
    try file.close()
    var byteCount = 0
    var parts = 0
    let analysis = Analysis()
    try readFiles([path]) { batch, names in
      for index in 0..<batch.count {
        byteCount += Int(unsafe batch.records[index].rawCount)
        if unsafe batch.records[index].flags.contains(.part) { parts += 1 }
      }
      analysis.consume(batch, names: names)
    }
    #expect(byteCount == 100 << 20 + 7)
    #expect(parts >= 99)
    #expect(analysis.totals.partCount == UInt64(parts))
  }
}
