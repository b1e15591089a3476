import Foundation

/// The program under test, as a user runs it.
struct Program {
  /// `SPATE_BINARY`, or the one that was built beside the tests.
  static let path: String = {
    if let path = ProcessInfo.processInfo.environment["SPATE_BINARY"] { return path }
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.isExecutableFile(atPath: folder.path + "/spate") {
      if folder.path == "/" { break }
      folder.deleteLastPathComponent()
    }
    return folder.path + "/spate"
  }()

  /// Files of the repository, wherever the tests run.
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static let shopLogs: [String] = {
    let folder = repository + "/Fixtures/shop"
    return (try! FileManager.default.contentsOfDirectory(atPath: folder)).sorted()
      .map { folder + "/" + $0 }
  }()

  struct Result {
    var status: Int32
    /// The output as it came.
    var bytes: Data
    var error: String
    var output: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [Substring] { output.split(separator: "\n") }
  }

  /// A home of its own for each test, so that nothing of the user's is touched.
  let home: String
  var environment: [String: String]

  init() {
    home = NSTemporaryDirectory() + "spate-e2e-\(UUID().uuidString)"
    try! FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "XDG_STATE_HOME": home + "/state",
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC",
    ]
  }

  /// Runs a command to its end.
  func run(_ arguments: String..., input: Data? = nil) throws -> Result {
    try run(arguments, input: input)
  }

  func run(_ arguments: [String], input: Data? = nil) throws -> Result {
    let names = ["in", "out", "err"].map { "\(home)/.\($0)-\(UUID().uuidString)" }
    try (input ?? Data()).write(to: URL(fileURLWithPath: names[0]))
    let child = try Child(
      [Self.path] + arguments, environment: environment, folder: home, input: names[0],
      output: names[1], error: names[2])
    let status = child.wait()
    return Result(
      status: status, bytes: try Data(contentsOf: URL(fileURLWithPath: names[1])),
      error: String(decoding: try Data(contentsOf: URL(fileURLWithPath: names[2])), as: UTF8.self))
  }

  /// Starts a command and leaves it running.
  func start(_ arguments: [String], output: String = "/dev/null") throws -> Child {
    try Child([Self.path] + arguments, environment: environment, folder: home, output: output)
  }

  func write(_ text: String, to name: String) throws -> String {
    let path = "\(home)/\(name)"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }
}

/// Waits until something holds; gives up after a minute, which no working program needs.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
  for _ in 0..<600 {
    if try condition() { return true }
    usleep(100_000)
  }
  return false
}
