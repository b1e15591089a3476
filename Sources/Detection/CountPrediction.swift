/// What a window of counts should hold, given the ticks before it, and how odd what came is.
///
/// The posterior predictive of a Poisson rate under Jeffreys' prior, widened by the dispersion of
/// the past ticks: a negative binomial of the same mean and variance. The uncertainty of the rate
/// itself is in the variance, which is what makes a dozen ticks of history usable.
struct CountPrediction {
  var mean: Double
  var variance: Double

  /// - Parameters:
  ///   - baselineSum: Events in the baseline.
  ///   - baselineTicks: Ticks of the baseline, at least 1.
  ///   - windowTicks: Ticks of the window.
  ///   - dispersion: Variance over mean of a tick, at least 1.
  init(baselineSum: Double, baselineTicks: Double, windowTicks: Double, dispersion: Double) {
    let a = baselineSum + 0.5
    mean = windowTicks * a / baselineTicks
    variance = dispersion * (mean + windowTicks * windowTicks * a / (baselineTicks * baselineTicks))
  }

  /// What a pattern should hold beside `restCount` other events of its service, going by what it held
  /// beside `restSum` in the baseline.
  ///
  /// Its own events are left out of what it is compared with: of a service that says little else, a
  /// part could hardly grow.
  init(baselineSum: Double, restSum: Double, restCount: Double, dispersion: Double) {
    let a = baselineSum + 0.5
    let rest = restCount + 0.5
    mean = a * rest / (restSum + 0.5)
    variance = dispersion * (mean + mean * mean * (1 / a + 1 / rest))
  }

  /// ln P(X >= count).
  func logUpperTail(_ count: Double) -> Double {
    if count <= 0 { return 0 }
    if variance <= mean * 1.000_001 { return SpecialFunctions.logLowerGamma(count, mean) }
    let size = mean * mean / (variance - mean)
    return SpecialFunctions.logIncompleteBeta(
      mean / (size + mean), complement: size / (size + mean), count, size)
  }

  /// ln P(X <= count).
  func logLowerTail(_ count: Double) -> Double {
    if variance <= mean * 1.000_001 { return SpecialFunctions.logUpperGamma(count + 1, mean) }
    let size = mean * mean / (variance - mean)
    return SpecialFunctions.logIncompleteBeta(
      size / (size + mean), complement: mean / (size + mean), size, count + 1)
  }
}
