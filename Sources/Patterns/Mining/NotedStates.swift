internal import Events

/// The states that were noted with the events of a batch, read along with them.
@safe
struct NotedStates {
  private var next: UnsafePointer<FieldState>
  private let end: UnsafePointer<FieldState>

  init(_ batch: EventBatch) {
    unsafe next = unsafe UnsafePointer(batch.states)
    unsafe end = unsafe UnsafePointer(batch.states + batch.stateCount)
  }

  /// Adds the states beside the message of an event; events are asked for in their order.
  /// - Returns: Whether they were noted; else `key` is as it was.
  @inline(__always)
  mutating func add(of event: Int, to key: inout PartialKey) -> Bool {
    let event = UInt32(truncatingIfNeeded: event)
    // SAFETY: nothing is read at `end`.
    while unsafe next < end, unsafe next.pointee.event < event { unsafe next += 1 }
    var isNoted = false
    while unsafe next < end, unsafe next.pointee.event == event {
      isNoted = true
      if unsafe next.pointee.name != 0 {
        unsafe key.add(state: next.pointee.value, name: next.pointee.name)
      }
      unsafe next += 1
    }
    return isNoted
  }
}
