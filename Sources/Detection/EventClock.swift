internal import Events

/// Event time as all sources together tell it.
///
/// The newest time moves it, whichever source it comes from, but for one that is more than
/// `jumpLimit` ahead while the others are not: that source is put on the time of its arrival. So is
/// one whose events keep coming late. Times here are microseconds.
///
/// A source that is alone has nobody to be behind. When its time goes back by more than `jumpLimit`
/// for good, as in logs that were put one behind the other, the clock goes back with it.
struct EventClock: Sendable {
  /// The newest time that was believed; `.min` before the first event.
  var now: Int64 = .min
  /// Events that came later than they may.
  private(set) var lateCount: UInt64 = 0
  /// Sources found to run off the others since they were last taken, and by how much.
  private(set) var deviations: [(source: UInt32, offset: Int64)] = []
  var sources: [Source] = []
  /// So far only the time of arrival was known.
  private var isArrival = true
  /// The first time that was read lay elsewhere than the arrivals before it: all that was counted
  /// by them is void.
  private(set) var wasRebased = false
  /// The clock was set back.
  private(set) var turn: Turn?
  /// Sources that are ahead, of which it is not known yet whether the others will follow.
  private var ahead: [UInt32] = []
  private var aheadRun = 0
  private var aheadMinimum: Int64 = .max
  let lateness: Int64
  let jumpLimit: Int64

  /// Times beyond 140 years from 1970 are taken for those years: ticks must fit their type.
  private static let timeLimit: Int64 = 1 << 52

  @inline(__always)
  static func clamped(_ time: Int64) -> Int64 { min(max(time, -timeLimit), timeLimit) }

  /// Late events in a row after which a source is taken to be behind.
  private static let lateRunLimit = 32
  /// The same for one that is so far behind that it is of another time.
  private static let farRunLimit = 8
  /// Events ahead in a row after which a single source, or one of several, is believed.
  private static let aheadRunAlone = 2
  private static let aheadRunLimit = 8

  /// Where the clock stood before it was set back, and who did.
  struct Turn: Sendable {
    var from: Int64
    /// How far back the first event lay that went back.
    var step: Int64
    var source: UInt32
  }

  struct Source: Sendable {
    /// Added to the source's times.
    var skew: Int64 = 0
    var lateRun = 0
    var leastLag: Int64 = .max
    var largestLag: Int64 = 0
    /// The clock when the source last spoke.
    var heard: Int64 = .min
    var ended = false
    var reported = false
    /// Some of its times that lay far off were read from its text.
    var isDated = false
  }

  init(options: DetectorOptions) {
    lateness = options.latenessMicroseconds
    jumpLimit = options.jumpLimitMicroseconds
  }

  /// Whether an event in its place needs no second look.
  var isSteady: Bool { ahead.isEmpty && !isArrival }

  /// Whether no event that is near lies beyond the years that times are taken for.
  var isAmid: Bool { now > lateness &- Self.timeLimit && now < Self.timeLimit &- jumpLimit }

  /// Moves the clock by what an event says.
  /// - Returns: The time that the event counts at, and by how much it was late (0: it was not).
  @inline(__always)
  mutating func place(_ time: Int64, source: Int, origin: TimeOrigin) -> (time: Int64, lag: Int64) {
    if source >= sources.count { grow(to: source) }
    let time = Self.clamped(time) &+ sources[source].skew
    // Before the first event this wraps, and `isArrival` is set.
    let distance = time &- now
    if distance <= jumpLimit, distance >= -lateness, ahead.isEmpty, !isArrival,
      sources[source].skew <= 0
    {
      if distance > 0 { now = time }
      sources[source].lateRun = 0
      sources[source].heard = now
      return (time, 0)
    }
    return placeOddly(time, source, origin)
  }

  /// Moves the clock by events of a batch for as long as each comes in its place: what `place` does to
  /// them, with everything in reach at once.
  /// - Returns: The index of the first that needs a second look, or how many there are.
  mutating func placeSteadily(_ batch: EventBatch, from start: Int) -> Int {
    guard isSteady else { return start }
    var index = start
    var now = now
    while index < batch.count {
      // SAFETY: `index` lies below the batch's count, and a record is plain bits.
      let number = unsafe batch.records[index].source.rawValue
      let source = Int(number)
      guard source < sources.count, sources[source].skew <= 0 else { break }
      let skew = sources[source].skew
      let first = index
      while index < batch.count, unsafe batch.records[index].source.rawValue == number {
        let time = Self.clamped(unsafe batch.records[index].time.microseconds) &+ skew
        let distance = time &- now
        guard distance <= jumpLimit, distance >= -lateness else { break }
        if distance > 0 { now = time }
        index += 1
      }
      guard index > first else { break }
      sources[source].lateRun = 0
      sources[source].heard = now
    }
    self.now = now
    return index
  }

