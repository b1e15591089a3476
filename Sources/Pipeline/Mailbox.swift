/// A value that one thread leaves for another; the newest wins.
final class Mailbox<Value: Sendable>: @unchecked Sendable {
  // SAFETY of `@unchecked`: `value` is touched under the lock only.
  private let monitor = Monitor()
  private var value: Value

  init(_ value: Value) { self.value = value }

  func read() -> Value { monitor.withLock { value } }

  func write(_ new: Value) { monitor.withLock { value = new } }

  func update<Result>(_ body: (inout Value) -> Result) -> Result {
    monitor.withLock { body(&value) }
  }
}

/// Set once, seen by every thread.
final class StopFlag: @unchecked Sendable {
  private let box = Mailbox(false)
  var isSet: Bool { box.read() }
  func set() { box.write(true) }
}
