internal import Events

/// The patterns, what became of them, and the groups in which they are compared.
struct PatternStore {
  let options: MinerOptions
  var patterns: [Pattern] = []
  /// Summaries of each pattern's slots, made with the first event that is sampled.
  var sketches: [[SlotSketch]] = []
  /// Patterns that have such.
  var sketchedCount = 0
  /// When the least recent of those was seen that were kept when room was made last.
  var sketchBoundary: UInt64 = 0
  var groups: [PatternGroup] = []
  var groupOfSkeleton: [UInt64: Int] = [:]
  /// Groups that lost their last pattern, to be used again.
  var freeGroups: [Int] = []
  /// Patterns that stand for themselves, and the bytes that they hold.
  var liveCount = 0
  var byteCount = 0
  /// Patterns of which a slot may hold several words.
  var spans = SpanList()
  /// What stands for patterns that were forgotten, once there are such.
  var other: UInt32?
  var changes: [PatternChange] = []
  /// By pattern: what was merged into it and can be taken out again, oldest first.
  var children: [UInt32: [UInt32]] = [:]
  /// All of `children`, and the bytes that they hold.
  var childCount = 0
  var childByteCount = 0
  /// Patterns that are not to be merged with any other.
  var pinned: Set<UInt32> = []
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
    // Of another length: taken in by a slot of several words.
    guard patterns[Int(id)].slots.count == count else { return }
    for i in 0..<count
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
    if let known = unsafe findByIdentifiers(key, tokens, count, bytes, table: hot.table) {
      let found = hot.patterns.resolve(known)
      hot.table.set(key.value, pattern: found, kinds: key.kinds)
      return found
    }
    if let other = makeRoom(at: time, hot: &hot) {
      hot.table.set(key.value, pattern: other, kinds: key.kinds)
      return other
    }
    if let found = unsafe findSpanning(tokens, count, tail: tokenizer.tailDelimiter) {
      let present = hot.patterns.resolve(found)
      hot.table.set(key.value, pattern: present, kinds: key.kinds)
      return present
    }
    let group = self.group(of: key.skeleton, slotCount: count)
    let id = UInt32(patterns.count)
    unsafe patterns.append(
      Pattern(key, tokenizer, bytes, message))
    hot.patterns.append(at: time)
    sketches.append([])
    let present = generalise(id, group: group, hot: &hot)
    if present == id {
      liveCount += 1
      byteCount += patterns[Int(id)].byteCount
      changes.append(.born(PatternID(rawValue: id), patterns[Int(id)].traits))
      spans.offer(id, patterns[Int(id)])
    } else {
      // It was of an older pattern all along: no id was born.
      patterns.removeLast()
      hot.patterns.removeLast()
      sketches.removeLast()
    }
    hot.table.set(key.value, pattern: present, kinds: key.kinds, isName: present == id)
    return span(present, hot: &hot)
  }

  mutating func group(of skeleton: UInt64, slotCount: Int) -> Int {
    if let known = groupOfSkeleton[skeleton] { return known }
    let group = freeGroups.popLast() ?? groups.count
    if group == groups.count {
      groups.append(PatternGroup(skeleton, slotCount: slotCount))
    } else {
      groups[group] = PatternGroup(skeleton, slotCount: slotCount)
    }
    groupOfSkeleton[skeleton] = group
    return group
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
    self.init(firstKey: key.value, skeleton: key.skeleton)
    slots.reserveCapacity(tokenizer.count)
    tailDelimiter = tokenizer.tailDelimiter
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
      listMinimum: token.listCount, listMaximum: token.listCount,
      delimiter: token.delimiter)
  }
}
