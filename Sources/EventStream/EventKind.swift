internal import Events

/// What many events of a batch have in common, stored once; an event names its kind by number.
///
/// Beside it stands how the last event of the kind was laid out, from which the next is guessed:
/// lines of one format, level and source mostly begin their message at the same column.
struct EventKind {
  var source: SourceID
  var service: ServiceID
  var generation: UInt32
  var format: FormatID
  var flags: EventFlags
  var severity: Severity
  var timeOrigin: TimeOrigin
  var structure: Structure
  /// Number of the source within the batch.
  var localSource = 0
  var layout = EventLayout()

  /// Words that are equal where the kinds are.
  var key: Key { Key(source, service, generation, format, flags, severity, timeOrigin, structure) }

  struct Key: Equatable {
    var who: UInt64
    var how: UInt64
    var generation: UInt32

    @inline(__always)
    init(
      _ source: SourceID, _ service: ServiceID, _ generation: UInt32, _ format: FormatID,
      _ flags: EventFlags, _ severity: Severity, _ timeOrigin: TimeOrigin, _ structure: Structure
    ) {
      // In the order in which a record holds them: few loads make each word.
      who = UInt64(source.rawValue) | UInt64(service.rawValue) &<< 32
      how =
        UInt64(format.rawValue) | UInt64(flags.rawValue) &<< 16
        | UInt64(severity.rawValue) &<< 32 | UInt64(timeOrigin.rawValue) &<< 40
        | UInt64(structure.rawValue) &<< 48
      self.generation = generation
    }

    @inline(__always)
    init(_ record: UnsafePointer<EventRecord>) {
      // SAFETY: the caller holds the record.
      unsafe self.init(
        record.pointee.source, record.pointee.service, record.pointee.generation,
        record.pointee.format, record.pointee.flags, record.pointee.severity,
        record.pointee.timeOrigin, record.pointee.structure)
    }

    /// No kind's: its structure does not exist.
    static let none = Key(who: 0, how: .max, generation: 0)

    private init(who: UInt64, how: UInt64, generation: UInt32) {
      self.who = who
      self.how = how
      self.generation = generation
    }

    @inline(__always)
    var hash: Int {
      let mixed =
        (who &* 0x9e37_79b9_7f4a_7c15) ^ (how &* 0xc2b2_ae3d_27d4_eb4f) ^ UInt64(generation)
      return Int(truncatingIfNeeded: (mixed &* 0xff51_afd7_ed55_8ccd) &>> 33)
    }
  }

  /// The flag that says where body and message lie: in the raw bytes, or in text decoded from them.
  var isDecoded: Bool { flags.contains(.decoded) }
}

/// Where message and body lie, counted from both ends of the range that holds them.
struct EventLayout {
  var messageLead: Int64 = 0
  var messageTrail: Int64 = 0
  var bodyLead: Int64 = 0
  var bodyTrail: Int64 = 0
}

/// What is guessed about the next event from the last one of its source.
struct SourceTrack {
  var time: Int64
  var endOffset: UInt64 = 0
}

/// The kinds of one batch in order of first sight, found by hashing.
@safe
struct KindTable: ~Copyable {
  private(set) var kinds: UnsafeMutablePointer<EventKind>
  /// Beside each kind its key, so that finding it makes none.
  private var keys: UnsafeMutablePointer<EventKind.Key>
  private(set) var count = 0
  private var capacity = 64
  private var slots: UnsafeMutablePointer<UInt32>
  private var mask = 255

  init() {
    unsafe kinds = .allocate(capacity: 64)
    unsafe keys = .allocate(capacity: 64)
    unsafe slots = .allocate(capacity: 256)
    unsafe slots.initialize(repeating: .max, count: 256)
  }

  deinit {
    unsafe kinds.deallocate()
    unsafe keys.deallocate()
    unsafe slots.deallocate()
  }

  mutating func removeAll() {
    guard count > 0 else { return }
    count = 0
    // SAFETY: the table holds `mask + 1` slots.
    unsafe slots.update(repeating: .max, count: mask + 1)
  }

  /// The number of the kind with this key; -1 where it has none yet.
  @inline(__always)
  func find(_ key: EventKind.Key) -> Int {
    var slot = key.hash & mask
    // SAFETY: `slot` stays below the table's size, and its numbers below `count`.
    while true {
      let index = unsafe slots[slot]
      if index == .max { return -1 }
      if unsafe keys[Int(index)] == key { return Int(index) }
      slot = (slot &+ 1) & mask
    }
  }

  mutating func append(_ kind: EventKind) -> Int {
    if count == capacity { grow() }
    // SAFETY: room was made above, and a kind is plain bits.
    unsafe (kinds + count).initialize(to: kind)
    unsafe (keys + count).initialize(to: kind.key)
    insert(count)
    count += 1
    return count - 1
  }

  private func insert(_ index: Int) {
    var slot = unsafe keys[index].hash & mask
    // SAFETY: at most a quarter of the slots is in use.
    while unsafe slots[slot] != .max { slot = (slot + 1) & mask }
    unsafe slots[slot] = UInt32(index)
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<EventKind>.allocate(capacity: capacity * 2)
    let largerKeys = UnsafeMutablePointer<EventKind.Key>.allocate(capacity: capacity * 2)
    // SAFETY: `count` of both are initialized, and the new room is twice as large.
    unsafe larger.moveInitialize(from: kinds, count: count)
    unsafe largerKeys.moveInitialize(from: keys, count: count)
    unsafe kinds.deallocate()
    unsafe keys.deallocate()
    unsafe kinds = larger
    unsafe keys = largerKeys
    capacity *= 2
    unsafe slots.deallocate()
    mask = capacity * 4 - 1
    unsafe slots = .allocate(capacity: mask + 1)
    unsafe slots.initialize(repeating: .max, count: mask + 1)
    for index in 0..<count { insert(index) }
  }
}
