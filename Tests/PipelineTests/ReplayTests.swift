import EventStream
import Events
import Foundation
import Ingest
import Patterns
import TestSupport
import Testing

@testable import Pipeline

/// What an analysis has found, as text that two runs must agree on to the byte.
func fingerprint(_ analysis: Analysis, _ reports: [AnomalyReport]) -> String {
  var lines = reports.map { report in
    "\(report.anomaly) \(report.patternKey ?? 0) \(report.serviceName ?? "-") "
      + "\(report.examples.map { String(decoding: $0, as: UTF8.self) })"
  }
  let totals = analysis.totals
  lines.append("events \(totals.eventCount) lines \(totals.lineCount) parts \(totals.partCount)")
  for (id, counts) in totals.resolved(analysis.miner.resolve) {
    lines.append(
      "\(KeyText.of(analysis.miner.key(id))) \(counts.count) \(counts.firstOffset) "
        + "\(counts.lastOffset) \(counts.severity) \(analysis.miner.template(id))")
  }
  return lines.joined(separator: "\n")
}

/// Reads files to their end, calling `each` with what comes.
func readFiles(
  _ paths: [String], withRotated: Bool = false, byteCapacity: Int = EventBatch.targetByteCount,
  workers: Int = 2,
  batch: (EventBatch, EventNames) throws -> Void,
  control: (ControlRecord, EventNames) throws -> Void = { _, _ in }
) throws {
  let sources = try SourceSet(
    paths.map { .path($0) }, options: IngestOptions(follow: false, withRotated: withRotated))
  try FileRun(
    sources, options: RecognitionOptions(library: .shipped()),
    clock: { Instant(seconds: 1_800_000_000) }, byteCapacity: byteCapacity
  ).run(
    workers: workers, batch: { (events, names) throws in try batch(events, names) },
    control: { (record, names) throws in try control(record, names) }, progress: { _ in })
}

@Suite struct ReplayTests {
  @Test func `replay equals live, to the byte`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let logs = SyntheticLogs(seed: seed)
    let files = MemoryFileSystem(byteLimit: 64 << 20)
    let writer = try StreamWriter(path: "/s", fileSystem: files, create: true)
    let live = Analysis()
    var liveReports: [AnomalyReport] = []
    try readFiles(
      try logs.write(),
      batch: { batch, names in
        _ = try writer.append(batch, names: names)
        live.consume(batch, names: names)
        liveReports += live.takeReports()
      },
      control: { record, names in
        try writer.append(record, names: names)
        live.consume(record, names: names)
        liveReports += live.takeReports()
      })
    #expect(live.totals.lineCount == UInt64(logs.lineCount))
    #expect(liveReports.contains { $0.anomaly.kind == .new })

    let replayed = Analysis()
    var reports: [AnomalyReport] = []
    let reader = try StreamReader(path: "/s", fileSystem: files)
    reading: while true {
      switch try reader.next() {
      case .batch(let batch): replayed.consume(batch, names: reader.names)
      case .control(let record): replayed.consume(record, names: reader.names)
      case .gap: Issue.record("a gap in a whole stream")
      case .atEnd: break reading
      }
      reports += replayed.takeReports()
    }
    #expect(fingerprint(replayed, reports) == fingerprint(live, liveReports))
  }

  @Test func `however the events are cut into batches, the analysis is the same`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let paths = try SyntheticLogs(seed: seed).write()
    let whole = Analysis()
    var wholeReports: [AnomalyReport] = []
    let cut = Analysis()
    var cutReports: [AnomalyReport] = []
    try readFiles(paths) { batch, names in
      var start = 0
      while start < batch.count {
        let end = min(batch.count, start + Int.random(in: 1...300, using: &random))
        cut.consume(batch.slice(start..<end), names: names)
        cutReports += cut.takeReports()
        start = end
      }
      whole.consume(batch, names: names)
      wholeReports += whole.takeReports()
    }
    #expect(fingerprint(cut, cutReports) == fingerprint(whole, wholeReports))
  }

  @Test func `one worker and two find the same`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let paths = try SyntheticLogs(seed: seed).write()
    func analyse(workers: Int) throws -> String {
      let analysis = Analysis()
      var reports: [AnomalyReport] = []
      try readFiles(
        paths, workers: workers,
        batch: { batch, names in
          analysis.consume(batch, names: names)
          reports += analysis.takeReports()
        },
        control: { record, names in
          analysis.consume(record, names: names)
          reports += analysis.takeReports()
        })
      analysis.finish()
      return fingerprint(analysis, reports + analysis.takeReports())
    }
    let one = try analyse(workers: 1)
    #expect(one.contains("\n"))
    #expect(try analyse(workers: 2) == one)
  }

  struct Enough: Error {}

  @Test(arguments: [1, 2])
  func `what the caller throws ends the run`(_ workers: Int) throws {
    let paths = try SyntheticLogs(seed: 7).write()
    var batches = 0
    #expect(throws: Enough.self) {
      try readFiles(paths, byteCapacity: 4096, workers: workers) { _, _ in
        batches += 1
        if batches == 2 { throw Enough() }
      }
    }
    #expect(batches == 2)
  }

  @Test func `a state that was kept goes on as if nothing had been`() throws {
    let paths = try SyntheticLogs(seed: 7).write()
    let analysis = Analysis()
    var kept: Analysis?
    var rest: [EventBatch] = []
    var lastNames = EventNames()
    try readFiles(paths) { batch, names in
      if analysis.nextOffset > 300, kept == nil {
        kept = analysis.copy()
        _ = analysis.takeReports()
        _ = kept!.takeReports()
      }
      if kept != nil { rest.append(batch.slice(0..<batch.count)) }
      analysis.consume(batch, names: names)
      lastNames = names
    }
    let copy = try #require(kept)
    for batch in rest { copy.consume(batch, names: lastNames) }
    #expect(
      fingerprint(copy, copy.takeReports()) == fingerprint(analysis, analysis.takeReports()))
  }

  @Test func `counts sum to the events`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let analysis = Analysis()
    try readFiles(try SyntheticLogs(seed: seed).write()) { analysis.consume($0, names: $1) }
    let totals = analysis.totals
    let sum = totals.resolved(analysis.miner.resolve).reduce(0) { $0 + $1.1.count }
    #expect(sum + totals.partCount == totals.eventCount)
    #expect(totals.services.reduce(0, +) == totals.eventCount)
    let byService = totals.servicesByPattern(analysis.miner.resolve)
    #expect(byService.values.joined().reduce(0) { $0 + $1.count } == sum)
    let snapshot = SnapshotBuilder(namedPatterns: nil).build(analysis)
    #expect(
      snapshot.patterns.reduce(0) { $0 + $1.count } + snapshot.partCount == snapshot.eventCount)
  }
}
