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
