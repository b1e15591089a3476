internal import Glibc

/// Ends a `SourceSet.wait` from any thread.
package final class SourceWaker: Sendable {
  private let readEnd: Descriptor
  private let writeEnd: Descriptor

  init() throws(SystemError) { (readEnd, writeEnd) = try Descriptor.pipe(isNonBlocking: true) }

  /// Cheap, never blocks; many before one `wait` count as one.
  package func wake() {
    var byte: UInt8 = 1
    _ = unsafe write(writeEnd.number, &byte, 1)
  }

  var descriptor: Int32 { readEnd.number }

  func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while unsafe read(readEnd.number, &bytes, bytes.count) > 0 {}
  }
}

/// What the kernel says has changed. Only a hint: whoever listens looks for himself.
final class ChangeWatcher {
  struct Change {
    var watch: Int32
    /// The entry of a folder that came or went; empty for a watched file.
    var name: String
  }

  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 16 * 1024)
  /// Set when the kernel dropped changes: everything must be looked at.
  private(set) var hasOverflown = false

  /// `nil` where the system gives no watcher; the regular sweep does without.
  init?() {
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    if descriptor < 0 { return nil }
  }

  deinit { _ = close(descriptor) }

  var pollDescriptor: Int32 { descriptor }

  func watchFolder(_ path: String) -> Int32? {
    let mask = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE
    return add(path.isEmpty ? "." : path, UInt32(mask) | UInt32(IN_ONLYDIR))
  }

  func watchFile(_ file: Descriptor) -> Int32? {
    add("/proc/self/fd/\(file.number)", UInt32(IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF))
  }

  func remove(_ watch: Int32) { _ = inotify_rm_watch(descriptor, watch) }

  private func add(_ path: String, _ mask: UInt32) -> Int32? {
    let watch = unsafe inotify_add_watch(descriptor, path, mask)
    return watch < 0 ? nil : watch
  }

  /// All changes since the last call.
  func changes() -> [Change] {
    var found: [Change] = []
    hasOverflown = false
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count <= 0 { return found }
      var at = 0
      while at + 16 <= count {
        let watch = Int32(truncatingIfNeeded: word(at))
        let mask = word(at + 4)
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { hasOverflown = true }
        let nameCount = Int(word(at + 12))
        let name = buffer[(at + 16)..<(at + 16 + nameCount)].prefix { $0 != 0 }
        found.append(Change(watch: watch, name: String(decoding: name, as: UTF8.self)))
        at += 16 + nameCount
      }
    }
  }

  /// The kernel's structure: watch, mask, cookie, length of the name that follows.
  private func word(_ at: Int) -> UInt32 {
    UInt32(buffer[at]) | UInt32(buffer[at + 1]) << 8 | UInt32(buffer[at + 2]) << 16
      | UInt32(buffer[at + 3]) << 24
  }
}

/// Sleeps until one of `descriptors` is readable or the time has passed; which of them are.
func waitForReadable(_ descriptors: [Int32], microseconds: Int64) -> [Bool] {
  var queries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  let milliseconds = Int32(clamping: (max(0, microseconds) + 999) / 1000)
  // A signal ends the sleep: whoever waits looks at what the signal changed.
  let count = unsafe poll(&queries, nfds_t(queries.count), milliseconds)
  if count <= 0 { return Array(repeating: false, count: descriptors.count) }
  return queries.map { $0.revents != 0 }
}
