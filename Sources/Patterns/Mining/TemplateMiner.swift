package import Events

/// Finds the patterns behind messages, online and in one pass.
///
/// A message becomes a key: a hash of its delimiters and words, with every typed value replaced.
/// A known key is one look-up. Only a key never seen goes to `Generaliser`, which compares it with
/// the patterns of the same build and decides whether words that differ are values.
///
/// What a line becomes depends on the lines before it only. One thread at a time.
@safe
package final class TemplateMiner {
  let options: MinerOptions
  private var tokenizer = Tokenizer()
  private var hot: HotState
  private var store: PatternStore
  /// Events mined so far.
  private var time: UInt64 = 0

  package init(_ options: MinerOptions = MinerOptions()) {
    self.options = options
    hot = HotState()
    store = PatternStore(options)
  }

  private init(_ other: TemplateMiner) {
    options = other.options
    hot = other.hot.copy()
    store = other.store
    time = other.time
  }

  /// Sets the pattern of each event, except of the parts (after the first) of an oversized one.
  package func mine(_ batch: EventBatch) {
    let records = unsafe batch.records
    let bytes = unsafe UnsafePointer(batch.bytes)
    for index in 0..<batch.count {
      // SAFETY: `index` is within the batch; a record's ranges lie within its bytes, behind which
      // `EventBatch.bytePadding` more are readable.
      let record = unsafe records + index
      if unsafe record.pointee.flags.contains(.part) {
        unsafe record.pointee.pattern = .none
        continue
      }
      let message = unsafe Message(record.pointee)
      unsafe tokenizer.scan(bytes, message.start, message.end)
      if unsafe record.pointee.structure != .text {
        unsafe tokenizer.scanFields(bytes, record.pointee)
      }
      let key = unsafe MessageKey(
        tokenizer.tokens, tokenizer.count, tail: tokenizer.tailDelimiter)
      let entry = unsafe hot.table.place(key.value)
      let pattern: UInt32
      time &+= 1
      if unsafe entry.pointee.key != 0 {
        pattern = unsafe hot.patterns.resolve(entry.pointee.pattern)
        if unsafe entry.pointee.kinds != key.kinds {
          unsafe entry.pointee.kinds = key.kinds
          unsafe store.noteKinds(pattern, tokenizer.tokens, tokenizer.count)
        }
      } else {
        store.eventIndex = index
        pattern = unsafe store.learn(
          key, tokenizer, bytes, message, at: time, hot: &hot)
      }
      unsafe record.pointee.pattern = PatternID(rawValue: pattern)
      let weight = hot.patterns.count(pattern, at: time)
      if weight != 0 {
        unsafe store.sample(pattern, tokenizer.tokens, tokenizer.count, bytes, weight: weight)
      }
    }
  }

  /// Sets the pattern of each event without learning: `.none` where nothing known fits.
  package func match(_ batch: EventBatch) {
    let records = unsafe batch.records
    let bytes = unsafe UnsafePointer(batch.bytes)
    for index in 0..<batch.count {
      // SAFETY: as in `mine`.
      let record = unsafe records + index
      unsafe record.pointee.pattern = .none
      if unsafe record.pointee.flags.contains(.part) { continue }
      let message = unsafe Message(record.pointee)
      unsafe tokenizer.scan(bytes, message.start, message.end)
      if unsafe record.pointee.structure != .text {
        unsafe tokenizer.scanFields(bytes, record.pointee)
      }
      let key = unsafe MessageKey(
        tokenizer.tokens, tokenizer.count, tail: tokenizer.tailDelimiter)
      let found =
        hot.table.find(key.value)
        ?? (unsafe store.find(key, tokenizer.tokens, tokenizer.count, table: hot.table))
      if let found {
        unsafe record.pointee.pattern = PatternID(rawValue: hot.patterns.resolve(found))
      }
    }
  }

  /// Patterns ever born: their ids are `0..<patternCount`.
  package var patternCount: Int { hot.patterns.count }

  /// The pattern that stands for `id` now, after all merges.
  package func resolve(_ id: PatternID) -> PatternID {
    id == .none ? id : PatternID(rawValue: hot.patterns.resolve(id.rawValue))
  }

  /// The name of a pattern for all time: a hash of its first message's words.
  package func key(_ id: PatternID) -> UInt64 { store.patterns[Int(id.rawValue)].firstKey }

  /// The present template of a pattern, that of its successor if it was merged.
  package func template(_ id: PatternID) -> String {
    store.patterns[Int(resolve(id).rawValue)].template
  }

  /// What the words of the template say.
  package func traits(_ id: PatternID) -> PatternTraits {
    store.patterns[Int(resolve(id).rawValue)].traits
  }

  /// What the variables of a pattern have held, in the order of the template.
  package func variables(_ id: PatternID) -> [VariableStatistics] {
    let id = resolve(id).rawValue
    return store.variables(id, hits: hot.patterns[id].hits)
  }

  /// A PCRE2 expression, with a named group for each variable, that matches all its messages.
  package func expression(_ id: PatternID) -> String {
    store.patterns[Int(resolve(id).rawValue)].expression
  }

  /// The expression with the grok library's names where they are true of every value.
  package func grok(_ id: PatternID) -> String {
    store.patterns[Int(resolve(id).rawValue)].grok
  }

  /// What happened since the last call, in order.
  package func takeChanges() -> [PatternChange] {
    defer { store.changes.removeAll(keepingCapacity: true) }
    return store.changes
  }

  /// A miner with the same state that goes its own way from here.
  package func copy() -> TemplateMiner { TemplateMiner(self) }
}

/// What each event reads and writes: looked at once a line.
struct HotState: ~Copyable {
  var table = PatternTable()
  var patterns = HitTable()

  func copy() -> HotState {
    HotState(table: table.copy(), patterns: patterns.copy())
  }
}

/// Where the mined text of an event stands in its batch.
struct Message {
  var start: Int
  var end: Int

  @inline(__always)
  init(_ record: EventRecord) {
    start = Int(record.messageOffset)
    end = start &+ Int(record.messageCount)
  }
}
