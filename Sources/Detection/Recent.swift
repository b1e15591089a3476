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

  /// What a window should hold at most, going by all ticks but those that hold `fresh`; exact where
  /// these are the window and its guard.
  @inline(__always)
  func expected(fresh: UInt32, length: Int, ticks: Int) -> Double {
    let past = ticks - length - Baseline.guardTicks
    guard past > 0 else { return 0 }
    return (Double(all &- fresh) + 0.5) / Double(past) * Double(length)
  }

  /// Whether at least `least` events were expected in the window, and at most `part` of them came.
  @inline(__always)
  func fallsShort(
    _ window: UInt32, guarded: UInt32, length: Int, ticks: Int, least: Double, part: Double
  ) -> Bool {
    let expected = expected(fresh: guarded, length: length, ticks: ticks)
    return expected >= least && Double(window) <= part * expected
  }
}
