import EventStream
import Events
import Foundation
import Patterns
import TestSupport
import Testing

@testable import Pipeline

@Suite struct CountRunTests {
  /// A stream of synthetic logs, in memory.
  private func files(seed: UInt64) throws -> MemoryFileSystem {
    let files = MemoryFileSystem(byteLimit: 64 << 20)
    let writer = try StreamWriter(path: "/s", fileSystem: files, create: true)
    try readFiles(
      try SyntheticLogs(seed: seed).write(),
      batch: { batch, names in _ = try writer.append(batch, names: names) },
      control: { record, names in try writer.append(record, names: names) })
    try writer.close()
    return files
  }

  @Test func `counted in pieces as the stream grows, the table is the same`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let files = try files(seed: seed)
    let reader = try StreamReader(path: "/s", fileSystem: files)
    let end = reader.endOffset
    for dimensions in [["service", "level"], ["pattern"], []] {
      let form = CountQuery.Form(
        dimensions: dimensions, windowMicroseconds: 10_000_000, condition: "")
      let from = Instant(microseconds: 0)
      func query(_ offset: UInt64) -> CountQuery {
        CountQuery(form, from: from, endOffset: offset)
      }
      let whole = try CountRun(query(end), library: .shipped())
      try whole.read(query(end), reader, isCancelled: { false })
      let pieces = try CountRun(query(end), library: .shipped())
      var offset: UInt64 = 0
      while offset < end {
        offset = min(end, offset + UInt64.random(in: 1...2000, using: &random))
        #expect(pieces.goesOn(with: query(offset)))
        try pieces.read(query(offset), reader, isCancelled: { false })
      }
      let table = whole.table(query(end))
      let isSame = table == pieces.table(query(end))
      #expect(isSame, "\(dimensions)")
      // Rows and others sum to the windows, and those to the events within the windows shown.
      let rowSum = table.rows.reduce(table.others?.total ?? 0) { $0 + $1.total }
      #expect(rowSum == table.windows.reduce(0) { $0 + $1.count })
      if table.windows.count < CountRun.windowLimit { #expect(rowSum == end) }
    }
  }

  @Test func `what goes back or asks for something else is counted anew`() throws {
    let form = CountQuery.Form(dimensions: [], windowMicroseconds: 1_000_000, condition: "")
    var other = form
    other.condition = "level >= warn"
    let from = Instant(seconds: 100)
    let run = try CountRun(CountQuery(form, from: from, endOffset: 9), library: .shipped())
    #expect(run.goesOn(with: CountQuery(form, from: Instant(seconds: 101), endOffset: 10)))
    #expect(!run.goesOn(with: CountQuery(form, from: Instant(seconds: 99), endOffset: 10)))
    #expect(!run.goesOn(with: CountQuery(other, from: from, endOffset: 10)))
  }
}
