internal import Events
internal import Patterns

extension Stage {
  /// What `cat --grep` and search on the screen cost, with an expression that is in few lines.
  static let search = Stage(name: "search", about: "an expression over every event") { corpus in
    let events = corpus.events()
    let matcher = try LineMatcher(#"(?:refused|timed out) .*\b\d{3,}\b.*to \w+"#)
    var measurement = Measurement()
    var foundCount = 0
    measurement.time {
      for batch in events.batches {
        for index in 0..<batch.count where unsafe matcher.matches(batch.raw(index)) {
          foundCount += 1
        }
      }
    }
    measurement.count = corpus.lineCount
    measurement.byteCount = corpus.array.count
    return measurement
  }
}
