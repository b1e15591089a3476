import Events
import TestSupport
import Testing

@testable import Detection

@Suite struct DropTests {
  @Test
  func `a heartbeat that stops is reported when it is overdue, once, and ends with its return`() {
    var random = SeededGenerator(seed: 4)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    scene.every(5, from: 1, to: 200, pattern: 7)
    scene.every(5, from: 300, to: 400, pattern: 7)
    let played = scene.play()
    #expect(played.summary == ["drop pattern 7"])
    #expect(played.seconds(0) >= 205 && played.seconds(0) < 206)
    #expect(played.closed.map(\.end) == [Scene.instant(300)])
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `what is gone altogether is told within twenty seconds`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    scene.poisson(2, from: 0, to: 301, pattern: 7, using: &random)
    let played = scene.play()
    try #require(played.summary == ["drop pattern 7"], "seed \(seed)")
    #expect(played.seconds(0) <= 321)
  }

  @Test func `a rhythm that wavers is missed after two beats`() throws {
    var random = SeededGenerator(seed: 4)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    for beat in 0..<20 {
      scene.event(at: 1 + 10 * Double(beat) + 2 * random.uniform(), pattern: 7)
    }
    let played = scene.play()
    try #require(played.summary == ["drop pattern 7"])
    #expect(played.seconds(0) > 212)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `what comes and goes with its service is measured by that`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    // Requests in waves, each followed by its answer, until three of four answers stay away.
    var time = 0.0
    while time < 400 {
      let length = 2 + 6 * random.uniform()
      let rate = 8 * random.uniform() * random.uniform() + 0.5
      var at = time + random.exponential(rate: rate)
      while at < min(time + length, 400) {
        scene.event(at: at, pattern: 70, service: 7)
        scene.event(at: at + 0.01, pattern: 71, service: 7)
        if at < 300 || random.uniform() < 0.2 {
          scene.event(at: at + 0.02, pattern: 72, service: 7)
        }
        at += random.exponential(rate: rate)
      }
      time += length
    }
    let played = scene.play()
    try #require(played.summary == ["drop pattern 72"], "seed \(seed)")
    #expect((310.0...365).contains(played.seconds(0)))
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `a busy pattern that stops among others is a drop`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    scene.poisson(2, from: 0, to: 240, pattern: 7, using: &random)
    scene.poisson(2, from: 300, to: 400, pattern: 7, using: &random)
    #expect(scene.play().summary == ["drop pattern 7"], "seed \(seed)")
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `a service that stops is one drop, and none of its patterns is`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    var other = Scene()
    other.background(to: 400, service: 1, using: &random)
    scene.items += other.items.filter { $0.time < 200 || $0.time > 290 }
    #expect(scene.play().summary == ["drop service 1"], "seed \(seed)")
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `three services that stop together are one loss of traffic`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    for service in 1...3 as ClosedRange<UInt32> {
      var other = Scene()
      other.background(to: 400, service: service, using: &random)
      scene.items += other.items.filter { $0.time < 200 || $0.time > 290 }
    }
    #expect(scene.play().summary == ["drop traffic"], "seed \(seed)")
  }

  @Test func `a source that ended does not fall silent`() {
    var random = SeededGenerator(seed: 5)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    scene.background(to: 200, service: 1, using: &random)
    scene.every(5, from: 1, to: 200, pattern: 17, service: 1)
    scene.control(
      at: 200.5,
      .source(ingestTime: Scene.start, source: SourceID(rawValue: 1), state: .ended))
    #expect(scene.play().summary.isEmpty)
  }

  @Test func `last month's file does not fall silent when it is opened`() {
    var random = SeededGenerator(seed: 6)
    var scene = Scene()
    scene.background(to: 200, using: &random)
    scene.every(5, from: 1, to: 200, pattern: 7)
    scene.control(
      at: 201, .source(ingestTime: Scene.start, source: SourceID(rawValue: 0), state: .reachedEnd))
    for second in 202..<400 {
      scene.control(
        at: Double(second), .tick(ingestTime: Scene.start, elapsedMicroseconds: 1_000_000))
    }
    #expect(scene.play().summary.isEmpty)
  }

  @Test func `at the end of all files, one that fell silent just before is told`() throws {
    var random = SeededGenerator(seed: 16)
    var scene = Scene()
    scene.background(to: 230, using: &random)
    scene.every(5, from: 1, to: 200, pattern: 17, service: 1)
    scene.control(
      at: 197, .source(ingestTime: Scene.start, source: SourceID(rawValue: 1), state: .reachedEnd))
    let played = scene.play()
    try #require(played.summary == ["drop pattern 17"])
    #expect(played.seconds(0) >= 205 && played.seconds(0) < 206)
  }

  @Test func `a file that ended long before the others did not fall silent`() {
    var random = SeededGenerator(seed: 17)
    var scene = Scene()
    scene.background(to: 900, using: &random)
    scene.every(5, from: 1, to: 200, pattern: 17, service: 1)
    scene.control(
      at: 197, .source(ingestTime: Scene.start, source: SourceID(rawValue: 1), state: .reachedEnd))
    #expect(scene.play().summary.isEmpty)
  }

  @Test func `a live source falls silent by ticks alone`() {
    var random = SeededGenerator(seed: 7)
    var scene = Scene()
    scene.background(to: 200, using: &random)
    scene.every(5, from: 1, to: 200, pattern: 7)
    scene.control(
      at: 100, .source(ingestTime: Scene.start, source: SourceID(rawValue: 0), state: .reachedEnd))
    for second in 202..<300 {
      scene.control(
        at: Double(second), .tick(ingestTime: Scene.start, elapsedMicroseconds: 1_000_000))
    }
    let played = scene.play()
    #expect(played.summary == ["drop pattern 7", "drop service 0"])
  }

  @Test func `the end of all input is no silence`() {
    var random = SeededGenerator(seed: 8)
    var scene = Scene()
    scene.background(to: 200, using: &random)
    scene.every(5, from: 1, to: 193, pattern: 7)
    #expect(scene.play().summary.isEmpty)
  }
}
