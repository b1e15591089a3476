internal import Events

/// Events that were closed in this call and go into the batch together at its end.
@safe
struct ClosedEvents: ~Copyable {
  private var records: UnsafeMutablePointer<EventRecord>
  private var capacity = 1024
  private var count = 0

  init() { unsafe records = .allocate(capacity: capacity) }

  deinit { unsafe records.deallocate() }

  @inline(__always)
  mutating func append(_ record: borrowing EventRecord) {
    if count == capacity { grow() }
    // SAFETY: `count < capacity` holds, and a record is plain bits.
    unsafe (records + count).initialize(to: copy record)
    count &+= 1
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
