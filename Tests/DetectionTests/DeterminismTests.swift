import Events
import TestSupport
import Testing

@testable import Detection

@Suite struct DeterminismTests {
  /// A scene in which much happens.
  private func troubled(_ seed: UInt64) -> Scene {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    for service in 0..<4 as Range<UInt32> {
      var part = Scene()
      part.background(to: 500, service: service, using: &random)
      let gap = 100 + random.uniform() * 300
      scene.items += part.items.filter { service == 0 || $0.time < gap || $0.time > gap + 60 }
      scene.poisson(
        3, from: 150 + 60 * Double(service), to: 190 + 60 * Double(service),
        pattern: service * 10 + 1, service: service, severity: .warn, using: &random)
    }
    scene.every(5, from: 1, to: 300, pattern: 60)
    for _ in 0..<200 {
      let time = random.uniform() * 500
      scene.event(
        at: time, pattern: 40 + UInt32(random.uniform() * 30), service: 0,
        severity: random.uniform() < 0.3 ? .error : .info,
        arriving: time + random.uniform() * random.uniform() * 12)
    }
    for second in stride(from: 0.25, to: 500, by: 1.5) {
      let isNew = second > 320 && random.uniform() < 0.4
      scene.event(
        at: second, pattern: 80, service: 1,
        values: [(0, isNew ? 9 : UInt32(random.uniform() * 3)), (6, UInt32(second))])
      scene.event(
        at: second + 0.5, pattern: 81, service: 1,
        values: second < 380 || random.uniform() < 0.1 ? [(6, UInt32(second))] : [])
    }
    scene.merge(at: 260, 41, into: 42)
    scene.control(
      at: 280, .source(ingestTime: Scene.start, source: SourceID(rawValue: 2), state: .ended))
    scene.control(at: 300, .tick(ingestTime: Scene.start, elapsedMicroseconds: 2_500_000))
    return scene
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `however the events are cut into batches, the anomalies are the same`(_ seed: UInt64) {
    let scene = troubled(seed)
    var random = SeededGenerator(seed: seed &* 31)
    let whole = scene.play(batches: [4096])
    #expect(!whole.opened.isEmpty)
    for _ in 0..<4 {
      let sizes = (0..<16).map { _ in 1 + Int(random.uniform() * random.uniform() * 300) }
      let cut = scene.play(batches: sizes)
      #expect(cut.opened == whole.opened, "seed \(seed), sizes \(sizes)")
      #expect(cut.closed == whole.closed, "seed \(seed), sizes \(sizes)")
    }
    #expect(scene.play(batches: [1]).opened == whole.opened, "seed \(seed)")
  }

  @Test func `a copy goes on as the original does`() {
    var random = SeededGenerator(seed: 77)
    var scene = Scene()
    scene.background(to: 200, using: &random)
    var first = scene.play(finish: false).detector
    var second = first
    let batch = EventBatch(byteCapacity: 64, recordCapacity: 8)
    for index in 0..<4 {
      var record = EventRecord(
        rawOffset: 0, rawCount: 0, time: Scene.instant(201 + Double(index)),
        ingestTime: Scene.start, source: SourceID(rawValue: 0))
      record.pattern = PatternID(rawValue: 99)
      record.severity = .fatal
      batch.append(record)
    }
    first.observe(batch, traits: [])
    second.observe(batch, traits: [])
    #expect(first.takeReports() == second.takeReports())
    #expect(first.heat(of: nil) == second.heat(of: nil))
  }
}

@Suite struct IdentityTests {
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `a merge makes neither a drop nor a burst nor a novelty`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var scene = Scene()
    scene.background(to: 500, using: &random)
    // Two halves of one pattern until they are found to be the same.
    scene.poisson(1.5, from: 0, to: 250, pattern: 7, using: &random)
    scene.poisson(1.5, from: 0, to: 250, pattern: 8, using: &random)
    scene.merge(at: 250, 8, into: 7)
    scene.poisson(3, from: 250, to: 500, pattern: 7, using: &random)
    let played = scene.play()
    #expect(played.summary.isEmpty, "seed \(seed)")
    let total = scene.items.filter {
      if case .event(let record) = $0.item { return [7, 8].contains(record.pattern.rawValue) }
      return false
    }
    #expect(
      played.detector.count(of: PatternID(rawValue: 7), in: ServiceID(rawValue: 0))
        == UInt64(total.count))
  }

  @Test func `minutes of a pattern add up to its events, whatever was merged`() {
    var random = SeededGenerator(seed: 11)
    var scene = Scene()
    scene.poisson(2, from: 0, to: 1500, pattern: 1, using: &random)
    scene.poisson(1, from: 0, to: 700, pattern: 2, using: &random)
    scene.merge(at: 700, 2, into: 1)
    let detector = scene.play().detector
    let sum = detector.trend(of: PatternID(rawValue: 1), minutes: 60).reduce(0, +)
    #expect(Int(sum) == scene.items.count - 1)
    #expect(detector.heat(of: ServiceID(rawValue: 0)).reduce(0, +) == sum)
    #expect(detector.heat(of: nil).reduce(0, +) == sum)
  }
}

