/// How the rates of one pattern in two windows differ.
///
/// Source: the log-likelihood ratio G² of two Poisson counts, with half an event added to each
/// (Dunning, 1993: it stays true where one count is tiny and the other huge), divided by the
/// dispersion of the counts within the windows where that is above one (quasi-likelihood,
/// McCullagh and Nelder, 1989).
package struct RateComparison: Hashable, Sendable {
  package enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// Not in A at all.
    case new
    /// In A, and missed in B.
    case gone
    case up, down
    case same
  }

  /// What a change must reach: a factor of √2 either way, whatever its probability says.
  package static let smallestEffect = 0.5
  /// Expected share of false ones among those that are called up, down or gone.
  package static let falseDiscoveryRate = 0.01

  package let countA: UInt64
  package let countB: UInt64
  /// G² over the dispersion; 0: no difference.
  package let deviance: Double
  /// ln of the probability of such a difference where there is none.
  package let logProbability: Double
  /// log₂ of B's rate over A's, half an event added to each.
  package let effect: Double
  /// Smallest false discovery rate at which this is called a difference; set by `judge`.
  package private(set) var qValue = 1.0
  package private(set) var verdict = Verdict.same

  /// - Parameters:
  ///   - exposureA: Length of window A, in any unit that B's has too; above 0.
  ///   - dispersion: Variance over mean of the counts within the windows; at least 1 is used.
  package init(
    countA: UInt64, exposureA: Double, countB: UInt64, exposureB: Double, dispersion: Double
  ) {
    precondition(exposureA > 0 && exposureB > 0, "a window has a length")
    self.countA = countA
    self.countB = countB
    let a = Double(countA) + 0.5
    let b = Double(countB) + 0.5
    let share = exposureA / (exposureA + exposureB)
    func term(_ count: Double, _ expected: Double) -> Double {
      count * log(count / expected)
    }
    let g = 2 * (term(a, (a + b) * share) + term(b, (a + b) * (1 - share)))
    deviance = max(0, g) / max(1, dispersion)
    // Chi-squared with one degree of freedom: Q(1/2, x/2).
    logProbability = deviance == 0 ? 0 : SpecialFunctions.logUpperGamma(0.5, deviance / 2)
    effect = log(b / exposureB / (a / exposureA)) / log(2)
  }

  /// Decides all comparisons of two windows together.
  ///
  /// Source: Benjamini and Hochberg (1995).
  package static func judge(_ comparisons: inout [RateComparison]) {
    let order = comparisons.indices.sorted {
      let (x, y) = (comparisons[$0].logProbability, comparisons[$1].logProbability)
      return x != y ? x < y : $0 < $1
    }
    var smallest = 1.0
    for (rank, index) in order.enumerated().reversed() {
      let probability = exp(comparisons[index].logProbability)
      smallest = min(smallest, probability * Double(order.count) / Double(rank + 1))
      comparisons[index].qValue = smallest
      comparisons[index].verdict = comparisons[index].decided
    }
  }

  private var decided: Verdict {
    // What was never there needs no probability: it is a fact. That something is missing is news
    // only where it should have come.
    if countA == 0, countB > 0 { return .new }
    guard qValue <= Self.falseDiscoveryRate else { return .same }
    if countB == 0 { return .gone }
    if effect >= Self.smallestEffect { return .up }
    return effect <= -Self.smallestEffect ? .down : .same
  }
}
