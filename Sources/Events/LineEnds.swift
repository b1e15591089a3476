/// Where the lines of a buffer end: positions just behind each terminator, ascending.
///
/// Owns its memory and keeps it when emptied, so that one of them serves a thread for good.
/// Reading past `count` is the caller's bug and is caught in debug builds only.
@frozen @usableFromInline
@safe
package struct LineEnds: ~Copyable {
  @usableFromInline package var storage: UnsafeMutablePointer<UInt32>
  @usableFromInline package var capacity: Int
  /// Ends in use. A scanner that writes to `storage` itself sets it afterwards.
  @usableFromInline package var count: Int

  @inlinable package init(capacity: Int = 4096) {
    self.capacity = max(capacity, 16)
    unsafe storage = .allocate(capacity: self.capacity)
    count = 0
  }

  @inlinable deinit { unsafe storage.deallocate() }

  @inlinable package subscript(index: Int) -> UInt32 {
    assert(index >= 0 && index < count, "line end out of range")
    // SAFETY: in range by the precondition of the type.
    return unsafe storage[index]
  }

  @inlinable package mutating func append(_ end: UInt32) {
    if count == capacity { reserve(capacity * 2) }
    // SAFETY: `count < capacity` holds.
    unsafe storage[count] = end
    count += 1
  }

  @inlinable package mutating func removeAll() { count = 0 }

  /// Makes room for `larger` ends in all, keeping those in use.
  @inlinable package mutating func reserve(_ larger: Int) {
    guard larger > capacity else { return }
    let moved = UnsafeMutablePointer<UInt32>.allocate(capacity: larger)
    // SAFETY: both hold at least `count` values, which are plain bits.
    unsafe moved.update(from: storage, count: count)
    unsafe storage.deallocate()
    unsafe storage = moved
    capacity = larger
  }
}
