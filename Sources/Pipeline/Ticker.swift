internal import Events

/// Says when silence is worth a tick: often at first, then less and less.
///
/// A tick takes a few dozen bytes of the stream; a silent night must not fill the disk with them.
struct Ticker {
  private var last = Instant(microseconds: 0)
  private var silence: Int64 = 0

  /// Something came: silence begins anew.
  mutating func start(at now: Instant) {
    last = now
    silence = 0
  }

  /// Time between ticks after so much silence.
  private var interval: Int64 {
    switch silence {
    case ..<120_000_000: 1_000_000
    case ..<1_200_000_000: 5_000_000
    default: 60_000_000
    }
  }

  /// What has passed since the last tick or event, once that is due.
  mutating func elapsed(at now: Instant) -> Int64? {
    let passed = now.microseconds(since: last)
    guard passed >= interval else { return nil }
    last = now
    silence += passed
    return passed
  }

  /// How long one may sleep before the next tick is due.
  var wait: Duration { .microseconds(interval) }
}
