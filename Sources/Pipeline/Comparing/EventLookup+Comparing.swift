internal import EventStream
internal import Events

extension EventLookup {
  /// How far behind its time an event may stand in the stream.
  private static let latenessMicroseconds: Int64 = 60_000_000

  /// Calls `take` with all that lies in either window, patterns set, in stream order.
  func read(
    _ query: ComparisonQuery,
    take: (EventBatch, Range<Int>, ComparisonSide, EventNames) -> Void
  ) throws(StreamError) {
    let end = max(query.a.upperBound, query.b.upperBound)
      .advanced(byMicroseconds: Self.latenessMicroseconds)
    try reader.seek(toTime: min(query.a.lowerBound, query.b.lowerBound))
    while !isCancelled() {
      switch try reader.next() {
      case .control, .gap: continue
      case .atEnd: return
      case .batch(let batch):
        guard batch.count > 0 else { continue }
        if unsafe batch.records[0].time > end { return }
        let a = Self.ranges(of: query.a, in: batch)
        let b = Self.ranges(of: query.b, in: batch)
        if a.isEmpty, b.isEmpty { continue }
        match(batch)
        for range in a { take(batch, range, .a, reader.names) }
        for range in b { take(batch, range, .b, reader.names) }
      }
    }
  }

  /// What lies in a window, whose end is not part of it.
  private static func ranges(
    of window: ClosedRange<Instant>, in batch: EventBatch
  ) -> [Range<Int>] {
    batch.runs { record, _ in
      record.time >= window.lowerBound && record.time < window.upperBound
    }
  }
}
