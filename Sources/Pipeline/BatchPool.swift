internal import Events

/// Empty batches for use again, so that the steady state allocates none.
final class BatchPool: @unchecked Sendable {
  // SAFETY of `@unchecked`: `batches` is touched under the lock only.
  private let monitor = Monitor()
  private var batches: [EventBatch] = []
  private let limit: Int
  private let byteCapacity: Int

  /// - Parameter limit: How many are kept; the rest is freed.
  init(limit: Int = 16, byteCapacity: Int = EventBatch.targetByteCount) {
    self.limit = limit
    self.byteCapacity = byteCapacity
  }

  func take() -> EventBatch {
    if let batch = monitor.withLock({ batches.popLast() }) { return batch }
    return EventBatch(byteCapacity: byteCapacity)
  }

  func give(_ batch: EventBatch) {
    batch.removeAll()
    // One huge event must not stay in memory as a huge empty buffer.
    guard batch.byteCapacity <= 4 * EventBatch.targetByteCount else { return }
    monitor.withLock { if batches.count < limit { batches.append(batch) } }
  }
}
