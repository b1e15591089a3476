/// From the key of a message to its pattern: open addressing, linear probing, no removal.
@safe
struct PatternTable: ~Copyable {
  struct Entry {
    var key: UInt64
    /// The pattern, and in the top bit whether the key is a pattern's own.
    var pattern: UInt32
    /// Signature of the kinds that the slots held when the pattern was last told of them.
    var kinds: UInt32
  }

  static let nameBit: UInt32 = 1 << 31
  /// Keys held; beyond it those that are no pattern's own are dropped, to be found again by what
  /// they share with a pattern.
  let keyLimit: Int

  private(set) var entries: UnsafeMutablePointer<Entry>
  private var mask: Int
  private(set) var count = 0

  init(capacity: Int = 1024, keyLimit: Int) {
    self.keyLimit = keyLimit
    mask = capacity - 1
    unsafe entries = .allocate(capacity: capacity)
    unsafe entries.initialize(
      repeating: Entry(key: 0, pattern: 0, kinds: 0), count: capacity)
  }

  deinit { unsafe entries.deallocate() }

  /// The place of `key`, or the empty place where it would stand.
  @inline(__always)
  func place(_ key: UInt64) -> UnsafeMutablePointer<Entry> {
    var slot = Int(truncatingIfNeeded: key &>> 20) & mask
    // SAFETY: `slot` is masked to the capacity; the table is never full, so the loop ends.
    while true {
      let entry = unsafe entries + slot
      let found = unsafe entry.pointee.key
      if found == key || found == 0 { return unsafe entry }
      slot = (slot &+ 1) & mask
    }
  }

  /// The pattern of `key`.
  func find(_ key: UInt64) -> UInt32? {
    let entry = unsafe place(key)
    return unsafe entry.pointee.key == 0 ? nil : entry.pointee.pattern & ~Self.nameBit
  }

  mutating func set(_ key: UInt64, pattern: UInt32, kinds: UInt32, isName: Bool = false) {
    var entry = unsafe place(key)
    if unsafe entry.pointee.key == 0 {
      if count >= keyLimit, !isName {
        rebuild(capacity: mask + 1, namesOnly: true)
        unsafe entry = place(key)
      } else if (count + 1) * 2 > mask {
        rebuild(capacity: (mask + 1) * 2, namesOnly: false)
        unsafe entry = place(key)
      }
      count += 1
    }
    let isName = unsafe isName || entry.pointee.pattern & Self.nameBit != 0
    unsafe entry.pointee = Entry(
      key: key, pattern: isName ? pattern | Self.nameBit : pattern, kinds: kinds)
  }

  private mutating func rebuild(capacity: Int, namesOnly: Bool) {
    let old = unsafe entries
    let oldCapacity = mask + 1
    mask = capacity - 1
    count = 0
    unsafe entries = .allocate(capacity: capacity)
    unsafe entries.initialize(repeating: Entry(key: 0, pattern: 0, kinds: 0), count: capacity)
    for index in 0..<oldCapacity where unsafe old[index].key != 0 {
      if namesOnly, unsafe old[index].pattern & Self.nameBit == 0 { continue }
      unsafe place(old[index].key).pointee = old[index]
      count += 1
    }
    unsafe old.deallocate()
  }

  /// A table with the same contents.
  func copy() -> PatternTable {
    var other = PatternTable(capacity: mask + 1, keyLimit: keyLimit)
    other.count = count
    unsafe other.entries.update(from: entries, count: mask + 1)
    return other
  }
}
