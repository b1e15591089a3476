/// What a detector may be told. Part of the stream: a change makes other anomalies.
package struct DetectorOptions: Hashable, Sendable {
  /// False alarms from counting tests in ten minutes of event time, all patterns together.
  package var falseAlarmBudget = 0.1
  /// How far behind the newest event one may still come to be counted in time.
  package var latenessMicroseconds: Int64 = 3_000_000
  /// A source further ahead of the others than this does not move the clock.
  package var jumpLimitMicroseconds: Int64 = 60_000_000
  /// How long a service must have been heard before something can be new in it.
  package var learningMicroseconds: Int64 = 60_000_000

  /// The unit in which events are counted.
  package static let tickMicroseconds: Int64 = 5_000_000

  package init() {}
}
