internal import Glibc

/// Runs a shell command for each of many texts, a few at a time; whoever hands them over never waits.
final class CommandHook {
  /// Commands at once, and texts that wait for one; what comes beyond is left out, and counted.
  private static let runningLimit = 4
  private static let waitingLimit = 256
  /// How long the last ones are waited for, in steps of 10 ms.
  private static let endPatience = 1000

  private let command: String
  private var running: [pid_t] = []
  private var waiting: [[UInt8]] = []
  private var skippedCount = 0
  private var failedCount = 0

  init(_ command: String) { self.command = command }

  func run(_ text: [UInt8]) {
    if waiting.count < Self.waitingLimit { waiting.append(text) } else { skippedCount += 1 }
    attend()
  }

  /// Takes note of what has ended, and starts what waits.
  func attend() {
    running.removeAll { hasEnded($0) }
    while !waiting.isEmpty, running.count < Self.runningLimit {
      let text = waiting.removeFirst()
      if let process = start(text) { running.append(process) } else { failedCount += 1 }
    }
  }

  /// Waits for the last ones, for a while.
  func finish() {
    for _ in 0..<Self.endPatience where !running.isEmpty || !waiting.isEmpty {
      attend()
      if !running.isEmpty { usleep(10_000) }
    }
    skippedCount += waiting.count
    if failedCount > 0 { Console.error("spate: --on-anomaly: failed \(failedCount) times") }
    if skippedCount > 0 {
      Console.error("spate: --on-anomaly: left out \(skippedCount) times; it takes too long")
    }
  }

  private func hasEnded(_ process: pid_t) -> Bool {
    var status: Int32 = 0
    let found = unsafe waitpid(process, &status, WNOHANG)
    if found == 0 || (found < 0 && errno == EINTR) { return false }
    if found < 0 || status != 0 { failedCount += 1 }
    return true
  }

  /// Starts the command with a nameless file as its input: a pipe would make somebody wait.
  private func start(_ text: [UInt8]) -> pid_t? {
    guard let file = unsafe tmpfile() else { return nil }
    // SAFETY: the file is open until it is closed here, and used nowhere else.
    defer { _ = unsafe fclose(file) }
    let input = unsafe fileno(file)
    var written = 0
    while written < text.count {
      // SAFETY: the range lies within `text`, and `write` keeps no pointer.
      let count = unsafe text.withUnsafeBytes { raw in
        unsafe Glibc.write(input, raw.baseAddress! + written, raw.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return nil }
      written += count
    }
    guard lseek(input, 0, SEEK_SET) == 0 else { return nil }

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    // Signals as a shell expects them, whatever this process ignores.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments = unsafe [strdup("/bin/sh"), strdup("-c"), strdup(command), nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process: pid_t = 0
    let code = unsafe posix_spawn(
      &process, "/bin/sh", &actions, &attributes, &arguments, environ)
    return code == 0 ? process : nil
  }
}
