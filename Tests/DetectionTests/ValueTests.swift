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
