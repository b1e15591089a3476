import Events

/// A span of event time of which a few events are read.
///
/// What comes a little late counts as of the present span; what comes much earlier begins another.
struct SampleSpan: Sendable {
  static let microseconds: Int64 = 5_000_000
  /// Spans that an event may be behind without being of another time.
  private static let tolerance: Int64 = 12

  /// From a fixed moment on; far back before the first.
  private(set) var number: Int64 = .min / microseconds
  private var start: Int64 = .min / microseconds * microseconds

  init() {}

  init(number: Int64) throws(StateError) {
    guard (.min / Self.microseconds)...(.max / Self.microseconds - 1) ~= number else {
      throw .invalid("span")
    }
    self.number = number
    start = number * Self.microseconds
  }

  @inline(__always)
  func isOver(at time: Instant) -> Bool {
    // Mostly it is not; a distance that wraps is a large one.
    let passed = time.microseconds &- start
    return UInt64(bitPattern: passed) >= UInt64(Self.microseconds) && isFar(passed, time)
  }

  @inline(never)
  private func isFar(_ passed: Int64, _ time: Instant) -> Bool {
    time.microseconds >= start || passed < -Self.tolerance * Self.microseconds || passed > 0
  }

  mutating func begin(at time: Instant) {
    number = time.microseconds / Self.microseconds
    if time.microseconds < number * Self.microseconds { number -= 1 }
    number = min(max(number, .min / Self.microseconds), .max / Self.microseconds - 1)
    start = number * Self.microseconds
  }
}
