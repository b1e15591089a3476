import Events
import TestSupport
import Testing

@testable import Detection

/// A tick looks at what has come, and at little else.
@Suite struct WaitingTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `what waits for a tick comes up then, and once`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var wheel = TickWheel()
    wheel.addRows(200)
    var due: [Int32: Int32] = [:]
    var taken: [Int32] = []
    for now in 0..<400 as Range<Int32> {
      for number in 0..<200 as Range<Int32> where due[number] == nil && random.uniform() < 0.1 {
        let tick = now + Int32(random.uniform() * random.uniform() * 150) - 2
        due[number] = tick
        wheel.add(number, at: tick, now: now)
      }
      wheel.take(now, into: &taken)
      #expect(Set(taken).count == taken.count)
      for number in taken {
        if due[number]! <= now {
          due[number] = nil
        } else {
          wheel.add(number, at: due[number]!, now: now + 1)
        }
      }
      #expect(due.values.allSatisfy { $0 > now }, "seed \(seed)")
    }
  }

  /// At many moments of a scene, looks at all series instead of those that are picked.
  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `what is not picked has nothing to tell`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 900, using: &random)
    scene.background(to: 900, service: 1, using: &random)
    for pattern in 100..<160 as Range<UInt32> {
      let rate = 0.02 + 3 * random.uniform() * random.uniform()
      let severity: Severity = pattern % 5 == 0 ? .error : pattern % 17 == 0 ? .fatal : .info
      let change = 250 + random.uniform() * 500
      let factor = random.uniform() < 0.5 ? 0.05 : 3 + random.uniform() * 8
      scene.poisson(
        rate, from: 0, to: change, pattern: pattern, severity: severity, using: &random)
      scene.poisson(
        rate * factor, from: change, to: change + 40, pattern: pattern, severity: severity,
        using: &random)
      scene.poisson(
        rate, from: change + 40, to: 900, pattern: pattern, severity: severity, using: &random)
    }
    var detector = Detector()
    var closed: Int32 = 0
    var findingCount = 0
    for (_, item) in scene.items.sorted(by: { $0.time < $1.time }) {
      guard case .event(let record) = item else { continue }
      detector.observe(record, [])
      detector.offset += 1
      guard detector.openTick > closed else { continue }
      closed = detector.openTick
      findingCount += checkPicked(detector, closed, seed)
    }
    #expect(findingCount > 0)
  }

  /// - Returns: How many findings there are.
  private func checkPicked(_ detector: Detector, _ tick: Int32, _ seed: UInt64) -> Int {
    let end = detector.end(ofTick: tick)
    var sifted = detector
    sifted.siftWatched(tick, end)
    let picked = Set(sifted.pickedSeries)
    var every = detector
    var findings: [Detector.Finding] = []
    for at in detector.series.indices where detector.series[at].isActive {
      every.seriesRings.settle(at, at: tick)
      every.series[at].dropTick = Series.none
      let count = findings.count
      every.look(at, tick, end, limit: -5, troubleLimit: -5, &findings)
      guard findings.count > count else { continue }
      let waits = detector.series[at].dropTick
      #expect(
        picked.contains(Int32(at)) || findings[count].isDrop && waits >= 0 && waits <= tick,
        "seed \(seed), tick \(tick)")
    }
    return findings.count
  }

  @Test func `what is busy when everything stops is not waited for twice`() {
    var random = SeededGenerator(seed: 3)
    var scene = Scene()
    for round in 0..<4 {
      // An hour between them: all patterns rest, and the ticks of the pause are passed over.
      let start = Double(round) * 4000
      scene.poisson(4, from: start, to: start + 300, pattern: 1, using: &random)
      scene.poisson(20, from: start + 295, to: start + 300, pattern: 2, using: &random)
    }
    let played = scene.play(batches: [64])
    #expect(played.opened == scene.play(batches: [1]).opened)
  }
}
