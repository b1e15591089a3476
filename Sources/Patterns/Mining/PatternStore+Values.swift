extension PatternStore {
  /// Patterns of which values are summarised at a time; the least recent half gives way.
  static let sketchLimit = 8192

  /// Forgets the values of a pattern.
  mutating func clearSketches(_ id: UInt32) {
    if sketches[Int(id)].isEmpty { return }
    sketches[Int(id)] = []
    sketchedCount -= 1
  }

  private mutating func makeRoomForSketches(_ hits: borrowing HitTable) {
    guard sketchedCount >= Self.sketchLimit else { return }
    var ages: [(lastSeen: UInt64, id: UInt32)] = []
    for id in 0..<UInt32(sketches.count) where !sketches[Int(id)].isEmpty {
      ages.append((hits[id].lastSeen, id))
    }
    ages.sort { ($0.lastSeen, $0.id) < ($1.lastSeen, $1.id) }
    for age in ages.prefix(ages.count / 2) { clearSketches(age.id) }
    sketchBoundary = ages[ages.count / 2].lastSeen
  }

  /// Takes in the values of one event; `hits` has just counted it.
  mutating func sample(
    _ id: UInt32, _ tokens: UnsafePointer<Token>, _ count: Int, _ bytes: UnsafePointer<UInt8>,
    weight: UInt32, hits: borrowing HitTable
  ) {
    // Many patterns are seen once: their only values stand in the pattern's text.
    if hits[id].hits == 1 { return }
    guard patterns[Int(id)].slots.count == count else { return }
    if sketches[Int(id)].isEmpty {
      // One that is rarer than those that were kept would take their place for nothing.
      if hits.seenBefore < sketchBoundary { return }
      makeRoomForSketches(hits)
      makeSketches(id, weight: 1)
    }
    for i in 0..<count where patterns[Int(id)].slots[i].isVariable {
      // SAFETY: `count` tokens are initialised, and each lies within `bytes`.
      let token = unsafe tokens[i]
      let value = unsafe UnsafeBufferPointer(
        start: bytes + Int(token.start), count: Int(token.count))
      let isNumber = KindSet.numbers.contains(KindSet(token.kind)) && token.listCount == 1
      unsafe sketches[Int(id)][i].add(value, isNumber: isNumber, weight: weight)
    }
  }

  /// Summaries that hold what the first message held.
  private mutating func makeSketches(_ id: UInt32, weight: UInt32) {
    let pattern = patterns[Int(id)]
    if !pattern.slots.isEmpty { sketchedCount += 1 }
    sketches[Int(id)] = pattern.slots.indices.map { index in
      var sketch = SlotSketch()
      if pattern.slots[index].isVariable { sketch.add(pattern, index, weight: weight) }
      return sketch
    }
  }

  /// Hands the values of one pattern to another, of which some words just became values.
  /// - Parameter before: The slots of `into` before that.
  mutating func joinSketches(
    _ from: UInt32, into: UInt32, before: [Pattern.Slot], hits: (from: UInt64, into: UInt64)
  ) {
    if sketches[Int(from)].isEmpty { makeSketches(from, weight: 1) }
    if sketches[Int(into)].isEmpty { makeSketches(into, weight: 1) }
    let source = patterns[Int(from)]
    let target = patterns[Int(into)]
    for index in target.slots.indices where target.slots[index].isVariable {
      if !before[index].isVariable {
        sketches[Int(into)][index] = SlotSketch()
        sketches[Int(into)][index].add(target, index, weight: UInt32(clamping: hits.into))
      }
      if source.slots[index].isVariable {
        sketches[Int(into)][index].merge(sketches[Int(from)][index])
      } else {
        sketches[Int(into)][index].add(source, index, weight: UInt32(clamping: hits.from))
      }
    }
  }

  /// What the variables of a pattern have held.
  func variables(_ id: UInt32, hits: UInt64) -> [VariableStatistics] {
    let pattern = patterns[Int(id)]
    let sketches = sketches[Int(id)]
    var result: [VariableStatistics] = []
    for (index, slot) in pattern.slots.enumerated() where slot.isVariable {
      if slot.kinds.isSubset(of: .unseen) || slot.extent == .continued { continue }
      var sketch = SlotSketch()
      if index < sketches.count {
        sketch = sketches[index]
      } else {
        sketch.add(pattern, index, weight: 1)
      }
      let distinct = sketch.distinct
      result.append(
        VariableStatistics(
          type: slot.kinds.name, name: pattern.name(ofSlot: index),
          distinctCount: distinct.count,
          distinctIsExact: distinct.isExact && hits < 64 && sketch.eventCount >= hits,
          topValues: sketch.top,
          quantiles: slot.kinds.subtracting(.empty).isSubset(of: .numbers)
            ? sketch.quantiles : nil))
    }
    return result
  }
}

extension SlotSketch {
  /// Takes in what a slot of a pattern holds in its first message.
  fileprivate mutating func add(_ pattern: Pattern, _ index: Int, weight: UInt32) {
    let slot = pattern.slots[index]
    let isNumber =
      !slot.kinds.isEmpty && slot.kinds.isSubset(of: .numbers) && slot.listMaximum == 1
    // SAFETY: the slice is valid for the length of the closure.
    unsafe pattern.text[slot.range].withUnsafeBufferPointer { bytes in
      unsafe add(bytes, isNumber: isNumber, weight: max(1, weight))
    }
  }
}
