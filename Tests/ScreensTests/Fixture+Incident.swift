import Events

@testable import Detection

extension Fixture {
  /// All anomalies of the fixture; it is not over.
  static func incident(start: Instant, last: Instant) -> Incident {
    Incident(
      number: 1, start: start, last: last, end: nil, offset: 610_000, kinds: [.burst, .new, .drop],
      services: [3, 2, 4].map { ServiceID(rawValue: $0) }, first: 2, worst: 3, worstScore: 100,
      severity: .error, toldCount: 4, foldedCount: 0)
  }
}
