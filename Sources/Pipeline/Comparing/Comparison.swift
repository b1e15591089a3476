package import Detection
package import Events

/// One of two windows that are compared: A is what was usual, B what is suspected.
package enum ComparisonSide: Int, Hashable, Sendable, CaseIterable {
  case a, b
}

/// What differs between two windows, ranked: the first row is what to look at first.
package struct Comparison: Sendable {
  package struct Window: Hashable, Sendable {
    /// As asked for; as its events lie where nothing was.
    package var start: Instant
    package var end: Instant
    package var eventCount: UInt64 = 0
    /// Events at `error` or worse.
    package var errorCount: UInt64 = 0
    /// Counts of all events in steps, from `start` on.
    package var histogram = WindowHistogram()

    package var microseconds: Int64 { max(0, end.microseconds(since: start)) }
  }

  /// A pattern of a service.
  package struct Row: Hashable, Sendable {
    package var pattern: PatternID
    package var key: UInt64
    package var template: String
    package var service: String
    /// The worst level of its events in either window.
    package var severity: Severity
    package var rates: RateComparison
    /// Events per minute; share of its window's events where `Comparison.isByShare`.
    package var rateA: Double
    package var rateB: Double
    package var score: Double
    /// When it first differed in B: exact for a new pattern, to a 48th of B for others; `nil` where
    /// it did not.
    package var firstChange: Instant?
    /// Stream offset of its first event in B.
    package var firstOffset: UInt64?

    /// B's rate over A's; infinite for a new pattern.
    package var ratio: Double { rateA > 0 ? rateB / rateA : .infinity }
  }

  package var a: Window
  package var b: Window
  /// A window has no length in time, so shares of its events are compared.
  package var isByShare: Bool
  /// What changed first, then what did not, most frequent first.
  package var rows: [Row]
  /// Largest difference first.
  package var fields: [FieldDifference] = []

  package func count(_ verdict: RateComparison.Verdict) -> Int {
    rows.count { $0.rates.verdict == verdict }
  }

  /// Changed rows in the order in which they changed.
  package var inOrderOfChange: [Row] {
    rows.filter { $0.firstChange != nil }.sorted {
      $0.firstChange! != $1.firstChange! ? $0.firstChange! < $1.firstChange! : $0.score > $1.score
    }
  }

  /// Share of B's events in patterns whose rate did not change.
  package var unchangedShare: Double {
    let same = rows.reduce(UInt64(0)) { $1.rates.verdict == .same ? $0 + $1.rates.countB : $0 }
    return b.eventCount == 0 ? 0 : Double(same) / Double(b.eventCount)
  }
}
