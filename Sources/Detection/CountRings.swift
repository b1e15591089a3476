/// Counts of many rows, each over the last three minutes by 5 s and the hour before by minutes.
///
/// A row moves on only when it is counted in or looked at, so rows that nothing happens to cost
/// nothing. What leaves the ticks is added to its minute. All of a row lies together.
struct CountRings: Sendable {
  static let tickCount: Int32 = 36
  /// Ticks that a ring has room for: those that windows look at, and some that lie ahead of them.
  static let slotCount: Int32 = 40
  /// How far ahead of the tick that is closed rings are made ready.
  static let aheadCount: Int32 = 2
  static let minuteCount: Int32 = 60
  static let ticksPerMinute: Int32 = 12

  /// A row: the newest tick that its ring reaches to, the newest minute, what the ring sums to, the
  /// ring, the minutes.
  static let stride = 104
  static let sumPlace = 2
  static let ringPlace = 3
  static let minutePlace = 43

  /// All rows, one behind the other.
  var cells: [UInt32] = []

  var rowCount: Int { cells.count / Self.stride }

  /// Where the ring of a row begins.
  @inline(__always)
  static func base(_ row: Int) -> Int { row &* stride &+ ringPlace }

  /// The newest tick that a row's ring reaches to.
  @inline(__always)
  func newest(_ row: Int) -> Int32 { Int32(bitPattern: cells[row &* Self.stride]) }

  /// What a row's ring sums to.
  @inline(__always)
  func sum(_ row: Int) -> UInt32 { cells[row &* Self.stride &+ Self.sumPlace] }

  mutating func addRows(_ count: Int) {
    cells.append(contentsOf: repeatElement(0, count: count * Self.stride))
  }

  /// Counts one event; one that is older than the ring is left out.
  @inline(__always)
  mutating func add(_ row: Int, at tick: Int32) {
    let newest = newest(row)
    if tick > newest {
      advance(row, to: tick)
    } else if tick < 0 || tick <= newest &- Self.slotCount {
      return
    }
    cells[Self.base(row) &+ Self.position(tick)] &+= 1
    cells[row &* Self.stride &+ Self.sumPlace] &+= 1
  }

  /// Whether an event of `tick` finds its place in a ring that reaches to `newest`.
  @inline(__always)
  static func holds(_ tick: Int32, newest: Int32) -> Bool {
    tick <= newest && tick > newest &- slotCount
  }

  func count(_ row: Int, at tick: Int32) -> UInt32 {
    let newest = newest(row)
    guard tick >= 0, tick <= newest, tick > newest - Self.slotCount else { return 0 }
    return cells[Self.base(row) + Self.position(tick)]
  }

  /// Fills `window`, which has the length of a ring, with the counts of the ticks up to `tick`, oldest
  /// first.
  func copy(_ row: Int, until tick: Int32, to window: inout [UInt32]) {
    let base = Self.base(row)
    let first = newest(row) - Self.slotCount + 1
    let last = min(newest(row), tick)
    let start = tick - Self.tickCount + 1
    var position = Self.position(start + Self.slotCount)
    for index in 0..<Int(Self.tickCount) {
      let at = start + Int32(index)
      window[index] = at >= first && at <= last ? cells[base + position] : 0
      position = position + 1 == Int(Self.slotCount) ? 0 : position + 1
    }
  }

  /// Moves a row's ring on, so that it reaches to `tick` at least.
  @inline(__always)
  mutating func settle(_ row: Int, at tick: Int32) {
    if newest(row) >= tick { return }
    if sum(row) == 0 {
      cells[row &* Self.stride] = UInt32(bitPattern: tick)
    } else {
      advance(row, to: tick)
    }
  }

