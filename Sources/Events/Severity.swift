/// How bad an event says it is, lowest first; `unknown` where it does not say.
@frozen @usableFromInline
package enum Severity: UInt8, Hashable, Comparable, CaseIterable, Sendable {
  case unknown, trace, debug, info, notice, warn, error, fatal

  @inlinable package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }

  /// The name used in JSON and on the command line.
  package var name: String {
    switch self {
    case .unknown: "unknown"
    case .trace: "trace"
    case .debug: "debug"
    case .info: "info"
    case .notice: "notice"
    case .warn: "warn"
    case .error: "error"
    case .fatal: "fatal"
    }
  }

  /// The one letter that stands for it on a screen.
  package var letter: Character {
    switch self {
    case .unknown: "?"
    case .trace: "T"
    case .debug: "D"
    case .info: "I"
    case .notice: "N"
    case .warn: "W"
    case .error: "E"
    case .fatal: "F"
    }
  }
}
