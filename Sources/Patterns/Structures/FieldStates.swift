internal import Events

/// The states in the fields of the structured line that was read last, taken in passing.
///
/// They are what `Tokenizer.scanFields` finds beside a message, so that the miner need not read the
/// fields again; where that cannot be promised, nothing is known.
@safe
struct FieldStates: ~Copyable {
  /// States of one line; of more, nothing is known.
  private static let limit = 16

  private let entries: UnsafeMutablePointer<FieldState>
  /// Negative where the states are not known.
  private let count: UnsafeMutablePointer<Int>

  init() {
    unsafe entries = .allocate(capacity: Self.limit)
    unsafe count = .allocate(capacity: 1)
    unsafe count.initialize(to: -1)
  }

  deinit {
    unsafe entries.deallocate()
    unsafe count.deallocate()
  }

  /// A line begins.
  @inline(__always)
  func begin() { unsafe count.pointee = 0 }

  /// Something stands in the line that is to be read in full.
  @inline(__always)
  func giveUp() { unsafe count.pointee = -1 }

  /// Takes the value of a field, whose `name` is as `stateName` gives it, if it is one of a state.
  @inline(never)
  func take(_ name: UInt32, _ bytes: LineBytes, _ start: Int, _ end: Int) {
    // SAFETY: of entries there are `limit`; values lie within the line and its padding.
    let known = unsafe count.pointee
    guard known >= 0, unsafe isStateValue(bytes.base, start, end) else { return }
    guard known < Self.limit else { return giveUp() }
    unsafe entries.advanced(by: known).initialize(
      to: FieldState(value: stateHash(bytes, start, end), name: name))
    unsafe count.pointee = known &+ 1
  }

  /// Hands the states of the line on with the event that it begins.
  @inline(__always)
  func note(in batch: EventBatch) {
    let known = unsafe count.pointee
    if known >= 0 { unsafe batch.noteStates(entries, count: known) }
  }
}

/// What the state under a key of a flat body is called; 0 where the key means none.
func stateName(_ bytes: LineBytes, _ keyStart: Int, _ keyEnd: Int) -> UInt32 {
  guard unsafe StateKeys.shared.contains(bytes.base, keyStart, keyEnd) else { return 0 }
  return stateName(ofPath: hashOfKey(bytes, 0, keyStart, keyEnd))
}

/// The same of a path, as `FieldCursor` tells it; never 0.
@inline(__always)
func stateName(ofPath hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash &>> 32) | 1 }

@inline(__always)
func stateHash(_ bytes: LineBytes, _ start: Int, _ end: Int) -> UInt64 {
  // SAFETY: the caller's range lies within a line and its padding.
  let length = end &- start
  return unsafe length <= 8
    ? hashShort(readWord(bytes.base + start, length)) : hashLong(bytes.base + start, length)
}
