internal import Events

extension PatternStore {
  /// Looks for patterns that differ from a new one only in what are values, and merges them.
  /// - Returns: What the pattern became.
  mutating func generalise(_ id: UInt32, group groupIndex: Int, hot: inout HotState) -> UInt32 {
    var present = id
    // Each round takes at least one pattern away, and widening may bring further ones together.
    while let (mask, members) = bestMerge(present, group: groupIndex) {
      present = merge(present, members, mask, group: groupIndex, hot: &hot)
    }
    if present == id { groups[groupIndex].append(id, patterns[Int(id)]) }
    return present
  }

  /// The most literal generalisation of a pattern that enough others share.
  private func bestMerge(_ id: UInt32, group groupIndex: Int) -> (UInt64, [Int])? {
    let group = groups[groupIndex]
    let row = patterns[Int(id)].slots.map(PatternGroup.short)
    var differences: [(index: Int, mask: UInt64)] = []
    var candidates: [UInt64] = []
    for (index, mask) in group.differences(from: row, limit: Self.columnLimit) {
      let member = group.members[index]
      if member == id || pinned.contains(member) { continue }
      differences.append((index, mask))
      if !candidates.contains(mask) { candidates.append(mask) }
    }
    candidates.sort { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
    for mask in candidates.prefix(Self.candidateLimit) {
      let members = differences.filter { $0.mask & ~mask == 0 }.map(\.index)
      if isValueSet(mask, of: id, and: members.map { group.members[$0] }) { return (mask, members) }
    }
    return nil
  }

  static let columnLimit = 6
  static let candidateLimit = 32

  private mutating func merge(
    _ id: UInt32, _ indices: [Int], _ mask: UInt64, group groupIndex: Int, hot: inout HotState
  ) -> UInt32 {
    let ids = indices.map { groups[groupIndex].members[$0] } + [id]
    for id in ids { rememberValues(of: id, mask) }
    let survivor = ids.min()!
    for other in ids where other != survivor {
      let before = patterns[Int(survivor)].slots
      for position in before.indices {
        let slot = patterns[Int(other)].slots[position]
        patterns[Int(survivor)].slots[position].join(slot)
      }
      // The event being learned is counted by itself, later.
      let hits = (other == id ? 0 : hot.patterns[other].hits, hot.patterns[survivor].hits)
      joinSketches(other, into: survivor, before: before, hits: hits)
    }
    groups[groupIndex].remove(Set(ids))
    let widened = patterns[Int(survivor)]
    groups[groupIndex].append(survivor, widened)
    groups[groupIndex].insertMask(widened.variableMask)
    hot.table.set(
      MessageKey.value(widened.skeleton, widened.words), pattern: survivor, kinds: 0,
      isName: true)
    changes.append(.widened(PatternID(rawValue: survivor)))
    for other in ids where other != survivor {
      hot.patterns.forward(other, to: survivor)
      spans.redirect(other, to: survivor)
      if other == id {
        // Not yet counted as living.
        liveCount += 1
        byteCount += patterns[Int(id)].byteCount
      }
      if other == id { retire(other) } else { adopt(other, by: survivor) }
      if other != id {
        changes.append(
          .merged(
            from: PatternID(rawValue: other), into: PatternID(rawValue: survivor),
            eventIndex: eventIndex))
      }
    }
    spans.offer(survivor, widened)
    return survivor
  }

  /// Whether the words at `mask` in these patterns are values of a variable.
  private func isValueSet(_ mask: UInt64, of id: UInt32, and members: [UInt32]) -> Bool {
    let pattern = patterns[Int(id)]
    var literals = 0
    for (index, slot) in pattern.slots.enumerated()
    where !slot.isVariable && (index >= 64 || mask & (1 << UInt64(index)) == 0) {
      literals += 1
    }
    let columnCount = mask.nonzeroBitCount
    if literals == 0 || literals * 2 < columnCount { return false }
    // Little text in common for so many differences: more of them are asked for.
    let factor = literals < columnCount || literals == 1 ? 2 : 1
    var rest = mask
    while rest != 0 {
      let position = rest.trailingZeroBitCount
      rest &= rest &- 1
      var values: Set<UInt64> = [pattern.slots[position].hash]
      for member in members { values.insert(patterns[Int(member)].slots[position].hash) }
      var weight = 0
      for value in values {
        // A typed value beside words tells much, a word that is a value elsewhere a little.
        weight += value == Token.variableHash ? 3 : knownValues.contains(value) ? 2 : 1
      }
      let isKnownToVary = values.contains(Token.variableHash)
      if weight < needed(pattern, position, isKnownToVary: isKnownToVary) * factor { return false }
    }
    return true
  }

  /// Notes words that were taken for values: elsewhere they are likely to be such too.
  private mutating func rememberValues(of id: UInt32, _ mask: UInt64) {
    for (index, slot) in patterns[Int(id)].slots.prefix(64).enumerated()
    where !slot.isVariable && mask & (1 << UInt64(index)) != 0 {
      rememberValue(slot.hash)
    }
  }

  /// How many different values a position must have held to be a variable.
  private func needed(_ pattern: Pattern, _ position: Int, isKnownToVary: Bool) -> Int {
    let count = usualNeed(pattern, position, isKnownToVary: isKnownToVary)
    return switch options.granularity {
    case .coarse: max(2, count / 2)
    case .normal: count
    case .fine: count * 2
    }
  }

  /// - Parameter isKnownToVary: A value stands there in one of the patterns.
  private func usualNeed(_ pattern: Pattern, _ position: Int, isKnownToVary: Bool) -> Int {
    let slot = pattern.slots[position]
    if slot.flags.contains(.code) { return 17 }
    if slot.flags.contains(.segment) { return 24 }
    // `logname=LOGIN` where others have `logname=`: a value in capitals, no constant.
    let isConstant =
      !slot.isVariable && !isKnownToVary && ValueWords.isConstant(pattern.word(position))
    if slot.flags.contains(.keyed) {
      return isConstant || (position > 0 && ValueWords.isStateKey(pattern.literal(position - 1)))
        ? 17 : 2
    }
    if slot.flags.contains(.numbered) { return 3 }
    if isConstant { return 17 }
    let before = position > 0 ? pattern.literal(position - 1) : []
    if ValueWords.isOwner(before) { return 2 }
    if slot.flags.contains(.quoted) { return 3 }
    if slot.flags.contains(.compound) { return 4 }
    if ValueWords.isPreposition(before) { return 4 }
    if slot.flags.contains(.labelled) { return 4 }
    return 6
  }
}

extension Pattern.Slot {
  /// Takes in the same position of another pattern.
  mutating func join(_ other: Pattern.Slot) {
    guard isVariable || other.isVariable || hash != other.hash else { return }
    if !isVariable { kinds.insert(KindSet(.word)) }
    if !other.isVariable { kinds.insert(KindSet(.word)) }
    kinds.formUnion(other.kinds)
    hash = Token.variableHash
    if other.extent != .one { extent = other.extent }
    listMinimum = min(listMinimum, other.listMinimum)
    listMaximum = max(listMaximum, other.listMaximum)
  }
}
