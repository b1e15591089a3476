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
  private var table: PatternTable
  private var store: PatternStore

  package init(_ options: MinerOptions = MinerOptions()) {
    self.options = options
    table = PatternTable()
    store = PatternStore(options)
  }

  private init(_ other: TemplateMiner) {
    options = other.options
    table = other.table.copy()
    store = other.store
  }

  /// Sets the pattern of each event, except of the parts (after the first) of an oversized one.
  package func mine(_ batch: EventBatch) {
    let records = unsafe batch.records
    for index in 0..<batch.count {
      let record = unsafe records + index
      if unsafe record.pointee.flags.contains(.part) {
        unsafe record.pointee.pattern = .none
        continue
      }
      let bytes = unsafe UnsafePointer(batch.bytes + Int(record.pointee.messageOffset))
      unsafe tokenizer.scan(bytes, byteCount: Int(record.pointee.messageCount))
      let key = unsafe MessageKey(
        tokenizer.tokens, tokenizer.count, tail: tokenizer.tailDelimiter)
      let value = key.value
      let entry = unsafe table.place(value)
      var pattern: UInt32
      if unsafe entry.pointee.key != 0 {
        pattern = unsafe store.resolve(entry.pointee.pattern)
        if unsafe entry.pointee.kinds != key.kinds {
          unsafe entry.pointee.kinds = key.kinds
          unsafe store.noteKinds(pattern, tokenizer.tokens, tokenizer.count)
        }
      } else {
        store.eventIndex = index
        pattern = unsafe store.learn(
          key, tokenizer.tokens, tokenizer.count, text: bytes,
          byteCount: Int(record.pointee.messageCount), table: &table)
      }
      unsafe record.pointee.pattern = PatternID(rawValue: pattern)
      let weight = store.countHit(pattern)
      if weight != 0 {
        unsafe store.sample(
          pattern, tokenizer.tokens, tokenizer.count, text: bytes, weight: weight)
      }
    }
  }

  /// Sets the pattern of each event without learning: `.none` where nothing known fits.
  package func match(_ batch: EventBatch) {
    let records = unsafe batch.records
    for index in 0..<batch.count {
      let record = unsafe records + index
      unsafe record.pointee.pattern = .none
      if unsafe record.pointee.flags.contains(.part) { continue }
      let bytes = unsafe UnsafePointer(batch.bytes + Int(record.pointee.messageOffset))
      unsafe tokenizer.scan(bytes, byteCount: Int(record.pointee.messageCount))
      let key = unsafe MessageKey(
        tokenizer.tokens, tokenizer.count, tail: tokenizer.tailDelimiter)
      let found =
        table.find(key.value)
        ?? (unsafe store.find(key, tokenizer.tokens, tokenizer.count, table: table))
      if let found { unsafe record.pointee.pattern = PatternID(rawValue: store.resolve(found)) }
    }
  }

  /// Patterns ever born: their ids are `0..<patternCount`.
  package var patternCount: Int { store.patterns.count }

  /// The pattern that stands for `id` now, after all merges.
  package func resolve(_ id: PatternID) -> PatternID {
    id == .none ? id : PatternID(rawValue: store.resolve(id.rawValue))
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
    store.variables(resolve(id).rawValue)
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
