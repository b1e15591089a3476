internal import Events

/// Counts of many rows, each over the last three minutes by 5 s and the hour before by minutes.
///
/// A row moves on only when it is counted in, so rows that nothing happens to cost nothing. What
/// leaves the ticks is added to its minute.
struct CountRings: Sendable {
  static let tickCount: Int32 = 36
  static let minuteCount: Int32 = 60
  static let ticksPerMinute: Int32 = 12

  private var ticks: [UInt32] = []
  private var minutes: [UInt32] = []
  /// The newest tick that a row's ring reaches to.
  private var newest: [Int32] = []
  private var newestMinute: [Int32] = []

  var rowCount: Int { newest.count }

  mutating func addRows(_ count: Int) {
    ticks.append(contentsOf: repeatElement(0, count: count * Int(Self.tickCount)))
    minutes.append(contentsOf: repeatElement(0, count: count * Int(Self.minuteCount)))
    newest.append(contentsOf: repeatElement(0, count: count))
    newestMinute.append(contentsOf: repeatElement(0, count: count))
  }

  /// Counts one event; one that is older than the ring is left out.
  @inline(__always)
  mutating func add(_ row: Int, at tick: Int32) {
    if tick > newest[row] {
      advance(row, to: tick)
    } else if tick <= newest[row] &- Self.tickCount {
      return
    }
    ticks[row &* Int(Self.tickCount) &+ Self.position(tick)] &+= 1
  }

  func count(_ row: Int, at tick: Int32) -> UInt32 {
    guard tick >= 0, tick <= newest[row], tick > newest[row] - Self.tickCount else { return 0 }
    return ticks[row * Int(Self.tickCount) + Self.position(tick)]
  }

  /// Fills `window`, which has the length of a ring, with the counts of the ticks up to `tick`, oldest
  /// first.
  func copy(_ row: Int, until tick: Int32, to window: inout [UInt32]) {
    let base = row * Int(Self.tickCount)
    let first = max(newest[row], tick) - Self.tickCount + 1
    let last = min(newest[row], tick)
    let start = tick - Self.tickCount + 1
    var position = Self.position(start + Self.tickCount)
    for index in 0..<Int(Self.tickCount) {
      let at = start + Int32(index)
      window[index] = at >= first && at <= last ? ticks[base + position] : 0
      position = position + 1 == Int(Self.tickCount) ? 0 : position + 1
    }
  }

  /// The sum of a row's ring and that of its last ticks, whatever lies beyond `tick`.
  func totals(_ row: Int, until tick: Int32, last: Int32) -> (all: Int, last: Int) {
    let base = row * Int(Self.tickCount)
    var all: UInt32 = 0
    for index in base..<(base + Int(Self.tickCount)) { all &+= ticks[index] }
    return (Int(all), newest[row] <= tick - last ? 0 : sum(row, (tick - last + 1)...tick))
  }

  func sum(_ row: Int, _ range: ClosedRange<Int32>) -> Int {
    var sum = 0
    let first = max(range.lowerBound, newest[row] - Self.tickCount + 1, 0)
    let last = min(range.upperBound, newest[row])
    if first > last { return 0 }
    for tick in first...last {
      sum += Int(ticks[row * Int(Self.tickCount) + Self.position(tick)])
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
    for tick in max(0, newest[source] - Self.tickCount + 1)...newest[source] {
      let value = count(source, at: tick)
      guard value > 0 else { continue }
      if tick > newest[target] - Self.tickCount {
        ticks[target * Int(Self.tickCount) + Self.position(tick)] &+= value
      } else {
        fold(target, tick / Self.ticksPerMinute, value)
      }
    }
    clear(source)
  }

  mutating func clear(_ row: Int) {
    for index in 0..<Int(Self.tickCount) { ticks[row * Int(Self.tickCount) + index] = 0 }
    for index in 0..<Int(Self.minuteCount) { minutes[row * Int(Self.minuteCount) + index] = 0 }
    newest[row] = 0
    newestMinute[row] = 0
  }

  @inline(never)
  private mutating func advance(_ row: Int, to tick: Int32) {
    let old = newest[row]
    let first = max(old - Self.tickCount + 1, 0)
    let end = min(tick - Self.tickCount, old)
    if first <= end {
      for leaving in first...end {
        let index = row * Int(Self.tickCount) + Self.position(leaving)
        if ticks[index] != 0 {
          fold(row, leaving / Self.ticksPerMinute, ticks[index])
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
  private static func position(_ tick: Int32) -> Int {
    Int(UInt32(bitPattern: tick) % UInt32(tickCount))
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
    guard ticks.count == newest.count * Int(Self.tickCount),
      minutes.count == newest.count * Int(Self.minuteCount),
      newest.allSatisfy({ $0 >= 0 }), newestMinute.allSatisfy({ $0 >= 0 })
    else { throw .invalid("rings") }
  }
}
