/// Hands items from one thread to another, at most `limit` at a time.
///
/// When it is full, the producer waits: that is the pipeline's back-pressure. Nothing is dropped.
final class BoundedQueue<Item>: @unchecked Sendable {
  // SAFETY of `@unchecked`: `items` and `isClosed` are touched under the monitor's lock only.
  private let monitor = Monitor()
  private let limit: Int
  private var items: [Item] = []
  private var isClosed = false

  init(limit: Int) { self.limit = limit }

  /// Waits while the queue is full.
  /// - Returns: `false` when the other side is gone; the item is then given up.
  @discardableResult
  func push(_ item: sending Item) -> Bool {
    let boxed = item
    return monitor.withLock {
      while items.count >= limit, !isClosed { monitor.wait() }
      if isClosed { return false }
      items.append(boxed)
      monitor.signalAll()
      return true
    }
  }

  /// Puts an item before all others, whatever the limit: for requests that must not wait behind data.
  /// - Returns: `false` when the other side is gone.
  func pushFirst(_ item: sending Item) -> Bool {
    let boxed = item
    return monitor.withLock {
      if isClosed { return false }
      items.insert(boxed, at: 0)
      monitor.signalAll()
      return true
    }
  }

  /// Takes all there is, waiting up to `microseconds` for the first; `nil` waits for ever.
  /// - Returns: Empty after the time is up; `nil` when the queue is closed and empty.
  func takeAll(waitingMicroseconds microseconds: Int64? = nil) -> [Item]? {
    monitor.withLock {
      while items.isEmpty {
        if isClosed { return nil }
        if let microseconds {
          if !monitor.wait(microseconds: microseconds), items.isEmpty {
            return isClosed ? nil : []
          }
        } else {
          monitor.wait()
        }
      }
      let taken = items
      items.removeAll(keepingCapacity: true)
      monitor.signalAll()
      return taken
    }
  }

  /// No more items will come or be taken; both sides wake up. What is queued can still be taken.
  func close() {
    monitor.withLock {
      isClosed = true
      monitor.signalAll()
    }
  }

  var count: Int { monitor.withLock { items.count } }
}
