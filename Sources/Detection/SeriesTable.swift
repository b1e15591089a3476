/// Finds the series of a pattern and a service: open addressing over one array, no allocation.
struct SeriesTable: Sendable {
  private(set) var slots: [Int32] = Array(repeating: Series.none, count: 256)
  private(set) var count = 0

  @inline(__always)
  func find(_ pattern: UInt32, _ service: UInt32, in series: [Series]) -> Int32 {
    Self.find(pattern, service, slots.span, in: series.span)
  }

  /// The same where both arrays are held by a loop.
  @inline(__always)
  static func find(
    _ pattern: UInt32, _ service: UInt32, _ slots: Span<Int32>, in series: Span<Series>
  ) -> Int32 {
    // SAFETY: the mask keeps slots within their table, which holds numbers of series that are there.
    var slot = hash(pattern, service) & (slots.count &- 1)
    while true {
      let index = unsafe slots[unchecked: slot]
      if index < 0 { return Series.none }
      if unsafe series[unchecked: Int(index)].pattern == pattern,
        unsafe series[unchecked: Int(index)].service == service
      {
        return index
      }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
  }

  /// Takes up a series that has just been added to `series`.
  mutating func insert(_ index: Int32, in series: [Series]) {
    if (count + 1) * 2 > slots.count { return rebuild(series, capacity: slots.count * 2) }
    put(index, series[Int(index)])
    count += 1
  }

  /// Takes up all series anew, after some were removed or renamed.
  mutating func rebuild(_ series: [Series], capacity: Int? = nil) {
    let capacity = capacity ?? slots.count
    slots = Array(repeating: Series.none, count: capacity)
    count = 0
    for index in series.indices where series[index].pattern != .max {
      put(Int32(index), series[index])
      count += 1
    }
  }

  /// Takes up the series of a state that was read back.
  mutating func rebuild(for series: [Series]) {
    var capacity = slots.count
    while (series.count + 1) * 2 > capacity { capacity *= 2 }
    rebuild(series, capacity: capacity)
  }

  private mutating func put(_ index: Int32, _ series: Series) {
    var slot = Self.hash(series.pattern, series.service) & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = index
  }

  /// Fibonacci hashing of both numbers.
  @inline(__always)
  private static func hash(_ pattern: UInt32, _ service: UInt32) -> Int {
    let key = UInt64(pattern) << 32 | UInt64(service)
    return Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 33)
  }
}
