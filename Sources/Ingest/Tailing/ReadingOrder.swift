/// Decides which generation of a log is read next.
///
/// A writer that moves to the new file never comes back to the old one. So whoever has seen bytes
/// in a newer generation and then finds the older ones read to their ends has, of each writer, all
/// that came before those bytes. Several writers move one after the other: late lines of an older
/// generation go before what was not handed out yet, at the next whole line.
enum ReadingOrder {
  /// What is known at this moment.
  struct Facts: Hashable {
    /// Which generations have something to hand out, oldest first.
    var hasMore: [Bool]
    var active: Int
    /// What was handed out of the active one ends with a whole line.
    var endsLine: Bool
    /// For how long the active one has given nothing.
    var silence: Int64
    /// Bytes in a newer one were seen before the active one was found at its end.
    var wasSeenBefore: Bool
  }

  enum Step: Hashable {
    case deliver
    case activate(Int)
    /// Read the active one again: it must be at its end after newer bytes were seen.
    case readAgain
    /// A writer may be in the middle of a line.
    case awaitLineEnd
    case nothing
  }

  /// How long half a line in an old generation keeps a newer one waiting, in microseconds.
  static let lineEndPatience: Int64 = 1_000_000

  /// The active generation has given bytes.
  static func afterBytes(_ facts: Facts) -> Step {
    guard facts.endsLine, let older = facts.hasMore[..<facts.active].firstIndex(of: true) else {
      return .deliver
    }
    return .activate(older)
  }

  /// The active generation is at its end for now.
  static func atEnd(_ facts: Facts) -> Step {
    let older = facts.hasMore[..<facts.active].firstIndex(of: true)
    let newer = facts.hasMore[(facts.active + 1)...].firstIndex(of: true)
    guard let next = older ?? newer else { return .nothing }
    if older == nil && !facts.wasSeenBefore { return .readAgain }
    if !facts.endsLine && facts.silence < lineEndPatience { return .awaitLineEnd }
    return .activate(next)
  }
}
