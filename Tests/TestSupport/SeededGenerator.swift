internal import Glibc

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

  /// A number from 0 on; 0 where there is none below the limit.
  package mutating func below(_ limit: Int) -> Int {
    limit <= 0 ? 0 : Int.random(in: 0..<limit, using: &self)
  }
}

/// A seed to run a test with: the one in `SPATE_SEED`, or a new one. Whoever takes it prints it.
package func freshSeed() -> UInt64 {
  // SAFETY: nothing of the tests changes the environment.
  let given = unsafe getenv("SPATE_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
  return given ?? UInt64.random(in: 0...UInt64.max)
}
