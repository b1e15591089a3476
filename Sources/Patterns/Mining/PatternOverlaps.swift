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

  package init(_ miner: TemplateMiner) {
    self.miner = miner
    for number in 0..<UInt32(miner.patternCount) {
      let id = PatternID(rawValue: number)
      guard miner.resolve(id) == id, !miner.isOther(id) else { continue }
      let pattern = miner.pattern(id)
      samples.append(
        Sample(id: id, text: pattern.text, messageByteCount: pattern.messageByteCount))
    }
  }

  /// The patterns other than `id` that its expression matches, in the order of their ids.
  package func others(of id: PatternID) -> [PatternID] {
    let id = miner.resolve(id)
    let pattern = miner.pattern(id)
    guard !miner.isOther(id), var compiled = try? CompiledPattern(pattern.expression) else {
      return []
    }
    let readsFields = pattern.readsFields
    let words = pattern.slots.indices.filter { index in
      !pattern.slots[index].isVariable && pattern.slots[index].extent == .one
    }.map { Array(pattern.text[pattern.slots[$0].range]) }
    let longest = words.max { $0.count < $1.count }.map { ByteSearch($0) }
    var found: [PatternID] = []
    for sample in samples where sample.id != id {
      let count = readsFields ? sample.text.count : sample.messageByteCount
      // SAFETY: the text outlives the closure.
      let matches = unsafe sample.text.withUnsafeBufferPointer { text in
        let subject = unsafe UnsafeBufferPointer(rebasing: text[..<count])
        if let longest, unsafe longest.firstIndex(in: subject, from: 0) == nil { return false }
        return unsafe compiled.match(subject) == .match
      }
      if matches { found.append(sample.id) }
    }
    return found
  }
}
