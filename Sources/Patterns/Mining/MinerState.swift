internal import Events

/// All that a miner holds; a batch is one call, so that nothing is checked once a line.
@safe
struct MinerState: ~Copyable {
  private var tokenizer = Tokenizer()
  private var shapes = ShapeMemory()
  private var fields = FieldMemory()
  var hot: HotState
  var store: PatternStore
  /// Events mined so far.
  private var time: UInt64
  /// By event of the last batch: its pattern as it was before all merges.
  private(set) var leaves: UnsafeMutablePointer<UInt32>
  private var leafCapacity = 4096

  init(_ options: MinerOptions) {
    hot = HotState(
      table: PatternTable(keyLimit: Self.keyLimit(options)),
      patterns: HitTable())
    store = PatternStore(options)
    time = 0
    unsafe leaves = .allocate(capacity: leafCapacity)
  }

  private static func keyLimit(_ options: MinerOptions) -> Int {
    max(1 << 20, options.patternLimit * 12)
  }

  private init(hot: consuming HotState, store: PatternStore, time: UInt64) {
    self.hot = hot
    self.store = store
    self.time = time
    unsafe leaves = .allocate(capacity: leafCapacity)
  }

  deinit { unsafe leaves.deallocate() }

  private mutating func reserveLeaves(_ count: Int) {
    unsafe leaves.deallocate()
    unsafe leaves = .allocate(capacity: count)
    leafCapacity = count
  }

  mutating func split(_ id: UInt32) { store.split(id, hot: &hot) }

  func copy() -> MinerState { MinerState(hot: hot.copy(), store: store, time: time) }

  mutating func mine(_ batch: EventBatch) {
    if batch.count > leafCapacity { reserveLeaves(batch.count) }
    let leaves = unsafe self.leaves
    let records = unsafe batch.records
    let bytes = unsafe UnsafePointer(batch.bytes)
    var noted = NotedStates(batch)
    for index in 0..<batch.count {
      // SAFETY: `index` is within the batch; a record's ranges lie within its bytes, behind which
      // `EventBatch.bytePadding` more are readable.
      let record = unsafe records + index
      if unsafe record.pointee.flags.contains(.part) {
        unsafe record.pointee.pattern = .none
        unsafe leaves[index] = PatternID.none.rawValue
        continue
      }
      time &+= 1
      if let leaf = unsafe findShape(bytes, record, index, &noted) {
        let known = hot.patterns.resolve(leaf)
        unsafe leaves[index] = leaf
        unsafe record.pointee.pattern = PatternID(rawValue: known)
        let weight = hot.patterns.count(known, at: time)
        if weight != 0 {
          _ = unsafe read(bytes, record)
          unsafe store.sample(
            known, tokenizer.tokens, tokenizer.count, bytes, weight: weight,
            hits: hot.patterns)
        }
        continue
      }
      let key = unsafe read(bytes, record)
      let entry = unsafe hot.table.place(key.value)
      let pattern: UInt32
      if unsafe entry.pointee.key != 0 {
        unsafe learnShape(bytes, record)
        let leaf = unsafe entry.pointee.pattern & ~PatternTable.nameBit
        unsafe leaves[index] = leaf
        pattern = hot.patterns.resolve(leaf)
        if unsafe entry.pointee.kinds != key.kinds {
          unsafe hot.table.setKinds(key.kinds, of: entry)
          unsafe store.noteKinds(pattern, tokenizer.tokens, tokenizer.count)
        }
      } else {
        store.eventIndex = index
        pattern = unsafe store.learn(
          key, tokenizer, bytes, Message(record.pointee), at: time, hot: &hot)
        unsafe leaves[index] = hot.table.find(key.value) ?? pattern
      }
      unsafe record.pointee.pattern = PatternID(rawValue: pattern)
      let weight = hot.patterns.count(pattern, at: time)
      if weight != 0 {
        unsafe store.sample(
          pattern, tokenizer.tokens, tokenizer.count, bytes, weight: weight,
          hits: hot.patterns)
      }
    }
  }

  mutating func match(_ batch: EventBatch) {
    let records = unsafe batch.records
    let bytes = unsafe UnsafePointer(batch.bytes)
    for index in 0..<batch.count {
      // SAFETY: as in `mine`.
      let record = unsafe records + index
      unsafe record.pointee.pattern = .none
      if unsafe record.pointee.flags.contains(.part) { continue }
      let key = unsafe read(bytes, record)
      let found =
        hot.table.find(key.value)
        ?? (unsafe store.find(key, tokenizer.tokens, tokenizer.count, table: hot.table))
      if let found {
        unsafe record.pointee.pattern = PatternID(rawValue: hot.patterns.resolve(found))
      }
    }
  }

