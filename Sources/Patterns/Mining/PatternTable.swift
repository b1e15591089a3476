internal import Events

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
  /// Another whenever what `find` says may be another; never 0.
  private(set) var version: UInt32 = 1

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

  /// The pattern of a message's key, if it was last told of such values.
  @inline(__always)
  func find(_ key: MessageKey) -> UInt32? {
    let entry = unsafe place(key.value)
    guard unsafe entry.pointee.key != 0, unsafe entry.pointee.kinds == key.kinds else { return nil }
    return unsafe entry.pointee.pattern & ~Self.nameBit
  }

  /// Notes what kinds the pattern of `entry` was told of.
  mutating func setKinds(_ kinds: UInt32, of entry: UnsafeMutablePointer<Entry>) {
    unsafe entry.pointee.kinds = kinds
    changeVersion()
  }

  private mutating func changeVersion() { version = version == .max ? 1 : version + 1 }

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
    changeVersion()
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

extension PatternTable {
  /// Appends the entries in the order of their keys.
  func encode(into encoder: inout StateEncoder) {
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    for index in 0..<mask + 1 where unsafe self.entries[index].key != 0 {
      entries.append(unsafe self.entries[index])
    }
    entries.sort { $0.key < $1.key }
    encoder.encode(varint: UInt64(entries.count))
    var key: UInt64 = 0
    for entry in entries {
      encoder.encode(varint: entry.key - key)
      key = entry.key
    }
    encoder.encode(column: entries.map(\.pattern))
    encoder.encode(column: entries.map(\.kinds))
  }

  /// - Parameter patternCount: The patterns that there are.
  init(
    decoding decoder: inout StateDecoder, keyLimit: Int, patternCount: Int
  ) throws(StateError) {
    let count = try decoder.decodeCount()
    var keys: [UInt64] = []
    keys.reserveCapacity(count)
    var key: UInt64 = 0
    for _ in 0..<count {
      let (next, overflow) = key.addingReportingOverflow(try decoder.decodeVarint())
      guard !overflow, next > key else { throw .invalid("key") }
      keys.append(next)
      key = next
    }
    let patterns = try decoder.decodeColumn(of: UInt32.self, count: count)
    let kinds = try decoder.decodeColumn(of: UInt32.self, count: count)
    guard patterns.allSatisfy({ $0 & ~Self.nameBit < UInt32(patternCount) }) else {
      throw .invalid("key")
    }
    var capacity = 1024
    while (count + 1) * 2 > capacity { capacity *= 2 }
    self.init(capacity: capacity, keyLimit: keyLimit)
    for index in keys.indices {
      // SAFETY: the table has more places than keys.
      unsafe place(keys[index]).pointee = Entry(
        key: keys[index], pattern: patterns[index], kinds: kinds[index])
    }
    self.count = count
  }
}
