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
  package let options: MinerOptions
  private var state: MinerState

  package init(_ options: MinerOptions = MinerOptions()) {
    self.options = options
    state = MinerState(options)
  }

  private init(_ other: TemplateMiner) {
    options = other.options
    state = other.state.copy()
  }

  /// Sets the pattern of each event, except of the parts (after the first) of an oversized one.
  package func mine(_ batch: EventBatch) { state.mine(batch) }

  /// Sets the pattern of each event without learning: `.none` where nothing known fits.
  package func match(_ batch: EventBatch) { state.match(batch) }

  /// Patterns of the last batch's events as they were before all merges: what a split goes by.
  ///
  /// `PatternID.none` for parts. Valid until the next batch.
  package var leaves: UnsafePointer<UInt32> { unsafe UnsafePointer(state.leaves) }

  /// Takes out of a pattern what was merged into it, the first `PatternStore.childLimit`: each
  /// stands for itself again and is kept apart.
  package func split(_ id: PatternID) { state.split(resolve(id).rawValue) }

  /// Keeps a pattern from being merged with others.
  package func pin(_ id: PatternID) { state.store.pinned.insert(resolve(id).rawValue) }

  package func isPinned(_ id: PatternID) -> Bool {
    state.store.pinned.contains(resolve(id).rawValue)
  }

  /// What a split would take out of a pattern, with the texts that they had.
  package func children(_ id: PatternID) -> [(id: PatternID, template: String)] {
    (state.store.children[resolve(id).rawValue] ?? []).map {
      (PatternID(rawValue: $0), state.store.patterns[Int($0)].template())
    }
  }

  /// The pattern whose name is `key`, or whose is what it was merged into.
  package func pattern(withKey key: UInt64) -> PatternID? {
    state.store.patterns.firstIndex { $0.firstKey == key }
      .map { resolve(PatternID(rawValue: UInt32($0))) }
  }

  /// Patterns ever born: their ids are `0..<patternCount`.
  package var patternCount: Int { state.hot.patterns.count }

  /// The pattern that stands for `id` now, after all merges.
  package func resolve(_ id: PatternID) -> PatternID {
    id == .none ? id : PatternID(rawValue: state.hot.patterns.resolve(id.rawValue))
  }

  /// The name of a pattern for all time: a hash of its first message's words.
  package func key(_ id: PatternID) -> UInt64 { state.store.patterns[Int(id.rawValue)].firstKey }

  /// The present template of a pattern, that of its successor if it was merged.
  package func template(_ id: PatternID) -> String {
    state.store.template(resolve(id).rawValue)
  }

  /// What the words of the template say.
  package func traits(_ id: PatternID) -> PatternTraits {
    state.store.patterns[Int(resolve(id).rawValue)].traits
  }

  /// What the variables of a pattern have held, in the order of the template.
  package func variables(_ id: PatternID) -> [VariableStatistics] {
    let id = resolve(id).rawValue
    return state.store.variables(id, hits: state.hot.patterns[id].hits)
  }

  /// A PCRE2 expression, with a named group for each variable, that matches all its messages; where
  /// fields are part of the pattern, the bodies of all its events.
  package func expression(_ id: PatternID) -> String {
    state.store.patterns[Int(resolve(id).rawValue)].expression
  }

  /// The expression with the grok library's names where they are true of every value.
  package func grok(_ id: PatternID) -> String {
    state.store.patterns[Int(resolve(id).rawValue)].grok
  }

  /// Whether the expression of a pattern reads whole bodies rather than messages.
  package func expressionReadsFields(_ id: PatternID) -> Bool {
    state.store.patterns[Int(resolve(id).rawValue)].readsFields
  }

  func pattern(_ id: PatternID) -> Pattern { state.store.patterns[Int(id.rawValue)] }

  /// Whether it stands for patterns that were forgotten.
  func isOther(_ id: PatternID) -> Bool { state.store.other == id.rawValue }

  /// What happened since the last call, in order.
  package func takeChanges() -> [PatternChange] {
    defer { state.store.changes.removeAll(keepingCapacity: true) }
    return state.store.changes
  }

  /// A miner with the same state that goes its own way from here.
  package func copy() -> TemplateMiner { TemplateMiner(self) }
  /// Appends all that decides about later messages. Changes were taken before.
  package func encode(into encoder: inout StateEncoder) { state.encode(into: &encoder) }

  package init(
    decoding decoder: inout StateDecoder, options: MinerOptions
  ) throws(StateError) {
    self.options = options
    state = try MinerState(decoding: &decoder, options: options)
  }
}
