internal import Detection
internal import Events
internal import Patterns

extension Stage {
  static let detect = Stage(name: "detect", about: "windows, baselines, anomalies") { corpus in
    let miner = TemplateMiner()
    var detector = Detector()
    var traits: [PatternTraits] = []
    var measurement = Measurement()
    for batch in corpus.events().batches {
      miner.mine(batch)
      var start = 0
      let changes = miner.takeChanges()
      measurement.time {
        for change in changes {
          switch change {
          case .born(_, let birthTraits): traits.append(birthTraits)
          case .widened: break
          case .split: break
          case .merged(let from, let into, let eventIndex):
            detector.observe(batch, start..<eventIndex, traits: traits)
            start = eventIndex
            detector.merge(from, into: into)
          }
        }
        detector.observe(batch, start..<batch.count, traits: traits)
        _ = detector.takeReports()
      }
    }
    measurement.time { detector.finish() }
    measurement.count = corpus.lineCount
    measurement.byteCount = corpus.array.count
    return measurement
  }
}
