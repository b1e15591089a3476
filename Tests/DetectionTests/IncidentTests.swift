import Events
import TestSupport
import Testing

@testable import Detection

@Suite struct IncidentTests {
  private func scene(to end: Double = 600, services: Range<UInt32> = 0..<3) -> Scene {
    var random = SeededGenerator(seed: 5)
    var scene = Scene()
    for service in services { scene.background(to: end, service: service, using: &random) }
    return scene
  }

  @Test func `what comes close upon another is one incident, what comes later is the next`() throws
  {
    var scene = scene()
    for (time, pattern, service) in [(200.0, 70, 0), (212, 71, 1), (300, 72, 2)]
      as [(Double, UInt32, UInt32)]
    {
      scene.every(
        0.5, from: time, to: time + 2, pattern: pattern, service: service, severity: .error)
    }
    let played = scene.play()
    try #require(played.summary == ["new pattern 70", "new pattern 71", "new pattern 72"])
    #expect(played.opened.map(\.incident) == [1, 1, 2])
    let first = try #require(played.detector.recentIncidents.first)
    #expect(first.services.map(\.rawValue) == [0, 1])
    #expect(first.kinds == [.new])
    #expect(first.toldCount == 2)
    #expect(first.start == Scene.instant(200.5))
    #expect(first.end == Scene.instant(212.5))
    #expect(played.detector.openIncident == nil)
  }

  @Test func `a service tells of a new thing once, and again of a worse one`() throws {
    var scene = scene()
    scene.traits = Array(repeating: [], count: 80)
    scene.traits[73] = .hasFailureWord
    for (index, severity) in ([.error, .error, .error, .error] as [Severity]).enumerated() {
      let time = 200 + 2 * Double(index)
      scene.every(
        0.5, from: time, to: time + 1, pattern: 70 + UInt32(index), severity: severity)
    }
    let played = scene.play()
    #expect(played.summary == ["new pattern 70", "new pattern 73", "level service 0"])
    #expect(played.detector.recentIncidents.map(\.foldedCount) == [2])
  }

  @Test func `however much goes wrong at once, an incident tells of twelve things`() throws {
    var scene = scene(services: 0..<30)
    for service in 0..<30 as Range<UInt32> {
      let time = 200 + Double(service) / 3
      scene.every(
        0.5, from: time, to: time + 40, pattern: 500 + service, service: service, severity: .error)
    }
    let played = scene.play()
    #expect(played.opened.count == 12)
    #expect(Set(played.opened.map(\.incident)) == [1])
  }

  @Test func `what follows ranks below what came first`() throws {
    var scene = scene()
    for (time, pattern, service) in [(200.0, 70, 0), (215, 71, 1)] as [(Double, UInt32, UInt32)] {
      scene.every(
        0.5, from: time, to: time + 2, pattern: pattern, service: service, severity: .error)
    }
    let opened = scene.play().opened
    try #require(opened.count == 2)
    #expect(opened[0].score > 1.5 * opened[1].score)
  }
}

@Suite struct HistoryTests {
  /// A past without trouble, and a present in which two things happen that the past knew as well.
  private func past() -> Scene {
    var random = SeededGenerator(seed: 8)
    var scene = Scene()
    scene.background(to: 600, using: &random)
    scene.every(7, from: 300, to: 600, pattern: 60, severity: .error)
    scene.every(0.1, from: 410, to: 412, pattern: 61)
    return scene
  }

  private func present() -> Scene {
    var random = SeededGenerator(seed: 9)
    var scene = Scene()
    scene.background(to: 400, using: &random)
    scene.every(1, from: 200, to: 210, pattern: 60, severity: .error)
    scene.every(0.5, from: 300, to: 303, pattern: 70, severity: .error)
    return scene
  }

