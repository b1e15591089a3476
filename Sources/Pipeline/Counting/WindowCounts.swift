package import Events

/// The counts of one window, or of everything.
package struct WindowCounts: Sendable {
  /// One group, with its label in each dimension.
  package struct Row: Sendable {
    package var labels: [Label]
    package var totals: GroupTotals
  }

  package struct Label: Hashable, Sendable {
    /// `nil` where the event has nothing of the kind.
    package var text: String?
    /// The name of a pattern for all time; `text` is its template.
    package var patternKey: UInt64?
  }

  /// `nil`: counted over everything.
  package var start: Instant?
  package var end: Instant?
  /// The watermark has passed it; what comes for it now is late, and it will not change.
  package var isFinal: Bool
  /// Largest first, then by label.
  package var rows: [Row]
  /// Events of groups beyond the limit.
  package var other: GroupTotals?

  package var count: UInt64 { rows.reduce(other?.count ?? 0) { $0 + $1.totals.count } }
  package var lateCount: UInt64 { rows.reduce(other?.lateCount ?? 0) { $0 + $1.totals.lateCount } }
}