@Suite struct ClockTests {
  @Test func `a late event is counted in its own time`() {
    var random = SeededGenerator(seed: 12)
    var scene = Scene()
    scene.background(to: 200, using: &random)
    scene.event(at: 100, pattern: 0, arriving: 150)
    let played = scene.play()
    #expect(played.detector.lateCount == 1)
    #expect(Int(played.detector.heat(of: nil).reduce(0, +)) == scene.items.count)
  }

  @Test func `a source from the future does not move the clock of the others`() {
    var random = SeededGenerator(seed: 13)
    var scene = Scene()
    scene.background(to: 300, using: &random)
    for second in 100..<300 {
      scene.event(
        at: Double(second) + 86_400, pattern: 50, service: 5, arriving: Double(second) + 0.5)
    }
    let played = scene.play()
    #expect(played.summary.filter { $0 != "clock source 5" }.isEmpty)
    #expect(played.summary.count == 1)
    #expect(played.detector.now.map { $0 < Scene.instant(310) } == true)
  }

  @Test func `hours without an event are passed at once`() {
    var random = SeededGenerator(seed: 14)
    var scene = Scene()
    scene.background(to: 100, using: &random)
    for second in 0..<50 { scene.event(at: 90_000 + Double(second), pattern: 1) }
    let played = scene.play()
    #expect(played.detector.now == Scene.instant(90_049))
    #expect(!played.summary.contains { $0.hasPrefix("clock") })
  }

  @Test func `one stray time of a single source changes nothing`() {
    var random = SeededGenerator(seed: 15)
    var scene = Scene()
    scene.background(to: 300, using: &random)
    scene.event(at: 500_000, pattern: 1, arriving: 150)
    let played = scene.play()
    #expect(played.summary.isEmpty)
    #expect(played.detector.lateCount == 0)
  }

  @Test func `a source that lags is moved up after a while`() {
    var random = SeededGenerator(seed: 16)
    var scene = Scene()
    scene.background(to: 300, using: &random)
    for second in 0..<300 {
      scene.event(
        at: Double(second) - 3600, pattern: 50, service: 5, arriving: Double(second) + 0.5)
    }
    let played = scene.play()
    #expect(played.summary == ["clock source 5"])
    #expect(played.detector.lateCount < 40)
  }

  @Test func `times that are read overrule those of arrival`() {
    var random = SeededGenerator(seed: 17)
    var scene = Scene()
    scene.background(to: 300, using: &random)
    scene.poisson(3, from: 0, to: 200, pattern: 7, using: &random)
    scene.poisson(3, from: 250, to: 300, pattern: 7, using: &random)
    for index in 0..<20 {
      scene.event(
        at: 90_000, pattern: 30, service: 0, arriving: -1 + Double(index) / 100, origin: .received)
    }
    let played = scene.play()
    #expect(played.summary == ["drop pattern 7"])
    #expect(played.detector.lateCount == 0)
  }

