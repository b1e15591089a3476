import Events
import TestSupport
import Testing

@testable import Detection

@Suite struct NoveltyTests {
  private func scene(_ seed: UInt64 = 1) -> Scene {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 300, using: &random)
    return scene
  }

  @Test func `an error is new with its second event within a quarter of a minute`() throws {
    var scene = scene()
    for time in [200.0, 220, 231] { scene.event(at: time, pattern: 7, severity: .error) }
    let played = scene.play()
    try #require(played.summary == ["new pattern 7"])
    #expect(played.seconds(0) == 231)
  }

  @Test func `what is fatal is new at once`() throws {
    var scene = scene()
    scene.event(at: 200, pattern: 7, severity: .fatal)
    let played = scene.play()
    try #require(played.summary == ["new pattern 7"])
    #expect(played.seconds(0) == 200)
  }

  @Test func `what a program does not survive is new at once, whatever its level`() throws {
    var scene = scene()
    scene.traits = Array(repeating: [], count: 7) + [.isGrave]
    scene.event(at: 200, pattern: 7)
    let played = scene.play()
    try #require(played.summary == ["new pattern 7"])
    #expect(played.seconds(0) == 200)
  }

  @Test func `a request that failed is trouble, whatever its level`() throws {
    var scene = scene()
    scene.traits = Array(repeating: [], count: 7) + [[.isRequest, .isFailedRequest]]
    for time in [200.0, 206] { scene.event(at: time, pattern: 7, severity: .unknown) }
    let played = scene.play()
    try #require(played.summary == ["new pattern 7"])
    #expect(played.opened[0].severity == .error)
  }

  @Test func `where most is new, one more harmless thing is not told`() {
    var scene = scene()
    // A service that says something else each time, now and then one of its things again.
    for index in 0..<40 {
      scene.event(at: 10 + 7 * Double(index), pattern: UInt32(100 + index), service: 3)
    }
    for time in [200.0, 206, 212] { scene.event(at: time, pattern: 7, service: 3) }
    #expect(scene.play().summary.isEmpty)
  }

  @Test func `a failure word is as good as a severity`() {
    var scene = scene()
    scene.traits = Array(repeating: [], count: 7) + [.hasFailureWord]
    scene.event(at: 200, pattern: 7)
    scene.event(at: 202, pattern: 7)
    #expect(scene.play().summary == ["new pattern 7"])
  }

  @Test func `the first bad one of several new things stands for all of them`() throws {
    var scene = scene()
    scene.event(at: 200, pattern: 7, severity: .info)
    scene.event(at: 200.1, pattern: 8, severity: .warn)
    scene.event(at: 200.2, pattern: 9, severity: .info)
    scene.event(at: 200.3, pattern: 10, severity: .info)
    let played = scene.play()
    try #require(played.summary == ["new pattern 8"])
    #expect(played.seconds(0) == 200.2)
  }

  @Test func `three harmless things said for the first time at once are a turn`() throws {
    var scene = scene()
    for (index, pattern) in [7, 8, 9, 10].enumerated() {
      scene.event(at: 200 + 0.1 * Double(index), pattern: UInt32(pattern))
    }
    let played = scene.play()
    try #require(played.summary == ["new pattern 7"])
    #expect(played.seconds(0) == 200.2)
  }

  @Test func `a burst at the beginning that is over is not missing`() {
    var random = SeededGenerator(seed: 19)
    var scene = scene()
    scene.every(0.05, from: 20, to: 32, pattern: 20, service: 2)
    scene.poisson(0.05, from: 32, to: 300, pattern: 21, service: 2, using: &random)
    #expect(scene.play().summary.isEmpty)
  }

  @Test func `a job that says much at once for the first time is nothing`() {
    var scene = scene()
    scene.every(0.01, from: 200, to: 200.3, pattern: 7)
    scene.every(0.01, from: 250, to: 250.3, pattern: 7)
    #expect(scene.play().summary.isEmpty)
  }

  @Test(
    arguments: [([200.0, 230, 240, 249], 249.0), ([200.0, 225, 248, 250], 250.0)]
      as [([Double], Double)])
  func `a harmless pattern is new with three events in twenty seconds or four in a minute`(
    _ times: [Double], _ expected: Double
  ) throws {
    var scene = scene()
    for time in times { scene.event(at: time, pattern: 7) }
    let played = scene.play()
    try #require(played.summary == ["new pattern 7"])
    #expect(played.seconds(0) == expected)
  }

  @Test func `a harmless pattern that comes once is not reported`() {
    var scene = scene()
    scene.event(at: 200, pattern: 7)
    #expect(scene.play().summary.isEmpty)
  }

  @Test func `nothing is new in a service that is new`() {
    var scene = scene()
    scene.every(2, from: 200, to: 220, pattern: 77, service: 1, severity: .error)
    #expect(scene.play().summary.isEmpty)
  }

  @Test func `the same pattern in a second service is no second novelty`() {
    var random = SeededGenerator(seed: 3)
    var scene = scene()
    scene.background(to: 300, service: 1, using: &random)
    for service in 0..<2 as Range<UInt32> {
      scene.every(1, from: 200, to: 220, pattern: 7, service: service, severity: .error)
    }
    #expect(scene.play().opened.filter { $0.kind == .new }.count == 1)
  }

  @Test func `an episode ends when its pattern is quiet for a minute`() {
    var scene = scene()
    scene.every(1, from: 200, to: 211, pattern: 7, severity: .error)
    let played = scene.play()
    #expect(played.closed.filter { $0.kind == .new }.map(\.end) == [Scene.instant(210)])
    #expect(played.detector.openAnomalies.isEmpty)
  }
}

