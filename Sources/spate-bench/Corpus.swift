internal import Events

/// The lines that are measured, and what the stages before make of them.
@safe
final class Corpus {
  let array: [UInt8]
  let lineCount: Int
  /// The file that holds them, where they come from one.
  let path: String?
  private var recognised: Recognised?

  /// Events of the whole corpus, recognised once.
  struct Recognised {
    var batches: [EventBatch] = []
    var names = EventNames()
    var eventCount = 0
  }

  init(_ bytes: [UInt8], path: String?) {
    array = bytes
    lineCount = bytes.count { $0 == UInt8(ascii: "\n") }
    self.path = path
  }

  /// Recognised at first use; records carry no patterns yet.
  func events() -> Recognised {
    if let recognised { return recognised }
    var result = Recognised()
    var recogniser = CorpusRecogniser()
    recogniser.run(self) { batch in
      batch.firstOffset = UInt64(result.eventCount)
      result.eventCount += batch.count
      result.batches.append(batch)
      return EventBatch()
    }
    result.names = recogniser.names
    recognised = result
    return result
  }
}
