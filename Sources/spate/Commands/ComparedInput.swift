internal import Events
internal import Pipeline

/// An input of which parts are compared; it can be read again and again.
struct ComparedInput {
  private enum Parts {
    case whole(ComparisonSide)
    /// A and B.
    case windows([RangeArgument])
  }

  private let input: AnalysisInput
  private let parts: Parts

  init(_ input: AnalysisInput, whole side: ComparisonSide) {
    self.input = input
    parts = .whole(side)
  }

  /// - Parameter windows: A and B; an event may lie in both.
  init(_ input: AnalysisInput, _ windows: [RangeArgument]) {
    self.input = input
    parts = .windows(windows)
  }

  /// Gives every batch to `prepare`, and then what of it lies in a window to `take`, with the names
  /// that its producer gave.
  func read(
    prepare: (EventBatch, EventNames) -> Void,
    take: (EventBatch, Range<Int>, ComparisonSide, EventNames) -> Void
  ) throws {
    var nextOffset: UInt64 = 0
    try input.run(
      events: { nextOffset },
      batch: { batch, names in
        let first = batch.firstOffset ?? nextOffset
        batch.firstOffset = first
        nextOffset = first + UInt64(batch.count)
        prepare(batch, names)
        switch parts {
        case .whole(let side): take(batch, 0..<batch.count, side, names)
        case .windows(let windows):
          for (window, side) in zip(windows, ComparisonSide.allCases) {
            let runs = batch.runs { window.contains($0, offset: first + UInt64($1)) }
            for range in runs { take(batch, range, side, names) }
          }
        }
      }, control: { _, _ in })
  }
}
