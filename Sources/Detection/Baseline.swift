/// The ticks before a window, and what they held.
struct Baseline: Sendable {
  /// Ticks between baseline and window that belong to neither, so that the beginning of an
  /// outbreak does not raise what is expected. Source: EARS C2, Hutwagner and others (2003).
  static let guardTicks = 2
  /// Fewer ticks than this are no past.
  static let leastTicks = 8

  var ticks = 0.0
  var sum = 0.0
  var squares = 0.0
  /// The most that a window of this length has held, anomalies included.
  var largest = 0
  /// Ticks in which something came.
  var filledTicks = 0

  /// - Parameters:
  ///   - counts: Counts by tick, oldest first, ending with the window.
  ///   - isUsable: Whether a tick, by its index in `counts`, may be used.
  init(_ counts: [UInt32], windowTicks: Int, first: Int, usable: UInt64) {
    let end = counts.count - windowTicks - Self.guardTicks
    guard first < end else { return }
    var running = 0
    for index in first..<end {
      running += Int(counts[index])
      if index - first >= windowTicks { running -= Int(counts[index - windowTicks]) }
      largest = max(largest, running)
      if counts[index] > 0 { filledTicks += 1 }
      guard usable & (1 << UInt64(index)) != 0 else { continue }
      let count = Double(counts[index])
      ticks += 1
      sum += count
      squares += count * count
    }
  }

  /// The most that a window of this length held that ended before the last one began.
  static func largest(_ counts: [UInt32], windowTicks: Int, first: Int) -> Int {
    var running = 0
    var largest = 0
    for index in first..<max(first, counts.count - windowTicks) {
      running += Int(counts[index])
      if index - first >= windowTicks { running -= Int(counts[index - windowTicks]) }
      largest = max(largest, running)
    }
    return largest
  }

  /// Whether the past was itself one burst: then it is over, not missing. A past that is shorter
  /// than twice the window cannot tell.
  func isSteady(windowTicks: Int) -> Bool {
    guard ticks >= 2 * Double(windowTicks) else { return false }
    let usual = sum * Double(windowTicks) / ticks
    return Double(largest) <= Self.largestOverUsual * usual
  }

  private static let largestOverUsual = 2.0

  /// Variance over mean of a tick; `nil` where nothing came.
  var dispersion: Double? {
    guard sum > 0, ticks > 1 else { return nil }
    let mean = sum / ticks
    let variance = max(0, squares - sum * mean) / (ticks - 1)
    return variance / mean
  }

  /// The row's own dispersion, drawn up to what is usual in its surroundings: a dozen ticks alone
  /// underestimate it.
  func dispersion(pool: Double) -> Double {
    // A few events cannot show that they come in clusters, which rare ones mostly do.
    let pool = sum < Self.leastTelling ? max(pool, Self.clustered) : pool
    guard let own = dispersion else { return max(1, pool) }
    return max(1, own, (ticks * own + Self.poolWeight * pool) / (ticks + Self.poolWeight))
  }

  /// Variance over mean of what a row holds in a tick, given what the rest of its service holds; `nil`
  /// where the past is too short or one of them is empty.
  ///
  /// - Parameters:
  ///   - counts: Counts of the row by tick, oldest first.
  ///   - all: Counts of its service, the row's included.
  static func dispersion(
    of counts: [UInt32], beside all: [UInt32], windowTicks: Int, first: Int, usable: UInt64
  ) -> Double? {
    let ticks = (first..<max(first, counts.count - windowTicks - guardTicks)).filter {
      usable & (1 << UInt64($0)) != 0
    }
    let sum = ticks.reduce(0.0) { $0 + Double(counts[$1]) }
    let rest = ticks.reduce(0.0) { $0 + Double(all[$1]) } - sum
    guard ticks.count >= leastTicks, sum > 0, rest > 0 else { return nil }
    var chi = 0.0
    for tick in ticks {
      let part = (Double(all[tick]) - Double(counts[tick])) * sum / rest
      let distance = Double(counts[tick]) - part
      // Both vary: the rest by as much as its own count.
      chi += distance * distance / max(part * (1 + sum / rest), 0.5)
    }
    return max(1, chi / Double(ticks.count - 1))
  }

  private static let poolWeight = 20.0
  private static let leastTelling = 10.0
  private static let clustered = 2.0
}
