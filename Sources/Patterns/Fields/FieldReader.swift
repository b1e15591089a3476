package import Events

/// Reads the values of a pattern's fields that say what kind an event is of, and what it belongs to.
///
/// Which fields a pattern has is learned from a few of its events (`FieldLearner`). Categories are
/// read from a sample, at most `sampleLimit` events of a pattern in each `sampleMicroseconds` of
/// event time; identifiers from every event, since what follows what is not to be sampled.
package struct FieldReader: Sendable {
  package static let sampleLimit: UInt8 = 8
  static let sampleMicroseconds: Int64 = 5_000_000
  /// Patterns with a larger number have no fields.
  static let patternLimit = 16_384
  /// Patterns that are learned at once; beyond, the one that waits longest starts over.
  static let learnerLimit = 128
  /// The event of a pattern that is looked at first.
  private static let firstLook: UInt8 = 4
  /// Events in a row without a field after which it is none.
  private static let missLimit: UInt8 = 32
  /// How far around the place where a key stood last it is looked for first.
  private static let reach = 16

  /// What is known of a pattern's fields.
  struct Place: Sendable {
    enum Stage: UInt8, Sendable {
      case unknown, learning
      /// Has categories, identifiers, or both.
      case found
      case none
    }
    var stage: Stage = .unknown
    /// Events seen while unknown.
    var count: UInt8 = 0
    /// Events read in the present span.
    var taken: UInt8 = 0
    var hasCategories = false
    var hasIdentifiers = false
    var span: Int64 = .min
    /// The first of its slots.
    var slots: Int32 = 0
  }

  /// One field: where its key lies in `keyBytes`, and where it stood last in an event.
  struct Slot: Sendable {
    var key: Int32 = 0
    /// 0: no field.
    var byteCount: UInt8 = 0
    var nameStart: UInt8 = 0
    var nameEnd: UInt8 = 0
    var misses: UInt8 = 0
    var hint: Int32 = 0
    /// The first bytes of the key, for a quick look.
    var word: UInt64 = 0
    var mask: UInt64 = 0
  }

  var places: [Place] = []
  var slots: [Slot] = []
  var keyBytes: [UInt8] = []
  var learners: [FieldLearner] = []

  package init() {}

  /// Appends the values of a batch's events, whose patterns are set, in their order.
  package mutating func read(_ batch: EventBatch, into values: inout [SeenValue]) {
    // SAFETY: the batch does not change while its bytes are in use.
    let bytes = unsafe LineBytes(UnsafePointer(batch.bytes))
    for index in 0..<batch.count {
      let pattern = Int(unsafe batch.records[index].pattern.rawValue)
      guard pattern < places.count else {
        if pattern < Self.patternLimit { grow(to: pattern) }
        continue
      }
      if places[pattern].stage == .none { continue }
      let start = Int(unsafe batch.records[index].rawOffset)
      let end = start &+ Int(unsafe batch.records[index].rawCount)
      guard places[pattern].stage == .found else {
        look(pattern, bytes, start, end, unsafe batch.records[index].time)
        continue
      }
      let first = Int(places[pattern].slots)
      if places[pattern].hasCategories,
        isWanted(pattern, unsafe batch.records[index].time)
      {
        for slot in 0..<SeenValue.categoryLimit where slots[first &+ slot].byteCount > 0 {
          guard let value = value(first &+ slot, bytes, start, end) else { continue }
          values.append(
            SeenValue(
              index: Int32(index), slot: UInt8(slot), hash: hash(bytes, value)))
        }
      }
      guard places[pattern].hasIdentifiers else { continue }
      for slot in SeenValue.categoryLimit..<SeenValue.slotCount
      where slots[first &+ slot].byteCount > 0 {
        guard let value = value(first &+ slot, bytes, start, end),
          value.count >= Self.leastIdentifier
        else { continue }
        values.append(
          SeenValue(index: Int32(index), slot: UInt8(slot), hash: hash(bytes, value)))
      }
    }
  }

  /// Below this an identifier says that there is none: `-`, `null`, `none`.
  private static let leastIdentifier = 5

  /// What a field of a pattern is called, and what an event holds there.
  package func text(
    ofSlot slot: Int, pattern: PatternID, in event: UnsafeBufferPointer<UInt8>
  ) -> (name: String, value: String)? {
    let pattern = Int(pattern.rawValue)
    guard pattern < places.count, places[pattern].stage == .found, slot < SeenValue.slotCount
    else { return nil }
    let slot = slots[Int(places[pattern].slots) + slot]
    guard slot.byteCount > 0 else { return nil }
    let key = Array(keyBytes[Int(slot.key)..<(Int(slot.key) + Int(slot.byteCount))])
    let name = String(decoding: key[Int(slot.nameStart)..<Int(slot.nameEnd)], as: UTF8.self)
    // With the padding that scanners may read.
    let copy = unsafe Array(event) + [UInt8](repeating: 0, count: EventBatch.bytePadding)
    // SAFETY: the bytes are used inside the closure only.
    return unsafe copy.withUnsafeBufferPointer { buffer in
      guard event.count > 0, let base = buffer.baseAddress else { return nil }
      let bytes = unsafe LineBytes(base)
      var at = 0
      while at + key.count < event.count {
        if key.indices.allSatisfy({ bytes[at + $0] == key[$0] }) {
          let end = FieldKey.valueEnd(bytes, at + key.count, event.count)
          let value = unsafe buffer[(at + key.count)..<end]
          return unsafe (name, String(decoding: value, as: UTF8.self))
        }
        at += 1
      }
      return nil
    }
  }

  @inline(never)
  private mutating func grow(to pattern: Int) {
    places.append(contentsOf: repeatElement(Place(), count: pattern + 1 - places.count))
    places[pattern].count = 1
  }

  private mutating func isWanted(_ pattern: Int, _ time: Instant) -> Bool {
    let span = time.microseconds / Self.sampleMicroseconds
    if places[pattern].span != span {
      places[pattern].span = span
      places[pattern].taken = 0
    }
    guard places[pattern].taken < Self.sampleLimit else { return false }
    places[pattern].taken &+= 1
    return true
  }

  // MARK: Learning

  @inline(never)
  private mutating func look(
    _ pattern: Int, _ bytes: LineBytes, _ start: Int, _ end: Int, _ time: Instant
  ) {
    if places[pattern].stage == .unknown {
      places[pattern].count &+= 1
      guard places[pattern].count >= Self.firstLook else { return }
      if learners.count == Self.learnerLimit {
        let longest = learners.removeFirst()
        places[Int(longest.pattern)] = Place()
      }
      learners.append(FieldLearner(pattern: UInt32(pattern), bytes, start, end))
      places[pattern].stage = .learning
      return
    }
    guard isWanted(pattern, time),
      let at = learners.firstIndex(where: { $0.pattern == UInt32(pattern) })
    else { return }
    learners[at].look(bytes, start, end)
    guard learners[at].isDone else { return }
    let learner = learners.remove(at: at)
    take(learner.categories, learner.identifiers, pattern)
  }

  private mutating func take(
    _ categories: [FieldKey], _ identifiers: [FieldKey], _ pattern: Int
  ) {
    places[pattern].hasCategories = !categories.isEmpty
    places[pattern].hasIdentifiers = !identifiers.isEmpty
    places[pattern].stage = categories.isEmpty && identifiers.isEmpty ? .none : .found
    guard places[pattern].stage == .found else { return }
    places[pattern].slots = Int32(slots.count)
    slots.append(contentsOf: repeatElement(Slot(), count: SeenValue.slotCount))
    for (index, key) in categories.enumerated() {
      slots[slots.count - SeenValue.slotCount + index] = slot(of: key)
    }
    for (index, key) in identifiers.enumerated() {
      slots[slots.count - SeenValue.identifierLimit + index] = slot(of: key)
    }
  }

  private mutating func slot(of key: FieldKey) -> Slot {
    var slot = Slot()
    slot.key = Int32(keyBytes.count)
    slot.byteCount = UInt8(key.bytes.count)
    slot.nameStart = UInt8(key.name.lowerBound)
    slot.nameEnd = UInt8(key.name.upperBound)
    slot.restoreWord(from: key.bytes[...])
    keyBytes += key.bytes
    return slot
  }

  // MARK: Reading

  /// The value of a slot in an event: behind its key where that stood last, near it, or anywhere.
  private mutating func value(
    _ slot: Int, _ bytes: LineBytes, _ start: Int, _ end: Int
  ) -> Range<Int>? {
    let hint = start &+ Int(slots[slot].hint)
    let count = Int(slots[slot].byteCount)
    var place = hint
    if !stands(slot, bytes, hint, end) {
      guard let found = find(slot, bytes, hint, start, end) else {
        slots[slot].misses &+= 1
        if slots[slot].misses >= Self.missLimit { slots[slot].byteCount = 0 }
        return nil
      }
      place = found
      slots[slot].hint = Int32(truncatingIfNeeded: place &- start)
    }
    slots[slot].misses = 0
    let valueStart = place &+ count
    let limit = min(end, valueStart &+ FieldShape.byteLimit)
    return valueStart..<FieldKey.valueEnd(bytes, valueStart, limit)
  }

  @inline(never)
  private func find(
    _ slot: Int, _ bytes: LineBytes, _ hint: Int, _ start: Int, _ end: Int
  ) -> Int? {
    for distance in 1...Self.reach {
      if stands(slot, bytes, hint &+ distance, end) { return hint &+ distance }
      let before = hint &- distance
      if before >= start, stands(slot, bytes, before, end) { return before }
    }
    var place = start
    let last = min(end, start + FieldKey.scanLimit)
    while place < last {
      if stands(slot, bytes, place, end) { return place }
      place &+= 1
    }
    return nil
  }

  @inline(__always)
  private func stands(_ slot: Int, _ bytes: LineBytes, _ place: Int, _ end: Int) -> Bool {
    let count = Int(slots[slot].byteCount)
    guard place &+ count < end, bytes.word(place) & slots[slot].mask == slots[slot].word else {
      return false
    }
    let key = Int(slots[slot].key)
    var index = 8
    while index < count {
      if bytes[place &+ index] != keyBytes[key &+ index] { return false }
      index &+= 1
    }
    return true
  }

  @inline(__always)
  private func hash(_ bytes: LineBytes, _ value: Range<Int>) -> UInt32 {
    // SAFETY: the range lies within the event, and padding follows the buffer.
    unsafe UInt32(
      truncatingIfNeeded: hashLong(bytes.base + value.lowerBound, value.count) &>> 16)
  }
}

extension FieldReader.Slot {
  /// Derives what the quick look goes by.
  mutating func restoreWord(from key: ArraySlice<UInt8>) {
    word = 0
    mask = 0
    for (index, byte) in key.prefix(8).enumerated() {
      word |= UInt64(byte) << UInt64(index * 8)
      mask |= 0xFF << UInt64(index * 8)
    }
  }
}
