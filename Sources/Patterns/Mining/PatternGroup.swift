/// The patterns of one build: same delimiters, same number of tokens.
struct PatternGroup {
  let slotCount: Int
  /// The patterns, and for each `slotCount` shortened word hashes, zero for a variable.
  var members: [UInt32] = []
  var rows: [UInt32] = []
  /// Sets of positions at which some generalised pattern varies, fewest first.
  var masks: [UInt64] = []

  init(slotCount: Int) { self.slotCount = slotCount }

  /// Patterns that a new one is compared with; older ones are still found by key.
  static let memberLimit = 1024

  mutating func append(_ id: UInt32, _ pattern: Pattern) {
    members.append(id)
    for slot in pattern.slots { rows.append(Self.short(slot)) }
  }

  mutating func remove(at index: Int) {
    members.remove(at: index)
    rows.removeSubrange(index * slotCount..<(index + 1) * slotCount)
  }

  mutating func insertMask(_ mask: UInt64) {
    guard !masks.contains(mask) else { return }
    let place =
      masks.firstIndex { $0.nonzeroBitCount > mask.nonzeroBitCount } ?? masks.count
    masks.insert(mask, at: place)
  }

  /// The first 64 positions at which a member's words differ from `row`'s; nil where a later
  /// position differs.
  func difference(_ index: Int, _ row: [UInt32]) -> UInt64? {
    var mask: UInt64 = 0
    let base = index * slotCount
    for position in 0..<slotCount where rows[base + position] != row[position] {
      if position >= 64 { return nil }
      mask |= 1 << UInt64(position)
    }
    return mask
  }

  static func short(_ slot: Pattern.Slot) -> UInt32 {
    slot.isVariable ? 0 : max(1, UInt32(truncatingIfNeeded: slot.hash >> 16))
  }
}
