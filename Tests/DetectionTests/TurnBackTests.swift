import Events
import TestSupport
import Testing

@testable import Detection

/// A source that is alone and whose time goes back: logs put one behind the other.
@Suite struct TurnBackTests {
  /// The same ten minutes, told by one service after the other in one pipe.
  private func parts(_ count: Int, seed: UInt64, _ add: (inout Scene, Int, Double) -> Void) -> Scene
  {
    var random = SeededGenerator(seed: seed)
    var whole = Scene()
    for part in 0..<count {
      var scene = Scene()
      scene.background(to: 600, service: UInt32(part), using: &random)
      add(&scene, part, 600)
      for (time, item) in scene.items {
        guard case .event(var record) = item else { continue }
        record.source = SourceID(rawValue: 9)
        whole.items.append((time + Double(part) * 600, .event(record)))
      }
    }
    return whole
  }

  // Not 3, by which chance has 11 events where 2 are expected.
  @Test(arguments: [1, 2, 4, 5, 6, 7] as [UInt64])
  func `time goes back with it, which is told once and is no burst`(_ seed: UInt64) throws {
    let scene = parts(4, seed: seed) { _, _, _ in }
    let played = scene.play()
    #expect(played.summary == ["clock source 9"], "seed \(seed)")
    guard case .turnedBack(let microseconds) = try #require(played.opened.first).evidence else {
      Issue.record("no evidence")
      return
    }
    #expect(abs(microseconds - 600_000_000) < 3_000_000)
    let last = scene.items.compactMap { item -> Instant? in
      if case .event(let record) = item.item { record.time } else { nil }
    }
    #expect(try #require(played.detector.now) <= last.max()!)
    // As many as it takes to believe it, a part.
    #expect(played.detector.lateCount == 3 * 32)
    #expect(played.detector.eventCount == UInt64(scene.items.count))
  }

  @Test(arguments: [[64], [1], [7, 30]])
  func `what is wrong in a later part is found at its time`(_ batches: [Int]) throws {
    var random = SeededGenerator(seed: 5)
    let scene = parts(3, seed: 5) { scene, part, _ in
      guard part == 2 else { return }
      scene.poisson(0.2, from: 0, to: 600, pattern: 77, service: 2, using: &random)
      scene.poisson(6, from: 400, to: 430, pattern: 77, service: 2, using: &random)
    }
    let played = scene.play(batches: batches)
    #expect(played.summary == ["clock source 9", "burst pattern 77"])
    let time = try #require(played.opened.last).time
    #expect(time > Scene.instant(400) && time < Scene.instant(420))
  }

  @Test func `a little is made up for by waiting`() throws {
    var random = SeededGenerator(seed: 4)
    var scene = Scene()
    scene.background(to: 900, using: &random)
    for index in scene.items.indices where scene.items[index].time > 300 {
      guard case .event(var record) = scene.items[index].item else { continue }
      record.time = record.time.advanced(byMicroseconds: -30_000_000)
      scene.items[index].item = .event(record)
    }
    let played = scene.play()
    #expect(played.summary.isEmpty)
    #expect(try #require(played.detector.now) <= Scene.instant(870))
  }

  @Test func `a source that others contradict does not move them`() {
    var random = SeededGenerator(seed: 5)
    var scene = Scene()
    scene.background(to: 600, using: &random)
    for second in 0..<600 {
      let time = Double(second)
      scene.event(
        at: second < 300 ? time : time - 3600, pattern: 50, service: 5, arriving: time + 0.5)
    }
    let played = scene.play()
    #expect(played.summary.filter { $0.hasPrefix("clock") } == ["clock source 5"])
    #expect(played.detector.now.map { $0 > Scene.instant(590) } == true)
  }

  @Test func `what was going on when time went back is over`() {
    var random = SeededGenerator(seed: 6)
    let scene = parts(2, seed: 6) { scene, part, end in
      guard part == 0 else { return }
      scene.poisson(0.2, from: 0, to: end, pattern: 77, using: &random)
      scene.poisson(6, from: 560, to: end, pattern: 77, using: &random)
    }
    let played = scene.play()
    #expect(played.closed.contains { $0.kind == .burst })
    #expect(played.detector.openAnomalies.isEmpty)
    #expect(played.detector.recentIncidents.count >= 1)
  }
}
