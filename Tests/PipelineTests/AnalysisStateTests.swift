import EventStream
import Events
import Foundation
import Patterns
import TestSupport
import Testing

@testable import Pipeline

/// What an analysis is fed, so that it can be fed again from any place.
private enum Step {
  case batch(EventBatch)
  case control(ControlRecord)

  func feed(_ analysis: Analysis, _ names: EventNames) {
    switch self {
    // A batch is renumbered where it is consumed, so everybody gets one of his own.
    case .batch(let batch): analysis.consume(batch.slice(0..<batch.count), names: names)
    case .control(let record): analysis.consume(record, names: names)
    }
  }
}

@Suite struct AnalysisStateTests {
  /// A log in small pieces, with quiet times in between.
  private func steps(
    seed: UInt64, files: (inout SeededGenerator) throws -> [String]
  ) throws -> ([Step], EventNames) {
    var random = SeededGenerator(seed: seed)
    var steps: [Step] = []
    var lastNames = EventNames()
    try readFiles(
      try files(&random),
      batch: { batch, names in
        var start = 0
        while start < batch.count {
          let end = min(batch.count, start + Int.random(in: 1...200, using: &random))
          steps.append(.batch(batch.slice(start..<end)))
          if Int.random(in: 0..<8, using: &random) == 0 {
            steps.append(
              .control(
                .tick(
                  ingestTime: Instant(seconds: 1),
                  elapsedMicroseconds: Int64.random(in: 0..<4_000_000, using: &random))))
          }
          start = end
        }
        lastNames = names
      },
      control: { record, names in
        steps.append(.control(record))
        lastNames = names
      })
    return (steps, lastNames)
  }

  private func checkCuts(
    _ steps: [Step], _ names: EventNames, _ options: Analysis.Options, _ seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed &+ 1)
    let whole = Analysis(options)
    var wholeReports: [AnomalyReport] = []
    let cut = Mutable(Analysis(options))
    var cutReports: [AnomalyReport] = []
    for step in steps {
      step.feed(whole, names)
      step.feed(cut.analysis, names)
      if Int.random(in: 0..<6, using: &random) == 0 {
        let bytes = cut.analysis.encode()
        cut.analysis = try Analysis(decoding: bytes, options: options)
        let isSame = cut.analysis.encode() == bytes
        #expect(isSame)
      }
      if Bool.random(using: &random) {
        wholeReports += whole.takeReports()
        cutReports += cut.analysis.takeReports()
      }
    }
    whole.finish()
    cut.analysis.finish()
    wholeReports += whole.takeReports()
    cutReports += cut.analysis.takeReports()
    #expect(fingerprint(cut.analysis, cutReports) == fingerprint(whole, wholeReports))
    let isSame = cut.analysis.encode() == whole.encode()
    #expect(isSame)
    let builder = SnapshotBuilder(namedPatterns: nil)
    #expect("\(builder.build(cut.analysis))" == "\(builder.build(whole))")
    for id in 0..<UInt32(whole.miner.patternCount) {
      let id = PatternID(rawValue: id)
      #expect(cut.analysis.examples(of: id) == whole.examples(of: id))
      #expect("\(cut.analysis.miner.variables(id))" == "\(whole.miner.variables(id))")
      #expect(cut.analysis.version(of: id) == whole.version(of: id))
    }
  }

  private final class Mutable {
    var analysis: Analysis
    init(_ analysis: Analysis) { self.analysis = analysis }
  }

  @Test func `an analysis that was written and read back goes on as if it had not been`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let (steps, names) = try steps(seed: seed) { _ in
      try SyntheticLogs(seed: seed, minutes: 4).write()
    }
    try checkCuts(steps, names, Analysis.Options(), seed)
  }

  @Test func `so does one that forgets patterns`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let (steps, names) = try steps(seed: seed) { random in
      [try wordyLog(&random)]
    }
    var options = Analysis.Options()
    options.miner.patternLimit = 60
    options.miner.granularity = .coarse
    try checkCuts(steps, names, options, seed)
  }

  /// A log of so many wordings that patterns merge, open and are given up.
  private func wordyLog(_ random: inout SeededGenerator) throws -> String {
    let words = ["disk", "user", "order", "cache", "lost", "found", "moved", "timeout", "retry"]
    var text = ""
    for second in 0..<200 {
      let time = Instant(seconds: 1_790_000_000 + Int64(second)).rfc3339
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        var parts: [String] = []
        for _ in 0..<Int.random(in: 2...6, using: &random) {
          switch Int.random(in: 0..<5, using: &random) {
          case 0: parts.append("\(Int.random(in: 0..<999, using: &random))")
          case 1: parts.append("cmd=run \(words.randomElement(using: &random)!)")
          case 2: parts.append("host\(Int.random(in: 0..<40, using: &random))")
          default: parts.append(words.randomElement(using: &random)!)
          }
        }
        let level = ["INFO", "WARN", "ERROR"].randomElement(using: &random)!
        text += "\(time) \(level) \(parts.joined(separator: " "))\n"
      }
    }
    let path = "\(Scratch.folder())/wordy.log"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func `a pattern that widens and is given up within one batch is no trap`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var options = Analysis.Options()
    options.miner.patternLimit = 30
    let analysis = Analysis(options)
    try readFiles([try wordyLog(&random)]) { analysis.consume($0, names: $1) }
    #expect(analysis.miner.patternCount > 30)
  }

  @Test func `a state for other options is not read`() throws {
    let bytes = Analysis().encode()
    var other = Analysis.Options()
    other.detector.falseAlarmBudget *= 2
    #expect(throws: StateError.invalid("options")) {
      _ = try Analysis(decoding: bytes, options: other)
    }
  }

  @Test func `bytes that are no state throw, or give some state`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let (steps, names) = try steps(seed: seed) { random in [try wordyLog(&random)] }
    let analysis = Analysis()
    for step in steps.prefix(12) { step.feed(analysis, names) }
    let bytes = analysis.encode()
    var random = SeededGenerator(seed: seed)
    for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
      #expect(throws: StateError.self) {
        _ = try Analysis(decoding: Array(bytes.prefix(count)), options: Analysis.Options())
      }
    }
    for _ in 0..<150 {
      var spoilt = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<spoilt.count, using: &random)
        if Bool.random(using: &random) {
          spoilt[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        } else {
          spoilt[place] = UInt8.random(in: 0...255, using: &random)
        }
      }
      guard let some = try? Analysis(decoding: spoilt, options: Analysis.Options()) else {
        continue
      }
      // What it says can be asked for.
      for id in 0..<UInt32(some.miner.patternCount) {
        _ = some.miner.template(PatternID(rawValue: id))
      }
    }
  }
}
