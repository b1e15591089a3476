/// A state that a field beside an event's message says, such as `status=502`: plain bits.
@frozen @usableFromInline
package struct FieldState: Sendable {
  /// Hash of the value; meaningless in an entry without a name.
  @usableFromInline package var value: UInt64
  /// Of the field's path; 0 says that the event has no states.
  @usableFromInline package var name: UInt32
  /// Index of the event in its batch.
  @usableFromInline package var event: UInt32

  @inlinable package init(value: UInt64, name: UInt32, event: UInt32 = 0) {
    self.value = value
    self.name = name
    self.event = event
  }
}

/// States of a batch's events, noted by whoever recognised these, so that whoever mines them need
/// not read their fields again.
///
/// Events come in order, their states in that of the text; an event without states has one entry
/// that says so. It only ever saves work: what is not noted is read, and says the same.
extension EventBatch {
  /// Notes the states of the event that is appended next.
  package func noteStates(_ states: UnsafePointer<FieldState>, count noted: Int) {
    let entryCount = max(noted, 1)
    reserveStates(stateCount + entryCount)
    let event = UInt32(truncatingIfNeeded: count)
    // SAFETY: room was made above; the caller's `noted` states are initialized.
    let place = unsafe self.states + stateCount
    unsafe place.initialize(to: FieldState(value: 0, name: 0, event: event))
    for index in 0..<noted {
      unsafe place.advanced(by: index).initialize(to: states[index])
      unsafe place[index].event = event
    }
    stateCount += entryCount
  }

  /// Forgets the states of an event that was not appended: it comes otherwise, or elsewhere.
  package func forgetNextStates() {
    // SAFETY: below the count.
    while stateCount > 0, unsafe states[stateCount - 1].event >= UInt32(count) { stateCount -= 1 }
  }

  /// Forgets all: events have other indexes from here on.
  package func forgetStates() { stateCount = 0 }
}
