package import Events

/// How the values of one field of one pattern differ between two windows.
package struct FieldDifference: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Values whose shares differ most, largest difference first, at most four.
    case shares([ValueShare])
    /// A measure: its median and its 95th percentile, in the unit of `unit`.
    case measure(a: Quantiles, b: Quantiles, unit: String)
  }

  package struct ValueShare: Hashable, Sendable {
    package var value: String
    package var shareA: Double
    package var shareB: Double
  }

  package struct Quantiles: Hashable, Sendable {
    package var median: Double
    package var high: Double
  }

  package var pattern: PatternID
  package var service: String
  package var field: String
  package var kind: Kind
  /// 0 to 1: the largest difference of two shares, or the largest distance between the two
  /// distributions (Kolmogorov and Smirnov).
  package var difference: Double
}

/// Collects the values of one field in a sample of both windows.
struct FieldSample {
  /// What was read of a value.
  private struct Value {
    var text: String
    var measure: Measure?
  }

  private var values: [[Value]] = [[], []]

  mutating func add(_ text: String, to side: ComparisonSide) {
    values[side.rawValue].append(Value(text: text, measure: Measure(text)))
  }

  /// - Parameter counts: Events in the sample of each window.
  /// - Returns: `nil` where there is nothing to say: too few, ids, counters, or no difference.
  func difference(sampleCounts counts: [Int]) -> (kind: FieldDifference.Kind, size: Double)? {
    guard values.allSatisfy({ $0.count >= Self.leastCount }) else {
      return shares(sampleCounts: counts)
    }
    return measure() ?? shares(sampleCounts: counts)
  }

  private static let leastCount = 12

  // MARK: Measures

  private func measure() -> (FieldDifference.Kind, Double)? {
    let numbers = values.map { $0.compactMap(\.measure) }
    for (side, all) in zip(numbers, values) where side.count * 10 < all.count * 9 { return nil }
    // An id counts up; it differs between any two windows, and says nothing.
    if numbers.allSatisfy({ Self.isCounter($0.map(\.number)) }) { return nil }
    let unit = numbers[0][0].unit
    guard numbers.allSatisfy({ $0.allSatisfy { $0.unit == unit } }),
      Set(numbers.flatMap { $0.map(\.number) }).count > 8
    else { return nil }
    let sorted = numbers.map { $0.map(\.number).sorted() }
    let distance = Self.distance(sorted[0], sorted[1])
    let (n, m) = (Double(sorted[0].count), Double(sorted[1].count))
    // The distance that chance alone exceeds once in a thousand (Smirnov, 1948).
    guard distance > max(0.3, 1.95 * ((n + m) / (n * m)).squareRoot()) else { return nil }
    return (
      .measure(a: Self.quantiles(sorted[0]), b: Self.quantiles(sorted[1]), unit: unit), distance
    )
  }

  private static func isCounter(_ numbers: [Double]) -> Bool {
    let rises = zip(numbers, numbers.dropFirst()).count { $0 <= $1 }
    return rises * 10 >= (numbers.count - 1) * 9
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    var (i, j, largest) = (0, 0, 0.0)
    while i < a.count, j < b.count {
      let value = min(a[i], b[j])
      while i < a.count, a[i] <= value { i += 1 }
      while j < b.count, b[j] <= value { j += 1 }
      largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
    }
    return largest
  }

  private static func quantiles(_ sorted: [Double]) -> FieldDifference.Quantiles {
    func at(_ q: Double) -> Double { sorted[min(sorted.count - 1, Int(q * Double(sorted.count)))] }
    return FieldDifference.Quantiles(median: at(0.5), high: at(0.95))
  }

  // MARK: Values

  private func shares(sampleCounts: [Int]) -> (FieldDifference.Kind, Double)? {
    guard sampleCounts.allSatisfy({ $0 >= Self.leastCount }) else { return nil }
    var counts: [String: [Int]] = [:]
    for side in ComparisonSide.allCases {
      for value in values[side.rawValue] {
        counts[value.text, default: [0, 0]][side.rawValue] += 1
      }
    }
    // Nearly as many values as events: ids, of which each is new anyway.
    let total = values[0].count + values[1].count
    if counts.count * 2 > total { return nil }
    let (n, m) = (Double(sampleCounts[0]), Double(sampleCounts[1]))
    let shares = counts.map { value, sides in
      FieldDifference.ValueShare(
        value: value, shareA: Double(sides[0]) / n, shareB: Double(sides[1]) / m)
    }.sorted {
      let (x, y) = (abs($0.shareB - $0.shareA), abs($1.shareB - $1.shareA))
      return x != y ? x > y : $0.value < $1.value
    }
    guard let first = shares.first, !Self.isIdentifier(first.value) else { return nil }
    let size = abs(first.shareB - first.shareA)
    let pooled = (first.shareA * n + first.shareB * m) / (n + m)
    let error = (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
    guard size >= 0.1, size > 3.3 * error else { return nil }
    return (.shares(Array(shares.prefix { abs($0.shareB - $0.shareA) >= 0.02 }.prefix(4))), size)
  }
}

extension FieldSample {
  /// Whether a value names one thing of many, such as a UUID or a client's port: that it came in one
  /// window only says nothing.
  private static func isIdentifier(_ text: String) -> Bool {
    let digits = text.utf8.count { (0x30...0x39).contains($0) }
    guard digits >= 5 else { return false }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    // An address is one of few: a client that floods, a host that is new.
    return !(parts.count == 4 && parts.allSatisfy { UInt8($0) != nil })
  }
}

/// A number with its unit, as logs write them.
struct Measure {
  /// In milliseconds for times, in bytes for sizes; as written otherwise.
  let number: Double
  /// `ms`, `B`, or what was written behind the number.
  let unit: String

  private static let units: [String: (factor: Double, unit: String)] = [
    "": (1, ""), "ns": (1e-6, "ms"), "us": (1e-3, "ms"), "µs": (1e-3, "ms"), "ms": (1, "ms"),
    "s": (1e3, "ms"), "sec": (1e3, "ms"), "m": (6e4, "ms"), "min": (6e4, "ms"), "h": (3.6e6, "ms"),
    "B": (1, "B"), "b": (1, "B"), "kB": (1e3, "B"), "KB": (1e3, "B"), "MB": (1e6, "B"),
    "GB": (1e9, "B"), "KiB": (1024, "B"), "MiB": (1_048_576, "B"), "GiB": (1_073_741_824, "B"),
    "K": (1024, "B"), "M": (1_048_576, "B"), "G": (1_073_741_824, "B"), "%": (1, "%"),
  ]

  init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
    guard let value = Double(digits), value.isFinite else { return nil }
    let rest = text.dropFirst(digits.count).drop { $0 == " " }
    guard let known = Self.units[String(rest)] else { return nil }
    number = value * known.factor
    unit = known.unit
  }
}
