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
  ///
  /// Whoever waits holds no thread of the tests; a program that hangs is ended, and fails.
  static func run(_ arguments: [String], input: Data = Data()) async throws -> Result {
    let folder = try TemporaryFolder()
    let outputPath = folder.url.appending(path: "out")
    let errorPath = folder.url.appending(path: "err")
    let inputPath = folder.url.appending(path: "in")
    try input.write(to: inputPath)
    for path in [outputPath, errorPath] { try Data().write(to: path) }
    let process = Process()
    process.executableURL = binary
    process.arguments = arguments
    process.currentDirectoryURL = root
    process.environment = [
      "PATH": "/usr/bin:/bin", "TZ": "UTC", "HOME": folder.url.path(),
      "XDG_STATE_HOME": folder.url.path(), "XDG_CONFIG_HOME": folder.url.path(),
    ]
    process.standardInput = try FileHandle(forReadingFrom: inputPath)
    process.standardOutput = try FileHandle(forWritingTo: outputPath)
    process.standardError = try FileHandle(forWritingTo: errorPath)
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
      let id = process.processIdentifier
      DispatchQueue.global().asyncAfter(deadline: .now() + 120) { [weak process] in
        if process?.isRunning == true { kill(id, SIGKILL) }
      }
    }
    return Result(
      status: status, output: try Data(contentsOf: outputPath),
      errors: String(decoding: try Data(contentsOf: errorPath), as: UTF8.self))
  }
}

/// A folder that goes when its owner does.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory
    .appending(path: "spate-tests-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
