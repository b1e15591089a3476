/// Numbers that look random and are the same for a seed, whatever the machine.
///
/// Source: SplitMix64, Steele, Lea and Flood (2014).
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A seed to run a test with: the one in `SPATE_SEED`, or a new one. Whoever takes it prints it.
package func freshSeed(_ environment: [String: String]) -> UInt64 {
  environment["SPATE_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
}