  /// Nothing came for `elapsed`.
  mutating func pass(_ elapsed: Int64) {
    guard now != .min else { return }
    now = Self.clamped(now + max(0, Self.clamped(elapsed)))
  }

  mutating func sourceEnded(_ source: Int) {
    if source >= sources.count { grow(to: source) }
    sources[source].ended = true
  }

  mutating func takeDeviations() -> [(source: UInt32, offset: Int64)] {
    defer { deviations.removeAll() }
    return deviations
  }

  mutating func takeRebase() -> Bool {
    defer { wasRebased = false }
    return wasRebased
  }

  mutating func takeTurn() -> Turn? {
    defer { turn = nil }
    return turn
  }

  /// How far the times of a source are moved, to be what the others agree on.
  func skew(of source: Int) -> Int64 { source < sources.count ? sources[source].skew : 0 }

  @inline(never)
  private mutating func grow(to source: Int) {
    sources.append(contentsOf: repeatElement(Source(), count: source + 1 - sources.count))
  }

  @inline(never)
  private mutating func placeOddly(_ time: Int64, _ source: Int, _ origin: TimeOrigin) -> (
    time: Int64, lag: Int64
  ) {
    let time = Self.clamped(time)
    sources[source].ended = false
    guard now != .min else {
      now = time
      isArrival = origin == .received
      sources[source].heard = time
      return (time, 0)
    }
    if isArrival, origin != .received {
      isArrival = false
      let distance = time - now
      if distance.magnitude > UInt64(jumpLimit) {
        now = time
        wasRebased = true
        for index in sources.indices { sources[index] = Source() }
        forgetAhead()
        sources[source].heard = time
        return (time, 0)
      }
    }
    let distance = time - now
    if distance > jumpLimit { return placeAhead(time, distance, source, origin) }
    if !ahead.isEmpty { settle(source) }
    defer { sources[source].heard = now }
    if distance > 0 {
      sources[source].lateRun = 0
      if sources[source].skew > 0, distance > lateness {
        // It was behind and is less so now: it does not drive the others.
        sources[source].skew -= distance
        return (now, 0)
      }
      now = time
      return (time, 0)
    }
    if distance >= -lateness {
      sources[source].lateRun = 0
      return (time, 0)
    }
    lateCount += 1
    sources[source].lateRun += 1
    if sources[source].lateRun == 1 {
      sources[source].leastLag = .max
      sources[source].largestLag = 0
    }
    sources[source].leastLag = min(sources[source].leastLag, -distance)
    sources[source].largestLag = max(sources[source].largestLag, -distance)
    let isFar = sources[source].leastLag > jumpLimit && !isAlone(source)
    if sources[source].lateRun >= (isFar ? Self.farRunLimit : Self.lateRunLimit) {
      if isAlone(source) { return turnBack(time, distance, source, origin) }
      sources[source].skew += sources[source].leastLag
      sources[source].lateRun = 0
      if origin != .received { sources[source].isDated = true }
      report(source)
    }
    return (time, -distance)
  }

  /// A source that is alone has come late for a while: a little is made up for as time goes on.
  private mutating func turnBack(
    _ time: Int64, _ distance: Int64, _ source: Int, _ origin: TimeOrigin
  ) -> (time: Int64, lag: Int64) {
    let lag = sources[source].leastLag
    sources[source].lateRun = 0
    guard lag > jumpLimit, origin != .received else { return (time, -distance) }
    turn = Turn(from: now, step: sources[source].largestLag, source: UInt32(source))
    now -= lag
    sources = sources.map { source in
      var source = source
      source.heard = min(source.heard, now)
      return source
    }
    return (time, max(0, now - time - lateness))
  }

  private func isAlone(_ source: Int) -> Bool {
    sources[source].skew == 0
      && sources.indices.allSatisfy {
        $0 == source || sources[$0].ended || sources[$0].heard == .min
      }
  }

