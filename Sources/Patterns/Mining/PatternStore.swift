internal import Events

/// The patterns, what became of them, and the groups in which they are compared.
struct PatternStore {
  let options: MinerOptions
  var patterns: [Pattern] = []
  /// Summaries of each pattern's slots, made with the first event that is sampled.
  private var sketches: [[SlotSketch]] = []
  var groups: [PatternGroup] = []
  private var groupOfSkeleton: [UInt64: Int] = [:]
  var changes: [PatternChange] = []
  /// Words that were values somewhere; no more are taken in beyond the limit.
  private(set) var knownValues: Set<UInt64> = []
  static let knownValueLimit = 65_536

  mutating func rememberValue(_ hash: UInt64) {
    if knownValues.count < Self.knownValueLimit { knownValues.insert(hash) }
  }
  /// Place in its batch of the event that is being learned.
  var eventIndex = 0

  init(_ options: MinerOptions) { self.options = options }

  /// Tells a pattern of values whose kinds it may not have seen.
  mutating func noteKinds(_ id: UInt32, _ tokens: UnsafePointer<Token>, _ count: Int) {
    var changed = false
    for i in 0..<min(count, patterns[Int(id)].slots.count)
    where patterns[Int(id)].slots[i].isVariable {
      let token = unsafe tokens[i]
      if token.kind == .word { rememberValue(token.hash) }
      changed = patterns[Int(id)].slots[i].note(token) || changed
    }
    if changed { changes.append(.widened(PatternID(rawValue: id))) }
  }

  /// The generalised pattern that fits a message never seen, the most literal one.
  func find(
    _ key: MessageKey, _ tokens: UnsafePointer<Token>, _ count: Int, table: borrowing PatternTable
  ) -> UInt32? {
    guard let index = groupOfSkeleton[key.skeleton] else { return nil }
    for mask in groups[index].masks {
      var words = key.words
      var rest = mask
      while rest != 0 {
        let position = rest.trailingZeroBitCount
        rest &= rest &- 1
        words = unsafe words &- MessageKey.term(tokens[position].hash, at: position)
        words = words &+ MessageKey.term(Token.variableHash, at: position)
      }
      if let found = table.find(MessageKey.value(key.skeleton, words)) { return found }
    }
    return nil
  }

  /// The pattern of a message whose key was never seen: a known one that fits or is widened to
  /// fit, else a new one.
  mutating func learn(
    _ key: MessageKey, _ tokenizer: borrowing Tokenizer, _ bytes: UnsafePointer<UInt8>,
    _ message: Message, at time: UInt64, hot: inout HotState
  ) -> UInt32 {
    let tokens = unsafe UnsafePointer(tokenizer.tokens)
    let count = tokenizer.count
    if let known = unsafe find(key, tokens, count, table: hot.table) {
      let found = hot.patterns.resolve(known)
      hot.table.set(key.value, pattern: found, kinds: key.kinds)
      unsafe noteKinds(found, tokens, count)
      return found
    }
    let group: Int
    if let known = groupOfSkeleton[key.skeleton] {
      group = known
    } else {
      group = groups.count
      groupOfSkeleton[key.skeleton] = group
      groups.append(PatternGroup(slotCount: count))
    }
    let id = UInt32(patterns.count)
    unsafe patterns.append(
      Pattern(key, tokenizer, bytes, message))
    hot.patterns.append(at: time)
    sketches.append([])
    let present = generalise(id, group: group, hot: &hot)
    if present == id {
      changes.append(.born(PatternID(rawValue: id), patterns[Int(id)].traits))
    } else {
      // It was of an older pattern all along: no id was born.
      patterns.removeLast()
      hot.patterns.removeLast()
      sketches.removeLast()
    }
    hot.table.set(key.value, pattern: present, kinds: key.kinds)
    return present
  }

  /// Frees what only a pattern that stands for itself needs; its name is still asked for.
  mutating func retire(_ id: UInt32) {
    patterns[Int(id)].text = []
    patterns[Int(id)].slots = []
    sketches[Int(id)] = []
  }

