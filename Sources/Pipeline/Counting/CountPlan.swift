/// What an event is counted under.
package enum CountDimension: Hashable, Sendable {
  case service, level, pattern, source, format
  /// A field of the event, by its name.
  case field(String)

  package init(_ name: String) {
    switch name {
    case "service": self = .service
    case "level", "severity": self = .level
    case "pattern": self = .pattern
    case "source": self = .source
    case "format": self = .format
    default: self = .field(name.hasPrefix(".") ? String(name.dropFirst()) : name)
    }
  }

  package var name: String {
    switch self {
    case .service: "service"
    case .level: "level"
    case .pattern: "pattern"
    case .source: "source"
    case .format: "format"
    case .field(let name): name
    }
  }
}

/// What is counted, and over which windows.
package struct CountPlan: Sendable {
  /// A field of which more is told than that it is there.
  package struct Measured: Hashable, Sendable {
    package var field: String
    /// Its quantiles are asked for.
    package var hasQuantiles: Bool
    /// The number of its values is asked for.
    package var hasDistinct: Bool

    package init(field: String, hasQuantiles: Bool, hasDistinct: Bool) {
      self.field = field
      self.hasQuantiles = hasQuantiles
      self.hasDistinct = hasDistinct
    }
  }

  /// Windows on event time, aligned to 1970: each as long as `width`, one every `step`.
  package struct Windows: Hashable, Sendable {
    /// Steps in a window, at most.
    package static let stepLimit: Int64 = 120

    package let width: Int64
    package let step: Int64

    /// - Parameter step: Divides the width; equal to it where windows do not overlap.
    package init(widthMicroseconds width: Int64, stepMicroseconds step: Int64) {
      precondition(
        step > 0 && width % step == 0 && width / step <= Self.stepLimit, "no whole number of steps")
      self.width = width
      self.step = step
    }

    /// Where the step that holds a time begins. Times beyond 140 years from 1970 are taken for those.
    func start(of time: Int64) -> Int64 {
      let time = min(max(time, -1 << 52), 1 << 52)
      let rest = time % step
      return time - (rest < 0 ? rest + step : rest)
    }
  }

  package var dimensions: [CountDimension] = []
  package var measured: [Measured] = []
  /// `nil`: one count over everything.
  package var windows: Windows?
  /// How far behind the newest event one may come and still count in its window.
  package var latenessMicroseconds: Int64 = 3_000_000
  /// Groups in one step of time; what comes then counts as others.
  package var groupLimit = 4096

  package init() {}

  /// Steps that are open at a time; the oldest is closed early then.
  static let openLimit = 256

  var needsPatterns: Bool { dimensions.contains(.pattern) }
}
