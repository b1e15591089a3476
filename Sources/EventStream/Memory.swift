/// A growing piece of raw memory that is kept from batch to batch.
@safe
struct Memory: ~Copyable {
  private(set) var start: UnsafeMutableRawPointer
  private(set) var capacity: Int

  init(capacity: Int = 4096) {
    unsafe start = .allocate(byteCount: capacity, alignment: 16)
    self.capacity = capacity
  }

  deinit { unsafe start.deallocate() }

  var bytes: UnsafeMutablePointer<UInt8> { unsafe start.assumingMemoryBound(to: UInt8.self) }

  /// Makes room; the first `kept` bytes survive.
  mutating func reserve(_ byteCount: Int, keeping kept: Int = 0) {
    guard byteCount > capacity else { return }
    let grown = max(byteCount, capacity * 2)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
    // SAFETY: `kept` bytes lie in both.
    unsafe larger.copyMemory(from: start, byteCount: kept)
    unsafe start.deallocate()
    unsafe start = larger
    capacity = grown
  }
}
