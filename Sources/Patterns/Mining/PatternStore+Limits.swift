internal import Events

extension PatternStore {
  /// Bytes that patterns may hold: text, slots and rows, not the bounded summaries of values.
  static let byteLimit = 64 << 20
  /// Ids given out per pattern that may live at once; beyond it what is new is "other".
  static let idsPerPattern = 4

  /// Makes room for one more pattern: the least recent sixteenth gives way to "other".
  ///
  /// Their keys stay known, so that they are not new when they return.
  /// - Returns: "other" where no more ids are given out.
  mutating func makeRoom(at time: UInt64, hot: inout HotState) -> UInt32? {
    let hasRoom = liveCount < options.patternLimit && byteCount < Self.byteLimit
    let hasIds = patterns.count < options.patternLimit * Self.idsPerPattern
    if hasRoom, hasIds { return nil }
    let other = self.other ?? makeOther(at: time, hot: &hot)
    if !hasIds { return other }
    evict(into: other, hot: &hot)
    return nil
  }

  private mutating func makeOther(at time: UInt64, hot: inout HotState) -> UInt32 {
    let id = UInt32(patterns.count)
    patterns.append(Pattern.other)
    hot.patterns.append(at: time)
    sketches.append([])
    other = id
    changes.append(.born(PatternID(rawValue: id), []))
    return id
  }

  private mutating func evict(into other: UInt32, hot: inout HotState) {
    var ages: [(lastSeen: UInt64, id: UInt32)] = []
    ages.reserveCapacity(liveCount)
    for id in 0..<UInt32(patterns.count) where id != other {
      let entry = hot.patterns[id]
      if entry.successor == id { ages.append((entry.lastSeen, id)) }
    }
    ages.sort { ($0.lastSeen, $0.id) < ($1.lastSeen, $1.id) }
    let victims = ages.prefix(max(1, ages.count / 16)).map(\.id)
    for id in victims {
      let skeleton = patterns[Int(id)].skeleton
      guard let index = groupOfSkeleton[skeleton] else { continue }
      groups[index].remove([id])
      if groups[index].living.isEmpty {
        groupOfSkeleton[skeleton] = nil
        freeGroups.append(index)
      }
    }
    for id in victims.sorted() {
      forgetChildren(of: id)
      pinned.remove(id)
      hot.patterns.forward(id, to: other)
      retire(id)
      changes.append(
        .merged(
          from: PatternID(rawValue: id), into: PatternID(rawValue: other), eventIndex: eventIndex))
    }
  }

  /// Frees what only a pattern that stands for itself needs; its name is still asked for.
  mutating func retire(_ id: UInt32) {
    liveCount -= 1
    byteCount -= patterns[Int(id)].byteCount
    patterns[Int(id)].text = []
    patterns[Int(id)].slots = []
    clearSketches(id)
  }
}

extension Pattern {
  /// What stands for the patterns that were forgotten.
  static var other: Pattern {
    let key: UInt64 = 0x6F74_6865_72
    var pattern = Pattern(firstKey: key, skeleton: key)
    pattern.text = Array("…".utf8)
    pattern.messageByteCount = pattern.text.count
    return pattern
  }

  /// Bytes held, about.
  var byteCount: Int { text.count + slots.count * (MemoryLayout<Slot>.stride + 4) + 160 }
}
