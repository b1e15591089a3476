internal import Events
internal import Pipeline

/// Finding things in a snapshot.
extension Snapshot {
  func pattern(_ id: PatternID) -> PatternRow? { patternIndex(id).map { patterns[$0] } }

  /// Where a pattern stands. Quick where the list is in the order of birth, as it is made.
  func patternIndex(_ id: PatternID) -> Int? {
    var low = 0
    var high = patterns.count
    while low < high {
      let middle = (low + high) / 2
      if patterns[middle].id.rawValue < id.rawValue { low = middle + 1 } else { high = middle }
    }
    if low < patterns.count, patterns[low].id == id { return low }
    return patterns.firstIndex { $0.id == id }
  }

  func serviceName(_ id: ServiceID) -> String {
    let name = services.first { $0.id == id }?.name ?? ""
    return name.isEmpty ? "(no service)" : name
  }

  /// Whether every source has come to its end.
  var hasEnded: Bool {
    !sources.isEmpty
      && sources.allSatisfy { $0.state.hasPrefix("ended") || $0.state.hasPrefix("exit") }
  }
}
