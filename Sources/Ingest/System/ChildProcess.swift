internal import Glibc

/// A shell command whose standard output and error come in one pipe.
final class ChildProcess {
  let output: Descriptor
  private let group: pid_t
  private var hasExited = false

  init(command: String) throws(SystemError) {
    let input: Descriptor
    (output, input) = try Descriptor.pipe(isNonBlocking: false)

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, input.number, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, input.number, 2)

    // Signals as a shell expects them, whatever this process ignores; a group of its own, so that
    // Ctrl-C in the terminal is ours and `stop` reaches its children.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    var none = sigset_t()
    unsafe sigfillset(&all)
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var arguments = unsafe [strdup("/bin/sh"), strdup("-c"), strdup(command), nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let code = unsafe posix_spawn(
      &process, "/bin/sh", &actions, &attributes, &arguments, environ)
    group = process
    if code != 0 {
      hasExited = true
      throw SystemError(code: code)
    }
  }

  enum Exit: Hashable { case status(Int32), signal(Int32) }

  /// How it ended; `nil` while it runs.
  func exit() -> Exit? {
    var status: Int32 = 0
    while true {
      let found = unsafe waitpid(group, &status, WNOHANG)
      if found == 0 { return nil }
      if found < 0 && errno == EINTR { continue }
      hasExited = true
      // Without a child to ask any more, the end of its output is all that is known.
      if found < 0 { return .status(0) }
      let signal = status & 0x7F
      return signal == 0 ? .status((status >> 8) & 0xFF) : .signal(signal)
    }
  }

  /// Asks the whole group to end.
  func terminate() { if !hasExited { _ = kill(-group, SIGTERM) } }

  /// How long a command that was asked to end is waited for, in steps of 5 ms.
  private static let stopPatience = 40

  /// Waits for the end a little, then ends the group by force.
  func stop() {
    for _ in 0..<Self.stopPatience where !hasExited && exit() == nil { usleep(5000) }
    guard !hasExited else { return }
    _ = kill(-group, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(group, &status, 0) < 0 && errno == EINTR {}
    hasExited = true
  }
}
