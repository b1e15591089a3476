import Foundation
import Glibc

/// A real terminal with a shell in it, by tmux.
final class Screen {
  private let server = "spate-\(UUID().uuidString)"
  private let home: String

  init(_ program: Program, columns: Int, rows: Int) throws {
    home = program.home
    var arguments = ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-s", "main"]
    for (name, value) in program.environment where name != "TERM" {
      arguments += ["-e", "\(name)=\(value)"]
    }
    arguments += ["-c", program.home, "env -u TMUX PS1='ready$ ' sh"]
    _ = try tmux(arguments)
    _ = eventually { text.contains("ready$") }
  }

  deinit { _ = try? tmux(["kill-server"]) }

  static var isAvailable: Bool {
    ["/usr/bin/tmux", "/usr/local/bin/tmux"].contains {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  /// What the terminal shows.
  var text: String { (try? tmux(["capture-pane", "-p", "-t", "main"])) ?? "" }

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// Presses keys, by tmux's names for them: `q`, `Enter`, `C-c`.
  func press(_ keys: String...) throws {
    for key in keys { _ = try tmux(["send-keys", "-t", "main", key]) }
  }

  /// Types a command into the shell.
  func type(_ command: String) throws {
    _ = try tmux(["send-keys", "-t", "main", "-l", command])
    try press("Enter")
  }

  func resize(columns: Int, rows: Int) throws {
    _ = try tmux(["resize-window", "-t", "main", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// Waits until the terminal shows a text.
  func shows(_ wanted: String) -> Bool { eventually { text.contains(wanted) } }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    // Not `Process`: it waits until nobody holds a descriptor that it gave its child, and the
    // server, which outlives the child, does.
    let path = "\(home)/.tmux-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var words = (["tmux", "-L", server, "-f", "/dev/null"] + arguments).map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { unsafe words.forEach { unsafe free($0) } }
    var child: pid_t = 0
    guard unsafe posix_spawnp(&child, "tmux", &actions, nil, words, environ) == 0 else {
      throw CocoaError(.executableNotLoadable)
    }
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }
}
