import Foundation
import Glibc

/// A process that the tests started.
///
/// Not Foundation's `Process`: that one waits until nobody holds a descriptor that it gave its child,
/// and a terminal's server that is started meanwhile holds it for good.
struct Child {
  let processID: pid_t

  /// Starts a program found by `PATH`.
  /// - Parameters:
  ///   - folder: Where it runs.
  ///   - input, output, error: Files; what is written is added at the end.
  init(
    _ words: [String], environment: [String: String], folder: String, input: String = "/dev/null",
    output: String = "/dev/null", error: String = "/dev/null"
  ) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_APPEND
    unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, error, flags, 0o600)
    // The threads that run tests block signals, which a child would inherit.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let shell = ["sh", "-c", "cd \"$0\" && exec \"$@\"", folder] + words
    var arguments = unsafe shell.map { unsafe strdup($0) } + [nil]
    var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in unsafe arguments + variables { unsafe free(text) } }
    var child: pid_t = 0
    let status = unsafe posix_spawn(
      &child, "/bin/sh", &actions, &attributes, &arguments, &variables)
    guard status == 0 else { throw CocoaError(.executableNotLoadable) }
    processID = child
  }

  func signal(_ number: Int32) { _ = kill(processID, number) }

  /// Waits for the end.
  /// - Returns: The exit status, or 128 and the signal that ended it.
  @discardableResult
  func wait() -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(processID, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  }
}