  /// Takes in the values of one event.
  mutating func sample(
    _ id: UInt32, _ tokens: UnsafePointer<Token>, _ count: Int, _ bytes: UnsafePointer<UInt8>,
    weight: UInt32
  ) {
    let slots = patterns[Int(id)].slots
    guard slots.count == count else { return }
    if sketches[Int(id)].isEmpty {
      sketches[Int(id)] = Array(repeating: SlotSketch(), count: count)
    }
    for i in 0..<count where slots[i].isVariable {
      // SAFETY: `count` tokens are initialised, and each lies within `bytes`.
      let token = unsafe tokens[i]
      let value = unsafe UnsafeBufferPointer(
        start: bytes + Int(token.start), count: Int(token.count))
      let isNumber = KindSet.numbers.contains(KindSet(token.kind)) && token.listCount == 1
      unsafe sketches[Int(id)][i].add(value, isNumber: isNumber, weight: weight)
    }
  }

  /// What the variables of a pattern have held.
  func variables(_ id: UInt32, hits: UInt64) -> [VariableStatistics] {
    let pattern = patterns[Int(id)]
    let sketches = sketches[Int(id)]
    var result: [VariableStatistics] = []
    for (index, slot) in pattern.slots.enumerated() where slot.isVariable {
      if slot.kinds.isSubset(of: .unseen) { continue }
      let sketch = index < sketches.count ? sketches[index] : SlotSketch()
      let distinct = sketch.distinct
      result.append(
        VariableStatistics(
          type: slot.kinds.name, name: pattern.name(ofSlot: index),
          distinctCount: distinct.count,
          distinctIsExact: distinct.isExact && hits < 128,
          topValues: sketch.top,
          quantiles: slot.kinds.subtracting(.empty).isSubset(of: .numbers)
            ? sketch.quantiles : nil))
    }
    return result
  }
}

extension Pattern.Slot {
  /// Takes in what one value was.
  /// - Returns: Whether that was news.
  mutating func note(_ token: Token) -> Bool {
    let widened = kinds.union(KindSet(token.kind))
    let minimum = min(listMinimum, token.listCount)
    let maximum = max(listMaximum, token.listCount)
    guard widened != kinds || minimum != listMinimum || maximum != listMaximum else {
      return false
    }
    kinds = widened
    listMinimum = minimum
    listMaximum = maximum
    return true
  }
}

extension Pattern {
  /// The pattern that is one message.
  init(
    _ key: MessageKey, _ tokenizer: borrowing Tokenizer, _ bytes: UnsafePointer<UInt8>,
    _ message: Message
  ) {
    text = []
    slots = []
    slots.reserveCapacity(tokenizer.count)
    firstKey = key.value
    skeleton = key.skeleton
    let isWhole = tokenizer.count > 0 && (unsafe tokenizer.tokens[0].flags.contains(.field))
    if !isWhole {
      let kept = min(message.end - message.start, Self.textByteLimit)
      // SAFETY: a message and all tokens lie within `bytes`.
      unsafe text.append(
        contentsOf: UnsafeBufferPointer(start: bytes + message.start, count: kept))
    }
    messageByteCount = text.count
    for i in 0..<tokenizer.count {
      let token = unsafe tokenizer.tokens[i]
      if token.flags.contains(.field) {
        // Fields are written behind the message, as logfmt does.
        let key = tokenizer.key(i)
        if !text.isEmpty { text.append(0x20) }
        unsafe text.append(
          contentsOf: UnsafeBufferPointer(
            rebasing: UnsafeBufferPointer(
              start: bytes, count: key.upperBound)[key]))
        text.append(UInt8(ascii: "="))
        let start = UInt32(text.count)
        let count = min(Int(token.count), 256)
        unsafe text.append(
          contentsOf: UnsafeBufferPointer(start: bytes + Int(token.start), count: count))
        slots.append(Slot(token, start: start, count: UInt32(count)))
      } else {
        let start = min(token.start - UInt32(message.start), UInt32(text.count))
        slots.append(
          Slot(token, start: start, count: min(token.count, UInt32(text.count) - start)))
      }
    }
  }
}

extension Pattern.Slot {
  init(_ token: Token, start: UInt32, count: UInt32) {
    self.init(
      start: start, count: count, hash: token.hash,
      kinds: token.hash == Token.variableHash ? KindSet(token.kind) : [], flags: token.flags,
      listMinimum: token.listCount, listMaximum: token.listCount)
  }
}
