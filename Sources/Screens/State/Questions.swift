internal import Events
internal import Pipeline

/// What has been asked of the main loop, so that nothing is asked twice and no answer is overtaken.
///
/// While the stream grows, what a screen wants to know changes with every snapshot. A question about
/// the same thing waits for the answer to the one before it, and then as long again as answering
/// takes, so that a slow search neither starves nor keeps a processor busy.
struct Questions: Sendable {
  /// What a question is about: another one is asked at once.
  enum Subject: Hashable, Sendable {
    case preview(PatternID)
    case detail(PatternID)
    case newestEvents(EventFilter, height: Int)
    case events(EventQuery)
    case comparison(ComparisonQuery)
    case counts(CountQuery.Form)
  }

  /// An answer that has not come by then never will.
  private static let patienceMicroseconds: Int64 = 5_000_000

  private var asked: [ScreenQuery] = []
  private var subject: Subject?
  private var askedAt = Instant.distantPast
  /// Where the stream and the clock stood.
  private var place: [UInt64] = []
  private var isPending = false
  private var latencyMicroseconds: Int64 = 0

  /// - Returns: What is to be asked now; nothing where it has been.
  mutating func next(
    _ wanted: [ScreenQuery], about subject: Subject?, in snapshot: Snapshot, now: Instant
  ) -> [ScreenQuery] {
    let place = [
      snapshot.startOffset, snapshot.cursorOffset, snapshot.endOffset, UInt64(snapshot.actCount),
    ]
    if wanted == asked, place == self.place || isOnceForAll(subject) { return [] }
    if subject == self.subject, askedAt <= now {
      let waited = now.microseconds(since: askedAt)
      if isPending ? waited < Self.patienceMicroseconds : waited < pause { return [] }
    }
    asked = wanted
    self.subject = subject
    self.place = place
    askedAt = now
    isPending = !wanted.isEmpty
    return wanted
  }

  /// Windows of the past are as they are, however the stream goes on.
  private func isOnceForAll(_ subject: Subject?) -> Bool {
    if case .comparison = subject { true } else { false }
  }

  mutating func receive(at now: Instant) {
    guard isPending else { return }
    isPending = false
    latencyMicroseconds = min(max(now.microseconds(since: askedAt), 0), Self.patienceMicroseconds)
  }

  /// Takes the answer as come if it answers what was asked last.
  mutating func receive(_ page: EventPage, at now: Instant) {
    if asked.contains(.page(page.query)) { receive(at: now) }
  }

  /// How long after a question the next about the same thing may be asked.
  private var pause: Int64 {
    let least: Int64 =
      switch subject {
      case .newestEvents, .events, .comparison, nil: 0
      case .preview, .counts: 250_000
      case .detail: 500_000
      }
    return max(least, latencyMicroseconds * 2)
  }
}
