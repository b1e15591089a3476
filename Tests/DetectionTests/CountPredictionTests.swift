import TestSupport
import Testing

@testable import Detection

/// ln of tails, computed by summing the probabilities one by one.
private func summedUpperTail(_ prediction: CountPrediction, _ count: Int) -> Double {
  var sum = 0.0
  for k in count..<(count + 4000) {
    sum += exp(logMass(prediction, Double(k)))
  }
  return log(sum)
}

private func logMass(_ prediction: CountPrediction, _ k: Double) -> Double {
  let mean = prediction.mean
  if prediction.variance <= mean * 1.000_001 {
    return k * log(mean) - mean - SpecialFunctions.logGamma(k + 1)
  }
  let size = mean * mean / (prediction.variance - mean)
  return SpecialFunctions.logGamma(k + size) - SpecialFunctions.logGamma(size)
    - SpecialFunctions.logGamma(k + 1) + size * log(size / (size + mean))
    + k * log(mean / (size + mean))
}

@Suite struct CountPredictionTests {
  @Test(arguments: [
    (0.5, 0.572_364_942_924_700_1), (1, 0), (2, 0), (3.7, 1.4280723266653883),
    (10, 12.801_827_480_081_469), (100.25, 360.2845596377643), (1e-3, 6.907_178_885_383_854),
  ])
  func `logGamma is that of the tables`(_ x: Double, _ expected: Double) {
    #expect((SpecialFunctions.logGamma(x) - expected).magnitude <= 2e-11 * max(1, expected))
  }

  @Test(arguments: [
    (0.3, 24.0, 1.0, 3), (0.3, 24, 1, 9), (12, 24, 1, 8), (120, 24, 2, 30), (500, 36, 4, 90),
    (0, 8, 1, 5), (2000, 30, 1, 100), (2000, 30, 12, 100),
  ])
  func `tails are the sums of the probabilities`(
    _ sum: Double, _ ticks: Double, _ dispersion: Double, _ count: Int
  ) {
    let prediction = CountPrediction(
      baselineSum: sum, baselineTicks: ticks, windowTicks: 1, dispersion: dispersion)
    let summed = summedUpperTail(prediction, count)
    let upper = prediction.logUpperTail(Double(count))
    #expect((upper - summed).magnitude < 1e-6 * max(1, summed.magnitude))
    let lower = prediction.logLowerTail(Double(count - 1))
    #expect((exp(lower) + exp(upper) - 1).magnitude < 1e-9)
  }

  @Test func `far tails stay numbers`() {
    let prediction = CountPrediction(
      baselineSum: 3, baselineTicks: 30, windowTicks: 1, dispersion: 1)
    let far = prediction.logUpperTail(5000)
    #expect(far.isFinite && far < -1000)
  }

  struct Calibration: Sendable, CustomTestStringConvertible {
    var mean: Double
    var dispersion: Double
    var ticks: Int
    /// The largest share of windows that may be flagged at a nominal 1e-3.
    var limit: Double
    var testDescription: String { "mean \(mean), dispersion \(dispersion), \(ticks) ticks" }
  }

  /// The dispersion is drawn towards a pool that knows it, as services know that of their patterns.
  @Test(arguments: [
    Calibration(mean: 0.3, dispersion: 1, ticks: 24, limit: 1e-3),
    Calibration(mean: 1, dispersion: 1, ticks: 24, limit: 1e-3),
    Calibration(mean: 5, dispersion: 1, ticks: 24, limit: 1e-3),
    Calibration(mean: 20, dispersion: 1, ticks: 12, limit: 1e-3),
    Calibration(mean: 0.3, dispersion: 1, ticks: 8, limit: 1e-3),
    Calibration(mean: 1, dispersion: 2, ticks: 24, limit: 3e-3),
    Calibration(mean: 5, dispersion: 2, ticks: 24, limit: 2e-3),
    Calibration(mean: 20, dispersion: 4, ticks: 24, limit: 2e-3),
    Calibration(mean: 5, dispersion: 4, ticks: 12, limit: 3e-3),
  ])
  func `as many windows are flagged as the probability says`(_ c: Calibration) {
    let seed: UInt64 = 20_261
    var random = SeededGenerator(seed: seed)
    let trials = 20_000
    var flagged = 0
    for _ in 0..<trials {
      var counts = [UInt32](repeating: 0, count: 36)
      for index in (36 - c.ticks - 3)..<36 {
        counts[index] = UInt32(random.count(mean: c.mean, dispersion: c.dispersion))
      }
      let baseline = Baseline(
        counts, windowTicks: 1, first: 36 - c.ticks - 3, usable: (1 << 36) - 1)
      let prediction = CountPrediction(
        baselineSum: baseline.sum, baselineTicks: baseline.ticks, windowTicks: 1,
        dispersion: baseline.dispersion(pool: c.dispersion))
      let count = Double(counts[35])
      if count >= 3, prediction.logUpperTail(count) < log(1e-3) { flagged += 1 }
    }
    let share = Double(flagged) / Double(trials)
    #expect(share <= c.limit, "seed \(seed): \(share)")
  }
}
