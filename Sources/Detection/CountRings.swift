internal import Events

/// Counts of many rows, each over the last three minutes by 5 s and the hour before by minutes.
///
/// A row moves on only when it is counted in, so rows that nothing happens to cost nothing. What
/// leaves the ticks is added to its minute.
struct CountRings: Sendable {
  static let tickCount: Int32 = 36
  /// Ticks that a ring has room for: those that windows look at, and some that lie ahead of them.
  static let slotCount: Int32 = 40
  /// How far ahead of the tick that is closed rings are made ready.
  static let aheadCount: Int32 = 2
  static let minuteCount: Int32 = 60
  static let ticksPerMinute: Int32 = 12

  var ticks: [UInt32] = []
  private var minutes: [UInt32] = []
  /// The newest tick that a row's ring reaches to.
  private(set) var newest: [Int32] = []
  private var newestMinute: [Int32] = []
  /// What a row's ring sums to.
  var sums: [UInt32] = []

  var rowCount: Int { newest.count }

  mutating func addRows(_ count: Int) {
    ticks.append(contentsOf: repeatElement(0, count: count * Int(Self.slotCount)))
    minutes.append(contentsOf: repeatElement(0, count: count * Int(Self.minuteCount)))
    newest.append(contentsOf: repeatElement(0, count: count))
    newestMinute.append(contentsOf: repeatElement(0, count: count))
    sums.append(contentsOf: repeatElement(0, count: count))
  }

  /// Counts one event; one that is older than the ring is left out.
  @inline(__always)
  mutating func add(_ row: Int, at tick: Int32) {
    if tick > newest[row] {
      advance(row, to: tick)
    } else if tick <= newest[row] &- Self.slotCount {
      return
    }
    ticks[row &* Int(Self.slotCount) &+ Self.position(tick)] &+= 1
    sums[row] &+= 1
  }

  /// Whether an event of `tick` finds its place in a ring that reaches to `newest`.
  @inline(__always)
  static func holds(_ tick: Int32, newest: Int32) -> Bool {
    tick <= newest && tick > newest &- slotCount
  }

  func count(_ row: Int, at tick: Int32) -> UInt32 {
    guard tick >= 0, tick <= newest[row], tick > newest[row] - Self.slotCount else { return 0 }
    return ticks[row * Int(Self.slotCount) + Self.position(tick)]
  }

  /// Fills `window`, which has the length of a ring, with the counts of the ticks up to `tick`, oldest
  /// first.
  func copy(_ row: Int, until tick: Int32, to window: inout [UInt32]) {
    let base = row * Int(Self.slotCount)
    let first = newest[row] - Self.slotCount + 1
    let last = min(newest[row], tick)
    let start = tick - Self.tickCount + 1
    var position = Self.position(start + Self.slotCount)
    for index in 0..<Int(Self.tickCount) {
      let at = start + Int32(index)
      window[index] = at >= first && at <= last ? ticks[base + position] : 0
      position = position + 1 == Int(Self.slotCount) ? 0 : position + 1
    }
  }

  /// Moves a row's ring on, so that it reaches to `tick` at least.
  @inline(__always)
  mutating func settle(_ row: Int, at tick: Int32) {
    if newest[row] >= tick { return }
    if newest[row] == tick &- 1 {
      let slot = row &* Int(Self.slotCount) &+ Self.position(tick)
      if ticks[slot] == 0 {
        newest[row] = tick
        return
      }
    }
    advance(row, to: tick)
  }

  /// The same for many rows that mostly move on by one tick at a time.
  mutating func settle(_ rows: [Int32], at tick: Int32) {
    let leaving = tick &- Self.slotCount
    let minute = Int(max(leaving, 0) / Self.ticksPerMinute)
    let place = Self.position(tick)
    var areBehind = false
    // Taken out and put back, so that each is ours alone for the length of the loop.
    var held = (ticks: [UInt32](), minutes: [UInt32](), newest: [Int32](), sums: [UInt32]())
    swap(&held.ticks, &ticks)
    swap(&held.minutes, &minutes)
    swap(&held.newest, &newest)
    swap(&held.sums, &sums)
    for number in rows {
      let row = Int(number)
      let reached = held.newest[row]
      if reached >= tick { continue }
      let slot = row &* Int(Self.slotCount) &+ place
      let count = held.ticks[slot]
      guard reached == tick &- 1, count == 0 || newestMinute[row] == Int32(minute) else {
        areBehind = true
        continue
      }
      held.newest[row] = tick
      if count == 0 { continue }
      held.minutes[row &* Int(Self.minuteCount) &+ minute % Int(Self.minuteCount)] &+= count
      held.sums[row] &-= count
      held.ticks[slot] = 0
    }
    swap(&held.ticks, &ticks)
    swap(&held.minutes, &minutes)
    swap(&held.newest, &newest)
    swap(&held.sums, &sums)
    guard areBehind else { return }
    for row in rows where newest[Int(row)] < tick { advance(Int(row), to: tick) }
  }

