internal import Events

extension PatternStore {
  /// Patterns that can be taken out of one again; of later merges nothing is kept.
  static let childLimit = 32
  /// Bytes that such patterns may hold in all.
  static let childByteLimit = 4 << 20

  /// Keeps what a pattern was that is one of `parent` now, within the limits, so that it can be
  /// taken out again; what had been merged into it is the parent's.
  mutating func adopt(_ id: UInt32, by parent: UInt32) {
    let own = patterns[Int(id)]
    let grandchildren = children.removeValue(forKey: id) ?? []
    var list = children[parent] ?? []
    let hasRoom = childByteCount + own.byteCount <= Self.childByteLimit
    if list.count < Self.childLimit, hasRoom {
      list.append(id)
      childCount += 1
      childByteCount += own.byteCount
      liveCount -= 1
      byteCount -= own.byteCount
      clearSketches(id)
    } else {
      retire(id)
    }
    for child in grandchildren {
      if list.count < Self.childLimit { list.append(child) } else { forget(child) }
    }
    children[parent] = list.isEmpty ? nil : list
  }

  mutating func forgetChildren(of id: UInt32) {
    for child in children.removeValue(forKey: id) ?? [] { forget(child) }
  }

  private mutating func forget(_ child: UInt32) {
    childCount -= 1
    childByteCount -= patterns[Int(child)].byteCount
    patterns[Int(child)].text = []
    patterns[Int(child)].slots = []
  }

  /// Takes out of a pattern again what was merged into it, and keeps all of them apart from now on.
  ///
  /// What is left is what was seen of the pattern and none of its children.
  mutating func split(_ id: UInt32, hot: inout HotState) {
    pinned.insert(id)
    for child in children.removeValue(forKey: id) ?? [] {
      hot.patterns.release(child, from: id)
      let pattern = patterns[Int(child)]
      let group = self.group(of: pattern.skeleton, slotCount: pattern.slots.count)
      groups[group].append(child, pattern)
      if pattern.variableMask != 0 { groups[group].insertMask(pattern.variableMask) }
      childCount -= 1
      childByteCount -= pattern.byteCount
      liveCount += 1
      byteCount += pattern.byteCount
      pinned.insert(child)
      changes.append(
        .split(from: PatternID(rawValue: id), child: PatternID(rawValue: child)))
    }
  }
}