  private mutating func placeAhead(
    _ time: Int64, _ distance: Int64, _ source: Int, _ origin: TimeOrigin
  ) -> (time: Int64, lag: Int64) {
    if !ahead.contains(UInt32(source)) { ahead.append(UInt32(source)) }
    if origin != .received { sources[source].isDated = true }
    aheadRun += 1
    aheadMinimum = min(aheadMinimum, time)
    let others = sources.indices.contains { index in
      index != source && isLive(index) && !ahead.contains(UInt32(index))
    }
    // A text without times cannot say that hours have passed while others can.
    let believable = origin != .received || !others
    let believed =
      believable
      && (ahead.count >= 2 || aheadRun >= (others ? Self.aheadRunLimit : Self.aheadRunAlone))
    if believed {
      now = aheadMinimum
      forgetAhead()
      sources[source].heard = now
      return time > now + jumpLimit ? (now, 0) : place(time, now: time, source)
    }
    sources[source].heard = now
    if origin == .received, aheadRun >= Self.aheadRunLimit {
      sources[source].skew -= distance
      forgetAhead()
    }
    return (now, 0)
  }

  private mutating func place(_ time: Int64, now newest: Int64, _ source: Int) -> (
    time: Int64, lag: Int64
  ) {
    now = max(now, newest)
    return (time, 0)
  }

  /// An event came at the old time: those ahead are ahead alone.
  private mutating func settle(_ witness: Int) {
    if ahead.contains(UInt32(witness)) {
      // One stray time of a source that went on as before.
      forgetAhead()
      return
    }
    for source in ahead {
      sources[Int(source)].skew -= aheadMinimum - now
      report(Int(source))
    }
    forgetAhead()
    // When all that speak are moved by as much, it is time that has passed.
    let live = sources.indices.filter(isLive)
    let least = live.map { sources[$0].skew }.max() ?? 0
    guard least < -jumpLimit else { return }
    now = Self.clamped(now - least)
    for source in sources.indices where sources[source].skew < 0 {
      sources[source].skew = min(0, sources[source].skew - least)
      sources[source].heard = now
    }
  }

  private mutating func forgetAhead() {
    ahead.removeAll(keepingCapacity: true)
    aheadRun = 0
    aheadMinimum = .max
  }

  private func isLive(_ source: Int) -> Bool {
    !sources[source].ended && sources[source].heard > now - jumpLimit
  }

  /// Whether it is the first time that a source sets the clock back.
  mutating func noteTurn(of source: UInt32) -> Bool {
    defer { sources[Int(source)].reported = true }
    return !sources[Int(source)].reported
  }

  private mutating func report(_ source: Int) {
    let skew = sources[source].skew
    guard sources[source].isDated, skew.magnitude > UInt64(jumpLimit), !sources[source].reported
    else {
      return
    }
    sources[source].reported = true
    deviations.append((UInt32(source), -skew))
  }
}

extension EventClock {
  /// Appends everything but the options.
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(now)
    encoder.encode(lateCount)
    encoder.encode(deviations.map(\.source))
    encoder.encode(deviations.map(\.offset))
    encoder.encode(sources)
    encoder.encode(isArrival)
    encoder.encode(wasRebased)
    encoder.encode(ahead)
    encoder.encode(aheadRun)
    encoder.encode(aheadMinimum)
  }

  /// Takes on the state that `encode` wrote.
  mutating func restore(from decoder: inout StateDecoder) throws(StateError) {
    now = try decoder.decode()
    lateCount = try decoder.decode()
    let deviating = try decoder.decode([UInt32].self)
    let offsets = try decoder.decode([Int64].self)
    guard deviating.count == offsets.count else { throw .invalid("deviations") }
    deviations = zip(deviating, offsets).map { (source: $0, offset: $1) }
    sources = try decoder.decode()
    isArrival = try decoder.decode()
    wasRebased = try decoder.decode()
    ahead = try decoder.decode()
    aheadRun = try decoder.decode()
    aheadMinimum = try decoder.decode()
    guard (ahead + deviating).allSatisfy({ sources.indices.contains(Int($0)) }) else {
      throw .invalid("source")
    }
  }
}

extension EventClock.Source: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(skew)
    encoder.encode(lateRun)
    encoder.encode(leastLag)
    encoder.encode(largestLag)
    encoder.encode(heard)
    encoder.encode(ended)
    encoder.encode(reported)
    encoder.encode(isDated)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    skew = try decoder.decode()
    lateRun = try decoder.decode()
    leastLag = try decoder.decode()
    largestLag = try decoder.decode()
    heard = try decoder.decode()
    ended = try decoder.decode()
    reported = try decoder.decode()
    isDated = try decoder.decode()
  }
}
