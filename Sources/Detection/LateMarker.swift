package import Events

/// Marks the events that come later than they may, by the clock that the detector goes by.
///
/// A source whose own clock is off makes no other's events late, and is itself late only until that
/// is known. A pure function of what it is fed, in order.
package struct LateMarker: Sendable {
  private var clock: EventClock

  package init(_ options: DetectorOptions = DetectorOptions()) {
    clock = EventClock(options: options)
  }

  package mutating func mark(_ batch: EventBatch) {
    var index = 0
    while true {
      index = clock.placeSteadily(batch, from: index)
      guard index < batch.count else { return }
      // SAFETY: `index` lies below the batch's count, and a record is plain bits.
      let record = unsafe batch.records[index]
      let (_, lag) = clock.place(
        record.time.microseconds, source: Int(record.source.rawValue), origin: record.timeOrigin)
      if lag > 0 { unsafe batch.records[index].flags.insert(.late) }
      index += 1
    }
  }

  package mutating func observe(_ control: ControlRecord) {
    switch control {
    case .tick(_, let elapsedMicroseconds): clock.pass(elapsedMicroseconds)
    case .source(_, _, .reachedEnd): break
    case .source(_, let source, _): clock.sourceEnded(Int(source.rawValue))
    case .gap, .option: break
    }
  }
}
