import Events
import TestSupport
import Testing

@testable import Detection

@Suite struct ValueTests {
  /// Two events a second, each with a number around `usual`, and around `later` from 200 s on.
  private func play(
    usual: Double, later: Double, part: Double = 1, seed: UInt64, until end: Double = 260
  ) -> [Anomaly] {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: end, using: &random)
    scene.poisson(2, from: 0, to: end, pattern: 50, using: &random)
    let batch = EventBatch(byteCapacity: 64, recordCapacity: 64)
    var measures: [MeasuredNumber] = []
    for (index, element) in scene.items.sorted(by: { $0.time < $1.time }).enumerated() {
      guard case .event(let record) = element.item else { continue }
      batch.append(record)
      guard record.pattern.rawValue == 50 else { continue }
      let isLater = element.time >= 200 && random.uniform() < part
      let value = (isLater ? later : usual) * exp(0.5 * random.normal())
      measures.append(MeasuredNumber(index: Int32(index), value: Float(value)))
    }
    var detector = Detector()
    detector.observe(batch, traits: [], measures: measures)
    detector.finish()
    return detector.takeReports()
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `numbers that stay as they were are no anomaly`(_ seed: UInt64) {
    #expect(play(usual: 40, later: 40, seed: seed).isEmpty)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `calls that take five times as long are told in half a minute`(_ seed: UInt64) throws {
    let reports = play(usual: 40, later: 200, seed: seed)
    try #require(reports.map(\.kind) == [.value])
    #expect(reports[0].subject == .pattern(PatternID(rawValue: 50)))
    #expect(reports[0].time <= Scene.instant(230))
    guard case .value(let count, _, _, let value, let usual, _, let chance) = reports[0].evidence
    else { return }
    #expect(count >= 10)
    #expect(value > 2 * usual)
    #expect(chance < 1e-7)
  }

  @Test func `every third call that is slow is told, too`() {
    #expect(
      play(usual: 40, later: 4000, part: 0.35, seed: 3, until: 300).contains { $0.kind == .value })
  }

  /// Numbers of what comes about every `pause` seconds, five times as large from `start` on.
  private func playRare(
    every pause: Double, large: Range<Double>, until end: Double, seed: UInt64
  ) -> [Anomaly] {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: end, using: &random)
    scene.poisson(1 / pause, from: 0, to: end, pattern: 50, using: &random)
    let batch = EventBatch(byteCapacity: 64, recordCapacity: 64)
    var measures: [MeasuredNumber] = []
    for (index, element) in scene.items.sorted(by: { $0.time < $1.time }).enumerated() {
      guard case .event(let record) = element.item else { continue }
      batch.append(record)
      guard record.pattern.rawValue == 50 else { continue }
      let usual = large.contains(element.time) ? 200 : 40.0
      measures.append(
        MeasuredNumber(index: Int32(index), value: Float(usual * exp(0.3 * random.normal()))))
    }
    var detector = Detector()
    detector.observe(batch, traits: [], measures: measures)
    detector.finish()
    return detector.takeReports()
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `what comes three times in ten seconds is looked at over a longer time`(_ seed: UInt64)
    throws
  {
    let reports = playRare(every: 3.5, large: 400..<600, until: 600, seed: seed)
    try #require(reports.map(\.kind) == [.value], "seed \(seed)")
    #expect(reports[0].time <= Scene.instant(440))
    guard case .value(let count, let window, _, _, _, _, _) = reports[0].evidence else { return }
    #expect(window >= 20_000_000)
    // As many as were looked at came within the time that is told.
    #expect(Double(window) / 3.5e6 * 2.5 > Double(count))
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `a hitch of six seconds is none`(_ seed: UInt64) {
    #expect(playRare(every: 0.4, large: 400..<406, until: 500, seed: seed).isEmpty, "seed \(seed)")
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `calls that all take twice as long are told if it lasts`(_ seed: UInt64) {
    #expect(
      play(usual: 40, later: 96, seed: seed, until: 300).map(\.kind) == [.value], "seed \(seed)")
  }

  @Test func `what gets faster is no trouble`() {
    #expect(play(usual: 40, later: 4, seed: 2).isEmpty)
  }

  @Test func `a bin holds what it is named for, within an eighth`() {
    for value in [0.002, 0.5, 1, 3, 44.7, 1000, 3e5] as [Float] {
      let bin = MeasureTable.bin(of: value)
      #expect(abs(MeasureTable.value(of: Int(bin)) / Double(value) - 1) <= 0.13)
    }
    #expect(MeasureTable.bin(of: 0) == 0)
    #expect(MeasureTable.bin(of: .infinity) == UInt8(MeasureTable.binCount - 1))
  }
}
