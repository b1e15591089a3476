internal import Events

/// Finds out from a few events of a pattern which of its fields are categories and identifiers.
struct FieldLearner: Sendable {
  /// Events that are looked at.
  static let lookCount = 8
  private static let candidateLimit = 24
  /// Looks in which a field must be there.
  private static let leastSeen = 7

  /// A field that may turn out to be one of interest.
  struct Candidate: Sendable {
    var key: FieldKey
    var spot: FieldSpot
    var categoryCount: UInt8 = 0
    var identifierCount: UInt8 = 0
    var otherCount: UInt8 = 0
    /// A digit was among its values: the miner may have taken them for one and the same.
    var hasDigit = false
    /// Hashes of the values that it held.
    var distinct: [UInt64] = []

    init(key: FieldKey, hint: Int32) {
      self.key = key
      spot = FieldSpot(key.bytes[...], hint: hint)
    }
  }

  let pattern: UInt32
  var looks = 0
  /// When it was looked at last, in spans of the reader.
  var span: Int64 = 0
  var candidates: [Candidate] = []

  var isDone: Bool { looks >= Self.lookCount }

  init(pattern: UInt32, looks: Int, candidates: [Candidate]) {
    self.pattern = pattern
    self.looks = looks
    self.candidates = candidates
  }

  init(pattern: UInt32, _ bytes: LineBytes, _ start: Int, _ end: Int) {
    self.pattern = pattern
    let keys = FieldKey.all(in: bytes, start, end).filter { !$0.key.isOfNoInterest }
    let named = keys.filter(\.key.isKeyed) + keys.filter { !$0.key.isKeyed }
    candidates = named.prefix(Self.candidateLimit).map {
      Candidate(key: $0.key, hint: Int32($0.place - start))
    }
    look(bytes, start, end)
  }

  mutating func look(_ bytes: LineBytes, _ start: Int, _ end: Int) {
    looks += 1
    for index in candidates.indices { candidates[index].look(bytes, start, end) }
    // Neither a kind nor the name of a thing any more.
    candidates.removeAll { $0.otherCount + UInt8(looks) - $0.seenCount > 1 }
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

extension FieldLearner.Candidate {
  var seenCount: UInt8 { categoryCount + identifierCount + otherCount }

  fileprivate mutating func look(_ bytes: LineBytes, _ start: Int, _ end: Int) {
    guard let place = spot.place(in: bytes, start, end, keys: key.bytes, at: 0) else { return }
    let first = place + key.bytes.count
    let last = FieldKey.valueEnd(bytes, first, min(end, first + FieldShape.byteLimit + 1))
    switch FieldShape(bytes, first, last, isKeyed: key.isKeyed) {
    case .category: categoryCount += 1
    case .identifier: identifierCount += 1
    case .other: otherCount += 1
    }
    if !hasDigit, (first..<last).contains(where: { bytes[$0].isDigit }) { hasDigit = true }
    // SAFETY: the range lies within the event, and padding follows the buffer.
    let hash = unsafe hashLong(bytes.base + first, last - first)
    if !distinct.contains(hash) { distinct.append(hash) }
  }
}
