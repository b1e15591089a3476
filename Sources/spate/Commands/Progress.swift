internal import Events
internal import Pipeline

/// A line on standard error that says how far long work has come, if a person is there to see it.
struct Progress {
  private let start: Instant
  private let isShown: Bool
  private var lastShown: Instant
  private var hasShown = false
  private var sources: [SourceStatus] = []

  init() {
    start = WallClock.now()
    lastShown = start
    isShown = Console.errorIsTerminal
  }

  /// Shows rate and remaining time; nothing for the first half second.
  mutating func show(_ progress: FileRun.Progress, events: UInt64) {
    sources = progress.sources
    let now = WallClock.now()
    guard isShown, now.microseconds(since: start) > 500_000,
      now.microseconds(since: lastShown) > 200_000
    else { return }
    lastShown = now
    hasShown = true
    let seconds = Double(now.microseconds(since: start)) / 1_000_000
    var text =
      "\(NumberText.grouped(events)) events, "
      + "\(NumberText.bytes(Double(progress.readByteCount) / seconds))/s"
    if progress.knownByteCount > progress.readByteCount, progress.readByteCount > 0 {
      let share = Double(progress.readByteCount) / Double(progress.knownByteCount)
      text += ", \(Int(share * 100)) %, \(Int(seconds / share - seconds + 1)) s left"
    }
    Console.progress("\r\u{1B}[K\(text)")
  }

  /// Takes the line away; says what a person should know of how the sources were read.
  mutating func clear() {
    if hasShown { Console.progress("\r\u{1B}[K") }
    hasShown = false
    for source in sources {
      for format in source.formatsAside {
        Console.error(
          "spate: \(source.name): format \(format) was put aside: its expression goes back and forth "
            + "without end")
      }
    }
    sources = []
  }
}

enum NumberText {
  /// `1,234,567`.
  static func grouped(_ number: some BinaryInteger) -> String {
    var digits = Array(String(number.magnitude))
    var index = digits.count - 3
    while index > 0 {
      digits.insert(",", at: index)
      index -= 3
    }
    return (number < 0 ? "-" : "") + String(digits)
  }

  /// `1.3 GiB`.
  static func bytes(_ count: Double) -> String {
    var value = count
    for unit in ["B", "KiB", "MiB", "GiB"] {
      if value < 1000 { return "\(fixed(value, unit == "B" ? 0 : 1)) \(unit)" }
      value /= 1024
    }
    return "\(fixed(value, 1)) TiB"
  }

  /// So many digits behind the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "-" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    let whole = UInt64(min(scaled / scale, 1e18))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let rest = Int(scaled - Double(whole) * scale)
    return "\(sign)\(whole).\(rest.padded(digits))"
  }
}
