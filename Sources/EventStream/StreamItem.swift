package import Events

/// What a reader finds next.
package enum StreamItem {
  case batch(EventBatch)
  case control(ControlRecord)
  /// Events `from..<to` are not there any more. `from` equals `to` where only control records
  /// are missing.
  case gap(from: UInt64, to: UInt64, reason: GapReason)
  /// Nothing more has been appended yet.
  case atEnd
}

package enum GapReason: Hashable, Sendable {
  /// The disk has spoilt them.
  case damaged
  /// They were dropped to keep the stream within its limits.
  case retention
}
