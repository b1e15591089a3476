/// The distribution of numbers, exact for few, to within 0.4 % of a value for many.
///
/// The first `exactLimit` numbers are kept; then all go into buckets, 128 for each doubling, of which
/// there are at most 26,624. Two sketches merge into that of all their numbers.
package struct QuantileSketch: Sendable {
  static let exactLimit = 256
  /// Magnitudes are taken to lie between 2^-40 and 2^64.
  private static let least = UInt64(1023 - 40) << 52
  private static let most = UInt64(1023 + 64) << 52 - 1

  private var exact: [Double] = []
  private var buckets: [Int32: UInt64] = [:]
  package private(set) var count: UInt64 = 0

  package mutating func add(_ value: Double) {
    count += 1
    if buckets.isEmpty {
      exact.append(value)
      if exact.count > Self.exactLimit { spill() }
    } else {
      buckets[Self.bucket(value), default: 0] += 1
    }
  }

  package mutating func merge(_ other: QuantileSketch) {
    count += other.count
    exact += other.exact
    for (bucket, count) in other.buckets { buckets[bucket, default: 0] += count }
    if !buckets.isEmpty || exact.count > Self.exactLimit { spill() }
  }

  private mutating func spill() {
    for value in exact { buckets[Self.bucket(value), default: 0] += 1 }
    exact = []
  }

  /// The smallest number that at least the share `share` of them does not exceed (nearest rank).
  package func quantile(_ share: Double) -> Double? {
    guard count > 0 else { return nil }
    let rank = max(1, min(count, UInt64((share * Double(count)).rounded(.up))))
    if buckets.isEmpty { return exact.sorted()[Int(rank) - 1] }
    var seen: UInt64 = 0
    for (bucket, count) in buckets.sorted(by: { $0.key < $1.key }) {
      seen += count
      if seen >= rank { return Self.middle(bucket) }
    }
    return nil
  }

  private static func bucket(_ value: Double) -> Int32 {
    let magnitude = value.magnitude
    guard magnitude > 0 else { return 0 }
    let bits = min(max(magnitude.bitPattern, least), most)
    let number = Int32((bits - least) >> 45) + 1
    return value < 0 ? -number : number
  }

  private static func middle(_ bucket: Int32) -> Double {
    guard bucket != 0 else { return 0 }
    let bits = least + (UInt64(bucket.magnitude - 1) << 45) + (1 << 44)
    let value = Double(bitPattern: bits)
    return bucket < 0 ? -value : value
  }
}
