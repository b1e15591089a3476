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

  /// Two words and a bit that are equal where the kinds are.
  var key: Key { Key(source, service, generation, format, flags, severity, timeOrigin, structure) }

  struct Key: Equatable {
    var a: UInt64
    var b: UInt64
    var c: UInt32

    @inline(__always)
    init(
      _ source: SourceID, _ service: ServiceID, _ generation: UInt32, _ format: FormatID,
      _ flags: EventFlags, _ severity: Severity, _ timeOrigin: TimeOrigin, _ structure: Structure
    ) {
      a = UInt64(source.rawValue) &<< 32 | UInt64(service.rawValue)
      b = UInt64(generation) &<< 32 | UInt64(format.rawValue) &<< 16 | UInt64(flags.rawValue)
      c =
        UInt32(severity.rawValue) &<< 16 | UInt32(timeOrigin.rawValue) &<< 8
        | UInt32(structure.rawValue)
    }

    @inline(__always)
    init(_ record: UnsafePointer<EventRecord>) {
      // SAFETY: the caller holds the record.
      unsafe self.init(
        record.pointee.source, record.pointee.service, record.pointee.generation,
        record.pointee.format, record.pointee.flags, record.pointee.severity,
        record.pointee.timeOrigin, record.pointee.structure)
    }

    /// No kind's: the flags of its structure do not exist.
    static let none = Key(a: 0, b: 0, c: .max)

    private init(a: UInt64, b: UInt64, c: UInt32) {
      self.a = a
      self.b = b
      self.c = c
    }

    @inline(__always)
    var hash: Int {
      let mixed = (a &* 0x9e37_79b9_7f4a_7c15) ^ (b &* 0xc2b2_ae3d_27d4_eb4f) ^ UInt64(c)
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
  private(set) var count = 0
  private var capacity = 64
  private var slots: UnsafeMutablePointer<UInt32>
  private var mask = 255

  init() {
    unsafe kinds = .allocate(capacity: 64)
    unsafe slots = .allocate(capacity: 256)
    unsafe slots.initialize(repeating: .max, count: 256)
  }

  deinit {
    unsafe kinds.deallocate()
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
      if unsafe kinds[Int(index)].key == key { return Int(index) }
      slot = (slot &+ 1) & mask
    }
  }

  mutating func append(_ kind: EventKind) -> Int {
    if count == capacity { grow() }
    // SAFETY: room was made above, and a kind is plain bits.
    unsafe (kinds + count).initialize(to: kind)
    insert(count)
    count += 1
    return count - 1
  }

  private func insert(_ index: Int) {
    var slot = unsafe kinds[index].key.hash & mask
    // SAFETY: at most a quarter of the slots is in use.
    while unsafe slots[slot] != .max { slot = (slot + 1) & mask }
    unsafe slots[slot] = UInt32(index)
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<EventKind>.allocate(capacity: capacity * 2)
    // SAFETY: `count` kinds are initialized, and the new room is twice as large.
    unsafe larger.moveInitialize(from: kinds, count: count)
    unsafe kinds.deallocate()
    unsafe kinds = larger
    capacity *= 2
    unsafe slots.deallocate()
    mask = capacity * 4 - 1
    unsafe slots = .allocate(capacity: mask + 1)
    unsafe slots.initialize(repeating: .max, count: mask + 1)
    for index in 0..<count { insert(index) }
  }
}
