internal import Events

/// Slots whose values may be of several words: `cmd=ls -la /tmp`, `above <*> on`.
///
/// A slot is watched when a key stands before it or its words were found to differ. Messages that
/// fit its pattern but for the number of words in that place are evidence; three different ones
/// make it a slot of several words.
struct SpanList {
  /// Slots watched; the oldest that held one word only gives way.
  static let limit = 128
  /// Words that one slot takes in, at most.
  static let wordLimit = 12
  static let neededEvidence = 3

  struct Span {
    var pattern: UInt32
    var slot: Int
    /// Slots that vary together, one behind the other.
    var slotCount: Int
    /// A key stands before it: where it ends is what all the evidence has in common behind it.
    var isKeyed = false
    var isOpen = false
    /// Hashes of what stood in the place.
    var evidence: [UInt64] = []
  }

  private(set) var spans: [Span] = []
  /// Patterns that were just offered.
  private var fresh: [UInt32] = []
  /// Patterns before a new slot that are looked at for evidence.
  static let lookBack = 2048

  mutating func takeFresh() -> [UInt32] {
    defer { fresh.removeAll(keepingCapacity: true) }
    return fresh
  }

  /// Follows a merge.
  mutating func redirect(_ from: UInt32, to into: UInt32) {
    for index in spans.indices where spans[index].pattern == from { spans[index].pattern = into }
  }

  subscript(_ index: Int) -> Span {
    get { spans[index] }
    set { spans[index] = newValue }
  }

  /// Watches what may vary in length in a pattern.
  mutating func offer(_ id: UInt32, _ pattern: Pattern) {
    for found in Self.candidates(id, pattern) {
      if let known = spans.firstIndex(where: { $0.pattern == id && $0.slot == found.slot }) {
        if !spans[known].isOpen, !found.isKeyed, spans[known].slotCount != found.slotCount {
          spans[known] = found
          fresh.append(id)
        }
        continue
      }
      if spans.count >= Self.limit {
        guard let oldest = spans.firstIndex(where: { !$0.isOpen }) else { return }
        spans.remove(at: oldest)
      }
      spans.append(found)
      if !found.isKeyed { fresh.append(id) }
    }
  }

  /// The slots of a pattern that may hold several words, the first few.
  private static func candidates(_ id: UInt32, _ pattern: Pattern) -> [Span] {
    let slots = pattern.slots
    guard slots.count >= 2, slots.count <= 64 else { return [] }
    var found: [Span] = []
    var next = 0
    let literals = slots.count { !$0.isVariable }
    for (index, slot) in slots.enumerated() where index >= next && found.count < 3 {
      if slot.flags.rawValue & (TokenFlags.field.rawValue | TokenFlags.segment.rawValue) != 0 {
        return []
      }
      if slot.flags.contains(.keyed) {
        guard index > 0 else { continue }
        let key = pattern.literal(index - 1)
        // `key=value next=`: the value ends before the next key; a command ends where it will.
        let isPair = index + 2 < slots.count && slots[index + 2].flags.contains(.keyed)
        let isNumber = slot.isVariable && slot.kinds.isSubset(of: .numbers)
        if ValueWords.isCommandKey(key) || isPair && !isNumber && !ValueWords.isStateKey(key) {
          found.append(Span(pattern: id, slot: index, slotCount: 1, isKeyed: true))
        }
        continue
      }
      guard slot.kinds.contains(KindSet(.word)), literals >= 2 else { continue }
      var end = index + 1
      while end < slots.count, slots[end].delimiter == spaceDelimiter,
        slots[end].kinds.contains(KindSet(.word))
      { end += 1 }
      // What stands at the end of a message may be prose, unless values of two words were seen.
      let isClosed = end < slots.count && !slots[end].isVariable
      if isClosed || end - index >= 2 {
        found.append(Span(pattern: id, slot: index, slotCount: end - index))
      }
      next = end
    }
    return found
  }
}

