internal import Events
internal import Ingest

/// The service of a source that does not say who speaks.
enum ServiceName {
  /// A file's name without folders and endings (`/var/log/shop/catalog-1.log.1` is `catalog-1`),
  /// the program of a command, or the kind of input.
  static func of(_ source: SourceInfo) -> String {
    switch source.kind {
    case .standardInput: return "stdin"
    case .command:
      let program = source.name.split(separator: " ").first.map(String.init) ?? source.name
      return program.split(separator: "/").last.map(String.init) ?? program
    case .file:
      var name = source.name.split(separator: "/").last.map(String.init) ?? source.name
      while let dot = name.lastIndex(of: "."), dot != name.startIndex {
        let ending = name[name.index(after: dot)...]
        let isEnding =
          ["log", "gz", "zst", "txt", "json", "out", "err", "jsonl"].contains(ending.lowercased())
          || ending.allSatisfy(\.isNumber)
        guard isEnding else { break }
        name = String(name[..<dot])
      }
      return name
    }
  }
}

enum SourceStateText {
  static func of(_ source: SourceInfo) -> String {
    switch source.progress {
    case .waiting: return "not there yet"
    case .readingPast:
      guard let known = source.knownByteCount, known > 0 else { return "reading" }
      return "reading \(min(100, source.readByteCount * 100 / known)) %"
    case .following: return "following"
    case .ended(let state): return of(state)
    }
  }

  static func of(_ state: SourceState) -> String {
    switch state {
    case .reachedEnd: "following"
    case .ended: "ended"
    case .exited(let status): "exit status \(status)"
    case .signalled(let signal): "ended by signal \(signal)"
    case .failed(let reason): "failed: \(reason)"
    }
  }
}

enum ZoneText {
  /// `UTC`, `UTC+02:00`.
  static func of(_ microseconds: Int64) -> String {
    let minutes = abs(microseconds) / 60_000_000
    guard minutes > 0 else { return "UTC" }
    let hours = minutes / 60
    let rest = minutes % 60
    let sign = microseconds < 0 ? "-" : "+"
    return "UTC\(sign)\(hours < 10 ? "0" : "")\(hours):\(rest < 10 ? "0" : "")\(rest)"
  }
}
