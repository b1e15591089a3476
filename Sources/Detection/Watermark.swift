package import Events

/// How far event time has come for good: by the clock that the detector goes by, less the time that an
/// event may be late.
///
/// A source whose own clock is ahead does not move it alone. A pure function of what it is fed, in
/// order.
package struct Watermark: Sendable {
  private var clock: EventClock
  private let lateness: Int64

  package init(latenessMicroseconds: Int64 = DetectorOptions().latenessMicroseconds) {
    var options = DetectorOptions()
    options.latenessMicroseconds = latenessMicroseconds
    clock = EventClock(options: options)
    lateness = latenessMicroseconds
  }

  /// Every event before it has come, but for late ones; `distantPast` before the first event.
  package var time: Instant {
    clock.now == .min ? .distantPast : Instant(microseconds: clock.now - lateness)
  }

  /// - Returns: Whether the event is late: whether it came when the clock was further past its time than
  ///   it may be. `LateMarker` marks the same ones, at the usual lateness.
  @discardableResult
  package mutating func observe(_ record: EventRecord) -> Bool {
    clock.place(
      record.time.microseconds, source: Int(record.source.rawValue), origin: record.timeOrigin
    ).lag > 0
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