  /// Cuts an event into tokens, which stay in `tokenizer`, and names what they say.
  @inline(__always)
  private mutating func read(
    _ bytes: UnsafePointer<UInt8>, _ record: UnsafeMutablePointer<EventRecord>
  ) -> MessageKey {
    // SAFETY: as in `mine`.
    if unsafe record.pointee.isAllFields {
      tokenizer.removeAll()
    } else {
      let start = unsafe Int(record.pointee.messageOffset)
      unsafe tokenizer.scan(bytes, start, start &+ Int(record.pointee.messageCount))
    }
    if unsafe record.pointee.structure != .text {
      unsafe tokenizer.scanFields(bytes, record.pointee)
    }
    return unsafe MessageKey(tokenizer.tokens, tokenizer.count, tail: tokenizer.tailDelimiter)
  }
}

extension MinerState {
  /// Appends what decides about later messages; the memories of shapes and fields only save work.
  func encode(into encoder: inout StateEncoder) {
    hot.patterns.encode(into: &encoder)
    hot.table.encode(into: &encoder)
    store.encode(into: &encoder)
    encoder.encode(time)
  }

  init(decoding decoder: inout StateDecoder, options: MinerOptions) throws(StateError) {
    let patterns = try HitTable(decoding: &decoder)
    let patternCount = patterns.count
    let table = try PatternTable(
      decoding: &decoder, keyLimit: Self.keyLimit(options), patternCount: patternCount)
    let store = try PatternStore(decoding: &decoder, options: options)
    guard store.patterns.count == patternCount else { throw .invalid("patterns") }
    self.init(
      hot: HotState(table: table, patterns: patterns), store: store, time: try decoder.decode())
  }
}

extension MinerState {
  /// The pattern of an event whose message and fields are of a known shape and build.
  @inline(__always)
  private mutating func findShape(
    _ bytes: UnsafePointer<UInt8>, _ record: UnsafeMutablePointer<EventRecord>, _ index: Int,
    _ noted: inout NotedStates
  ) -> UInt32? {
    // SAFETY: as in `mine`.
    if unsafe record.pointee.isAllFields { return nil }
    let start = unsafe Int(record.pointee.messageOffset)
    let end = unsafe start &+ Int(record.pointee.messageCount)
    let shape = unsafe shapes.find(bytes, start, end, tokenizer.classes)
    if shape < 0 { return nil }
    if unsafe record.pointee.structure == .text {
      return shapes.leaf(shape, version: hot.table.version) ?? findLeaf(shape)
    }
    var partial = shapes.key(shape)
    if !noted.add(of: index, to: &partial) {
      let isRead = unsafe fields.addStates(of: record.pointee, bytes, behind: shape, to: &partial)
      guard isRead else { return nil }
    }
    return hot.table.find(MessageKey(partial))
  }

  /// The pattern of messages of a shape that have no fields; nil where their key is unknown, or the
  /// pattern was not told of such values.
  @inline(never)
  private mutating func findLeaf(_ shape: Int) -> UInt32? {
    guard let pattern = hot.table.find(MessageKey(shapes.key(shape))) else { return nil }
    shapes.setLeaf(shape, pattern, version: hot.table.version)
    return pattern
  }

  /// Remembers the shape of the message that was just read.
  @inline(never)
  private mutating func learnShape(
    _ bytes: UnsafePointer<UInt8>, _ record: UnsafeMutablePointer<EventRecord>
  ) {
    // SAFETY: as in `mine`.
    guard tokenizer.isTraced else { return }
    var count = tokenizer.count
    while count > 0, unsafe tokenizer.tokens[count &- 1].flags.contains(.field) { count &-= 1 }
    let partial = unsafe PartialKey(tokenizer.tokens, count, tail: tokenizer.tailDelimiter)
    let start = unsafe Int(record.pointee.messageOffset)
    unsafe shapes.learn(
      tokenizer, partial, bytes, start, start &+ Int(record.pointee.messageCount))
  }
}

extension EventRecord {
  /// Whether there is no message but the fields.
  @inline(__always)
  var isAllFields: Bool {
    structure != .text && messageOffset == bodyOffset && messageCount == bodyCount
  }
}

/// What each event reads and writes: looked at once a line.
struct HotState: ~Copyable {
  var table: PatternTable
  var patterns: HitTable

  func copy() -> HotState {
    HotState(table: table.copy(), patterns: patterns.copy())
  }
}

/// Where the mined text of an event stands in its batch.
struct Message {
  var start: Int
  var end: Int

  init(_ record: EventRecord) {
    start = Int(record.messageOffset)
    end = start + Int(record.messageCount)
  }
}
