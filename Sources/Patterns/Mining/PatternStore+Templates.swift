extension PatternStore {
  /// The template as people read it.
  ///
  /// A level that is a field is shown where a pattern differs from another in nothing else; it is
  /// known otherwise in all other cases.
  func template(_ id: UInt32) -> String {
    patterns[Int(id)].template(showsLevel: differsInLevelOnly(id))
  }

  private func differsInLevelOnly(_ id: UInt32) -> Bool {
    let pattern = patterns[Int(id)]
    guard let level = pattern.slots.indices.first(where: pattern.isLevel),
      let group = groupOfSkeleton[pattern.skeleton]
    else { return false }
    let rest = pattern.words &- MessageKey.term(pattern.slots[level].hash, at: level)
    return groups[group].living.contains { other in
      guard other != id, level < patterns[Int(other)].slots.count else { return false }
      let hash = patterns[Int(other)].slots[level].hash
      return patterns[Int(other)].words &- MessageKey.term(hash, at: level) == rest
    }
  }
}
