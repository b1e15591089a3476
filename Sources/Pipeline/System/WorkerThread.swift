internal import Glibc

/// One thread of the pipeline, joined before it is let go.
@safe
final class WorkerThread {
  private let thread: pthread_t
  private var isJoined = false

  /// Starts `body` at once.
  init(_ body: @escaping @Sendable () -> Void) {
    let box = unsafe Unmanaged.passRetained(Start(body))
    var thread = pthread_t()
    // SAFETY: the box is retained until the thread's function takes it, once.
    let status = unsafe pthread_create(
      &thread, nil,
      { raw in
        unsafe Unmanaged<Start>.fromOpaque(raw!).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    precondition(status == 0, "the system gives no thread")
    self.thread = thread
  }

  func join() {
    guard !isJoined else { return }
    isJoined = true
    pthread_join(thread, nil)
  }

  private final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}

/// A mutex with a condition: what waits, waits for some change of what the mutex guards.
@safe
final class Monitor: @unchecked Sendable {
  // SAFETY of `@unchecked`: both pointers are made once and used as POSIX allows, from any thread.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  func withLock<Value>(_ body: () -> Value) -> Value {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Waits for `signal`; the lock is held on entry and on return.
  func wait() { unsafe pthread_cond_wait(condition, mutex) }

  /// The same, until `microseconds` have passed at the latest.
  /// - Returns: Whether it was signalled in time.
  func wait(microseconds: Int64) -> Bool {
    var deadline = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
    let total = Int64(deadline.tv_nsec) + (microseconds % 1_000_000) * 1000
    deadline.tv_sec += Int(microseconds / 1_000_000 + total / 1_000_000_000)
    deadline.tv_nsec = Int(total % 1_000_000_000)
    return unsafe pthread_cond_timedwait(condition, mutex, &deadline) == 0
  }

  /// Sleeps, unless somebody signals.
  func pause(microseconds: Int64) { _ = withLock { wait(microseconds: microseconds) } }

  func signalAll() { unsafe pthread_cond_broadcast(condition) }
}
