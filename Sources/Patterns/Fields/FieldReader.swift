package import Events

/// Reads the values of a pattern's fields that say what kind an event is of, and what it belongs to.
///
/// Which fields a pattern has is learned from a few of its events (`FieldLearner`). Categories are
/// read from a sample: in each `SampleSpan` about `spanLimit` events of all patterns, and at most
/// `sampleLimit` of one; a value that stays is in the next sample, and one that does not is no news.
/// Where more patterns come than that, they take turns. Identifiers are read from every event, since
/// what follows what is not to be sampled, but for patterns whose identifiers come nowhere else.
package struct FieldReader: Sendable {
  package static let sampleLimit = 8
  static let spanLimit = 32
  /// Patterns with a larger number have no fields.
  static let patternLimit = 16_384
  /// Patterns that are learned at once; others wait until one is, or was not seen for as many spans
  /// as `patience`.
  static let learnerLimit = 128
  static let patience: Int64 = 60
  /// The event of a pattern that is looked at first.
  static let firstLook: UInt8 = 8
  /// Events in a row without a field after which it is none.
  private static let missLimit: UInt8 = 32

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
    var span: Int64 = .min
    /// The first of its slots, and how many of them are categories.
    var slots: Int32 = 0
    var categoryCount: UInt8 = 0
    /// Identifiers read since one of them was met elsewhere.
    var alone: UInt16 = 0
    /// One of its identifiers has come in events of another pattern.
    var isTied = false
    /// The span from which on its identifiers are read again, and how often they were left alone
    /// since one of them came in another pattern.
    var rest: Int64 = .min
    var restCount: UInt8 = 0
  }

  /// What is to be done with a pattern's events.
  enum Work {
    static let learning: UInt8 = 1
    static let categories: UInt8 = 2
    static let identifiers: UInt8 = 4
  }

  /// One field: where its key lies in `keyBytes`, and what it held last.
  struct Slot: Sendable {
    var spot = FieldSpot()
    var key: Int32 = 0
    var nameStart: UInt8 = 0
    var nameEnd: UInt8 = 0
    var misses: UInt8 = 0
    /// The last short value with the byte behind it, and its hash: most fields hold the same again.
    var lastHash: UInt32 = 0
    var lastWord: UInt64 = 1
    var lastMask: UInt64 = 0
  }

  var places: [Place] = []
  /// By pattern: `Work`, as bits.
  var work: [UInt8] = []
  /// What is left of it in the present span; and the patterns of which something is not.
  var awake: [UInt8] = []
  private var asleep: [Int32] = []
  /// Some of the identifiers that were read last, and the patterns that they came in.
  var recent = [RecentIdentifier](repeating: RecentIdentifier(), count: FieldReader.recentCount)
  var slots: [Slot] = []
  var keyBytes: [UInt8] = []
  var learners: [FieldLearner] = []
  /// The present span, the patterns that were sampled in it, and how often each may be.
  var span = SampleSpan()
  var sampledCount = 0
  var limit: UInt8 = 8
  /// Of so many patterns one is sampled in each span.
  var turns = 1

  package init() {}

  /// Appends the values of a batch's events, whose patterns are set, in their order.
  package mutating func read(_ batch: EventBatch, into values: inout [SeenValue]) {
    // SAFETY: the batch does not change while its bytes are in use.
    let bytes = unsafe LineBytes(UnsafePointer(batch.bytes))
    for index in 0..<batch.count {
      // SAFETY: `index` lies below the batch's count, and a record is plain bits.
      let record = unsafe UnsafePointer(batch.records + index)
      if unsafe span.isOver(at: record.pointee.time) { begin(unsafe record.pointee.time) }
      let pattern = Int(unsafe record.pointee.pattern.rawValue)
      if isAwake(pattern) { unsafe read(pattern, record, index, bytes, into: &values) }
    }
  }

  /// Appends what both readers find in a batch's events, in one walk.
  ///
  /// They see the same events, so they are in the same span and know the same patterns.
  package static func read(
    _ batch: EventBatch, fields: inout FieldReader, into values: inout [SeenValue],
    measures: inout MeasureReader, into numbers: inout [MeasuredNumber]
  ) {
    // SAFETY: the batch does not change while its bytes are in use.
    let bytes = unsafe LineBytes(UnsafePointer(batch.bytes))
    for index in 0..<batch.count {
      // SAFETY: `index` lies below the batch's count, and a record is plain bits.
      let record = unsafe UnsafePointer(batch.records + index)
      if unsafe fields.span.isOver(at: record.pointee.time) {
        fields.begin(unsafe record.pointee.time)
        measures.begin(unsafe record.pointee.time)
      }
      let pattern = Int(unsafe record.pointee.pattern.rawValue)
      if measures.isAwake(pattern) {
        unsafe measures.read(pattern, record, index, batch, bytes, into: &numbers)
      }
      if fields.isAwake(pattern) {
        unsafe fields.read(pattern, record, index, bytes, into: &values)
      }
    }
  }

  /// Whether something is to be done with the next event of a pattern.
  @inline(__always)
  private mutating func isAwake(_ pattern: Int) -> Bool {
    if pattern < awake.count { return awake[pattern] != 0 }
    if pattern < Self.patternLimit { grow(to: pattern) }
    return false
  }

  @inline(__always)
  private mutating func read(
    _ pattern: Int, _ record: UnsafePointer<EventRecord>, _ index: Int, _ bytes: LineBytes,
    into values: inout [SeenValue]
  ) {
    let work = awake[pattern]
    let (start, end) = unsafe Self.range(record)
    if work & Work.learning != 0 { return look(pattern, bytes, start, end) }
    if work & Work.categories != 0 {
      let isIdle = turns > 1 && !isTurn(pattern)
      if isLast(pattern) || isIdle { sleep(pattern, Work.categories) }
      if !isIdle { readCategories(pattern, Int32(index), bytes, start, end, &values) }
    }
    if work & Work.identifiers != 0 {
      readIdentifiers(pattern, Int32(index), bytes, start, end, &values)
    }
  }

  @inline(__always)
  private static func range(_ record: UnsafePointer<EventRecord>) -> (start: Int, end: Int) {
    // SAFETY: the record is one of the batch's.
    let start = Int(unsafe record.pointee.rawOffset)
    return (start, start &+ Int(unsafe record.pointee.rawCount))
  }

  private mutating func readCategories(
    _ pattern: Int, _ index: Int32, _ bytes: LineBytes, _ start: Int, _ end: Int,
    _ values: inout [SeenValue]
  ) {
    let first = Int(places[pattern].slots)
    for slot in 0..<Int(places[pattern].categoryCount) where slots[first &+ slot].spot.byteCount > 0
    {
      guard let hash = category(first &+ slot, bytes, start, end) else { continue }
      values.append(SeenValue(index: index, slot: UInt8(slot), hash: hash))
    }
  }

  private mutating func readIdentifiers(
    _ pattern: Int, _ index: Int32, _ bytes: LineBytes, _ start: Int, _ end: Int,
    _ values: inout [SeenValue]
  ) {
    let first = Int(places[pattern].slots)
    for slot in SeenValue.categoryLimit..<SeenValue.slotCount
    where slots[first &+ slot].spot.byteCount > 0 {
      guard let value = value(first &+ slot, bytes, start, end),
        value.count >= Self.leastIdentifier
      else { continue }
      let hash = hash(bytes, value)
      values.append(SeenValue(index: index, slot: UInt8(slot), hash: hash))
      if hash & Self.recentPart == 0 { meet(hash, pattern) }
    }
  }

  /// Identifiers that come in one kind of event only tie nothing together: they are left alone for a
  /// while.
  private mutating func meet(_ hash: UInt32, _ pattern: Int) {
    let place = Int(hash >> 8) & (Self.recentCount - 1)
    if recent[place].hash == hash {
      if recent[place].pattern == UInt32(pattern) { return }
      tie(pattern)
      let other = Int(recent[place].pattern)
      if other < places.count { tie(other) }
      return
    }
    recent[place] = RecentIdentifier(hash: hash, pattern: UInt32(pattern))
    places[pattern].alone &+= 1
    let limit = places[pattern].isTied ? Self.tiedLimit : Self.aloneLimit
    if places[pattern].alone >= limit { rest(pattern) }
  }

  /// Leaves the identifiers of a pattern alone, the longer the more often that was so.
  ///
  /// All that rest wake at the same spans, so that those who belong together can meet.
  private mutating func rest(_ pattern: Int) {
    let spans = Self.restSpans << Int64(places[pattern].restCount)
    places[pattern].rest = (span.number / spans + 1) * spans
    places[pattern].restCount = min(places[pattern].restCount + 1, Self.restCountLimit)
    places[pattern].alone = 0
    sleep(pattern, Work.identifiers)
  }

  private mutating func tie(_ pattern: Int) {
    places[pattern].alone = 0
    places[pattern].isTied = true
    places[pattern].rest = .min
    places[pattern].restCount = 0
  }

  /// What is new may be what follows something known: all that rest are read again.
  mutating func endRests() {
    for pattern in places.indices where places[pattern].rest > span.number {
      places[pattern].rest = .min
    }
  }

  static let recentCount = 1024
  /// One identifier of four is remembered.
  private static let recentPart: UInt32 = 3
  private static let aloneLimit: UInt16 = 16
  /// The same for a pattern that was not alone before: what followed it may be broken.
  private static let tiedLimit: UInt16 = 2048
  /// The first rest lasts twelve minutes at most, the later ones up to eight times as long.
  private static let restSpans: Int64 = 144
  private static let restCountLimit: UInt8 = 3

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
    guard slot.spot.byteCount > 0 else { return nil }
    let key = Array(keyBytes[Int(slot.key)..<(Int(slot.key) + Int(slot.spot.byteCount))])
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
    work.append(contentsOf: repeatElement(Work.learning, count: places.count - work.count))
    awake.append(contentsOf: repeatElement(Work.learning, count: places.count - awake.count))
    places[pattern].count = 1
  }

  /// Takes one more event of a pattern in the present span; whether it is the last.
  mutating func isLast(_ pattern: Int) -> Bool {
    if places[pattern].span != span.number {
      places[pattern].span = span.number
      places[pattern].taken = 0
      sampledCount += 1
    }
    places[pattern].taken &+= 1
    return places[pattern].taken >= limit
  }

  /// Whether a pattern is sampled in the present span.
  private func isTurn(_ pattern: Int) -> Bool {
    UInt64(bitPattern: span.number &+ Int64(pattern)) % UInt64(turns) == 0
  }

  /// Divides what may be read among as many patterns as there were in the span before.
  @inline(never)
  private mutating func begin(_ time: Instant) {
    span.begin(at: time)
    limit = UInt8(min(max(Self.spanLimit / max(1, sampledCount), 1), Self.sampleLimit))
    turns = max(1, sampledCount / Self.spanLimit)
    sampledCount = 0
    let sleepers = asleep
    asleep.removeAll(keepingCapacity: true)
    for pattern in sleepers { rise(Int(pattern)) }
  }

  private mutating func sleep(_ pattern: Int, _ work: UInt8) {
    if awake[pattern] == self.work[pattern] { asleep.append(Int32(pattern)) }
    awake[pattern] &= ~work
  }

  /// What is to be done with a pattern's events as of now.
  private mutating func rise(_ pattern: Int) {
    awake[pattern] = work[pattern]
    if work[pattern] & Work.learning != 0 { return }
    let place = places[pattern]
    if place.span == span.number, place.taken >= limit { sleep(pattern, Work.categories) }
    // When time goes back, nothing rests longer than it would have.
    if place.rest > span.number,
      place.rest <= span.number + Self.restSpans << Int64(Self.restCountLimit)
    {
      sleep(pattern, Work.identifiers)
    }
  }

  /// Follows from the rest of a state.
  mutating func wakeAll() {
    awake = work
    asleep.removeAll()
    for pattern in places.indices { rise(pattern) }
  }

  // MARK: Reading

  /// The hash of the value of a category.
  @inline(__always)
  private mutating func category(
    _ slot: Int, _ bytes: LineBytes, _ start: Int, _ end: Int
  ) -> UInt32? {
    guard let first = valueStart(slot, bytes, start, end) else { return nil }
    if bytes.word(first) & slots[slot].lastMask == slots[slot].lastWord {
      return slots[slot].lastHash
    }
    return freshCategory(slot, bytes, first, end)
  }

  @inline(never)
  private mutating func freshCategory(
    _ slot: Int, _ bytes: LineBytes, _ first: Int, _ end: Int
  ) -> UInt32 {
    let limit = min(end, first &+ FieldShape.byteLimit)
    let value = first..<FieldKey.valueEnd(bytes, first, limit)
    let hash = hash(bytes, value)
    let behind = value.upperBound < limit ? bytes[value.upperBound] : UInt8(ascii: ":")
    // A value whose end was cut off would be another behind another byte.
    if value.count < 8, behind != ascii("."), behind != ascii(":") {
      let mask = value.count == 7 ? ~0 : (1 as UInt64) << UInt64((value.count + 1) * 8) - 1
      slots[slot].lastMask = mask
      slots[slot].lastWord = bytes.word(first) & mask
      slots[slot].lastHash = hash
    }
    return hash
  }

  /// The value of a slot in an event.
  @inline(__always)
  private mutating func value(
    _ slot: Int, _ bytes: LineBytes, _ start: Int, _ end: Int
  ) -> Range<Int>? {
    guard let first = valueStart(slot, bytes, start, end) else { return nil }
    let limit = min(end, first &+ FieldShape.byteLimit)
    return first..<FieldKey.valueEnd(bytes, first, limit)
  }

  /// The place behind the key of a slot.
  @inline(__always)
  private mutating func valueStart(
    _ slot: Int, _ bytes: LineBytes, _ start: Int, _ end: Int
  ) -> Int? {
    let key = Int(slots[slot].key)
    guard let place = slots[slot].spot.place(in: bytes, start, end, keys: keyBytes, at: key) else {
      slots[slot].misses &+= 1
      if slots[slot].misses >= Self.missLimit { slots[slot].spot.byteCount = 0 }
      return nil
    }
    slots[slot].misses = 0
    return place &+ Int(slots[slot].spot.byteCount)
  }

  @inline(__always)
  private func hash(_ bytes: LineBytes, _ value: Range<Int>) -> UInt32 {
    // SAFETY: the range lies within the event, and padding follows the buffer.
    unsafe UInt32(
      truncatingIfNeeded: hashLong(bytes.base + value.lowerBound, value.count) &>> 16)
  }
}

/// An identifier and the pattern that it came in first.
struct RecentIdentifier: Sendable {
  var hash: UInt32 = 0
  var pattern: UInt32 = .max
}
