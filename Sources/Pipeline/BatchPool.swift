internal import Events

/// Empty batches for use again, so that the steady state allocates none.
final class BatchPool: @unchecked Sendable {
  // SAFETY of `@unchecked`: `batches` is touched under the lock only.
  private let monitor = Monitor()
  private var batches: [EventBatch] = []
  private let limit: Int
  private let largestByteCapacity: Int
  private var byteCapacity: Int
  /// What the sources' batches may take together: each source keeps one while an event is open.
  private static let sourcesByteLimit = 4 << 20
  private static let leastByteCapacity = 4 << 10
  private static let usualEventByteCount = 256

  /// - Parameter limit: How many are kept; the rest is freed.
  init(limit: Int = 16, byteCapacity: Int = EventBatch.targetByteCount) {
    self.limit = limit
    self.byteCapacity = byteCapacity
    largestByteCapacity = byteCapacity
  }

  /// Makes batches smaller where there are many sources.
  func fit(sourceCount: Int) {
    let share = Self.sourcesByteLimit / max(1, sourceCount)
    let fitting = min(largestByteCapacity, max(Self.leastByteCapacity, share))
    monitor.withLock { byteCapacity = fitting }
  }

  func take() -> EventBatch {
    if let batch = monitor.withLock({ batches.popLast() }) { return batch }
    let byteCapacity = monitor.withLock { self.byteCapacity }
    let recordCapacity = max(16, byteCapacity / Self.usualEventByteCount)
    return EventBatch(byteCapacity: byteCapacity, recordCapacity: recordCapacity)
  }

  func give(_ batch: EventBatch) {
    batch.removeAll()
    // One huge event must not stay in memory as a huge empty buffer.
    monitor.withLock {
      guard batches.count < limit, batch.byteCapacity <= 4 * byteCapacity else { return }
      batches.append(batch)
    }
  }
}