  /// What the ticks of a settled row up to `tick` sum to.
  /// - Parameters:
  ///   - first: The oldest tick that belongs to `Recent.all`.
  ///   - isLong: Whether windows of more than half a minute are wanted.
  func recent(_ row: Int, until tick: Int32, from first: Int32, isLong: Bool) -> Recent {
    let reach = newest[row] &- tick
    guard reach >= 0, reach <= Self.slotCount &- Self.tickCount else {
      return slowRecent(row, until: tick, from: first)
    }
    // What lies before tick 0 is in the ring as well, and empty.
    let ticks = ticks.span
    let base = row &* Int(Self.slotCount)
    precondition(base >= 0 && base &+ Int(Self.slotCount) <= ticks.count, "no such row")
    var position = Self.position(tick)
    // SAFETY: the position lies within the ring of a row that is there.
    func next() -> UInt32 {
      let value = unsafe ticks[unchecked: base &+ position]
      position = position == 0 ? Int(Self.slotCount) &- 1 : position &- 1
      return value
    }
    var recent = Recent()
    recent.last1 = next()
    recent.last3 = recent.last1 &+ next() &+ next()
    recent.last5 = recent.last3 &+ next() &+ next()
    recent.last6 = recent.last5 &+ next()
    recent.last8 = recent.last6 &+ next() &+ next()
    var length: Int32 = 8
    if isLong {
      recent.last11 = recent.last8 &+ next() &+ next() &+ next()
      recent.last12 = recent.last11 &+ next()
      recent.last14 = recent.last12 &+ next() &+ next()
      length = 14
    }
    if first <= tick &- Self.tickCount &+ 1 {
      // All but what lies ahead, and what no window looks at any more.
      var outside: UInt32 = 0
      position = Self.position(tick &+ Self.slotCount &- Self.tickCount)
      for _ in 0..<(Self.slotCount &- Self.tickCount) { outside &+= next() }
      recent.all = sums[row] &- outside
    } else {
      recent.all = length == 14 ? recent.last14 : recent.last8
      var at = tick &- length
      while at >= first {
        recent.all &+= next()
        at &-= 1
      }
      if tick &- first &+ 1 < length {
        recent.all = first <= tick ? UInt32(sum(row, first...tick)) : 0
      }
    }
    return recent
  }

  /// What six ticks of a settled row sum to.
  @inline(__always)
  func six(_ row: Int, until tick: Int32) -> UInt32 {
    guard newest[row] >= tick, newest[row] &- tick <= Self.slotCount &- 6 else {
      return UInt32(sum(row, (tick - 5)...tick))
    }
    let base = row &* Int(Self.slotCount)
    let position = Self.position(tick)
    guard position >= 5 else {
      var sum: UInt32 = 0
      for index in 0...position { sum &+= ticks[base &+ index] }
      for index in 0..<(5 &- position) { sum &+= ticks[base &+ Int(Self.slotCount) &- 1 &- index] }
      return sum
    }
    let at = base &+ position
    return ticks[at] &+ ticks[at &- 1] &+ ticks[at &- 2] &+ ticks[at &- 3] &+ ticks[at &- 4]
      &+ ticks[at &- 5]
  }

  @inline(never)
  private func slowRecent(_ row: Int, until tick: Int32, from first: Int32) -> Recent {
    func last(_ length: Int32) -> UInt32 { UInt32(sum(row, (tick - length + 1)...tick)) }
    var recent = Recent()
    recent.last1 = last(1)
    recent.last3 = last(3)
    recent.last5 = last(5)
    recent.last6 = last(6)
    recent.last8 = last(8)
    recent.last11 = last(11)
    recent.last12 = last(12)
    recent.last14 = last(14)
    let start = max(first, tick - Self.tickCount + 1)
    recent.all = start <= tick ? UInt32(sum(row, start...tick)) : 0
    return recent
  }

