internal import Events

/// Merges the pasts of several sources by event time into one sequence.
///
/// Each source keeps its own order: an event that is older than the one before it in its source
/// counts as being of that one's time. Equal times go by the order of the sources.
///
/// Where the clock of a source is set back, what follows takes as long here as it says, from where the
/// source was: all of it at one moment would let the others look silent.
struct TimeMerge {
  /// A source that goes back by more than this has a clock that was set.
  private static let jumpMicroseconds: Int64 = 60_000_000

  /// How far a source has come.
  private struct Progress {
    var key = Instant.distantPast
    /// Added to its times.
    var shiftMicroseconds: Int64 = 0
    /// Where it was before it last jumped ahead.
    var beforeJump = Instant.distantPast

    mutating func move(to time: Instant) {
      if shiftMicroseconds > 0, time >= key { shiftMicroseconds = 0 }
      let moved = time.advanced(byMicroseconds: shiftMicroseconds)
      let step = key == .distantPast ? 0 : moved.microseconds(since: key)
      if step > TimeMerge.jumpMicroseconds { beforeJump = key }
      // Back from far ahead is no step back.
      if step < -TimeMerge.jumpMicroseconds, time < beforeJump || beforeJump == .distantPast {
        shiftMicroseconds -= step
      }
      key = max(key, moved)
    }
  }

  /// A source's events that wait for their turn.
  private struct Lane {
    let source: Int
    let batch: EventBatch
    var next: Int
    var progress: Progress
    var key: Instant { progress.key }
  }

  private var lanes: [Lane] = []
  /// The time each source has reached, so that its order is kept.
  private var reached: [Progress] = []

  var isEmpty: Bool { lanes.isEmpty }

  /// Adds what a source has next. It must not have anything waiting.
  mutating func add(_ batch: EventBatch, source: Int) {
    while reached.count <= source { reached.append(Progress()) }
    var progress = reached[source]
    progress.move(to: unsafe batch.records[0].time)
    lanes.append(Lane(source: source, batch: batch, next: 0, progress: progress))
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
        lanes[first].progress.move(to: unsafe batch.records[lanes[first].next].time)
        if second >= 0, !isBefore(lanes[first], lanes[second]) { break }
        takeNext(first, batch, output)
      } while lanes[first].next < batch.count
      if lanes[first].next == batch.count {
        let spent = lanes.remove(at: first)
        reached[spent.source] = spent.progress
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
        lanes[lane].progress.move(to: unsafe batch.records[index + 1].time)
      }
    }
  }

  private func isBefore(_ a: Lane, _ b: Lane) -> Bool {
    a.key != b.key ? a.key < b.key : a.source < b.source
  }
}
