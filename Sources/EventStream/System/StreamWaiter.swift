internal import CSystem
internal import Glibc

/// Lets a reader sleep until a folder changes, somebody wakes it, or time runs out.
///
/// A wake-up is a hint: what has changed is for the reader to find out. Where the system has no
/// more watches to give, or cannot see the changes (network file systems), the time runs out.
///
/// Whoever writes pays for every watch at every write: the system tells each watcher before the
/// call returns. So a watch is good for one change, and a reader that expects more sets none.
package final class StreamWaiter: Sendable {
  /// Readable once woken.
  private let wakeDescriptor: Int32
  /// Readable once the folder has changed; negative where the system gives none.
  private let watchDescriptor: Int32
  private let folder: String?

  /// - Parameter folder: Whose files are watched; `nil` where `signalChange` tells of changes.
  package init(folder: String?) {
    self.folder = folder
    wakeDescriptor = spate_eventfd()
    watchDescriptor =
      folder == nil ? spate_eventfd() : inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
  }

  deinit {
    if wakeDescriptor >= 0 { close(wakeDescriptor) }
    if watchDescriptor >= 0 { close(watchDescriptor) }
  }

  /// Lets the next change of the folder end a `sleep`; one that is set already stays as it is.
  /// - Returns: Whether it will.
  package func watch() -> Bool {
    guard watchDescriptor >= 0 else { return false }
    guard let folder else { return true }
    let mask = UInt32(IN_MODIFY) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE)
    let once = UInt32(truncatingIfNeeded: IN_ONESHOT)
    return unsafe inotify_add_watch(watchDescriptor, folder, mask | once) >= 0
  }

  /// Ends the present wait, or the next. Any thread may call it.
  package func wake() { signal(wakeDescriptor) }

  /// Tells it that the folder has changed, for folders that the system does not know.
  package func signalChange() { signal(watchDescriptor) }

  private func signal(_ descriptor: Int32) {
    var one: UInt64 = 1
    // SAFETY: eight bytes of a local are read.
    _ = unsafe write(descriptor, &one, 8)
  }

  /// Sleeps.
  /// - Parameter untilChange: Whether a change that was asked for ends it, too.
  /// - Returns: What ended the sleep.
  package func sleep(timeout: Duration, untilChange: Bool) -> Waking {
    let (seconds, attoseconds) = timeout.components
    let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    var polls = [
      pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: watchDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    let pollCount = nfds_t(untilChange ? 2 : 1)
    // SAFETY: `polls` lives through the call and holds as many entries as are announced.
    let count = unsafe poll(&polls, pollCount, Int32(clamping: max(0, milliseconds)))
    guard count > 0 else { return .timeout }
    if polls[1].revents != 0 { drain(watchDescriptor) }
    if polls[0].revents != 0 {
      drain(wakeDescriptor)
      return .woken
    }
    return .changed
  }

  package enum Waking: Sendable {
    case timeout, woken, changed
  }

  private func drain(_ descriptor: Int32) {
    unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      // SAFETY: the system writes at most `buffer.count` bytes; both descriptors never block.
      while unsafe read(descriptor, buffer.baseAddress, buffer.count) == buffer.count {}
    }
  }
}
