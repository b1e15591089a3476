internal import Events

/// How large a measure was, for many series: all of its past in bins of a quarter octave, the last
/// values one by one: those of 20 s, or a few of two minutes where fewer came.
struct MeasureTable: Sendable {
  /// Series that have a measure; others are not looked at.
  static let rowLimit = 4096
  static let binCount = 128
  static let recentCount = 64
  /// Ticks that are recent, and those in which the last few values are.
  static let recentTicks: Int32 = 4
  static let slowTicks: Int32 = 24
  static let leastKept = 10
  private static let binsPerOctave = 4
  private static let lowestPower = -10
  /// Values after which all of the past is halved, so that it follows.
  private static let pastLimit: UInt32 = 4000

  /// By row: the past, and how much of it there is.
  private(set) var bins: [UInt16] = []
  private(set) var pastCounts: [UInt32] = []
  /// Bin of the median and of the 85th percentile of the past.
  private(set) var medians: [UInt8] = []
  private(set) var highs: [UInt8] = []
  /// The last values, oldest first.
  private var recent: [Value] = []
  private(set) var recentCounts: [UInt8] = []

  private struct Value {
    var tick: Int32 = 0
    var bin: UInt8 = 0
  }

  var rowCount: Int { pastCounts.count }

  mutating func addRow() {
    bins.append(contentsOf: repeatElement(0, count: Self.binCount))
    pastCounts.append(0)
    medians.append(0)
    highs.append(0)
    recent.append(contentsOf: repeatElement(Value(), count: Self.recentCount))
    recentCounts.append(0)
  }

  mutating func clear(_ row: Int) {
    for bin in 0..<Self.binCount { bins[row * Self.binCount + bin] = 0 }
    pastCounts[row] = 0
    recentCounts[row] = 0
  }

  /// - Returns: Whether there was nothing recent before.
  @discardableResult
  mutating func add(_ row: Int, _ value: Float, at tick: Int32) -> Bool {
    if Int(recentCounts[row]) == Self.recentCount { settle(row, count: 1, keeps: true) }
    let count = Int(recentCounts[row])
    recent[row * Self.recentCount + count] = Value(tick: tick, bin: Self.bin(of: value))
    recentCounts[row] = UInt8(count + 1)
    return count == 0
  }

  /// Makes what is no longer recent part of the past, or forgets it.
  mutating func settle(_ row: Int, until tick: Int32, keeps: Bool) {
    let count = oldCount(row, tick)
    if count > 0 { settle(row, count: count, keeps: keeps) }
  }

  /// How many values are no longer recent at `tick`; the last few stay for longer.
  private func oldCount(_ row: Int, _ tick: Int32) -> Int {
    let start = row * Self.recentCount
    let values = recent.span
    var count = 0
    while count < Int(recentCounts[row]) {
      let isFew = Int(recentCounts[row]) - count <= Self.leastKept
      guard values[start + count].tick <= tick - (isFew ? Self.slowTicks : Self.recentTicks)
      else { break }
      count += 1
    }
    return count
  }

  private mutating func settle(_ row: Int, count: Int, keeps: Bool) {
    let start = row * Self.recentCount
    let left = Int(recentCounts[row]) - count
    if keeps { keep(row, count) }
    recentCounts[row] = UInt8(left)
    var values = recent.mutableSpan
    for index in 0..<left { values[start + index] = values[start + index + count] }
  }

  private mutating func keep(_ row: Int, _ count: Int) {
    let start = row * Self.recentCount
    var held: [UInt16] = []
    swap(&held, &bins)
    var counts = held.mutableSpan
    for index in start..<(start + count) {
      counts[row * Self.binCount + Int(recent[index].bin)] &+= 1
    }
    swap(&held, &bins)
    let before = pastCounts[row]
    pastCounts[row] += UInt32(count)
    if pastCounts[row] > Self.pastLimit { halve(row) }
    // A few more of many hardly move them.
    if pastCounts[row] < 128 || pastCounts[row] >> 5 != before >> 5 { setQuantiles(row) }
  }

  private mutating func halve(_ row: Int) {
    var sum: UInt32 = 0
    for bin in (row * Self.binCount)..<((row + 1) * Self.binCount) {
      bins[bin] /= 2
      sum += UInt32(bins[bin])
    }
    pastCounts[row] = sum
  }

  /// The present becomes the past: what has lasted is normal.
  mutating func accept(_ row: Int) {
    for bin in 0..<Self.binCount { bins[row * Self.binCount + bin] = 0 }
    pastCounts[row] = 0
    settle(row, count: Int(recentCounts[row]), keeps: true)
  }

  private mutating func setQuantiles(_ row: Int) {
    let count = Double(pastCounts[row])
    let (half, most) = (UInt32((count * 0.5).rounded(.up)), UInt32((count * 0.85).rounded(.up)))
    var sum: UInt32 = 0
    var median = 0
    var high = 0
    let held = bins
    let counts = held.span
    for bin in 0..<Self.binCount {
      let before = sum
      sum &+= UInt32(counts[row * Self.binCount + bin])
      if before < half, sum >= half { median = bin }
      high = bin
      if sum >= most { break }
    }
    medians[row] = UInt8(median)
    highs[row] = UInt8(high)
  }

