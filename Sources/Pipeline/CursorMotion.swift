internal import EventStream
internal import Events

/// How the cursor moves: towards a place as fast as it can, or by event time, or along the end.
struct CursorMotion {
  private enum Goal {
    case hold
    /// Feed up to this offset, then hold or play.
    case offset(UInt64, thenPlay: Bool)
    /// Feed all events up to this time, then hold or play.
    case time(Instant, thenPlay: Bool)
    case play
    case end
  }

  private var goal: Goal = .hold
  private var speed: Double = 1
  /// What is played again and again.
  private var loop: ClosedRange<Instant>?
  /// Where in event time the playing has come, and when that was.
  private var playTime: Instant?
  private var playedAt: Instant

  init(at now: Instant) { playedAt = now }

  /// Whether the cursor is on its way to a place: what lies between is not to be shown.
  var isSeeking: Bool {
    switch goal {
    case .offset, .time: true
    case .play, .hold, .end: false
    }
  }

  /// Whether it goes as fast as it can, with all that is passed to be seen.
  var isHurrying: Bool {
    switch goal {
    case .play: speed.isInfinite
    case .end: true
    case .offset, .time, .hold: false
    }
  }

  /// How long the worker may sleep.
  var waitMicroseconds: Int64 {
    switch goal {
    case .hold: 1_000_000
    case .offset, .time: 0
    // A loop without events would go round without end.
    case .play: !speed.isInfinite ? 30_000 : loop == nil ? 0 : 5_000
    case .end: 20_000
    }
  }

  func mode(_ stream: StreamAnalysis) -> Snapshot.Mode {
    switch goal {
    case .hold, .offset(_, thenPlay: false), .time(_, thenPlay: false): .paused
    case .play, .offset, .time: .replay(speed: speed)
    case .end: .live
    }
  }

  mutating func obey(_ order: CursorWorker.Order, stream: StreamAnalysis, now: Instant) {
    switch order {
    case .pause: goal = .hold
    case .follow:
      goal = .end
      loop = nil
    case .loop(let range): loop = range
    case .play(let speed):
      self.speed = speed
      playTime = nil
      playedAt = now
      switch goal {
      case .offset(let offset, _): goal = .offset(offset, thenPlay: true)
      case .time(let time, _): goal = .time(time, thenPlay: true)
      case .hold, .play, .end: goal = .play
      }
    case .step(let events): go(to: place(stream) + events, stream, plays: false)
    case .goTo(let offset): go(to: Int(clamping: offset), stream, plays: isPlaying)
    case .scrub(let microseconds):
      let from = stream.time ?? Instant(microseconds: 0)
      go(to: from.advanced(byMicroseconds: microseconds), stream)
    case .goToTime(let time): go(to: time, stream)
    case .task: break
    }
  }

  private var isPlaying: Bool { if case .play = goal { true } else { false } }

  /// Where the cursor stands, or is already on its way to.
  private func place(_ stream: StreamAnalysis) -> Int {
    if case .offset(let offset, _) = goal { return Int(clamping: offset) }
    return Int(clamping: stream.offset)
  }

  private mutating func go(to offset: Int, _ stream: StreamAnalysis, plays: Bool) {
    let target = min(max(UInt64(max(0, offset)), stream.startOffset), stream.endOffset)
    stream.approach(target)
    playTime = nil
    goal = .offset(target, thenPlay: plays)
  }

  private mutating func go(to time: Instant, _ stream: StreamAnalysis) {
    stream.approach(time)
    playTime = nil
    goal = .time(time, thenPlay: isPlaying)
  }

  /// Does one piece of the way.
  /// - Returns: Whether the analysis has changed.
  mutating func move(_ stream: StreamAnalysis, now: Instant) throws(StreamError) -> Bool {
    switch goal {
    case .hold: return false
    case .end:
      var moved = false
      // A piece at a time, so that orders are heard while catching up.
      for _ in 0..<16 where try stream.advance(offsetLimit: .max) { moved = true }
      return moved
    case .offset(let offset, let thenPlay):
      if try stream.advance(offsetLimit: offset) { return true }
      arrive(thenPlay, now)
      return true
    case .time(let time, let thenPlay):
      if try stream.advance(offsetLimit: .max, timeLimit: time) { return true }
      arrive(thenPlay, now)
      return true
    case .play: return try play(stream, now: now)
    }
  }

  private mutating func arrive(_ plays: Bool, _ now: Instant) {
    goal = plays ? .play : .hold
    playTime = nil
    playedAt = now
  }

  private mutating func play(_ stream: StreamAnalysis, now: Instant) throws(StreamError) -> Bool {
    let next = try stream.nextTime()
    if let loop, isOutside(loop, stream, next) {
      go(to: loop.lowerBound, stream)
      return true
    }
    let end = loop?.upperBound ?? Instant.distantFuture
    if speed.isInfinite { return try stream.advance(offsetLimit: .max, timeLimit: end) }
    guard let next else {
      playTime = stream.time
      playedAt = now
      return false
    }
    let passed = Double(max(0, now.microseconds(since: playedAt))) * speed
    playedAt = now
    var time = (playTime ?? stream.time ?? next).advanced(byMicroseconds: Int64(passed))
    if next.microseconds(since: time) > CursorWorker.skippedGapMicroseconds { time = next }
    time = min(time, end)
    playTime = time
    var moved = false
    while try stream.advance(offsetLimit: .max, timeLimit: time) { moved = true }
    return moved
  }

  /// Whether the cursor has left what is to be played, by its end or never having been there.
  private func isOutside(
    _ loop: ClosedRange<Instant>, _ stream: StreamAnalysis, _ next: Instant?
  ) -> Bool {
    guard let next else { return true }
    let isBefore = next < loop.lowerBound && (stream.time ?? next) < loop.lowerBound
    return isBefore || next > loop.upperBound
  }
}
