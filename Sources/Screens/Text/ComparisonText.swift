internal import Detection
internal import Events
package import Pipeline

/// A comparison in words, for the screen and for reports.
package enum ComparisonText {
  /// `+98.0` points, `12 ms -> 1.9 s`: what differs in a field, in one line.
  package static func line(_ kind: FieldDifference.Kind) -> String {
    switch kind {
    case .measure(let a, let b, let unit):
      return "median \(measure(a.median, unit)) -> \(measure(b.median, unit)),"
        + " p95 \(measure(a.high, unit)) -> \(measure(b.high, unit))"
    case .shares(let shares):
      return shares.map { share in
        "\(share.value) \(NumberText.percent(share.shareA)) -> \(NumberText.percent(share.shareB))"
      }.joined(separator: ", ")
    }
  }

  /// A number in the unit in which a person would say it.
  package static func measure(_ value: Double, _ unit: String) -> String {
    switch unit {
    case "ms": TimeText.words(Int64(min(max(value * 1000, -9e15), 9e15)))
    case "B": NumberText.bytes(UInt64(min(max(value, 0), 9e18)))
    case "%": NumberText.plain(value) + "%"
    default: NumberText.plain(value)
    }
  }

  /// `NEW`, `UP`, …
  package static func word(_ row: Comparison.Row) -> String {
    row.rates.verdict == .same ? "same" : row.rates.verdict.rawValue.uppercased()
  }

  /// `x37.9`, `new`, `gone`.
  package static func ratio(_ row: Comparison.Row) -> String {
    switch row.rates.verdict {
    case .new: "new"
    case .gone: "gone"
    default:
      row.rateB == 0
        ? "x0"
        : row.ratio < 0.995
          ? "x" + NumberText.fixed(row.ratio, digits: 2)
          : NumberText.ratio(row.ratio)
    }
  }

  /// `1 new, 1 gone, 4 up, 2 down, 58 same`
  package static func summary(_ comparison: Comparison) -> String {
    RateComparison.Verdict.allCases.map { "\(comparison.count($0)) \($0.rawValue)" }
      .joined(separator: ", ")
  }
}
