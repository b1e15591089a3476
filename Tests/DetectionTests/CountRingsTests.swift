import Events
import TestSupport
import Testing

@testable import Detection

@Suite struct CountRingsTests {
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `what is summed at once is what the ticks sum to one by one`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var rings = CountRings()
    rings.addRows(2)
    var counts: [Int32: Int] = [:]
    for tick in 0..<200 as Range<Int32> {
      for _ in 0..<random.poisson(3) {
        let at = max(0, tick - Int32(random.uniform() * 4) + 1)
        rings.add(1, at: at)
        counts[at, default: 0] += 1
      }
      // A row that nothing happens to may be moved on later, by more at once.
      if seed % 2 == 0 || random.uniform() < 0.3 {
        rings.settle(1, at: tick + CountRings.aheadCount)
      } else {
        rings.settle(1, at: tick)
      }
      func sum(_ length: Int32) -> Int {
        ((tick - length + 1)...tick).reduce(0) { $0 + counts[$1, default: 0] }
      }
      for first in [0, tick - 40, tick - 20, tick - 9, tick] where first <= tick {
        let recent = rings.recent(1, until: tick, from: first, isLong: true)
        let found = [
          recent.last1, recent.last3, recent.last5, recent.last6, recent.last8, recent.last11,
          recent.last12, recent.last14,
        ]
        #expect(found.map(Int.init) == [1, 3, 5, 6, 8, 11, 12, 14].map(sum))
        let all = min(tick - first + 1, CountRings.tickCount)
        #expect(Int(recent.all) == sum(all))
        let moments = rings.moments(1, until: tick, from: first, usable: .max)
        #expect(moments.sum == Double(sum(all)))
      }
    }
    for (minute, count) in rings.minutes(1, count: 10, until: 119).enumerated() {
      let first = Int32(minute) * CountRings.ticksPerMinute
      #expect(Int(count) == (first..<(first + 12)).reduce(0) { $0 + counts[$1, default: 0] })
    }
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `events that are counted in a run count as one by one`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 600, using: &random)
    scene.background(to: 600, service: 1, using: &random)
    scene.poisson(0.3, from: 0, to: 600, pattern: 30, severity: .error, using: &random)
    scene.every(5, from: 0, to: 400, pattern: 31, service: 1)
    scene.poisson(1, from: 0, to: 600, pattern: 32, using: &random)
    scene.poisson(1, from: 0, to: 600, pattern: 32, service: 1, using: &random)
    scene.poisson(4, from: 300, to: 330, pattern: 30, severity: .error, using: &random)
    let order = scene.items.sorted { $0.time < $1.time }
    let batch = EventBatch(byteCapacity: 64, recordCapacity: order.count)
    for (_, item) in order {
      if case .event(let record) = item { batch.append(record) }
    }
    var together = Detector()
    together.observe(batch, traits: [])
    together.finish()
    var alone = Detector()
    for index in 0..<batch.count {
      alone.observe(unsafe batch.records[index], [])
      alone.offset += 1
    }
    alone.finish()
    let reports = together.takeReports()
    #expect(!reports.isEmpty)
    #expect(reports == alone.takeReports())
    #expect(together.openAnomalies == alone.openAnomalies)
    for pattern in [0, 3, 12, 30, 31] as [UInt32] {
      let id = PatternID(rawValue: pattern)
      #expect(together.trend(of: id) == alone.trend(of: id))
      #expect(together.recentTrend(of: id) == alone.recentTrend(of: id))
    }
    for service in together.knownServices {
      #expect(together.heat(of: service) == alone.heat(of: service))
      #expect(together.errorShare(of: service) == alone.errorShare(of: service))
    }
  }
}
