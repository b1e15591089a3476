internal import Patterns

extension Stage {
  static let mine = Stage(name: "mine", about: "masks, keys, patterns, variables") { corpus in
    let events = corpus.events()
    let miner = TemplateMiner()
    var measurement = Measurement()
    measurement.time {
      for batch in events.batches {
        miner.mine(batch)
        _ = miner.takeChanges()
      }
    }
    measurement.count = corpus.lineCount
    measurement.byteCount = corpus.array.count
    return measurement
  }
}