  /// Mean and dispersion of the ticks of a settled row from `first` to `tick` without those of
  /// `usable` that are not set; its bit 0 is for the oldest tick of the ring.
  func moments(
    _ row: Int, until tick: Int32, from first: Int32, usable: UInt64
  ) -> (ticks: Int, sum: Double, squares: Double) {
    let base = row &* Int(Self.slotCount)
    let oldest = tick &- Self.tickCount &+ 1
    let start = max(first, oldest)
    let least = newest[row] &- Self.slotCount
    var found = (ticks: 0, sum: 0 as UInt64, squares: 0 as UInt64)
    guard start <= tick else { return (0, 0, 0) }
    let ticks = ticks.span
    precondition(base >= 0 && base &+ Int(Self.slotCount) <= ticks.count, "no such row")
    var bit = UInt64(1) << UInt64(start &- oldest)
    var position = Self.position(start &+ Self.slotCount)
    for at in start...tick {
      if usable & bit != 0 {
        // SAFETY: the position lies within the ring of a row that is there.
        let count = at > least ? UInt64(unsafe ticks[unchecked: base &+ position]) : 0
        found.ticks &+= 1
        found.sum &+= count
        found.squares &+= count &* count
      }
      bit &<<= 1
      position = position == Int(Self.slotCount) &- 1 ? 0 : position &+ 1
    }
    return (found.ticks, Double(found.sum), Double(found.squares))
  }

  func sum(_ row: Int, _ range: ClosedRange<Int32>) -> Int {
    var sum = 0
    let first = max(range.lowerBound, newest[row] - Self.slotCount + 1, 0)
    let last = min(range.upperBound, newest[row])
    if first > last { return 0 }
    for tick in first...last {
      sum += Int(ticks[row * Int(Self.slotCount) + Self.position(tick)])
    }
    return sum
  }

  /// Events per minute, oldest first; the last minute is the one of `tick`.
  func minutes(_ row: Int, count: Int, until tick: Int32) -> [UInt32] {
    let last = tick / Self.ticksPerMinute
    return (0..<Int32(count)).map { index in
      let minute = last - Int32(count) + 1 + index
      guard minute >= 0 else { return 0 }
      let first = minute * Self.ticksPerMinute
      let recent = sum(row, first...(first + Self.ticksPerMinute - 1))
      return UInt32(truncatingIfNeeded: Int(folded(row, minute)) + recent)
    }
  }

  /// Adds the counts of `source` to `target`, whichever reaches further, and empties `source`.
  mutating func merge(_ source: Int, into target: Int) {
    if newest[source] > newest[target] { advance(target, to: newest[source]) }
    let newestMinuteOfSource = newestMinute[source]
    if newestMinuteOfSource >= 0 {
      for minute in max(0, newestMinuteOfSource - Self.minuteCount + 1)...newestMinuteOfSource {
        fold(target, minute, folded(source, minute))
      }
    }
    for tick in max(0, newest[source] - Self.slotCount + 1)...newest[source] {
      let value = count(source, at: tick)
      guard value > 0 else { continue }
      if tick > newest[target] - Self.slotCount {
        ticks[target * Int(Self.slotCount) + Self.position(tick)] &+= value
        sums[target] &+= value
      } else {
        fold(target, tick / Self.ticksPerMinute, value)
      }
    }
    clear(source)
  }

  mutating func clear(_ row: Int) {
    for index in 0..<Int(Self.slotCount) { ticks[row * Int(Self.slotCount) + index] = 0 }
    for index in 0..<Int(Self.minuteCount) { minutes[row * Int(Self.minuteCount) + index] = 0 }
    newest[row] = 0
    newestMinute[row] = 0
    sums[row] = 0
  }

  @inline(never)
  private mutating func advance(_ row: Int, to tick: Int32) {
    let old = newest[row]
    let first = max(old - Self.slotCount + 1, 0)
    let end = min(tick - Self.slotCount, old)
    if first <= end {
      for leaving in first...end {
        let index = row * Int(Self.slotCount) + Self.position(leaving)
        if ticks[index] != 0 {
          fold(row, leaving / Self.ticksPerMinute, ticks[index])
          sums[row] &-= ticks[index]
          ticks[index] = 0
        }
      }
    }
    newest[row] = tick
  }

