/// A moment of event or ingest time: microseconds since 1970-01-01T00:00:00Z, leap seconds left out.
@frozen @usableFromInline
package struct Instant: Hashable, Comparable, Sendable {
  @usableFromInline package var microseconds: Int64

  @inlinable package init(microseconds: Int64) { self.microseconds = microseconds }

  @inlinable package init(seconds: Int64) { microseconds = seconds &* 1_000_000 }

  /// Before every moment that a log can name; stands for "none yet".
  @inlinable package static var distantPast: Instant { Instant(microseconds: .min) }

  /// After every moment that a log can name.
  @inlinable package static var distantFuture: Instant { Instant(microseconds: .max) }

  @inlinable package static func < (a: Instant, b: Instant) -> Bool {
    a.microseconds < b.microseconds
  }

  /// Microseconds from `earlier` to here, clamped rather than overflowing.
  @inlinable package func microseconds(since earlier: Instant) -> Int64 {
    let (difference, overflow) = microseconds.subtractingReportingOverflow(earlier.microseconds)
    if overflow { return microseconds < earlier.microseconds ? .min : .max }
    return difference
  }

  @inlinable package func advanced(byMicroseconds count: Int64) -> Instant {
    let (sum, overflow) = microseconds.addingReportingOverflow(count)
    return overflow ? (count < 0 ? .distantPast : .distantFuture) : Instant(microseconds: sum)
  }
}
