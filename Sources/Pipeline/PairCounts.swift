internal import Events

/// Counts by pattern and service: open addressing, linear probing, no removal.
struct PairCounts: Sendable {
  private var keys: [UInt64] = Array(repeating: .max, count: 256)
  private var counts: [UInt64] = Array(repeating: 0, count: 256)
  private var used = 0

  mutating func add(_ pattern: PatternID, _ service: ServiceID) {
    let key = UInt64(pattern.rawValue) << 32 | UInt64(service.rawValue)
    var slot = place(of: key)
    if keys[slot] != key {
      if (used + 1) * 2 > keys.count {
        grow()
        slot = place(of: key)
      }
      keys[slot] = key
      used += 1
    }
    counts[slot] += 1
  }

  func forEach(_ body: (PatternID, ServiceID, UInt64) -> Void) {
    for slot in keys.indices where keys[slot] != .max {
      body(
        PatternID(rawValue: UInt32(truncatingIfNeeded: keys[slot] >> 32)),
        ServiceID(rawValue: UInt32(truncatingIfNeeded: keys[slot])), counts[slot])
    }
  }

  private func place(of key: UInt64) -> Int {
    let mask = keys.count - 1
    // Fibonacci hashing: spreads dense numbers over the table.
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while keys[slot] != key, keys[slot] != .max { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let old = (keys, counts)
    keys = Array(repeating: .max, count: old.0.count * 2)
    counts = Array(repeating: 0, count: keys.count)
    for index in old.0.indices where old.0[index] != .max {
      let slot = place(of: old.0[index])
      keys[slot] = old.0[index]
      counts[slot] = old.1[index]
    }
  }
}

extension PairCounts: StateCodable {
  /// Appends the pairs in the order of their keys.
  func encode(into encoder: inout StateEncoder) {
    let slots = keys.indices.filter { keys[$0] != .max }.sorted { keys[$0] < keys[$1] }
    encoder.encode(column: slots.map { keys[$0] })
    encoder.encode(column: slots.map { counts[$0] })
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    let pairs = try decoder.decodeColumn(of: UInt64.self)
    let sums = try decoder.decodeColumn(of: UInt64.self, count: pairs.count)
    guard zip(pairs, pairs.dropFirst()).allSatisfy({ $0 < $1 }), pairs.last != .max else {
      throw .invalid("pairs")
    }
    while (pairs.count + 1) * 2 > keys.count { grow() }
    for (key, count) in zip(pairs, sums) {
      let slot = place(of: key)
      keys[slot] = key
      counts[slot] = count
    }
    used = pairs.count
  }

  /// Whether all patterns and services are below these numbers.
  func isWithin(patternCount: Int, serviceCount: Int) -> Bool {
    keys.allSatisfy {
      $0 == .max || ($0 >> 32 < UInt64(patternCount) && $0 & 0xFFFF_FFFF < UInt64(serviceCount))
    }
  }
}
