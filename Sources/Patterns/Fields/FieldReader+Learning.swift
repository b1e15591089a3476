internal import Events

/// Which fields of a pattern's events are worth reading.
extension FieldReader {
  @inline(never)
  mutating func look(
    _ pattern: Int, _ bytes: LineBytes, _ start: Int, _ end: Int
  ) {
    let now = span.number
    if places[pattern].stage == .unknown {
      places[pattern].count &+= 1
      guard places[pattern].count >= Self.firstLook else { return }
      if learners.count == Self.learnerLimit {
        guard let idle = learners.firstIndex(where: { now - $0.span > Self.patience }) else {
          places[pattern].count = 0
          return
        }
        places[Int(learners.remove(at: idle).pattern)] = Place()
      }
      learners.append(FieldLearner(pattern: UInt32(pattern), bytes, start, end))
      learners[learners.count - 1].span = now
      places[pattern].stage = .learning
      return
    }
    if places[pattern].span == now, places[pattern].taken >= limit { return }
    _ = isLast(pattern)
    guard let at = learners.firstIndex(where: { $0.pattern == UInt32(pattern) }) else { return }
    learners[at].look(bytes, start, end)
    learners[at].span = now
    guard learners[at].isDone else { return }
    let learner = learners.remove(at: at)
    take(learner.categories, learner.identifiers, pattern)
  }

  private mutating func take(
    _ categories: [FieldKey], _ identifiers: [FieldKey], _ pattern: Int
  ) {
    work[pattern] =
      (categories.isEmpty ? 0 : Work.categories) | (identifiers.isEmpty ? 0 : Work.identifiers)
    awake[pattern] = work[pattern]
    places[pattern].stage = work[pattern] == 0 ? .none : .found
    guard places[pattern].stage == .found else { return }
    if !identifiers.isEmpty { endRests() }
    places[pattern].slots = Int32(slots.count)
    places[pattern].categoryCount = UInt8(categories.count)
    slots.append(contentsOf: repeatElement(Slot(), count: SeenValue.slotCount))
    for (index, key) in categories.enumerated() {
      slots[slots.count - SeenValue.slotCount + index] = slot(of: key)
    }
    for (index, key) in identifiers.enumerated() {
      slots[slots.count - SeenValue.identifierLimit + index] = slot(of: key)
    }
  }

  private mutating func slot(of key: FieldKey) -> Slot {
    var slot = Slot()
    slot.spot = FieldSpot(key.bytes[...], hint: 0)
    slot.key = Int32(keyBytes.count)
    slot.nameStart = UInt8(key.name.lowerBound)
    slot.nameEnd = UInt8(key.name.upperBound)
    keyBytes += key.bytes
    return slot
  }
}