  private mutating func fold(_ row: Int, _ minute: Int32, _ value: UInt32) {
    guard value > 0 else { return }
    let base = row * Int(Self.minuteCount)
    let old = newestMinute[row]
    if minute > old {
      for passed in max(old + 1, minute - Self.minuteCount + 1)...minute {
        minutes[base + Int(passed % Self.minuteCount)] = 0
      }
      newestMinute[row] = minute
    } else if minute <= old - Self.minuteCount {
      return
    }
    minutes[base + Int(minute % Self.minuteCount)] &+= value
  }

  private func folded(_ row: Int, _ minute: Int32) -> UInt32 {
    guard minute <= newestMinute[row], minute > newestMinute[row] - Self.minuteCount else {
      return 0
    }
    return minutes[row * Int(Self.minuteCount) + Int(minute % Self.minuteCount)]
  }

  @inline(__always)
  static func position(_ tick: Int32) -> Int {
    Int(UInt32(bitPattern: tick) % UInt32(slotCount))
  }
}

/// What the last ticks of a row sum to, by how many they are: all that tells most rows to be calm.
struct Recent {
  var last1: UInt32 = 0
  var last3: UInt32 = 0
  var last5: UInt32 = 0
  var last6: UInt32 = 0
  var last8: UInt32 = 0
  var last11: UInt32 = 0
  var last12: UInt32 = 0
  var last14: UInt32 = 0
  /// Of all ticks that may be used.
  var all: UInt32 = 0

  /// Whether `window`, of so many ticks, is at least `ratio` times what the ticks before it and its
  /// guard say; exact where all of them may be used.
  /// - Parameters:
  ///   - guarded: The window and its guard ticks.
  ///   - ticks: All ticks that may be used, the window and its guard among them.
  @inline(__always)
  func exceeds(_ window: UInt32, guarded: UInt32, length: Int, ticks: Int, ratio: Double) -> Bool {
    let past = ticks - length - Baseline.guardTicks
    return past > 0
      && Double(window) * Double(past) >= ratio * Double(length) * (Double(all &- guarded) + 0.5)
  }

  /// Whether what is in the window already keeps it from falling short for the next `ahead` ticks,
  /// whatever comes: as much of it stays in the window as `kept`, and the past holds no more then than
  /// all but `fresh`.
  @inline(__always)
  func holdsOut(
    _ kept: UInt32, fresh: UInt32, length: Int, ticks: Int, least: Double, part: Double
  ) -> Bool {
    let past = ticks - length - Baseline.guardTicks
    guard past > 0 else { return false }
    let expected = (Double(all &- fresh) + 0.5) / Double(past) * Double(length)
    return expected < least || Double(kept) > part * expected
  }

  /// Whether at least `least` events were expected in the window, and at most `part` of them came.
  @inline(__always)
  func fallsShort(
    _ window: UInt32, guarded: UInt32, length: Int, ticks: Int, least: Double, part: Double
  ) -> Bool {
    let past = ticks - length - Baseline.guardTicks
    guard past > 0 else { return false }
    let expected = (Double(all &- guarded) + 0.5) / Double(past) * Double(length)
    return expected >= least && Double(window) <= part * expected
  }
}

extension CountRings: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(column: ticks)
    encoder.encode(column: minutes)
    encoder.encode(column: newest)
    encoder.encode(column: newestMinute)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    ticks = try decoder.decodeColumn()
    minutes = try decoder.decodeColumn()
    newest = try decoder.decodeColumn()
    newestMinute = try decoder.decodeColumn(count: newest.count)
    guard ticks.count == newest.count * Int(Self.slotCount),
      minutes.count == newest.count * Int(Self.minuteCount),
      newest.allSatisfy({ $0 >= 0 }), newestMinute.allSatisfy({ $0 >= 0 })
    else { throw .invalid("rings") }
    let slots = Int(Self.slotCount)
    sums = newest.indices.map { row in
      ticks[(row * slots)..<((row + 1) * slots)].reduce(0, &+)
    }
  }
}
