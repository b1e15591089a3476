internal import Events
internal import Patterns

extension Stage {
  /// The cold path of named patterns: loading them, then one question for each pattern.
  static let name = Stage(name: "name", about: "load named patterns, ask once a pattern") {
    corpus in
    let events = corpus.events()
    let miner = TemplateMiner()
    var examples: [[UInt8]] = []
    for batch in events.batches {
      miner.mine(batch)
      for change in miner.takeChanges() {
        guard case .born(let id, _) = change else { continue }
        let index = (0..<batch.count).first { unsafe batch.records[$0].pattern == id }
        examples.append(index.map { unsafe Array(batch.message($0)) } ?? [])
      }
    }
    var measurement = Measurement(unit: "pattern")
    var namedCount = 0
    measurement.time {
      let patterns = NamedPatterns.shipped()
      for (number, example) in examples.enumerated() {
        let template = miner.template(PatternID(rawValue: UInt32(number)))
        unsafe example.withUnsafeBufferPointer { bytes in
          if unsafe patterns.name(forTemplate: template, example: bytes) != nil { namedCount += 1 }
        }
      }
    }
    measurement.count = examples.count
    measurement.byteCount = examples.reduce(0) { $0 + $1.count }
    return measurement
  }
}
