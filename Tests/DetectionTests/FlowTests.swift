import Events
import TestSupport
import Testing

@testable import Detection

@Suite struct FlowTests {
  /// Orders that are created, and confirmed a little later by another service.
  private func orders(
    to end: Double, seed: UInt64, rate: Double = 2, lag: Double = 0.8,
    isConfirmed: (Double, inout SeededGenerator) -> Bool
  ) -> Scene {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: end, using: &random)
    var time = random.exponential(rate: rate)
    while time < end {
      let id = UInt32(truncatingIfNeeded: random.next())
      scene.event(at: time, pattern: 50, values: [(6, id)])
      let later = time + random.exponential(rate: 1 / lag)
      if later < end, isConfirmed(time, &random) {
        scene.event(at: later, pattern: 51, service: 1, values: [(7, id)])
      }
      time += random.exponential(rate: rate)
    }
    return scene
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `what is followed as ever is no anomaly`(_ seed: UInt64) {
    let scene = orders(to: 900, seed: seed) { _, random in random.uniform() < 0.97 }
    #expect(scene.play().summary.isEmpty, "seed \(seed)")
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `a step that stops being followed is told once, with numbers`(_ seed: UInt64) throws {
    let scene = orders(to: 700, seed: seed) { time, random in
      random.uniform() < (time > 500 ? 0.4 : 0.98)
    }
    let opened = scene.play().opened.filter { $0.kind == .sequence }
    try #require(opened.count == 1, "seed \(seed)")
    #expect(opened[0].time > Scene.instant(505) && opened[0].time < Scene.instant(560))
    #expect(opened[0].subject == .pattern(PatternID(rawValue: 50)))
    guard
      case .broken(
        let next, let service, let missing, let all, _, let within, let usual, _, let p) =
        opened[0].evidence
    else {
      Issue.record("no evidence")
      return
    }
    #expect(next == PatternID(rawValue: 51) && service == ServiceID(rawValue: 1))
    #expect(missing <= all && Double(missing) > 0.2 * Double(all))
    #expect(within <= 60_000_000)
    #expect(usual > 0.95 && p < 1e-6)
  }

  /// Requests and what a service says to them: a pattern, one beside it, or nothing.
  private func answers(
    to end: Double, seed: UInt64, _ answer: (Double, Double) -> [UInt32]
  ) -> Scene {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: end, using: &random)
    var time = 0.0
    while time < end {
      let id = UInt32(truncatingIfNeeded: random.next())
      scene.event(at: time, pattern: 50, values: [(6, id)])
      for pattern in answer(time, random.uniform()) {
        let later = time + random.exponential(rate: 2)
        scene.event(at: later, pattern: pattern, service: 1, values: [(7, id)])
      }
      time += random.exponential(rate: 2)
    }
    return scene
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `one answer or another keeps a flow whole, none breaks it`(_ seed: UInt64) throws {
    let scene = answers(to: 700, seed: seed) { time, chance in
      if time > 500, chance < 0.5 { return [] }
      return chance < 0.8 ? [51] : [52]
    }
    let told = scene.play().opened.filter { $0.kind == .sequence }
    try #require(told.count == 1, "seed \(seed)")
    #expect(told[0].time > Scene.instant(505) && told[0].time < Scene.instant(560))
    guard case .broken(_, _, _, _, _, _, let usual, let substitutes, _) = told[0].evidence else {
      Issue.record("no evidence")
      return
    }
    #expect(substitutes == 1 && usual > 0.95)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `more of an answer that was rare breaks no flow`(_ seed: UInt64) {
    let scene = answers(to: 700, seed: seed) { time, chance in
      chance < (time > 500 ? 0.6 : 0.03) ? [52] : [51]
    }
    #expect(!scene.play().opened.contains { $0.kind == .sequence }, "seed \(seed)")
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `what comes only since then, and what always comes, is no answer`(_ seed: UInt64) {
    let other = answers(to: 700, seed: seed) { time, chance in
      time > 500 && chance < 0.6 ? [53] : chance > 0.99 ? [] : [51]
    }
    #expect(other.play().opened.contains { $0.kind == .sequence }, "seed \(seed)")
    let beside = answers(to: 700, seed: seed) { time, chance in
      chance < (time > 500 ? 0.6 : 0.01) ? [54] : [51, 54]
    }
    #expect(beside.play().opened.contains { $0.kind == .sequence }, "seed \(seed)")
  }

  @Test func `what comes too late does not follow`() throws {
    var random = SeededGenerator(seed: 5)
    var scene = Scene()
    scene.background(to: 700, using: &random)
    for number in 0..<1300 {
      let time = Double(number) * 0.5
      let lag = time > 500 ? 40 : 0.3
      scene.event(at: time, pattern: 50, values: [(6, UInt32(number))])
      scene.event(at: time + lag, pattern: 51, values: [(6, UInt32(number))])
    }
    let told = try #require(scene.play().opened.first { $0.kind == .sequence })
    #expect(told.time < Scene.instant(540))
  }

  @Test func `steps that are mostly not followed are no flow`() {
    let scene = orders(to: 900, seed: 6) { time, random in
      random.uniform() < (time > 600 ? 0 : 0.8)
    }
    let played = scene.play()
    #expect(!played.opened.contains { $0.kind == .sequence })
    #expect(played.detector.flows.isEmpty)
  }

  @Test func `a flow that stays broken is the new normal, one that heals is over`() {
    let healed = orders(to: 900, seed: 7) { time, _ in !(500..<560).contains(time) }.play()
    let sequence = healed.closed.filter { $0.kind == .sequence }
    #expect(sequence.count == 1)
    #expect(sequence.first?.end.map { $0 < Scene.instant(620) } == true)
    let lasting = orders(to: 1500, seed: 8) { time, random in
      random.uniform() < (time > 500 ? 0.3 : 1)
    }.play()
    #expect(lasting.opened.filter { $0.kind == .sequence }.count == 1)
  }

  @Test func `requests and their answers are counted by flow`() throws {
    var asked = 0
    var answered = 0
    let scene = orders(to: 600, seed: 9) { _, random in
      let isAnswered = random.uniform() < 0.98
      asked += 1
      answered += isAnswered ? 1 : 0
      return isAnswered
    }
    let flows = scene.play().detector.flows
    let flow = try #require(flows.first)
    #expect(flows.count == 1)
    #expect(flow.from == PatternID(rawValue: 50) && flow.to == PatternID(rawValue: 51))
    let counted = Int(flow.answeredCount + flow.unansweredCount)
    #expect(counted > asked * 6 / 10 && counted <= asked)
    let share = Double(flow.unansweredCount) / Double(counted)
    #expect(share > 0 && share < 0.05)
    #expect(!flow.unanswered.isEmpty)
  }

  @Test(arguments: [20.0, 100])
  func `more identifiers than there is room for are followed in part`(_ rate: Double) {
    let scene = orders(to: 700, seed: 10, rate: rate) { time, random in
      random.uniform() < (time > 500 ? 0.4 : 0.98)
    }
    let opened = scene.play(batches: [512]).opened.filter { $0.kind == .sequence }
    #expect(opened.count == 1)
    #expect(opened.first.map { $0.time < Scene.instant(640) } == true)
  }

  @Test func `a second step that is written a moment before the first follows it all the same`() {
    let scene = orders(to: 700, seed: 11, lag: 0.2) { _, _ in true }
    var swapped = Scene()
    for (index, item) in scene.items.enumerated() {
      guard case .event(let record) = item.item, let values = scene.values[index] else { continue }
      swapped.event(
        at: item.time, pattern: record.pattern.rawValue, service: record.service.rawValue,
        arriving: record.pattern.rawValue == 50 ? item.time + 0.4 : item.time, values: values)
    }
    #expect(swapped.play().summary.isEmpty)
  }

  @Test(arguments: [(9, 10, 1, 200), (40, 50, 4, 400), (0, 12, 3, 90), (12, 12, 0, 40)])
  func `the chance of what is missing is a sum of one`(
    _ missing: Int, _ due: Int, _ pastMissing: UInt32, _ pastDue: UInt32
  ) {
    let upper = Detector.logMissing(
      missing, of: due, pastMissing: pastMissing, ofPast: pastDue)
    #expect(upper <= 0)
    let all = Detector.logMissing(0, of: due, pastMissing: pastMissing, ofPast: pastDue)
    #expect(abs(all) < 1e-6)
    if missing > 0 {
      #expect(
        upper
          < Detector.logMissing(
            missing - 1, of: due, pastMissing: pastMissing, ofPast: pastDue))
    }
  }

  /// Share of windows that are flagged at a nominal 1e-3 when nothing has changed.
  @Test(arguments: [(40, 20, 0.02), (400, 20, 0.02), (400, 60, 0.05), (60, 100, 0.01)])
  func `as many windows are flagged as the chance says`(
    _ past: Int, _ due: Int, _ missing: Double
  ) {
    let seed: UInt64 = 4711
    var random = SeededGenerator(seed: seed)
    func draw(_ count: Int) -> Int {
      (0..<count).reduce(0) { sum, _ in sum + (random.uniform() < missing ? 1 : 0) }
    }
    var flagged = 0
    let trials = 3000
    for _ in 0..<trials {
      let before = draw(past)
      let now = draw(due)
      if now > 0,
        Detector.logMissing(now, of: due, pastMissing: UInt32(before), ofPast: UInt32(past))
          < log(1e-3)
      {
        flagged += 1
      }
    }
    let share = Double(flagged) / Double(trials)
    #expect(share <= 4e-3, "seed \(seed): \(share)")
  }
}
