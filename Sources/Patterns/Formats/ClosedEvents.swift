internal import Events

/// Events that were closed in this call and go into the batch together at its end.
@safe
struct ClosedEvents: ~Copyable {
  private var records: UnsafeMutablePointer<EventRecord>
  private var capacity = 64
  private var count = 0

  init() { unsafe records = .allocate(capacity: capacity) }

  deinit { unsafe records.deallocate() }

  /// Where the next record goes; whoever asks writes it.
  @inline(__always)
  mutating func next() -> UnsafeMutablePointer<EventRecord> {
    if count == capacity { grow() }
    // SAFETY: `count < capacity` holds.
    let slot = unsafe records + count
    count &+= 1
    return unsafe slot
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<EventRecord>.allocate(capacity: capacity * 2)
    unsafe larger.moveInitialize(from: records, count: count)
    unsafe records.deallocate()
    unsafe records = larger
    capacity *= 2
  }

  mutating func move(to batch: EventBatch) {
    if count > 0 { unsafe batch.append(records, count: count) }
    count = 0
  }
}
