internal import Events

/// Merges the pasts of several sources by event time into one sequence.
///
/// Each source keeps its own order: an event that is older than the one before it in its source
/// counts as being of that one's time. Equal times go by the order of the sources.
struct TimeMerge {
  /// A source's events that wait for their turn.
  private struct Lane {
    let source: Int
    let batch: EventBatch
    var next: Int
    var key: Instant
  }

  private var lanes: [Lane] = []
  /// The time each source has reached, so that its order is kept.
  private var reached: [Instant] = []

  var isEmpty: Bool { lanes.isEmpty }

  /// Adds what a source has next. It must not have anything waiting.
  mutating func add(_ batch: EventBatch, source: Int) {
    while reached.count <= source { reached.append(.distantPast) }
    let key = unsafe max(batch.records[0].time, reached[source])
    lanes.append(Lane(source: source, batch: batch, next: 0, key: key))
  }

  /// Moves events to `output`, oldest first, until a source has nothing more waiting.
  /// - Returns: The source whose events ran out, and its batch, empty of meaning now; `nil` when
  ///   `output` is full first.
  mutating func fill(_ output: EventBatch) -> (source: Int, spent: EventBatch)? {
    while true {
      var first = 0
      var second = -1
      for index in lanes.indices.dropFirst() {
        if isBefore(lanes[index], lanes[first]) {
          second = first
          first = index
        } else if second < 0 || isBefore(lanes[index], lanes[second]) {
          second = index
        }
      }
      // Runs are long where one source is far behind: copy on until the next source's turn.
      let batch = lanes[first].batch
      repeat {
        if output.count >= EventBatch.targetEventCount
          || output.byteCount >= EventBatch.targetByteCount
        {
          return nil
        }
        let time = unsafe batch.records[lanes[first].next].time
        let key = max(time, lanes[first].key)
        lanes[first].key = key
        if second >= 0, !isBefore(lanes[first], lanes[second]) { break }
        takeNext(first, batch, output)
      } while lanes[first].next < batch.count
      if lanes[first].next == batch.count {
        let spent = lanes.remove(at: first)
        reached[spent.source] = spent.key
        return (spent.source, spent.batch)
      }
    }
  }

  /// Moves the next event of a lane, and with it those whose lines stood between its own: their
  /// source goes on behind all of them, so one checkpoint must cover them.
  private mutating func takeNext(_ lane: Int, _ batch: EventBatch, _ output: EventBatch) {
    var isTogether = true
    while isTogether {
      let index = lanes[lane].next
      output.appendCopy(of: index, in: batch)
      lanes[lane].next += 1
      isTogether =
        unsafe index + 1 < batch.count
        && batch.records[index + 1].sourceEndOffset == batch.records[index].sourceEndOffset
        && batch.records[index + 1].generation == batch.records[index].generation
      if isTogether {
        lanes[lane].key = unsafe max(lanes[lane].key, batch.records[index + 1].time)
      }
    }
  }

  private func isBefore(_ a: Lane, _ b: Lane) -> Bool {
    a.key != b.key ? a.key < b.key : a.source < b.source
  }
}
