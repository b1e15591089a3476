/// What windows of a row hold.
extension CountRings {
  /// What the ticks of a settled row up to `tick` sum to.
  /// - Parameters:
  ///   - first: The oldest tick that belongs to `Recent.all`.
  ///   - isLong: Whether windows of more than half a minute are wanted.
  func recent(_ row: Int, until tick: Int32, from first: Int32, isLong: Bool) -> Recent {
    let reach = newest(row) &- tick
    guard reach >= 0, reach <= Self.slotCount &- Self.tickCount else {
      return slowRecent(row, until: tick, from: first)
    }
    // What lies before tick 0 is in the ring as well, and empty.
    let cells = cells.span
    let base = Self.base(row)
    precondition(base >= 0 && base &+ Int(Self.slotCount) <= cells.count, "no such row")
    var position = Self.position(tick)
    var recent = Self.lasts(cells, base, position, isLong: isLong)
    let length: Int32 = isLong ? 14 : 8
    position &-= Int(length)
    if position < 0 { position &+= Int(Self.slotCount) }
    // SAFETY: the position lies within the ring of a row that is there.
    func next() -> UInt32 {
      let value = unsafe cells[unchecked: base &+ position]
      position = position == 0 ? Int(Self.slotCount) &- 1 : position &- 1
      return value
    }
    if first <= tick &- Self.tickCount &+ 1 {
      // All but what lies ahead, and what no window looks at any more.
      var outside: UInt32 = 0
      position = Self.position(tick &+ Self.slotCount &- Self.tickCount)
      for _ in 0..<(Self.slotCount &- Self.tickCount) { outside &+= next() }
      recent.all = sum(row) &- outside
    } else {
      recent.all = isLong ? recent.last14 : recent.last8
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

  /// What the last ticks of a ring sum to that begins at `base`, up to a position.
  @inline(__always)
  static func lasts(
    _ cells: Span<UInt32>, _ base: Int, _ position: Int, isLong: Bool
  ) -> Recent {
    var position = position
    // SAFETY: whoever asks has made sure that the ring is there.
    func next() -> UInt32 {
      let value = unsafe cells[unchecked: base &+ position]
      position = position == 0 ? Int(slotCount) &- 1 : position &- 1
      return value
    }
    // SAFETY: the same, where the ring does not end in between.
    func straight(_ back: Int) -> UInt32 {
      unsafe cells[unchecked: base &+ position &- back]
    }
    var recent = Recent()
    if position >= (isLong ? 14 : 8) {
      recent.last1 = straight(0)
      recent.last3 = recent.last1 &+ straight(1) &+ straight(2)
      recent.last5 = recent.last3 &+ straight(3) &+ straight(4)
      recent.last6 = recent.last5 &+ straight(5)
      recent.last8 = recent.last6 &+ straight(6) &+ straight(7)
      if isLong {
        recent.last11 = recent.last8 &+ straight(8) &+ straight(9) &+ straight(10)
        recent.last12 = recent.last11 &+ straight(11)
        recent.last14 = recent.last12 &+ straight(12) &+ straight(13)
      }
    } else {
      recent.last1 = next()
      recent.last3 = recent.last1 &+ next() &+ next()
      recent.last5 = recent.last3 &+ next() &+ next()
      recent.last6 = recent.last5 &+ next()
      recent.last8 = recent.last6 &+ next() &+ next()
      if isLong {
        recent.last11 = recent.last8 &+ next() &+ next() &+ next()
        recent.last12 = recent.last11 &+ next()
        recent.last14 = recent.last12 &+ next() &+ next()
      }
    }
    return recent
  }

  /// All that is asked for of a few rows only.
  @inline(never)
  static func longLasts(
    _ cells: Span<UInt32>, _ base: Int, _ position: Int, all: UInt32
  ) -> Recent {
    var recent = lasts(cells, base, position, isLong: true)
    recent.all = all
    return recent
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
    let base = Self.base(row)
    let oldest = tick &- Self.tickCount &+ 1
    let start = max(first, oldest)
    let least = newest(row) &- Self.slotCount
    var found = (ticks: 0, sum: 0 as UInt64, squares: 0 as UInt64)
    guard start <= tick else { return (0, 0, 0) }
    let cells = cells.span
    precondition(base >= 0 && base &+ Int(Self.slotCount) <= cells.count, "no such row")
    let all = (1 as UInt64) << UInt64(Self.tickCount) &- 1
    if usable & all == all, start > least {
      // SAFETY: positions lie within the ring of a row that is there.
      func add(_ positions: Range<Int>) {
        for position in positions {
          let count = UInt64(unsafe cells[unchecked: base &+ position])
          found.sum &+= count
          found.squares &+= count &* count
        }
      }
      let (from, to) = (Self.position(start &+ Self.slotCount), Self.position(tick) &+ 1)
      if from < to {
        add(from..<to)
      } else {
        add(from..<Int(Self.slotCount))
        add(0..<to)
      }
      return (Int(tick &- start) &+ 1, Double(found.sum), Double(found.squares))
    }
    var bit = UInt64(1) << UInt64(start &- oldest)
    var position = Self.position(start &+ Self.slotCount)
    for at in start...tick {
      if usable & bit != 0 {
        // SAFETY: the position lies within the ring of a row that is there.
        let count = at > least ? UInt64(unsafe cells[unchecked: base &+ position]) : 0
        found.ticks &+= 1
        found.sum &+= count
        found.squares &+= count &* count
      }
      bit &<<= 1
      position = position == Int(Self.slotCount) &- 1 ? 0 : position &+ 1
    }
    return (found.ticks, Double(found.sum), Double(found.squares))
  }
}
