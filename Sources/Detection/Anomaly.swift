package import Events

/// What a detector says, once per episode, with the facts behind it.
///
/// The sentence that a person reads is made where it is shown.
package struct Anomaly: Hashable, Sendable {
  /// The names of the command line's JSON.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case new, burst, drop, level, value, sequence, clock
  }

  /// What behaves unusually.
  package enum Subject: Hashable, Sendable {
    case pattern(PatternID)
    case service(ServiceID)
    case source(SourceID)
    /// Several services at once.
    case traffic
  }

  /// The numbers of the test that spoke.
  package enum Evidence: Hashable, Sendable {
    /// First seen; `novelty` is the estimated chance that the service's next event is new.
    case new(observedCount: Int, novelty: Double)
    case burst(
      observedCount: Int, windowMicroseconds: Int64, expectedCount: Double, largestBefore: Int,
      baselineMicroseconds: Int64, probability: Double)
    case drop(
      observedCount: Int, windowMicroseconds: Int64, expectedCount: Double, probability: Double)
    /// A regular event stopped coming.
    case silence(silentMicroseconds: Int64, usualMicroseconds: Int64, longestMicroseconds: Int64)
    /// More of a service's events than before are at `warn` or worse.
    case level(
      observedCount: Int, ofCount: Int, windowMicroseconds: Int64, expectedShare: Double,
      probability: Double)
    /// The number that a pattern's events hold is larger than before: below `value` lie `share` of
    /// the window's, below `usual` as many of the past.
    case value(
      observedCount: Int, windowMicroseconds: Int64, share: Double, value: Double, usual: Double,
      pastCount: Int, probability: Double)
    /// A field of a pattern holds a value that it never held: `observedCount` of `ofCount` events since
    /// the first, none of `pastCount` before, which held `knownCount` values. Busy patterns are sampled.
    case unseen(
      slot: Int, observedCount: Int, ofCount: Int, windowMicroseconds: Int64, pastCount: Int,
      knownCount: Int, probability: Double)
    /// Of `ofCount` events, `missingCount` were not followed by `next` of the same identifier within
    /// the time that it may take, nor by one of `substituteCount` patterns that come in its place; before,
    /// `usualShare` were.
    case broken(
      next: PatternID, nextService: ServiceID, missingCount: Int, ofCount: Int,
      windowMicroseconds: Int64, withinMicroseconds: Int64, usualShare: Double,
      substituteCount: Int, probability: Double)
    /// The times of a source lie this far from those of the others; negative: behind them.
    case clock(offsetMicroseconds: Int64)
    /// The times of a source that is alone go back by so much, and go on from there.
    case turnedBack(microseconds: Int64)
  }

  /// Number of the episode, from 1, in the order of opening.
  package var number: Int
  /// Number of the incident that it belongs to.
  package var incident = 0
  package var kind: Kind
  package var subject: Subject
  /// The service of the subject; `nil` for traffic.
  package var service: ServiceID?
  /// When it was knowable: the event, or the end of the window, in event time.
  package var time: Instant
  /// When the episode closed; `nil` while it is open.
  package var end: Instant?
  /// Stream offset of the event that made it known, or of the next one where a window did.
  package var offset: UInt64
  /// Offset of the last event of the subject at that moment (for a drop, the last one seen).
  package var lastOffset: UInt64?
  /// Larger is worse; only the order means something.
  package var score: Double
  package var severity: Severity
  package var evidence: Evidence

  package init(
    number: Int, kind: Kind, subject: Subject, service: ServiceID?, time: Instant, offset: UInt64,
    lastOffset: UInt64?, score: Double, severity: Severity, evidence: Evidence
  ) {
    self.number = number
    self.kind = kind
    self.subject = subject
    self.service = service
    self.time = time
    self.offset = offset
    self.lastOffset = lastOffset
    self.score = score
    self.severity = severity
    self.evidence = evidence
  }
}
