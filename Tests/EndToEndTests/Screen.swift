import Foundation

/// A real terminal with a shell in it, by tmux.
final class Screen {
  private let server = "spate-\(UUID().uuidString)"
  private let home: String
  private let environment: [String: String]

  init(_ program: Program, columns: Int, rows: Int) throws {
    home = program.home
    environment = program.environment
    var arguments = ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-s", "main"]
    for (name, value) in program.environment where name != "TERM" {
      arguments += ["-e", "\(name)=\(value)"]
    }
    arguments += ["-c", program.home, "env -u TMUX PS1='ready$ ' sh"]
    _ = try tmux(arguments)
    _ = eventually { text.contains("ready$") }
  }

  /// Ends the shell and what runs in it.
  func close() { _ = try? tmux(["kill-server"]) }

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

  /// Whether the program has ended: the old prompt proves nothing, it is there again as soon as the
  /// program leaves the alternate screen.
  func isBackAtShell() -> Bool {
    guard shows("ready$") else { return false }
    return eventually {
      // Typed again and again: what comes while the program still holds the terminal is lost.
      try? type("echo shell-''answers")
      usleep(100_000)
      return text.contains("shell-answers")
    }
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let path = "\(home)/.tmux-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let child = try Child(
      ["tmux", "-L", server, "-f", "/dev/null"] + arguments, environment: environment,
      folder: home, output: path)
    child.wait()
    return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }
}
