/// How a reader waits for what is appended.
///
/// While events keep coming it looks for itself every few milliseconds: a watch would cost whoever
/// appends a system call's worth of time for each reader and write. Once they stop it is told of
/// the next one, and sleeps until then.
struct FollowingPace {
  static let lookInterval: Duration = .milliseconds(8)
  /// Silence after which it is told.
  static let quietTime: Duration = .milliseconds(100)
  /// Of looks, so many see a batch only that stands where the last one ended; the next one sees new
  /// segments, too.
  static let quickLookCount = 4
  /// How long a sleep is at most, for what no watch tells.
  static let watchedLimit: Duration = .milliseconds(250)
  static let unwatchedLimit: Duration = .milliseconds(100)

  struct Step: Equatable {
    /// Whether to look at everything that may have changed, before the pause.
    var looksWell: Bool
    var isWatching: Bool
    var pause: Duration
  }

  private let lastArrival: ContinuousClock.Instant?
  private var lookCount = 0
  private var unwatchedPause: Duration = .milliseconds(1)

  /// - Parameter lastArrival: When something came last; `nil` where nothing has.
  init(since lastArrival: ContinuousClock.Instant?) { self.lastArrival = lastArrival }

  /// What to do at a moment.
  /// - Parameter watch: Sets a watch; whether there is one.
  mutating func step(at now: ContinuousClock.Instant, watch: () -> Bool) -> Step {
    if let lastArrival, now - lastArrival < Self.quietTime {
      lookCount += 1
      return Step(
        looksWell: lookCount % (Self.quickLookCount + 1) == 0, isWatching: false,
        pause: Self.lookInterval)
    }
    if watch() { return Step(looksWell: true, isWatching: true, pause: Self.watchedLimit) }
    defer { unwatchedPause = min(unwatchedPause * 2, Self.unwatchedLimit) }
    return Step(looksWell: true, isWatching: false, pause: unwatchedPause)
  }
}
