/// Many events over one byte buffer; what travels between stages.
///
/// One stage owns a batch at a time and hands it on; nobody keeps it after that. Raw bytes of the
/// events come in stream order; decoded text lies between or behind them. `bytePadding` zero bytes
/// follow the buffer, so that a scanner may read words past the end.
///
/// Limits: at most `UInt32.max` bytes; in practice about `targetByteCount`, or one event of up to
/// `eventByteLimit`.
@safe
@usableFromInline
package final class EventBatch: @unchecked Sendable {
  // SAFETY of `@unchecked`: single owner at a time; queues hand the whole object over. What
  // changes stands behind a pointer, as each event touches it often and nothing can overlap.

  /// Bytes after which a producer seals a batch.
  package static let targetByteCount = 256 * 1024
  /// Events after which a producer seals a batch.
  package static let targetEventCount = 4096
  /// An event above this many raw bytes is cut into marked parts.
  package static let eventByteLimit = 1 << 20
  /// Readable zero bytes behind the buffer.
  package static let bytePadding = 64

  @safe @usableFromInline struct State {
    @usableFromInline var bytes: UnsafeMutablePointer<UInt8>
    @usableFromInline var byteCapacity: Int
    @usableFromInline var byteCount = 0
    @usableFromInline var records: UnsafeMutablePointer<EventRecord>
    @usableFromInline var recordCapacity: Int
    @usableFromInline var count = 0
    @usableFromInline var states: UnsafeMutablePointer<FieldState>
    @usableFromInline var stateCapacity = 16
    @usableFromInline var stateCount = 0
  }

  @usableFromInline let state: UnsafeMutablePointer<State>

  /// The byte buffer; valid up to `byteCapacity + bytePadding`.
  // SAFETY (all eight): `state` lives as long as the batch.
  @inlinable package private(set) var bytes: UnsafeMutablePointer<UInt8> {
    get { unsafe state.pointee.bytes }
    set { unsafe state.pointee.bytes = newValue }
  }
  @inlinable package private(set) var byteCapacity: Int {
    get { unsafe state.pointee.byteCapacity }
    set { unsafe state.pointee.byteCapacity = newValue }
  }
  /// Bytes in use.
  @inlinable package var byteCount: Int {
    get { unsafe state.pointee.byteCount }
    set { unsafe state.pointee.byteCount = newValue }
  }

  @inlinable package private(set) var records: UnsafeMutablePointer<EventRecord> {
    get { unsafe state.pointee.records }
    set { unsafe state.pointee.records = newValue }
  }
  @inlinable package private(set) var recordCapacity: Int {
    get { unsafe state.pointee.recordCapacity }
    set { unsafe state.pointee.recordCapacity = newValue }
  }
  /// Events in the batch.
  @inlinable package private(set) var count: Int {
    get { unsafe state.pointee.count }
    set { unsafe state.pointee.count = newValue }
  }

  /// States beside messages, event by event; see `noteStates`.
  @inlinable package var states: UnsafeMutablePointer<FieldState> {
    unsafe state.pointee.states
  }
  @inlinable package internal(set) var stateCount: Int {
    get { unsafe state.pointee.stateCount }
    set { unsafe state.pointee.stateCount = newValue }
  }

  /// Stream offset of the first event, once appended to or read from a stream.
  package var firstOffset: UInt64?
  /// How far each source had been read when the last of its events here was made.
  package var checkpoints: [SourceCheckpoint] = []

  package init(byteCapacity: Int = targetByteCount, recordCapacity: Int = 1024) {
    let size = byteCapacity + Self.bytePadding
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(
      to: State(
        bytes: .allocate(capacity: size), byteCapacity: byteCapacity,
        records: .allocate(capacity: recordCapacity), recordCapacity: recordCapacity,
        states: .allocate(capacity: 16)))
    unsafe bytes.initialize(repeating: 0, count: size)
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe records.deallocate()
    unsafe states.deallocate()
    unsafe state.deallocate()
  }

  package func append(_ record: EventRecord) {
    if count == recordCapacity { reserveRecords(recordCapacity * 2) }
    // SAFETY: `count < recordCapacity` holds, and a record is plain bits.
    unsafe records.advanced(by: count).initialize(to: record)
    count += 1
  }

  /// Where the next record goes; whoever asks writes it.
  @inlinable
  package func appendPlace() -> UnsafeMutablePointer<EventRecord> {
    // SAFETY: `state` lives as long as the batch; room is made for the place.
    if unsafe state.pointee.count == state.pointee.recordCapacity {
      reserveRecords(count * 2)
    }
    let place = unsafe state.pointee.records + state.pointee.count
    unsafe state.pointee.count &+= 1
    return unsafe place
  }

  @usableFromInline
  package func reserveRecords(_ capacity: Int) {
    guard capacity > recordCapacity else { return }
    let larger = UnsafeMutablePointer<EventRecord>.allocate(capacity: capacity)
    unsafe larger.moveInitialize(from: records, count: count)
    unsafe records.deallocate()
    unsafe records = larger
    recordCapacity = capacity
  }

  func reserveStates(_ capacity: Int) {
    let present = unsafe state.pointee.stateCapacity
    guard capacity > present else { return }
    let larger = UnsafeMutablePointer<FieldState>.allocate(capacity: max(capacity, present * 2))
    unsafe larger.moveInitialize(from: states, count: stateCount)
    unsafe states.deallocate()
    unsafe state.pointee.states = unsafe larger
    unsafe state.pointee.stateCapacity = max(capacity, present * 2)
  }

  /// Makes the first `newCount` records, written through `records`, those of the batch.
  package func setCount(_ newCount: Int) {
    precondition(newCount >= 0 && newCount <= recordCapacity, "more records than there is room for")
    count = newCount
    forgetStates()
  }

  /// Drops the first events; the bytes stay where they are.
  package func removeFirst(_ dropped: Int) {
    precondition(dropped >= 0 && dropped <= count, "fewer events than are to go")
    // SAFETY: both ranges lie within the initialized records, which are plain bits.
    unsafe records.update(from: records + dropped, count: count - dropped)
    count -= dropped
    forgetStates()
    firstOffset = firstOffset.map { $0 + UInt64(dropped) }
  }

  /// Makes room for `capacity` bytes in all, keeping what is there.
  package func reserveBytes(_ capacity: Int) {
    guard capacity > byteCapacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Self.bytePadding)
    unsafe larger.update(from: bytes, count: byteCount)
    unsafe (larger + byteCount).initialize(
      repeating: 0, count: capacity + Self.bytePadding - byteCount)
    unsafe bytes.deallocate()
    unsafe bytes = larger
    byteCapacity = capacity
  }

  /// Empties the batch and keeps its memory.
  package func removeAll() {
    count = 0
    byteCount = 0
    forgetStates()
    firstOffset = nil
    checkpoints.removeAll(keepingCapacity: true)
  }

  /// Copies `count` bytes to the end of the buffer, which grows as needed.
  /// - Returns: The offset at which they begin.
  @discardableResult
  package func append(bytes source: UnsafePointer<UInt8>, count: Int) -> Int {
    let start = byteCount
    if start + count > byteCapacity { reserveBytes(max(start + count, byteCapacity * 2)) }
    // SAFETY: room was made above; `source` is another buffer or lies wholly before `start`.
    unsafe (bytes + start).update(from: source, count: count)
    byteCount = start + count
    return start
  }

  /// The event's bytes as they came. Valid until the batch changes.
  package func raw(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let record = unsafe records[index]
    return unsafe UnsafeBufferPointer(
      start: bytes + Int(record.rawOffset), count: Int(record.rawCount))
  }

  /// The event's message. Valid until the batch changes.
  package func message(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let record = unsafe records[index]
    return unsafe UnsafeBufferPointer(
      start: bytes + Int(record.messageOffset), count: Int(record.messageCount))
  }

  /// The part of the event that carries its structure. Valid until the batch changes.
  package func body(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let record = unsafe records[index]
    return unsafe UnsafeBufferPointer(
      start: bytes + Int(record.bodyOffset), count: Int(record.bodyCount))
  }
}
