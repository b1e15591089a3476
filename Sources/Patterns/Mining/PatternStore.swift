internal import Events

/// The patterns, what became of them, and the groups in which they are compared.
struct PatternStore {
  let options: MinerOptions
  var patterns: [Pattern] = []
  /// Where a pattern's events go now; itself unless merged.
  private(set) var successors: [UInt32] = []
  private var hits: [UInt64] = []
  /// Summaries of each pattern's slots, made with the first event that is sampled.
  private var sketches: [[SlotSketch]] = []
  var groups: [PatternGroup] = []
  private var groupOfSkeleton: [UInt64: Int] = [:]
  var changes: [PatternChange] = []
  /// Place in its batch of the event that is being learned.
  var eventIndex = 0

  init(_ options: MinerOptions) { self.options = options }

  @inline(__always)
  func resolve(_ id: UInt32) -> UInt32 {
    var present = id
    while true {
      let next = successors[Int(present)]
      if next == present { return present }
      present = next
    }
  }

  /// Tells a pattern of values whose kinds it may not have seen.
  mutating func noteKinds(_ id: UInt32, _ tokens: UnsafePointer<Token>, _ count: Int) {
    var changed = false
    for i in 0..<min(count, patterns[Int(id)].slots.count)
    where patterns[Int(id)].slots[i].isVariable {
      let token = unsafe tokens[i]
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
      if let found = table.find(MessageKey.value(key.skeleton, words)) { return resolve(found) }
    }
    return nil
  }

  /// The pattern of a message whose key was never seen: a known one that fits or is widened to
  /// fit, else a new one.
  mutating func learn(
    _ key: MessageKey, _ tokens: UnsafePointer<Token>, _ count: Int,
    text: UnsafePointer<UInt8>, byteCount: Int, table: inout PatternTable
  ) -> UInt32 {
    if let found = unsafe find(key, tokens, count, table: table) {
      table.set(key.value, pattern: found, kinds: key.kinds)
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
      Pattern(key, tokens, count, text: text, byteCount: byteCount))
    successors.append(id)
    hits.append(0)
    sketches.append([])
    let present = generalise(id, group: group, table: &table)
    if present == id {
      changes.append(.born(PatternID(rawValue: id), patterns[Int(id)].traits))
    } else {
      // It was of an older pattern all along: no id was born.
      patterns.removeLast()
      successors.removeLast()
      hits.removeLast()
      sketches.removeLast()
    }
    table.set(key.value, pattern: present, kinds: key.kinds)
    return present
  }

  /// Makes `from`'s events those of `into`.
  mutating func forward(_ from: UInt32, to into: UInt32) {
    successors[Int(from)] = into
    // The successor speaks for it; only its name is still asked for.
    patterns[Int(from)].text = []
    patterns[Int(from)].slots = []
    hits[Int(into)] += hits[Int(from)]
    sketches[Int(from)] = []
  }

  /// Counts an event of a pattern.
  /// - Returns: For how many events its values stand, 0 where they are not looked at.
  @inline(__always)
  mutating func countHit(_ id: UInt32) -> UInt32 {
    let count = hits[Int(id)] &+ 1
    hits[Int(id)] = count
    let stride = UInt64(1) &<< UInt64(max(0, 56 &- count.leadingZeroBitCount))
    return count & (stride &- 1) == 0 ? UInt32(truncatingIfNeeded: stride) : 0
  }

  /// Takes in the values of one event.
  mutating func sample(
    _ id: UInt32, _ tokens: UnsafePointer<Token>, _ count: Int, text: UnsafePointer<UInt8>,
    weight: UInt32
  ) {
    let slots = patterns[Int(id)].slots
    guard slots.count == count else { return }
    if sketches[Int(id)].isEmpty {
      sketches[Int(id)] = Array(repeating: SlotSketch(), count: count)
    }
    for i in 0..<count where slots[i].isVariable {
      // SAFETY: `count` tokens are initialised, and each lies within the message at `text`.
      let token = unsafe tokens[i]
      let value = unsafe UnsafeBufferPointer(
        start: text + Int(token.start), count: Int(token.count))
      let isNumber = KindSet.numbers.contains(KindSet(token.kind)) && token.listCount == 1
      unsafe sketches[Int(id)][i].add(value, isNumber: isNumber, weight: weight)
    }
  }

  /// What the variables of a pattern have held.
  func variables(_ id: UInt32) -> [VariableStatistics] {
    let pattern = patterns[Int(id)]
    let sketches = sketches[Int(id)]
    var result: [VariableStatistics] = []
    for (index, slot) in pattern.slots.enumerated() where slot.isVariable {
      if slot.kinds == .empty { continue }
      let sketch = index < sketches.count ? sketches[index] : SlotSketch()
      let distinct = sketch.distinct
      result.append(
        VariableStatistics(
          type: slot.kinds.name, name: pattern.name(ofSlot: index),
          distinctCount: distinct.count,
          distinctIsExact: distinct.isExact && hits[Int(id)] < 256,
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
    _ key: MessageKey, _ tokens: UnsafePointer<Token>, _ count: Int,
    text: UnsafePointer<UInt8>, byteCount: Int
  ) {
    let kept = min(byteCount, Self.textByteLimit)
    self.text = unsafe Array(UnsafeBufferPointer(start: text, count: kept))
    slots = []
    slots.reserveCapacity(count)
    for i in 0..<count {
      let token = unsafe tokens[i]
      let start = min(token.start, UInt32(kept))
      slots.append(
        Slot(
          start: start, count: min(token.count, UInt32(kept) - start), hash: token.hash,
          kinds: token.hash == Token.variableHash ? KindSet(token.kind) : [],
          flags: token.flags, listMinimum: token.listCount, listMaximum: token.listCount))
    }
    firstKey = key.value
    skeleton = key.skeleton
  }
}
