internal import Glibc

/// Time that processors worked, which a busy machine changes less than time on the wall.
enum ProcessorClock {
  /// Nanoseconds that the calling thread has worked.
  static func thread() -> UInt64 { now(CLOCK_THREAD_CPUTIME_ID) }

  /// Nanoseconds that all threads of this process have worked.
  static func process() -> UInt64 { now(CLOCK_PROCESS_CPUTIME_ID) }

  /// Nanoseconds on the wall, from an arbitrary moment.
  static func wall() -> UInt64 { now(CLOCK_MONOTONIC) }

  private static func now(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