  /// How many recent values lie at least `bins` above a bin, of those until a tick.
  func countAbove(_ row: Int, _ bin: UInt8, by bins: UInt8, until tick: Int32) -> Int {
    var count = 0
    let start = row * Self.recentCount
    let values = recent.span
    for index in start..<(start + Int(recentCounts[row]))
    where values[index].bin >= bin &+ bins && values[index].tick <= tick {
      count += 1
    }
    return count
  }

  /// How many recent values came until a tick: what is later is not known yet at its end.
  func recentCount(_ row: Int, until tick: Int32) -> Int {
    var count = 0
    let start = row * Self.recentCount
    let values = recent.span
    for index in start..<(start + Int(recentCounts[row])) where values[index].tick <= tick {
      count += 1
    }
    return count
  }

  /// Ticks that hold a recent value at least `bins` above a bin, and all from the first recent value on.
  func ticks(_ row: Int, above bin: UInt8, by bins: UInt8, until tick: Int32) -> (
    high: Int, all: Int32
  ) {
    let start = row * Self.recentCount
    let values = recent.span
    var high = 0
    var last = Int32.min
    for index in start..<(start + Int(recentCounts[row]))
    where values[index].bin >= bin &+ bins && values[index].tick != last
      && values[index].tick <= tick
    {
      last = values[index].tick
      high += 1
    }
    let first = recentCounts[row] > 0 ? values[start].tick : tick
    return (high, max(Self.recentTicks, tick - first + 1))
  }

  /// Values of the past at least `bins` above a bin.
  func pastAbove(_ row: Int, _ bin: UInt8, by bins: UInt8) -> UInt32 {
    let first = min(Self.binCount, Int(bin) + Int(bins))
    return self.bins[(row * Self.binCount + first)..<((row + 1) * Self.binCount)]
      .reduce(0) { $0 + UInt32($1) }
  }

  /// The recent value below which a share of the recent ones lie, as a bin.
  func recentQuantile(_ row: Int, _ share: Double, until tick: Int32) -> Int {
    let start = row * Self.recentCount
    let sorted = recent[start..<(start + Int(recentCounts[row]))].filter { $0.tick <= tick }
      .map(\.bin).sorted()
    guard !sorted.isEmpty else { return 0 }
    return Int(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
  }

  /// ln of the probability that recent and past values are of one distribution.
  ///
  /// Source: the two-sample test of Kolmogorov and Smirnov, its one-sided tail by the leading term.
  func logShift(_ row: Int, until tick: Int32) -> Double {
    let n = Double(pastCounts[row])
    let m = Double(recentCount(row, until: tick))
    guard n > 0, m > 0 else { return 0 }
    var now = [Double](repeating: 0, count: Self.binCount)
    let start = row * Self.recentCount
    let values = recent.span
    for index in start..<(start + Int(recentCounts[row])) where values[index].tick <= tick {
      now[Int(values[index].bin)] += 1 / m
    }
    var distance = 0.0
    var largest = 0.0
    for bin in 0..<Self.binCount {
      distance += Double(bins[row * Self.binCount + bin]) / n - now[bin]
      largest = max(largest, distance)
    }
    return -2 * largest * largest * n * m / (n + m)
  }

  static func bin(of value: Float) -> UInt8 {
    guard value > 0 else { return 0 }
    guard value.isFinite else { return UInt8(binCount - 1) }
    // Linear within an octave: bins of 1, 1.25, 1.5, 1.75. The exponent and the first two bits behind
    // it count them, from a power of -127 on; what is smaller lies below the first bin anyway.
    let bin = Int(value.bitPattern >> 21) - (lowestPower + 127) * binsPerOctave
    return UInt8(min(max(bin, 0), binCount - 1))
  }

  /// The middle of a bin.
  static func value(of bin: Int) -> Double {
    let power = bin / binsPerOctave + lowestPower
    let step = (Double(bin % binsPerOctave) + 0.5) / Double(binsPerOctave)
    return Double(sign: .plus, exponent: power, significand: 1 + step)
  }
}

extension MeasureTable: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(column: bins)
    encoder.encode(column: pastCounts)
    encoder.encode(column: medians)
    encoder.encode(column: highs)
    encoder.encode(column: recent.map(\.bin))
    encoder.encode(column: recent.map(\.tick))
    encoder.encode(column: recentCounts)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    bins = try decoder.decodeColumn()
    pastCounts = try decoder.decodeColumn()
    medians = try decoder.decodeColumn(count: pastCounts.count)
    highs = try decoder.decodeColumn(count: pastCounts.count)
    let values = try decoder.decodeColumn(of: UInt8.self)
    let ticks = try decoder.decodeColumn(of: Int32.self, count: values.count)
    recent = zip(ticks, values).map { Value(tick: $0, bin: $1) }
    recentCounts = try decoder.decodeColumn(count: pastCounts.count)
    guard bins.count == pastCounts.count * Self.binCount,
      recent.count == pastCounts.count * Self.recentCount,
      values.allSatisfy({ $0 < Self.binCount }), recentCounts.allSatisfy({ $0 <= Self.recentCount })
    else { throw .invalid("measures") }
  }
}
