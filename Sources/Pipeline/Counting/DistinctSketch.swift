/// How many different values there are: exact up to 2,048, within about 5 % beyond.
///
/// Keeps the smallest hashes; how small the largest of them is says how many there are.
/// Source: k minimum values, Bar-Yossef et al. (2002).
package struct DistinctSketch: Sendable {
  private static let keptCount = 1024

  private var hashes: Set<UInt64> = []
  /// Hashes from here on are not kept.
  private var limit = UInt64.max

  package mutating func add(_ value: UnsafeBufferPointer<UInt8>) {
    add(hash: unsafe Self.hash(value))
  }

  private mutating func add(hash: UInt64) {
    guard hash < limit else { return }
    hashes.insert(hash)
    if hashes.count > 2 * Self.keptCount { reduce() }
  }

  package mutating func merge(_ other: DistinctSketch) {
    limit = min(limit, other.limit)
    hashes = hashes.union(other.hashes).filter { $0 < limit }
    if hashes.count > 2 * Self.keptCount { reduce() }
  }

  private mutating func reduce() {
    let sorted = hashes.sorted()
    limit = sorted[Self.keptCount]
    hashes = Set(sorted[..<Self.keptCount])
  }

  package var isExact: Bool { limit == .max }

  package var count: UInt64 {
    if isExact { return UInt64(hashes.count) }
    return UInt64(Double(hashes.count) / (Double(limit) * 0x1p-64))
  }

  /// FNV-1a, then mixed so that all bits depend on all bytes (SplitMix64).
  private static func hash(_ value: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<value.count {
      hash = unsafe (hash ^ UInt64(value[index])) &* 0x100_0000_01b3
    }
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
    return hash ^ (hash >> 31)
  }
}
