/// How far one alternative came on a line that it does not fit.
struct MatchTrace {
  /// The farthest place at which a step failed; -1 before any did.
  private(set) var stop = -1
  /// The step that failed there.
  private(set) var wanted: FormatOp?
  private var position = 0
  private var step: FormatOp?

  mutating func reach(_ position: Int, _ step: FormatOp) {
    self.position = position
    self.step = step
  }

  mutating func fail() {
    guard position > stop else { return }
    stop = position
    wanted = step
  }
}