extension SpanList: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(spans)
    encoder.encode(column: fresh)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    spans = try decoder.decode()
    fresh = try decoder.decodeColumn()
  }
}

extension SpanList.Span: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(pattern)
    encoder.encode(slot)
    encoder.encode(slotCount)
    encoder.encode(isKeyed)
    encoder.encode(isOpen)
    encoder.encode(column: evidence)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    pattern = try decoder.decode()
    slot = try decoder.decode()
    slotCount = try decoder.decode()
    isKeyed = try decoder.decode()
    isOpen = try decoder.decode()
    evidence = try decoder.decodeColumn()
  }
}

extension PatternStore {
  /// The pattern with a slot of several words that takes in a message never seen.
  func findSpanning(_ tokens: UnsafePointer<Token>, _ count: Int, tail: UInt32) -> UInt32? {
    for span in spans.spans where span.isOpen {
      if unsafe fit(span, tokens, count, tail: tail) != nil { return span.pattern }
    }
    return nil
  }

  /// Counts a new or widened pattern as evidence for slots of several words, and draws it in where
  /// there is enough.
  /// - Returns: What the pattern became.
  mutating func span(_ id: UInt32, hot: inout HotState) -> UInt32 {
    if spans.spans.isEmpty { return id }
    for index in spans.spans.indices { weigh(index, id, hot: &hot) }
    for fresh in spans.takeFresh() {
      for index in spans.spans.indices where spans[index].pattern == fresh {
        // What came before it was watched speaks for it too.
        let first = max(0, patterns.count - SpanList.lookBack)
        for other in UInt32(first)..<UInt32(patterns.count) where !spans[index].isOpen {
          weigh(index, other, hot: &hot)
        }
      }
    }
    return hot.patterns.resolve(id)
  }

  /// Counts a pattern as evidence for one slot, which is opened when there is enough.
  private mutating func weigh(_ index: Int, _ id: UInt32, hot: inout HotState) {
    let span = spans[index]
    guard !span.isOpen, span.pattern != id, !pinned.contains(id), !pinned.contains(span.pattern),
      hot.patterns.resolve(id) == id,
      hot.patterns.resolve(span.pattern) == span.pattern,
      let first = patterns[Int(id)].slots.first,
      let wanted = patterns[Int(span.pattern)].slots.first,
      span.slot == 0 || wanted.isVariable || first.hash == wanted.hash
    else { return }
    let row = patterns[Int(id)].slots.map(Token.init)
    let tail = patterns[Int(id)].tailDelimiter
    // SAFETY: the row outlives the call, and is not empty.
    let words = unsafe row.withUnsafeBufferPointer { row in
      unsafe fit(span, row.baseAddress!, row.count, tail: tail)
    }
    guard let words else { return }
    let slotCount = words.count + patterns[Int(span.pattern)].slots.count - row.count
    if words.count == slotCount { return }
    // The place ends where it does in all of them.
    if span.isKeyed {
      spans[index].slotCount = span.evidence.isEmpty ? slotCount : max(slotCount, span.slotCount)
    }
    var content: UInt64 = 0
    for position in words { content = (content ^ row[position].hash) &* 0x9FB2_1C65_1E98_DF25 }
    if span.evidence.contains(content) { return }
    spans[index].evidence.append(content)
    if spans[index].evidence.count >= SpanList.neededEvidence { open(index, hot: &hot) }
  }

  /// Makes the slot one of several words, and merges the patterns that spoke for it.
  private mutating func open(_ index: Int, hot: inout HotState) {
    spans[index].isOpen = true
    let span = spans[index]
    spans[index].evidence = []
    let survivor = span.pattern
    for position in span.slot..<span.slot + span.slotCount {
      let isFirst = position == span.slot
      patterns[Int(survivor)].slots[position].extent = isFirst ? .several : .continued
      patterns[Int(survivor)].slots[position].kinds.insert(KindSet(.text))
      patterns[Int(survivor)].slots[position].hash = Token.variableHash
    }
    changes.append(.widened(PatternID(rawValue: survivor)))
    for present in fitting(spans[index]) {
      if let group = groupOfSkeleton[patterns[Int(present)].skeleton] {
        groups[group].remove([present])
      }
      hot.patterns.forward(present, to: survivor)
      adopt(present, by: survivor)
      changes.append(
        .merged(
          from: PatternID(rawValue: present), into: PatternID(rawValue: survivor),
          eventIndex: eventIndex))
    }
  }

