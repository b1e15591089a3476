internal import Events

/// The last dozen pauses between visits of many rows, in milliseconds.
struct GapRings: Sendable {
  static let gapCount = 12
  /// Events closer together than this belong to one visit.
  static let visitMicroseconds: Int64 = 1_000_000

  var gaps: [UInt32] = []

  mutating func addRow() { gaps.append(contentsOf: repeatElement(0, count: Self.gapCount)) }

  /// - Parameter count: Pauses of the row before this one.
  mutating func add(_ row: Int, _ microseconds: Int64, count: Int) {
    gaps[row * Self.gapCount + count % Self.gapCount] = Self.pause(microseconds)
  }

  @inline(__always)
  static func pause(_ microseconds: Int64) -> UInt32 { UInt32(clamping: microseconds / 1000) }

  mutating func copy(_ source: Int, to target: Int) {
    for index in 0..<Self.gapCount {
      gaps[target * Self.gapCount + index] = gaps[source * Self.gapCount + index]
    }
  }

  /// The usual and the longest pause, and the silence that is too long, in microseconds, if the row
  /// comes regularly.
  ///
  /// A few gaps look regular by chance more easily than many: they must agree better.
  func rhythm(_ row: Int, count: Int) -> (usual: Int64, longest: Int64, limit: Int64)? {
    Self.rhythm(gaps.span, row * Self.gapCount, count: count)
  }

  /// The same of the row whose pauses begin at `start`.
  static func rhythm(
    _ gaps: Span<UInt32>, _ start: Int, count: Int
  ) -> (usual: Int64, longest: Int64, limit: Int64)? {
    let n = min(count, Self.gapCount)
    guard n >= Self.leastGaps else { return nil }
    var sum = 0.0
    var longest = 0.0
    for index in 0..<n {
      let gap = Double(gaps[start + index])
      sum += gap
      longest = max(longest, gap)
    }
    let mean = sum / Double(n)
    guard mean > Self.leastMean, mean <= Self.largestMean else { return nil }
    var squares = 0.0
    for index in 0..<n {
      let gap = Double(gaps[start + index]) - mean
      squares += gap * gap
    }
    let deviation = (squares / Double(n - 1)).squareRoot()
    let tolerance = Self.tolerance * (Double(n - 2) / Double(Self.gapCount - 2)).squareRoot()
    guard deviation < tolerance * mean else { return nil }
    // What comes like clockwork is missed at once: one beat is enough.
    let isClockwork = n >= Self.clockworkGaps && deviation < Self.clockworkTolerance * mean
    let limit = max(
      isClockwork ? max(1.6 * longest, longest + 4000) : 2.2 * longest, mean + 6 * deviation, 8000)
    return (Int64(mean) * 1000, Int64(longest) * 1000, Int64(limit * 1000))
  }

  private static let leastGaps = 4
  /// Deviation over mean of a dozen gaps. Random arrivals, with visits folded, reach 0.5.
  private static let tolerance = 0.25
  private static let clockworkGaps = 5
  private static let clockworkTolerance = 0.05
  /// Milliseconds. Below two visits it is a rate; above twenty minutes nobody waits for it.
  private static let leastMean = 2000.0
  private static let largestMean = 1_200_000.0
}

extension GapRings: StateCodable {
  var rowCount: Int { gaps.count / Self.gapCount }

  func encode(into encoder: inout StateEncoder) { encoder.encode(column: gaps) }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    gaps = try decoder.decodeColumn()
    guard gaps.count % Self.gapCount == 0 else { throw .invalid("gaps") }
  }
}
