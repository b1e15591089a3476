import Events
import Patterns
import Testing

@testable import Pipeline

/// Acts that change an analysis: a split takes out exactly what was merged.
@Suite struct PatternActTests {
  private func batch(_ lines: [String]) -> (EventBatch, EventNames) {
    var names = EventNames()
    let source = SourceID(rawValue: names.sources.intern("a.log"))
    let service = ServiceID(rawValue: names.services.intern("a"))
    let batch = EventBatch()
    for line in lines {
      let bytes = Array(line.utf8)
      let start = bytes.withUnsafeBufferPointer {
        batch.append(bytes: $0.baseAddress!, count: $0.count)
      }
      var record = EventRecord(
        rawOffset: UInt32(start), rawCount: UInt32(bytes.count), time: Instant(seconds: 1),
        ingestTime: Instant(seconds: 1), source: source)
      record.service = service
      batch.append(record)
    }
    return (batch, names)
  }

  private func consume(_ lines: [String], _ analysis: Analysis) {
    let (batch, names) = batch(lines)
    analysis.consume(batch, names: names)
  }

  private func counts(_ analysis: Analysis) -> [String: UInt64] {
    let rows = analysis.totals.resolved(analysis.miner.resolve).map {
      (analysis.miner.template($0.0), $0.1.count)
    }
    return Dictionary(rows) { $0 + $1 }
  }

  /// `ann` once, `bob` twice and so on, in turns.
  private let lines = ["ann", "bob", "cy", "dee", "eve", "fay", "gus"].enumerated().flatMap {
    Array(repeating: "table \($0.element) was rebuilt", count: $0.offset + 1)
  }

  @Test func `a split gives each pattern the events that it would have had`() throws {
    let analysis = Analysis()
    consume(lines + lines.reversed(), analysis)
    let merged = try #require(counts(analysis).first)
    #expect(counts(analysis).count == 1 && merged.key == "table <*> was rebuilt")
    #expect(merged.value == 56)
    let id = analysis.miner.resolve(PatternID(rawValue: 0))
    let act = PatternAct(.split, key: analysis.miner.key(id))
    let record = act.record(at: Instant(seconds: 2))
    #expect(PatternAct(record) == act)
    analysis.consume(record, names: EventNames())
    consume(lines, analysis)
    #expect(
      counts(analysis) == [
        "table bob was rebuilt": 6, "table cy was rebuilt": 9, "table dee was rebuilt": 12,
        "table eve was rebuilt": 15, "table <*> was rebuilt": 3 + 18 + 21,
      ])
    #expect(analysis.totals.eventCount == 84)
  }

  @Test func `a state that was kept, or written and read back, can be split too`() throws {
    let analysis = Analysis()
    consume(lines, analysis)
    let copy = analysis.copy()
    let read = try Analysis(decoding: analysis.encode(), options: analysis.options)
    for analysis in [analysis, copy, read] {
      let key = analysis.miner.key(PatternID(rawValue: 0))
      analysis.consume(
        PatternAct(.split, key: key).record(at: Instant(seconds: 2)), names: EventNames())
      consume(lines, analysis)
    }
    #expect(counts(copy) == counts(analysis))
    #expect(counts(read) == counts(analysis))
    #expect(read.miner.isPinned(PatternID(rawValue: 0)))
    #expect(counts(copy).count == 5)
  }

  @Test func `what is no act is none`() {
    #expect(PatternAct(.tick(ingestTime: Instant(seconds: 1), elapsedMicroseconds: 1)) == nil)
    #expect(
      PatternAct(.option(ingestTime: Instant(seconds: 1), name: "pattern.split", value: "?")) == nil
    )
  }
}