  func sum(_ row: Int, _ range: ClosedRange<Int32>) -> Int {
    var sum = 0
    let first = max(range.lowerBound, newest(row) - Self.slotCount + 1, 0)
    let last = min(range.upperBound, newest(row))
    if first > last { return 0 }
    for tick in first...last { sum += Int(cells[Self.base(row) + Self.position(tick)]) }
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
    if newest(source) > newest(target) { advance(target, to: newest(source)) }
    var span = cells.mutableSpan
    let newestMinute = Int32(bitPattern: span[source * Self.stride + 1])
    for minute in max(0, newestMinute - Self.minuteCount + 1)...newestMinute {
      let place = Self.place(source, minute: minute)
      Self.fold(target, minute, span[place], &span)
    }
    let newest = Int32(bitPattern: span[source * Self.stride])
    let reach = Int32(bitPattern: span[target * Self.stride])
    for tick in max(0, newest - Self.slotCount + 1)...newest {
      let value = span[Self.base(source) + Self.position(tick)]
      guard value > 0 else { continue }
      if tick > reach - Self.slotCount {
        span[Self.base(target) + Self.position(tick)] &+= value
        span[target * Self.stride + Self.sumPlace] &+= value
      } else {
        Self.fold(target, tick / Self.ticksPerMinute, value, &span)
      }
    }
    clear(source)
  }

  mutating func clear(_ row: Int) {
    for index in (row * Self.stride)..<((row + 1) * Self.stride) { cells[index] = 0 }
  }

  @inline(never)
  private mutating func advance(_ row: Int, to tick: Int32) {
    var span = cells.mutableSpan
    Self.advance(row, to: tick, &span)
  }

  /// Moves the ring of a row on to a tick that it does not reach to yet.
  @inline(__always)
  static func advance(_ row: Int, to tick: Int32, _ cells: inout MutableSpan<UInt32>) {
    let head = row &* stride
    let old = Int32(bitPattern: cells[head])
    cells[head] = UInt32(bitPattern: tick)
    if cells[head &+ sumPlace] == 0 { return }
    let base = base(row)
    precondition(base >= 0 && base &+ Int(slotCount) <= cells.count, "no such row")
    if tick == old &+ 1 {
      let place = base &+ position(tick)
      let count = cells[place]
      if count == 0 || tick < slotCount { return }
      cells[place] = 0
      cells[head &+ sumPlace] &-= count
      return fold(row, (tick &- slotCount) / ticksPerMinute, count, &cells)
    }
    let first = max(old &- slotCount &+ 1, 0)
    let end = min(tick &- slotCount, old)
    if first > end { return }
    var position = position(first)
    for leaving in first...end {
      // SAFETY: the position lies within the ring of a row that is there.
      let count = unsafe cells[unchecked: base &+ position]
      if count != 0 {
        unsafe cells[unchecked: base &+ position] = 0
        cells[head &+ sumPlace] &-= count
        fold(row, leaving / ticksPerMinute, count, &cells)
      }
      position = position &+ 1 == Int(slotCount) ? 0 : position &+ 1
    }
  }

  @inline(__always)
  private static func fold(
    _ row: Int, _ minute: Int32, _ value: UInt32, _ cells: inout MutableSpan<UInt32>
  ) {
    let newest = Int32(bitPattern: cells[row &* stride &+ 1])
    if minute != newest {
      if minute > newest {
        beginMinute(row, minute, newest, &cells)
      } else if minute <= newest &- minuteCount {
        return
      }
    }
    cells[place(row, minute: minute)] &+= value
  }

  @inline(never)
  private static func beginMinute(
    _ row: Int, _ minute: Int32, _ newest: Int32, _ cells: inout MutableSpan<UInt32>
  ) {
    for passed in max(newest + 1, minute - minuteCount + 1)...minute {
      cells[place(row, minute: passed)] = 0
    }
    cells[row &* stride &+ 1] = UInt32(bitPattern: minute)
  }

  @inline(__always)
  private static func place(_ row: Int, minute: Int32) -> Int {
    row &* stride &+ minutePlace(minute)
  }

  /// Where a minute lies in a row.
  @inline(__always)
  static func minutePlace(_ minute: Int32) -> Int {
    minutePlace &+ Int(UInt32(bitPattern: minute) % UInt32(minuteCount))
  }

  private func folded(_ row: Int, _ minute: Int32) -> UInt32 {
    let newest = Int32(bitPattern: cells[row * Self.stride + 1])
    guard minute <= newest, minute > newest - Self.minuteCount else { return 0 }
    return cells[Self.place(row, minute: minute)]
  }

  @inline(__always)
  static func position(_ tick: Int32) -> Int {
    Int(UInt32(bitPattern: tick) % UInt32(slotCount))
  }
}
