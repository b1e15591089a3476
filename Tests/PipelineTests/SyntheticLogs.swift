import Events
import Foundation
import TestSupport

@testable import Pipeline

/// Logs of a small shop with a burst, a new error and a heartbeat that stops; same seed, same text.
struct SyntheticLogs {
  /// By file name.
  private(set) var files: [String: String] = [:]

  init(seed: UInt64, minutes: Int = 6) {
    var random = SeededGenerator(seed: seed)
    let start = Instant(seconds: 1_790_000_000)
    var lines: [String: [String]] = ["api": [], "worker": [], "db": []]
    for second in 0..<(minutes * 60) {
      let time = start.advanced(byMicroseconds: Int64(second) * 1_000_000)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = time.advanced(byMicroseconds: Int64.random(in: 0..<1_000_000, using: &random))
        let id = Int.random(in: 1...9999, using: &random)
        lines["api"]!.append("\(at.rfc3339) INFO request \(id) served in \(id % 90) ms")
        if Int.random(in: 0..<10, using: &random) == 0 {
          lines["api"]!.append("\(at.rfc3339) WARN retrying order \(id)")
        }
      }
      if second % 5 == 0, second < minutes * 45 {
        lines["worker"]!.append("\(time.rfc3339) INFO heartbeat ok seq=\(second)")
      }
      if second > minutes * 40, second < minutes * 45 {
        for _ in 0..<3 {
          lines["db"]!.append("\(time.rfc3339) ERROR connection pool exhausted")
          lines["db"]!.append("java.lang.IllegalStateException: no connection")
          lines["db"]!.append("\tat com.acme.Pool.take(Pool.java:12)")
        }
      }
      if second % 7 == 0 { lines["db"]!.append("\(time.rfc3339) DEBUG vacuum done in 3 ms") }
    }
    for (name, lines) in lines {
      files["\(name).log"] = lines.map { $0 + "\n" }.joined()
    }
  }

  var lineCount: Int { files.values.reduce(0) { $0 + $1.utf8.count { $0 == 10 } } }

  /// Writes the files to a new folder.
  /// - Returns: Their paths, in order of their names.
  func write() throws -> [String] {
    let folder = Scratch.folder()
    return try files.keys.sorted().map { name in
      let path = "\(folder)/\(name)"
      try Data(files[name]!.utf8).write(to: URL(fileURLWithPath: path))
      return path
    }
  }
}

enum Scratch {
  /// A new folder that is nobody else's.
  static func folder() -> String {
    let path = NSTemporaryDirectory() + "spate-tests-\(UUID().uuidString)"
    try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}
