/// Where in a window events lie: counts in equal steps, whose width grows with the window.
///
/// For telling how much a rate varies by itself, and when it first changed.
package struct WindowHistogram: Hashable, Sendable {
  /// Steps that are kept; when time runs beyond them, two become one.
  package static let stepLimit = 48

  /// Width of a step, in microseconds.
  package private(set) var stepMicroseconds: Int64
  package private(set) var counts: [UInt32] = []

  /// - Parameter stepMicroseconds: Of the first, finest steps.
  package init(stepMicroseconds: Int64 = 1_000_000) { self.stepMicroseconds = stepMicroseconds }

  /// Counts an event at a time after the beginning of the window; before it counts as at it.
  package mutating func add(at microseconds: Int64) {
    var step = max(0, microseconds) / stepMicroseconds
    while step >= Int64(Self.stepLimit) {
      double()
      step = max(0, microseconds) / stepMicroseconds
    }
    while counts.count <= Int(step) { counts.append(0) }
    counts[Int(step)] &+= 1
  }

  /// Adds the counts of another with the same beginning.
  package mutating func merge(_ other: WindowHistogram) {
    var other = other
    while stepMicroseconds < other.stepMicroseconds { double() }
    while other.stepMicroseconds < stepMicroseconds { other.double() }
    for (index, count) in other.counts.enumerated() {
      if index == counts.count { counts.append(0) }
      counts[index] &+= count
    }
  }

  private mutating func double() {
    stepMicroseconds *= 2
    counts = stride(from: 0, to: counts.count, by: 2).map { index in
      counts[index] &+ (index + 1 < counts.count ? counts[index + 1] : 0)
    }
  }

  /// Sum of squared distances from the mean over the mean, and how many steps that is less one;
  /// steps of the window at which nothing came count as 0.
  package func spread(windowMicroseconds: Int64) -> (sum: Double, degrees: Int) {
    let steps = Int(max(1, min(Int64(Self.stepLimit), windowMicroseconds / stepMicroseconds)))
    let total = counts.reduce(0.0) { $0 + Double($1) }
    guard total > 0, steps > 1 else { return (0, 0) }
    let mean = total / Double(steps)
    let inside = counts.prefix(steps).reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let empty = Double(max(0, steps - counts.count)) * mean * mean
    return ((inside + empty) / mean, steps - 1)
  }

  /// The first step whose count a rate of `perMicrosecond` explains with a chance below 1 in 1,000
  /// (`isAbove`), or the first of those at the end that stay below it as unlikely.
  package func firstStep(isAbove: Bool, of perMicrosecond: Double) -> Int? {
    let expected = perMicrosecond * Double(stepMicroseconds)
    let limit = 3.1 * expected.squareRoot()
    if isAbove { return counts.firstIndex { Double($0) > max(expected + limit, 1) } }
    var first: Int?
    for index in counts.indices.reversed() {
      guard Double(counts[index]) < expected else { break }
      first = index
    }
    return first
  }
}
