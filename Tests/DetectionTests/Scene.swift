import Events
import TestSupport

@testable import Detection

extension SeededGenerator {
  mutating func uniform() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  /// Waiting time of a Poisson process.
  mutating func exponential(rate: Double) -> Double { -log(1 - uniform()) / rate }

  /// By counting arrivals, in parts for large means.
  mutating func poisson(_ mean: Double) -> Int {
    var count = 0
    var left = mean
    while left > 0 {
      let part = min(left, 20)
      let limit = exp(-part)
      var product = uniform()
      while product > limit {
        count += 1
        product *= uniform()
      }
      left -= part
    }
    return count
  }

  /// Marsaglia and Tsang (2000).
  mutating func gamma(shape: Double) -> Double {
    if shape < 1 {
      let boost = exp(log(max(uniform(), 1e-300)) / shape)
      return gamma(shape: shape + 1) * boost
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      if v <= 0 { continue }
      if log(max(uniform(), 1e-300)) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }

  /// The polar method.
  mutating func normal() -> Double {
    while true {
      let u = 2 * uniform() - 1
      let v = 2 * uniform() - 1
      let s = u * u + v * v
      if s > 0, s < 1 { return u * (-2 * log(s) / s).squareRoot() }
    }
  }

  /// A count of this mean, whose variance is `dispersion` times it.
  mutating func count(mean: Double, dispersion: Double) -> Int {
    guard dispersion > 1 else { return poisson(mean) }
    let shape = mean / (dispersion - 1)
    return poisson(gamma(shape: shape) * (dispersion - 1))
  }
}

/// Events and control records by time, told in a few words.
struct Scene {
  enum Item {
    case event(EventRecord)
    case control(ControlRecord)
    case merge(UInt32, UInt32)
  }

  /// Seconds after the scene's beginning, and what happens.
  var items: [(time: Double, item: Item)] = []
  var traits: [PatternTraits] = []
  /// What fields of an item's event hold, by slot.
  var values: [Int: [(slot: Int, hash: UInt32)]] = [:]
  static let start = Instant(seconds: 1_800_000_000)

  static func instant(_ seconds: Double) -> Instant {
    start.advanced(byMicroseconds: Int64((seconds * 1_000_000).rounded()))
  }

  mutating func event(
    at seconds: Double, pattern: UInt32, service: UInt32 = 0, source: UInt32? = nil,
    severity: Severity = .info, arriving: Double? = nil, origin: TimeOrigin = .parsed,
    values: [(slot: Int, hash: UInt32)] = []
  ) {
    var record = EventRecord(
      rawOffset: 0, rawCount: 0, time: Self.instant(seconds), ingestTime: Self.instant(seconds),
      source: SourceID(rawValue: source ?? service))
    record.service = ServiceID(rawValue: service)
    record.pattern = PatternID(rawValue: pattern)
    record.severity = severity
    record.timeOrigin = origin
    if !values.isEmpty { self.values[items.count] = values }
    items.append((arriving ?? seconds, .event(record)))
  }

  mutating func control(at seconds: Double, _ record: ControlRecord) {
    items.append((seconds, .control(record)))
  }

  mutating func merge(at seconds: Double, _ from: UInt32, into: UInt32) {
    items.append((seconds, .merge(from, into)))
  }

  /// Events at random moments, so many a second.
  mutating func poisson(
    _ rate: Double, from: Double, to: Double, pattern: UInt32, service: UInt32 = 0,
    source: UInt32? = nil, severity: Severity = .info, using random: inout SeededGenerator
  ) {
    var time = from + random.exponential(rate: rate)
    while time < to {
      event(at: time, pattern: pattern, service: service, source: source, severity: severity)
      time += random.exponential(rate: rate)
    }
  }

  /// Events at fixed intervals.
  mutating func every(
    _ seconds: Double, from: Double, to: Double, pattern: UInt32, service: UInt32 = 0,
    severity: Severity = .info
  ) {
    var time = from
    while time < to {
      event(at: time, pattern: pattern, service: service, severity: severity)
      time += seconds
    }
  }

  /// A busy service that nothing is wrong with.
  mutating func background(to end: Double, service: UInt32 = 0, using random: inout SeededGenerator)
  {
    for pattern in 0..<5 as Range<UInt32> {
      poisson(
        0.5 + Double(pattern), from: 0, to: end, pattern: service * 10 + pattern,
        service: service, using: &random)
    }
  }

  /// Plays the scene in batches of the given sizes, in turn.
  func play(
    batches: [Int] = [64], finish: Bool = true, options: DetectorOptions = DetectorOptions()
  ) -> Played {
    var detector = Detector(options)
    var played = Played()
    let batch = EventBatch(byteCapacity: 64, recordCapacity: 64)
    var offset: UInt64 = 0
    var turn = 0
    var held: [SeenValue] = []
    func flush() {
      guard batch.count > 0 else { return }
      batch.firstOffset = offset
      detector.observe(batch, traits: traits, values: held)
      held.removeAll()
      offset += UInt64(batch.count)
      batch.removeAll()
      turn += 1
      played.opened += detector.takeReports()
      played.closed += detector.takeClosed()
    }
    let order = items.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }
    for (number, element) in order {
      switch element.item {
      case .event(let record):
        for value in values[number] ?? [] {
          held.append(
            SeenValue(index: Int32(batch.count), slot: UInt8(value.slot), hash: value.hash))
        }
        batch.append(record)
        if batch.count >= batches[turn % batches.count] { flush() }
      case .control(let record):
        flush()
        detector.observe(record)
      case .merge(let from, let into):
        flush()
        detector.merge(PatternID(rawValue: from), into: PatternID(rawValue: into))
      }
    }
    flush()
    if finish { detector.finish() }
    played.opened += detector.takeReports()
    played.closed += detector.takeClosed()
    played.detector = detector
    return played
  }

  struct Played {
    var opened: [Anomaly] = []
    var closed: [Anomaly] = []
    var detector = Detector()

    /// Kind and subject of what was reported, for comparisons.
    var summary: [String] {
      opened.map { anomaly in
        let subject =
          switch anomaly.subject {
          case .pattern(let id): "pattern \(id.rawValue)"
          case .service(let id): "service \(id.rawValue)"
          case .source(let id): "source \(id.rawValue)"
          case .traffic: "traffic"
          }
        return "\(anomaly.kind.rawValue) \(subject)"
      }
    }

    func seconds(_ index: Int) -> Double {
      Double(opened[index].time.microseconds(since: Scene.start)) / 1_000_000
    }
  }
}