@Suite struct LevelTests {
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `known warnings that take up more of a service are one shift`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    // Each of them too seldom to be a burst.
    for pattern in 20..<60 as Range<UInt32> {
      scene.poisson(0.01, from: 0, to: 400, pattern: pattern, severity: .warn, using: &random)
      scene.poisson(0.07, from: 250, to: 310, pattern: pattern, severity: .warn, using: &random)
    }
    let played = scene.play()
    let levels = played.opened.filter { $0.kind == .level }
    #expect(levels.map(\.subject) == [.service(ServiceID(rawValue: 0))], "seed \(seed)")
    #expect(played.closed.contains { $0.kind == .level })
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `a steady share of warnings is no shift, however the traffic goes`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    for (from, to, factor) in [(0.0, 200.0, 1.0), (200, 300, 3), (300, 500, 0.7)] {
      scene.poisson(10 * factor, from: from, to: to, pattern: 1, using: &random)
      scene.poisson(
        1 * factor, from: from, to: to, pattern: 2, severity: .warn, using: &random)
    }
    #expect(!scene.play().opened.contains { $0.kind == .level }, "seed \(seed)")
  }
}

@Suite struct BurstTests {
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `trouble that takes over a service which says little is a burst`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    // A database: a few lines in a minute, some of them of this trouble.
    scene.poisson(0.1, from: 0, to: 400, pattern: 70, service: 7, using: &random)
    for time in [10.0, 70, 130, 200, 235] {
      scene.event(at: time, pattern: 71, service: 7, severity: .error)
    }
    scene.poisson(
      0.6, from: 250, to: 310, pattern: 71, service: 7, severity: .error, using: &random)
    let played = scene.play()
    #expect(played.summary.contains("burst pattern 71"), "seed \(seed)")
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `a pattern that comes ten times as often is one burst`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    scene.poisson(0.05, from: 0, to: 400, pattern: 7, severity: .error, using: &random)
    scene.poisson(2, from: 250, to: 290, pattern: 7, severity: .error, using: &random)
    let played = scene.play()
    #expect(played.summary.filter { $0.hasPrefix("burst") } == ["burst pattern 7"], "seed \(seed)")
    #expect(played.opened.last.map { $0.time < Scene.instant(262) } == true)
    #expect(played.closed.contains { $0.kind == .burst })
  }

  @Test func `what a burst is never above includes what came right before it`() throws {
    var random = SeededGenerator(seed: 12)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    scene.poisson(0.05, from: 0, to: 290, pattern: 7, severity: .error, using: &random)
    scene.every(1.2, from: 290, to: 300, pattern: 7, severity: .error)
    scene.every(0.1, from: 300, to: 310, pattern: 7, severity: .error)
    let bursts = scene.play().opened.filter { $0.kind == .burst }
    for burst in bursts {
      guard case .burst(let count, let window, _, let largest, let before, _) = burst.evidence
      else { continue }
      let times = scene.items.compactMap { item -> Instant? in
        guard case .event(let record) = item.item, record.pattern.rawValue == 7 else { return nil }
        return record.time
      }
      func counted(endingAt end: Instant) -> Int {
        let start = end.advanced(byMicroseconds: -window)
        return times.count { $0 >= start && $0 < end }
      }
      #expect(count == counted(endingAt: burst.time))
      let ends = stride(from: window, through: before, by: 5_000_000).map {
        burst.time.advanced(byMicroseconds: -$0)
      }
      #expect(largest == ends.map(counted).max())
    }
    #expect(!bursts.isEmpty)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `a level that stays becomes the normal one`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 900, using: &random)
    scene.poisson(0.2, from: 0, to: 900, pattern: 7, using: &random)
    scene.poisson(3, from: 250, to: 900, pattern: 7, using: &random)
    let played = scene.play()
    #expect(played.summary == ["burst pattern 7"], "seed \(seed)")
    #expect(played.detector.openAnomalies.isEmpty)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `the way back from a level that stayed is no anomaly`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 1300, using: &random)
    scene.poisson(0.2, from: 0, to: 1300, pattern: 7, using: &random)
    scene.poisson(3, from: 300, to: 700, pattern: 7, using: &random)
    scene.poisson(2, from: 0, to: 400, pattern: 8, using: &random)
    scene.poisson(2, from: 900, to: 1300, pattern: 8, using: &random)
    #expect(scene.play().summary == ["burst pattern 7", "drop pattern 8"], "seed \(seed)")
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `traffic that doubles and triples in all patterns is no burst of each`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    for pattern in 0..<5 as Range<UInt32> {
      scene.poisson(
        2 * (0.5 + Double(pattern)), from: 250, to: 320, pattern: pattern, using: &random)
    }
    #expect(scene.play().summary.isEmpty, "seed \(seed)")
  }

  @Test func `a job that always comes in bursts is none`() {
    var random = SeededGenerator(seed: 9)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    for start in stride(from: 20.0, to: 400, by: 45) {
      scene.every(0.01, from: start, to: start + 0.22, pattern: 7)
    }
    #expect(scene.play().summary.isEmpty)
  }
}

@Suite struct BudgetTests {
  /// 40 patterns, as rare and as clustered as errors are, for half an hour: the budget for counting
  /// tests is a tenth of a report in ten minutes, of which half is for trouble.
  @Test func `rare errors that only come and go stay within the budget`() {
    var found = 0
    for seed in 1...10 as ClosedRange<UInt64> {
      var random = SeededGenerator(seed: seed)
      var scene = Scene()
      scene.background(to: 1800, using: &random)
      for pattern in 100..<140 as Range<UInt32> {
        let severity: Severity = pattern % 2 == 0 ? .error : .warn
        scene.event(at: 1, pattern: pattern, severity: severity)
        for tick in 1..<360 {
          for _ in 0..<random.count(mean: 0.1, dispersion: 1.5) {
            scene.event(
              at: 5 * (Double(tick) + random.uniform()), pattern: pattern, severity: severity)
          }
        }
      }
      found += scene.play().opened.filter { $0.kind == .burst }.count
    }
    // Five hours: three by the budget, and Poisson's luck on top.
    #expect(found <= 6)
  }
}
