/// The groups of one step of time, by the bytes of their keys, in order of first sight.
///
/// Finding a known group allocates nothing.
struct GroupTable {
  private(set) var totals: [GroupTotals] = []
  private var slots: [UInt32] = Array(repeating: .max, count: 16)
  private var hashes: [UInt64] = []
  private var bytes: [UInt8] = []
  private var ends = [0]

  func key(_ group: Int) -> ArraySlice<UInt8> { bytes[ends[group]..<ends[group + 1]] }

  /// The number of a group, which is added if it is new and there is room for it.
  mutating func find(_ key: [UInt8], limit: Int, _ plan: CountPlan) -> Int? {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash ^= hash >> 29
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != .max {
      let group = Int(slots[slot])
      if hashes[group] == hash, self.key(group).elementsEqual(key) { return group }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard totals.count < limit else { return nil }
    slots[slot] = UInt32(totals.count)
    hashes.append(hash)
    bytes += key
    ends.append(bytes.count)
    totals.append(GroupTotals(plan))
    if totals.count * 2 > slots.count { grow() }
    return totals.count - 1
  }

  mutating func update(_ group: Int, _ body: (inout GroupTotals) -> Void) { body(&totals[group]) }

  private mutating func grow() {
    let size = slots.count * 2
    slots = Array(repeating: .max, count: size)
    for (group, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (size - 1)
      while slots[slot] != .max { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(group)
    }
  }
}
