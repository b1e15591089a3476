import Foundation
import TestSupport
import Testing

@testable import Detection

@Suite struct RateComparisonTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var counts: (UInt64, UInt64)
    var exposures: (Double, Double)
    var verdict: RateComparison.Verdict
    var testDescription: String { "\(counts) in \(exposures)" }
  }

  static let cases = [
    Case(counts: (0, 1), exposures: (10, 1), verdict: .new),
    Case(counts: (100, 100), exposures: (1, 1), verdict: .same),
    Case(counts: (600, 100), exposures: (60, 10), verdict: .same),
    Case(counts: (100, 400), exposures: (1, 1), verdict: .up),
    Case(counts: (7, 2880), exposures: (60, 10), verdict: .up),
    Case(counts: (400, 100), exposures: (1, 1), verdict: .down),
    Case(counts: (400, 0), exposures: (1, 1), verdict: .gone),
    // Missing, but hardly due.
    Case(counts: (1, 0), exposures: (1, 1), verdict: .same),
    // Certain, and too small to matter.
    Case(counts: (100_000, 110_000), exposures: (1, 1), verdict: .same),
  ]

  @Test(arguments: cases) func `a change is one in probability and in size`(_ c: Case) {
    var comparisons = [
      RateComparison(
        countA: c.counts.0, exposureA: c.exposures.0, countB: c.counts.1,
        exposureB: c.exposures.1, dispersion: 1)
    ]
    RateComparison.judge(&comparisons)
    #expect(comparisons[0].verdict == c.verdict, "\(comparisons[0])")
  }

  @Test func `the ratio of likelihoods is Dunning's`() {
    // 2 in 1,000 against 1 in 1,000,000, half an event added to each, worked out by hand:
    // 2 (2.5 ln(2.5 / 0.003996) + 1.5 ln(1.5 / 3.996004)) = 29.26.
    let rare = RateComparison(
      countA: 2, exposureA: 1000, countB: 1, exposureB: 1_000_000, dispersion: 1)
    #expect(abs(rare.deviance - 29.26) < 0.05, "\(rare.deviance)")
    let spread = RateComparison(
      countA: 2, exposureA: 1000, countB: 1, exposureB: 1_000_000, dispersion: 4)
    #expect(abs(spread.deviance - rare.deviance / 4) < 1e-9)
  }

  @Test func `where nothing changed, hardly anything is called a change`() {
    let seed = freshSeed()
    var random = SeededGenerator(seed: seed)
    var changes = 0
    for _ in 0..<20 {
      var comparisons = (0..<200).map { index in
        let mean = [0.5, 3, 20, 150][index % 4]
        return RateComparison(
          countA: UInt64(random.poisson(mean * 3)), exposureA: 3,
          countB: UInt64(random.poisson(mean)),
          exposureB: 1, dispersion: 1)
      }
      RateComparison.judge(&comparisons)
      // What is new is a fact, whatever its probability.
      changes += comparisons.count { $0.verdict != .same && $0.verdict != .new }
    }
    #expect(changes <= 8, "\(changes) of 4,000, seed \(seed)")
  }
}

@Suite struct WindowHistogramTests {
  @Test func `steps widen as time goes on, and counts sum`() {
    var histogram = WindowHistogram(stepMicroseconds: 1000)
    for second in 0..<1000 { histogram.add(at: Int64(second) * 1_000_000) }
    #expect(histogram.counts.reduce(0, +) == 1000)
    #expect(histogram.counts.count <= WindowHistogram.stepLimit)
    var other = WindowHistogram(stepMicroseconds: 1000)
    for _ in 0..<5 { other.add(at: 0) }
    other.merge(histogram)
    #expect(other.counts.reduce(0, +) == 1005)
    #expect(other.counts[0] == histogram.counts[0] + 5)
  }

  @Test func `a steady rate spreads little, a bursting one much`() {
    var steady = WindowHistogram()
    var bursting = WindowHistogram()
    for second in 0..<48 {
      for _ in 0..<10 { steady.add(at: Int64(second) * 1_000_000) }
      for _ in 0..<(second % 8 == 0 ? 80 : 0) { bursting.add(at: Int64(second) * 1_000_000) }
    }
    let calm = steady.spread(windowMicroseconds: 48_000_000)
    let wild = bursting.spread(windowMicroseconds: 48_000_000)
    #expect(calm.sum / Double(calm.degrees) < 0.1)
    #expect(wild.sum / Double(wild.degrees) > 50)
  }

  @Test func `the first step above or below a rate is found`() {
    var histogram = WindowHistogram()
    for second in 0..<40 {
      let count = second < 20 ? 5 : second < 30 ? 40 : 0
      for _ in 0..<count { histogram.add(at: Int64(second) * 1_000_000) }
    }
    histogram.add(at: 39_000_000)
    #expect(histogram.firstStep(isAbove: true, of: 5e-6) == 20)
    #expect(histogram.firstStep(isAbove: false, of: 5e-6) == 30)
  }
}