  @Test func `events without a time are no clock beside those that have one`() {
    var random = SeededGenerator(seed: 18)
    var scene = Scene()
    scene.background(to: 300, using: &random)
    for index in 0..<60 {
      scene.event(
        at: 90_000, pattern: 30, service: 3, arriving: 100 + Double(index) / 10, origin: .received)
    }
    let played = scene.play()
    #expect(played.summary.isEmpty)
    #expect(played.detector.now.map { $0 < Scene.instant(310) } == true)
  }

  @Test func `all events at one moment are no trouble`() {
    var scene = Scene()
    for index in 0..<5000 {
      scene.event(at: 10, pattern: UInt32(index % 7), severity: .error, arriving: Double(index))
    }
    let played = scene.play()
    #expect(played.summary.isEmpty)
    #expect(played.detector.heat(of: nil).reduce(0, +) == 5000)
  }
}

@Suite struct RobustnessTests {
  /// Times, numbers and orders that no log should have.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `whatever comes, nothing traps and nothing grows past its limit`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var detector = Detector()
    let batch = EventBatch(byteCapacity: 64, recordCapacity: 256)
    var time = Scene.start
    let wild: [Int64] = [.min, .max, -1, 0, 253_402_300_800_000_000, -62_135_596_800_000_000]
    for _ in 0..<60 {
      batch.removeAll()
      for _ in 0..<Int(random.uniform() * 300) {
        time = time.advanced(byMicroseconds: Int64(random.uniform() * random.uniform() * 900_000))
        var moment = time
        let luck = random.uniform()
        if luck < 0.01 { moment = Instant(microseconds: wild[Int(random.next() % 6)]) }
        if luck > 0.99 { moment = Instant(microseconds: Int64(bitPattern: random.next())) }
        if luck > 0.9, luck < 0.92 { time = time.advanced(byMicroseconds: 700_000_000) }
        var record = EventRecord(
          rawOffset: 0, rawCount: 0, time: moment, ingestTime: time,
          source: SourceID(rawValue: UInt32(random.next() % 7)))
        record.pattern = PatternID(rawValue: UInt32(random.next() % 70_000))
        if random.uniform() < 0.9 { record.pattern.rawValue %= 50 }
        if random.uniform() < 0.01 { record.pattern = .none }
        record.service = ServiceID(rawValue: UInt32(random.next() % 9))
        if random.uniform() < 0.02 { record.service.rawValue += 5000 }
        record.severity = Severity.allCases[Int(random.next() % 8)]
        record.timeOrigin = random.uniform() < 0.3 ? .received : .parsed
        if random.uniform() < 0.02 { record.flags = .part }
        batch.append(record)
      }
      detector.observe(batch, traits: [.hasFailureWord])
      let source = SourceID(rawValue: UInt32(random.next() % 9))
      switch random.next() % 6 {
      case 0: detector.merge(anyPattern(&random), into: anyPattern(&random))
      case 1:
        detector.observe(
          .tick(
            ingestTime: time, elapsedMicroseconds: wild[Int(random.next() % 6)] / 1_000_000))
      case 2: detector.observe(.source(ingestTime: time, source: source, state: .ended))
      case 3: detector.observe(.source(ingestTime: time, source: source, state: .reachedEnd))
      default: break
      }
      #expect(detector.openAnomalies.count <= Detector.openLimit)
      #expect(detector.recentAnomalies.count <= Detector.recentLimit)
    }
    detector.finish()
    let opened = detector.takeReports()
    let ends = detector.takeClosed().filter { $0.end == nil }
    #expect(ends.isEmpty, "seed \(seed)")
    #expect(opened.map(\.number) == Array(1...max(1, opened.count)).prefix(opened.count).map { $0 })
    #expect(detector.heat(of: nil).count == 60)
    #expect(detector.series.count <= Detector.seriesLimit)
  }

  private func anyPattern(_ random: inout SeededGenerator) -> PatternID {
    PatternID(rawValue: UInt32(random.next() % 60))
  }
}
