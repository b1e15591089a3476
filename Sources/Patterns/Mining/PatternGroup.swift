internal import Events

/// The patterns of one build: same delimiters, same number of tokens.
struct PatternGroup {
  let skeleton: UInt64
  let slotCount: Int
  /// The patterns that a new one is compared with, and for each `slotCount` shortened word hashes,
  /// zero for a variable.
  var members: ArraySlice<UInt32> { allMembers[first...] }
  private var allMembers: [UInt32] = []
  private var rows: [UInt32] = []
  /// Where the members begin: those before it fell out and are cut off many at a time.
  private var first = 0
  /// All its patterns, also those that fell out of `members`.
  private(set) var living: Set<UInt32> = []
  /// Sets of positions at which some generalised pattern varies, fewest first.
  private(set) var masks: [UInt64] = []

  init(_ skeleton: UInt64, slotCount: Int) {
    self.skeleton = skeleton
    self.slotCount = slotCount
  }

  /// Patterns that a new one is compared with; older ones are still found by their key.
  private var memberLimit: Int { max(8, min(512, 4096 / max(1, slotCount))) }
  /// Generalisations that are looked up for a key never seen.
  private static let maskLimit = 64

  mutating func append(_ id: UInt32, _ pattern: Pattern) {
    if members.count >= memberLimit { first += 1 }
    if first >= memberLimit {
      allMembers.removeSubrange(..<first)
      rows.removeSubrange(..<(first * slotCount))
      first = 0
    }
    living.insert(id)
    allMembers.append(id)
    for slot in pattern.slots { rows.append(Self.short(slot)) }
  }

  private mutating func removeMember(at index: Int) {
    allMembers.remove(at: index)
    rows.removeSubrange(index * slotCount..<(index + 1) * slotCount)
  }

  mutating func remove(_ ids: Set<UInt32>) {
    living.subtract(ids)
    for index in members.indices.reversed() where ids.contains(allMembers[index]) {
      removeMember(at: index)
    }
  }

  mutating func insertMask(_ mask: UInt64) {
    guard masks.count < Self.maskLimit, !masks.contains(mask) else { return }
    let place =
      masks.firstIndex { $0.nonzeroBitCount > mask.nonzeroBitCount } ?? masks.count
    masks.insert(mask, at: place)
  }

  /// The members whose words differ from `row`'s at one to `limit` of the first 64 positions and at
  /// no later one: their indices, and the positions.
  func differences(from row: [UInt32], limit: Int) -> [(index: Int, mask: UInt64)] {
    precondition(row.count == slotCount, "a row of another build")
    var found: [(index: Int, mask: UInt64)] = []
    // SAFETY: each member has `slotCount` places in `rows`.
    unsafe rows.withUnsafeBufferPointer { rows in
      unsafe row.withUnsafeBufferPointer { row in
        for index in members.indices {
          var mask: UInt64 = 0
          var left = limit
          var position = 0
          let base = index &* slotCount
          while position < slotCount {
            if unsafe rows[base &+ position] != row[position] {
              left &-= 1
              if left < 0 || position >= 64 { break }
              mask |= 1 &<< UInt64(truncatingIfNeeded: position)
            }
            position &+= 1
          }
          if position == slotCount, mask != 0 { found.append((index, mask)) }
        }
      }
    }
    return found
  }

  static func short(_ slot: Pattern.Slot) -> UInt32 {
    slot.isVariable ? 0 : max(1, UInt32(truncatingIfNeeded: slot.hash >> 16))
  }
}

extension PatternGroup: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(bits: skeleton)
    encoder.encode(slotCount)
    encoder.encode(column: Array(members))
    encoder.encode(column: Array(rows[(first * slotCount)...]))
    encoder.encode(set: living)
    encoder.encode(column: masks)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(try decoder.decodeBits(), slotCount: try decoder.decode())
    allMembers = try decoder.decodeColumn()
    rows = try decoder.decodeColumn()
    living = try decoder.decodeSet()
    masks = try decoder.decodeColumn()
    guard slotCount >= 0,
      members.isEmpty ? rows.isEmpty : rows.count / members.count == slotCount,
      members.isEmpty || rows.count % members.count == 0,
      slotCount >= 64 || masks.allSatisfy({ $0 >> UInt64(slotCount) == 0 })
    else { throw .invalid("group") }
  }
}
