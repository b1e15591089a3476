/// Tails of the counting distributions, in natural logarithms, so that 1e-300 is still a number.
enum SpecialFunctions {
  /// ln Γ(x) for x > 0.
  ///
  /// Source: Stirling's series, DLMF 5.11.1, after raising the argument above 8 by the recurrence
  /// 5.5.1; relative error below 1e-12. The C library's own writes a global sign.
  static func logGamma(_ x: Double) -> Double {
    var x = x
    var product = 1.0
    while x < 8 {
      product *= x
      x += 1
    }
    let inverse = 1 / x
    let square = inverse * inverse
    let series =
      inverse
      * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680))))
    return (x - 0.5) * log(x) - x + 0.918_938_533_204_672_74 + series - log(product)
  }

  /// ln of the regularised incomplete beta function I_x(a, b); `complement` is 1 - x, which the
  /// caller knows without cancellation.
  ///
  /// Source: the continued fraction DLMF 8.17.22, evaluated by Lentz's method as modified by
  /// Thompson and Barnett (1986).
  static func logIncompleteBeta(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double
  {
    if x <= 0 { return -.infinity }
    if complement <= 0 { return 0 }
    let front = a * log(x) + b * log(complement) + logGamma(a + b) - logGamma(a) - logGamma(b)
    if x <= (a + 1) / (a + b + 2) {
      return min(0, front - log(a) + log(betaFraction(x, a, b)))
    }
    let other = front - log(b) + log(betaFraction(complement, b, a))
    return log1p(-min(1, exp(other)))
  }

  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    if d.magnitude < tiny { d = tiny }
    d = 1 / d
    var h = d
    for step in 1...iterationLimit {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 + even * d
      if d.magnitude < tiny { d = tiny }
      c = 1 + even / c
      if c.magnitude < tiny { c = tiny }
      d = 1 / d
      h *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 + odd * d
      if d.magnitude < tiny { d = tiny }
      c = 1 + odd / c
      if c.magnitude < tiny { c = tiny }
      d = 1 / d
      let change = d * c
      h *= change
      if (change - 1).magnitude < 1e-12 { break }
    }
    return h
  }

  /// ln of the regularised lower incomplete gamma function P(a, x).
  ///
  /// Source: the series DLMF 8.11.4 below a + 1, the continued fraction 8.9.2 above.
  static func logLowerGamma(_ a: Double, _ x: Double) -> Double {
    if x <= 0 { return -.infinity }
    if x < a + 1 { return min(0, logGammaSeries(a, x)) }
    return log1p(-min(1, exp(logGammaFraction(a, x))))
  }

  /// ln of the regularised upper incomplete gamma function Q(a, x).
  static func logUpperGamma(_ a: Double, _ x: Double) -> Double {
    if x <= 0 { return 0 }
    if x < a + 1 { return log1p(-min(1, exp(logGammaSeries(a, x)))) }
    return min(0, logGammaFraction(a, x))
  }

  private static func logGammaSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1 / a
    var sum = term
    var n = a
    for _ in 0..<iterationLimit {
      n += 1
      term *= x / n
      sum += term
      if term < sum * 1e-14 { break }
    }
    return a * log(x) - x - logGamma(a) + log(sum)
  }

  private static func logGammaFraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for step in 1...iterationLimit {
      let i = Double(step)
      let an = -i * (i - a)
      b += 2
      d = an * d + b
      if d.magnitude < tiny { d = tiny }
      c = b + an / c
      if c.magnitude < tiny { c = tiny }
      d = 1 / d
      let change = d * c
      h *= change
      if (change - 1).magnitude < 1e-14 { break }
    }
    return a * log(x) - x - logGamma(a) + log(h)
  }

  /// Steps of a series or fraction; enough for counts into the millions, and a bound whatever comes.
  private static let iterationLimit = 2000
}
