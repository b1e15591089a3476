internal import Events

/// Says after which event which steps of time are over.
///
/// Knows nothing but times, so that it can be asked before an event is looked at further.
struct StepTimeline {
  private let windows: CountPlan.Windows?
  /// Steps that end here or before are over.
  private var closedEnd = Int64.min
  /// Starts of the steps that events were seen in and that are not over.
  private var openStarts: Set<Int64> = []
  private var lastStart = Int64.min

  init(_ windows: CountPlan.Windows?) { self.windows = windows }

  /// - Returns: The end of the last step that is over now and was not before.
  mutating func closing(after time: Instant, watermark: Instant) -> Int64? {
    guard let windows else { return nil }
    let start = windows.start(of: time.microseconds)
    if start != lastStart, start >= closedEnd {
      lastStart = start
      openStarts.insert(start)
      if openStarts.count > CountPlan.openLimit {
        return close(upTo: openStarts.min()! + windows.step)
      }
    }
    return closing(watermark: watermark)
  }

  mutating func closing(watermark: Instant) -> Int64? {
    guard let windows, watermark != .distantPast,
      closedEnd == .min || watermark.microseconds - closedEnd >= windows.step
    else { return nil }
    return close(upTo: windows.start(of: watermark.microseconds))
  }

  private mutating func close(upTo end: Int64) -> Int64? {
    guard end > closedEnd else { return nil }
    closedEnd = end
    openStarts = openStarts.filter { $0 >= end }
    lastStart = .min
    return end
  }
}
