import Detection
import Events

@testable import Pipeline
@testable import Screens

extension Fixture {
  /// The outage beside the calm before it.
  static func comparison(_ query: ComparisonQuery) -> Comparison {
    let counts: [(a: UInt64, b: UInt64)] = [
      (3_300, 3_310), (1_100, 1_120), (1_450, 1_440), (990, 690), (780, 775), (685, 690),
      (38, 1_440),
    ]
    var rates = (0..<7).map { index in
      RateComparison(
        countA: counts[index].a, exposureA: 5, countB: counts[index].b, exposureB: 5, dispersion: 1)
    }
    rates.append(
      RateComparison(countA: 0, exposureA: 5, countB: 996, exposureB: 5, dispersion: 1))
    rates.append(RateComparison(countA: 569, exposureA: 5, countB: 0, exposureB: 5, dispersion: 1))
    RateComparison.judge(&rates)
    let patterns = [0, 1, 2, 3, 4, 5, 6, 13, 11]
    let snapshot = snapshot()
    let rows = zip(patterns, rates).map { pattern, rates in
      let known = snapshot.patterns[pattern]
      var row = Comparison.Row(
        pattern: known.id, key: UInt64(pattern), template: known.template,
        service: snapshot.serviceName(known.services[0]), severity: known.severity, rates: rates,
        rateA: Double(rates.countA) / 5, rateB: Double(rates.countB) / 5,
        score: rates.deviance.squareRoot())
      if rates.verdict != .same {
        row.firstChange = query.b.lowerBound.advanced(
          byMicroseconds: Int64(pattern) * 4_100_000 + 412_000)
        row.firstOffset = 600_000
      }
      return row
    }
    var a = Comparison.Window(start: query.a.lowerBound, end: query.a.upperBound)
    var b = Comparison.Window(start: query.b.lowerBound, end: query.b.upperBound)
    (a.eventCount, a.errorCount) = (8_912, 38)
    (b.eventCount, b.errorCount) = (10_461, 2_436)
    for second in 0..<300 {
      for _ in 0..<(20 + second % 7) { a.histogram.add(at: Int64(second) * 1_000_000) }
      for _ in 0..<(22 + second / 9) { b.histogram.add(at: Int64(second) * 1_000_000) }
    }
    let changed = rows.filter { $0.rates.verdict != .same }.sorted { $0.score > $1.score }
    let same = rows.filter { $0.rates.verdict == .same }
    var comparison = Comparison(a: a, b: b, isByShare: false, rows: changed + same)
    comparison.fields = [
      FieldDifference(
        pattern: PatternID(rawValue: 6), service: "payment-svc", field: "dur",
        kind: .measure(
          a: FieldDifference.Quantiles(median: 212, high: 890),
          b: FieldDifference.Quantiles(median: 29_871, high: 30_012), unit: "ms"),
        difference: 0.98),
      FieldDifference(
        pattern: PatternID(rawValue: 6), service: "payment-svc", field: "version",
        kind: .shares([
          FieldDifference.ValueShare(value: "2.14.1", shareA: 0, shareB: 0.714),
          FieldDifference.ValueShare(value: "2.13.9", shareA: 1, shareB: 0.286),
        ]), difference: 0.714),
    ]
    return comparison
  }
}