  private func play(_ scene: Scene, on detector: inout Detector) -> [Anomaly] {
    let batch = EventBatch(byteCapacity: 64, recordCapacity: 64)
    for (_, item) in scene.items.sorted(by: { $0.time < $1.time }) {
      if case .event(let record) = item { batch.append(record) }
    }
    batch.firstOffset = 0
    detector.observe(batch, traits: scene.traits)
    detector.finish()
    return detector.takeReports()
  }

  @Test func `what an earlier stream knew is not new`() throws {
    var cold = Detector()
    let alone = play(present(), on: &cold)
    #expect(alone.filter { $0.kind == .new }.count == 2)
    #expect(cold.isCold)

    var detector = Detector()
    _ = play(past(), on: &detector)
    detector.beginPresent()
    #expect(!detector.isCold)
    #expect(detector.openAnomalies.isEmpty)
    let reports = play(present(), on: &detector)
    let new = reports.filter { $0.kind == .new }
    #expect(new.map(\.subject) == [.pattern(PatternID(rawValue: 70))])
    #expect(new.map(\.number) == [reports.firstIndex { $0.kind == .new }.map { $0 + 1 }])
  }

  @Test func `nothing is learned twice: something new is told in the first minute`() throws {
    var detector = Detector()
    _ = play(past(), on: &detector)
    detector.beginPresent()
    var random = SeededGenerator(seed: 10)
    var scene = Scene()
    scene.background(to: 60, using: &random)
    scene.every(0.5, from: 20, to: 22, pattern: 70, severity: .error)
    let reports = play(scene, on: &detector)
    #expect(reports.map(\.subject) == [.pattern(PatternID(rawValue: 70))])
  }

  @Test func `counts of the present are those of the present alone`() throws {
    var detector = Detector()
    _ = play(past(), on: &detector)
    detector.beginPresent()
    var cold = Detector()
    _ = play(present(), on: &detector)
    _ = play(present(), on: &cold)
    for pattern in [0, 3, 60] as [UInt32] {
      let id = PatternID(rawValue: pattern)
      #expect(detector.trend(of: id) == cold.trend(of: id))
      #expect(
        detector.count(of: id, in: ServiceID(rawValue: 0))
          == cold.count(of: id, in: ServiceID(rawValue: 0)))
    }
    #expect(detector.heat(of: nil) == cold.heat(of: nil))
  }
}

@Suite struct EchoTests {
  /// Three services whose requests fail in the same moment, and one that says why.
  @Test func `each proxy on the way is not told once more`() {
    var random = SeededGenerator(seed: 21)
    var scene = Scene()
    scene.traits = Array(repeating: [], count: 200)
    for service in 0..<4 as Range<UInt32> {
      scene.background(to: 300, service: service, using: &random)
      scene.traits[100 + Int(service)] = service == 3 ? [.hasFailureWord, .isRequest] : .isRequest
      for turn in 0..<8 {
        scene.event(
          at: 200 + Double(turn) * 2 + Double(service) / 10, pattern: 100 + service,
          service: service, severity: .error)
      }
    }
    let news = scene.play().opened.filter { $0.kind == .new }
    #expect(news.map(\.service?.rawValue) == [0, 3])
    let incident = scene.play().detector.recentIncidents.first
    #expect(incident?.services.count == 4 || scene.play().detector.openIncident != nil)
  }

  @Test func `a request that fails worse is no echo`() {
    var random = SeededGenerator(seed: 22)
    var scene = Scene()
    scene.traits = Array(repeating: [], count: 200)
    for service in 0..<2 as Range<UInt32> {
      scene.background(to: 300, service: service, using: &random)
      scene.traits[100 + Int(service)] = .isRequest
    }
    scene.traits[101].insert(.isFailedRequest)
    for turn in 0..<8 {
      let time = 200 + Double(turn) * 2
      scene.event(at: time, pattern: 100, service: 0, severity: .warn)
      scene.event(at: time + 10, pattern: 101, service: 1)
    }
    #expect(
      scene.play().summary.filter { $0.hasPrefix("new") } == ["new pattern 100", "new pattern 101"])
  }
}
