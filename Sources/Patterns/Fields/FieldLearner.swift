internal import Events

/// Finds out from a few events of a pattern which of its fields are categories and identifiers.
struct FieldLearner: Sendable {
  /// Events that are looked at.
  static let lookCount = 10
  private static let candidateLimit = 24
  /// Looks in which a field must be there.
  private static let leastSeen = 8

  /// A field that may turn out to be one of interest.
  struct Candidate: Sendable {
    var key: FieldKey
    var categoryCount: UInt8 = 0
    var identifierCount: UInt8 = 0
    var otherCount: UInt8 = 0
    /// A digit was among its values: the miner may have taken them for one and the same.
    var hasDigit = false
    /// Hashes of the values that it held.
    var distinct: [UInt64] = []
  }

  let pattern: UInt32
  var looks = 0
  var candidates: [Candidate] = []

  var isDone: Bool { looks >= Self.lookCount }

  init(pattern: UInt32, looks: Int, candidates: [Candidate]) {
    self.pattern = pattern
    self.looks = looks
    self.candidates = candidates
  }

  init(pattern: UInt32, _ bytes: LineBytes, _ start: Int, _ end: Int) {
    self.pattern = pattern
    let keys = FieldKey.all(in: bytes, start, end).map(\.key).filter { !$0.isOfNoInterest }
    let named = keys.filter(\.isKeyed) + keys.filter { !$0.isKeyed }
    candidates = named.prefix(Self.candidateLimit).map { Candidate(key: $0) }
    look(bytes, start, end)
  }

  mutating func look(_ bytes: LineBytes, _ start: Int, _ end: Int) {
    looks += 1
    let found = FieldKey.all(in: bytes, start, end)
    for index in candidates.indices {
      guard let value = found.first(where: { $0.key == candidates[index].key })?.value else {
        continue
      }
      let isKeyed = candidates[index].key.isKeyed
      switch FieldShape(bytes, value.lowerBound, value.upperBound, isKeyed: isKeyed) {
      case .category: candidates[index].categoryCount += 1
      case .identifier: candidates[index].identifierCount += 1
      case .other: candidates[index].otherCount += 1
      }
      if value.contains(where: { bytes[$0].isDigit }) { candidates[index].hasDigit = true }
      // SAFETY: the range lies within the event, and padding follows the buffer.
      let hash = unsafe hashLong(bytes.base + value.lowerBound, value.count)
      if !candidates[index].distinct.contains(hash) { candidates[index].distinct.append(hash) }
    }
  }

  /// Fields that held few values; those without a key only where the miner does not see a change.
  var categories: [FieldKey] {
    let fit = candidates.filter { one in
      one.otherCount == 0 && one.identifierCount == 0
        && Int(one.categoryCount) >= Self.leastSeen && one.distinct.count < Self.leastSeen
        && !one.key.isInPath && (one.key.isKeyed || one.hasDigit || one.distinct.count > 1)
    }
    return fit.prefix(SeenValue.categoryLimit).map(\.key)
  }

  /// Fields that held another name for a thing in almost every event.
  var identifiers: [FieldKey] {
    let fit = candidates.filter { one in
      Int(one.identifierCount) >= Self.leastSeen && one.distinct.count >= Self.lookCount / 2
    }
    return fit.prefix(SeenValue.identifierLimit).map(\.key)
  }
}
