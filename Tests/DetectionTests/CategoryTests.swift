import Events
import TestSupport
import Testing

@testable import Detection

@Suite struct CategoryTests {
  /// A service, and a pattern in it with one field, two events a second.
  private func play(
    to end: Double = 400, seed: UInt64, patterns: ClosedRange<UInt32> = 50...50,
    batches: [Int] = [64], value: (Double, inout SeededGenerator) -> UInt32
  ) -> Scene.Played {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: end, using: &random)
    for pattern in patterns {
      var time = random.exponential(rate: 2)
      while time < end {
        scene.event(at: time, pattern: pattern, values: [(0, value(time, &random))])
        time += random.exponential(rate: 2)
      }
    }
    return scene.play(batches: batches)
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `fields that hold what they always held are no anomaly`(_ seed: UInt64) {
    let played = play(seed: seed) { _, random in UInt32(random.uniform() * random.uniform() * 6) }
    #expect(played.summary.isEmpty, "seed \(seed)")
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `a value that was never there and keeps coming is told within seconds`(
    _ seed: UInt64
  ) throws {
    let played = play(seed: seed) { time, random in
      time > 300 && random.uniform() < 0.3 ? 77 : UInt32(random.uniform() * 4)
    }
    try #require(played.summary == ["value pattern 50"], "seed \(seed)")
    #expect(played.seconds(0) < 330, "seed \(seed)")
    guard
      case .unseen(let slot, let observed, let all, let window, let past, let known, let chance) =
        played.opened[0].evidence
    else { return }
    #expect(slot == 0)
    #expect(observed >= 2 && observed <= all)
    #expect(window > 0 && window < 30_000_000)
    #expect((500..<700).contains(past))
    #expect(known == 4)
    #expect(chance < 0.01)
  }

  @Test func `a value that comes once, or a few times at one moment, is rare and no more`() {
    let played = play(seed: 3) { time, random in
      time > 300 && time < 300.9 ? 77 : UInt32(random.uniform() * 4)
    }
    #expect(played.summary.isEmpty)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `names of things are no kinds, even if there were few at first`(_ seed: UInt64) {
    // A new connection, session or user every now and then, each of which comes often.
    let played = play(to: 900, seed: seed) { time, random in
      UInt32(time / 12) + UInt32(random.uniform() * 3)
    }
    #expect(played.summary.isEmpty, "seed \(seed)")
  }

  @Test func `what a deploy changes everywhere is told once`() {
    let played = play(seed: 4, patterns: 50...70) { time, _ in time > 300 ? 2 : 1 }
    #expect(played.summary.count == 1)
    #expect(played.opened.first?.kind == .value)
  }

  @Test func `a field goes on after its new value was told`() {
    let played = play(to: 900, seed: 5) { time, random in
      if time > 700, random.uniform() < 0.5 { return 88 }
      return time > 300 && random.uniform() < 0.3 ? 77 : UInt32(random.uniform() * 4)
    }
    #expect(played.opened.count == 2)
    #expect(played.closed.count == 2)
  }

  /// Popularity as of names in the world: each the less frequent the further down, without end.
  @Test(arguments: [1.6, 2.0, 3.0], 1...3 as ClosedRange<UInt64>)
  func `long tails keep the budget`(_ exponent: Double, _ seed: UInt64) {
    let played = play(to: 1200, seed: seed, patterns: 50...79) { _, random in
      UInt32(min(1e6, exp(-log(max(1e-9, random.uniform())) / (exponent - 1))))
    }
    // Thirty fields for 20 minutes: 0.1 in ten minutes by the budget.
    #expect(played.opened.count <= 1, "seed \(seed)")
  }

  @Test func `a table holds no more fields than its limit`() {
    var table = CategoryTable()
    for _ in 0..<(CategoryTable.rowLimit + 50) {
      guard let block = table.addBlock() else { continue }
      for slot in 0..<SeenValue.categoryLimit {
        if let row = table.row(block, slot) { _ = table.add(row, 1, at: 0) }
      }
    }
    #expect(table.rows.count == CategoryTable.rowLimit)
    #expect(table.blockCount == CategoryTable.rowLimit)
  }

  @Test func `a field without end gives its row away`() {
    var table = CategoryTable()
    let block = table.addBlock() ?? -1
    let row = table.row(block, 0) ?? -1
    #expect(row >= 0)
    for value in 0..<30 as Range<UInt32> {
      if table.row(block, 0) != nil { _ = table.add(row, value, at: Int64(value)) }
    }
    #expect(table.row(block, 0) == nil)
    #expect(table.row(block, 1) == row)
  }
}
