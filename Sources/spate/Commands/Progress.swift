internal import Events
internal import Pipeline
internal import Screens

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
      + "\(NumberText.bytes(UInt64(Double(progress.readByteCount) / seconds)))/s"
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
