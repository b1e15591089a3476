package import Events

/// Which patterns' messages the expressions of others match as well.
///
/// Each pattern is tried on the first message of every other: what its values were since then
/// rarely decides, and no event is read again.
package struct PatternOverlaps {
  private struct Sample {
    var id: PatternID
    var text: [UInt8]
    var messageByteCount: Int
  }

  private let miner: TemplateMiner
  private var samples: [Sample] = []
  private let places: GramPlaces

  package init(_ miner: TemplateMiner) {
    self.miner = miner
    for number in 0..<UInt32(miner.patternCount) {
      let id = PatternID(rawValue: number)
      guard miner.resolve(id) == id, !miner.isOther(id) else { continue }
      let pattern = miner.pattern(id)
      samples.append(
        Sample(id: id, text: pattern.text, messageByteCount: pattern.messageByteCount))
    }
    places = GramPlaces(samples.map(\.text))
  }

  /// The patterns other than `id` that its expression matches, in the order of their ids.
  package func others(of id: PatternID) -> [PatternID] {
    let id = miner.resolve(id)
    guard !miner.isOther(id) else { return [] }
    let pattern = miner.pattern(id)
    let readsFields = pattern.readsFields
    let words = Words(of: pattern, areInOrder: !readsFields)
    // Most words stand in no other message: few expressions are compiled at all.
    var compiled: CompiledPattern?
    var found: [PatternID] = []
    for index in places.candidates(for: words.texts) ?? Array(samples.indices)
    where samples[index].id != id {
      let sample = samples[index]
      let count = readsFields ? sample.text.count : sample.messageByteCount
      // SAFETY: the text outlives the closure.
      let matches = unsafe sample.text.withUnsafeBufferPointer { text in
        let subject = unsafe UnsafeBufferPointer(rebasing: text[..<count])
        guard unsafe words.stand(in: subject) else { return false }
        if compiled == nil {
          compiled = try? CompiledPattern(pattern.expression, options: .interpreted)
        }
        return unsafe compiled?.match(subject) == .match
      }
      if matches { found.append(sample.id) }
    }
    return found
  }

  /// The words that an expression spells out, which are in all that it matches.
  private struct Words {
    let texts: [[UInt8]]
    private let all: [ByteSearch]
    private let longest: Int?
    /// In a body, the message may stand anywhere among the fields.
    private let areInOrder: Bool

    init(of pattern: Pattern, areInOrder: Bool) {
      self.areInOrder = areInOrder
      texts = pattern.slots.filter { !$0.isVariable && $0.extent == .one && !$0.range.isEmpty }
        .map { Array(pattern.text[$0.range]) }
      longest = texts.indices.max { [texts] in texts[$0].count < texts[$1].count }
      all = texts.map { ByteSearch($0) }
    }

    func stand(in text: UnsafeBufferPointer<UInt8>) -> Bool {
      guard let longest else { return true }
      if unsafe all[longest].firstIndex(in: text, from: 0) == nil { return false }
      var position = 0
      for word in all {
        guard let start = unsafe word.firstIndex(in: text, from: position) else { return false }
        if areInOrder { position = start + word.needle.count }
      }
      return true
    }
  }
}
