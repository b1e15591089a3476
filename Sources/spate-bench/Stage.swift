/// One stage of a line's way, to be measured by itself.
struct Stage: Sendable {
  let name: String
  /// What is inside the time, in a few words.
  let about: String
  /// Runs the stage once over the whole corpus.
  let run: @Sendable (Corpus) throws -> Measurement

  /// Every stage, in the order in which a line meets them; then what joins them, then what is asked
  /// once for a pattern or by a person.
  static let all: [Stage] = [
    .frame, .recognise, .mine, .mineFew, .mineMany, .detect, .append, .readBack, .whole, .name,
    .search,
  ]
}

/// What one run took.
struct Measurement {
  /// Time that processors worked.
  var nanoseconds: UInt64 = 0
  /// What was handled: lines, for most stages.
  var count = 0
  var byteCount = 0
  /// What is counted.
  var unit = "line"

  /// Adds the processor time of this thread that `body` takes.
  mutating func time<Result>(_ body: () throws -> Result) rethrows -> Result {
    let start = ProcessorClock.thread()
    defer { nanoseconds += ProcessorClock.thread() - start }
    return try body()
  }
}
