import Events
import TestSupport
import Testing

@testable import Detection

@Suite struct SeasonTests {
  private func day(_ number: Int) -> Double { Double(number) * 86_400 }

  /// A quiet service, and a job in it that writes much at once every so many seconds.
  private func jobs(
    every seconds: Double, to end: Double, seed: UInt64, extra: Double? = nil
  ) -> Scene.Played {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    for pattern in 0..<3 as Range<UInt32> {
      scene.poisson(0.4, from: 0, to: end, pattern: pattern, using: &random)
    }
    scene.poisson(0.05, from: 0, to: end, pattern: 9, using: &random)
    var times = Array(stride(from: 900.0, to: end, by: seconds))
    if let extra { times.append(extra) }
    for time in times {
      for index in 0..<60 {
        scene.event(at: time + Double(index) * 0.4 + 0.1 * random.uniform(), pattern: 9)
      }
    }
    return scene.play(batches: [512])
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `a job that comes every hour is told the first time`(_ seed: UInt64) {
    let bursts = jobs(every: 3600, to: 5 * 3600, seed: seed).opened.filter {
      $0.kind == .burst && $0.subject == .pattern(PatternID(rawValue: 9))
    }
    #expect(bursts.count == 1, "seed \(seed)")
    #expect(bursts.first.map { $0.time < Scene.instant(1000) } == true)
  }

  @Test func `a job that comes every quarter of an hour is told until its pauses are known`() {
    let bursts = jobs(every: 900, to: 4 * 3600, seed: 4).opened.filter { $0.kind == .burst }
    #expect((1...2).contains(bursts.count))
  }

  @Test func `the same at another time is told`() {
    let bursts = jobs(every: 3600, to: 5 * 3600, seed: 5, extra: 900 + 3 * 3600 + 1300)
      .opened.filter { $0.kind == .burst }
    #expect(bursts.count == 2)
  }

  @Test func `the end of work is no drop from the second week on`() {
    var random = SeededGenerator(seed: 6)
    var scene = Scene()
    // Scenes begin on a Friday at 08:00.
    let shift = 8 * 3600.0
    for number in 0..<21 {
      let start = day(number) + shift
      for pattern in 0..<2 as Range<UInt32> {
        scene.poisson(0.5, from: start, to: start + 7200, pattern: pattern, using: &random)
        scene.poisson(
          0.08, from: start + 7200, to: start + 10_799, pattern: pattern, using: &random)
      }
    }
    let drops = scene.play(batches: [1024]).opened.filter { $0.kind == .drop }
    #expect(drops.contains { $0.time < Scene.instant(day(7)) })
    #expect(!drops.contains { $0.time > Scene.instant(day(8)) })
  }

  @Test func `a real drop at that hour is told in any week`() {
    var random = SeededGenerator(seed: 7)
    var scene = Scene()
    let shift = 8 * 3600.0
    for number in 0..<15 {
      let start = day(number) + shift
      // On the last day, it stops for good half an hour before its time.
      let end = number == 14 ? start + 5400 : start + 7200
      scene.poisson(1, from: start, to: end, pattern: 1, using: &random)
      scene.poisson(0.2, from: start + 7200, to: start + 10_799, pattern: 1, using: &random)
      scene.poisson(2, from: start, to: start + 10_799, pattern: 12, service: 1, using: &random)
    }
    let drops = scene.play(batches: [1024]).opened.filter { $0.kind == .drop }
    #expect(drops.contains { $0.time > Scene.instant(day(14)) })
  }

  @Test(arguments: [-3_600_000_001, -3_600_000_000, -1, 0, 1, 3_599_999_999] as [Int64])
  func `an hour holds the times from its beginning on`(_ time: Int64) {
    let hour = HourTable.hour(of: time)
    #expect(hour * HourTable.hourMicroseconds <= time)
    #expect(time < (hour + 1) * HourTable.hourMicroseconds)
  }
}
