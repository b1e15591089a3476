import Events
import Testing

@testable import Patterns

/// The samples of the shipped format files: each must give all that it says.
struct FormatsSampleTests {
  static let samples = FormatLibrary.shippedSamples()

  @Test func `the shipped formats compile`() {
    #expect(library.problems == [])
  }

  @Test func `every shipped format has a sample`() {
    let sampled = Set(Self.samples.map(\.format))
    #expect(library.program.formats.filter { !sampled.contains($0) } == [])
  }

  @Test(arguments: samples)
  func `a sample gives all that it says`(_ sample: FormatSample) {
    #expect(library.problems(of: sample, reference: Instant(seconds: 1_795_600_000)) == [])
  }
}
