import Foundation

/// The program itself: the one that was built with the tests, or the one that `SPATE_BINARY` names.
enum SpateProcess {
  struct Result {
    var status: Int32
    var output: Data
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// One JSON object a line.
    func objects() throws -> [[String: Any]] {
      try text.split(separator: "\n").map { line in
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      }
    }
  }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let binary: URL = {
    if let path = ProcessInfo.processInfo.environment["SPATE_BINARY"] { return URL(filePath: path) }
    return URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
      path: "spate")
  }()

  /// Runs it to its end in the project's folder, with a home of its own.
  static func run(_ arguments: [String], input: Data = Data()) throws -> Result {
    try withTemporaryFolder { folder in
      let outputPath = folder.appending(path: "out")
      let errorPath = folder.appending(path: "err")
      let inputPath = folder.appending(path: "in")
      try input.write(to: inputPath)
      for path in [outputPath, errorPath] { try Data().write(to: path) }
      let process = Process()
      process.executableURL = binary
      process.arguments = arguments
      process.currentDirectoryURL = root
      process.environment = [
        "PATH": "/usr/bin:/bin", "TZ": "UTC", "HOME": folder.path(),
        "XDG_STATE_HOME": folder.path(),
        "XDG_CONFIG_HOME": folder.path(),
      ]
      process.standardInput = try FileHandle(forReadingFrom: inputPath)
      process.standardOutput = try FileHandle(forWritingTo: outputPath)
      process.standardError = try FileHandle(forWritingTo: errorPath)
      try process.run()
      process.waitUntilExit()
      return Result(
        status: process.terminationStatus, output: try Data(contentsOf: outputPath),
        errors: String(decoding: try Data(contentsOf: errorPath), as: UTF8.self))
    }
  }
}

/// A folder for the time that `body` runs.
func withTemporaryFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "spate-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