  /// The living patterns that fit one with a slot of several words.
  private func fitting(_ span: SpanList.Span) -> [UInt32] {
    var found: [UInt32] = []
    for id in groups.flatMap(\.living)
    where id != span.pattern && id != other && !pinned.contains(id) {
      let row = patterns[Int(id)].slots.map(Token.init)
      let tail = patterns[Int(id)].tailDelimiter
      // SAFETY: the row outlives the call.
      let fits = unsafe row.withUnsafeBufferPointer { row in
        guard let tokens = row.baseAddress else { return false }
        return unsafe fit(span, tokens, row.count, tail: tail) != nil
      }
      if fits { found.append(id) }
    }
    return found.sorted()
  }

  /// Which tokens of a message stand in the slot of several words, if all others fit the pattern.
  private func fit(
    _ span: SpanList.Span, _ tokens: UnsafePointer<Token>, _ count: Int, tail: UInt32
  ) -> Range<Int>? {
    let slots = patterns[Int(span.pattern)].slots
    guard !slots.isEmpty, tail == patterns[Int(span.pattern)].tailDelimiter else { return nil }
    var suffix = slots.count - span.slot - span.slotCount
    if span.isKeyed, !span.isOpen {
      suffix = unsafe commonSuffix(slots, tokens, count, from: span.slot + 1)
      let next = slots.count - suffix
      let key = patterns[Int(span.pattern)].literal(span.slot - 1)
      let endsAtKey = next + 1 < slots.count && slots[next + 1].flags.contains(.keyed)
      guard ValueWords.isCommandKey(key) || endsAtKey else { return nil }
    }
    let end = count - suffix
    guard end > span.slot, end - span.slot <= SpanList.wordLimit else { return nil }
    // SAFETY (all below): positions are within the `count` tokens.
    for position in 0...span.slot {
      let token = unsafe tokens[position]
      if token.delimiter != slots[position].delimiter { return nil }
      if position == span.slot { break }
      if !slots[position].isVariable, token.hash != slots[position].hash { return nil }
    }
    for position in span.slot + 1..<max(end, span.slot + 1)
    where unsafe tokens[position].delimiter != spaceDelimiter
      || tokens[position].flags.contains(.keyed)
    {
      return nil
    }
    for offset in 0..<suffix {
      let slot = slots[slots.count - suffix + offset]
      let token = unsafe tokens[end + offset]
      if token.delimiter != slot.delimiter { return nil }
      if !slot.isVariable, token.hash != slot.hash { return nil }
    }
    return span.slot..<end
  }

  /// How many slots behind `from` fit the last tokens of a message, up to the first variable word
  /// that begins no pair: values end at words that are the program's.
  private func commonSuffix(
    _ slots: [Pattern.Slot], _ tokens: UnsafePointer<Token>, _ count: Int, from: Int
  ) -> Int {
    var length = 0
    var literal = 0
    while length < slots.count - from, length < count - from {
      let slot = slots[slots.count - 1 - length]
      // SAFETY: `length` is below `count`.
      let token = unsafe tokens[count - 1 - length]
      guard token.delimiter == slot.delimiter, slot.isVariable || token.hash == slot.hash else {
        break
      }
      length += 1
      if !slot.isVariable { literal = length }
    }
    return literal
  }
}

extension Token {
  /// A slot of a pattern, as if a message held it.
  init(_ slot: Pattern.Slot) {
    self.init(
      start: slot.start, count: slot.count, hash: slot.hash, delimiter: slot.delimiter,
      kind: slot.isVariable ? .text : .word, flags: slot.flags, listCount: 1)
  }
}
