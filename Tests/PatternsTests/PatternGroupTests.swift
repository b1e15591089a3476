import Events
import Testing

@testable import Patterns

struct PatternGroupTests {
  private func pattern(_ words: [UInt64]) -> Pattern {
    var pattern = Pattern(firstKey: 1, skeleton: 7)
    for word in words {
      let token = Token(start: 0, count: 1, hash: word << 16, delimiter: 1, kind: .word, flags: [])
      pattern.slots.append(Pattern.Slot(token, start: 0, count: 1))
    }
    return pattern
  }

  @Test func `the newest members are compared, and a state tells no more of them`() throws {
    var group = PatternGroup(7, slotCount: 2)
    for id in UInt32(0)..<1300 { group.append(id, pattern([9, UInt64(id) + 1])) }
    #expect(Array(group.members) == Array(788..<1300))
    let differences = group.differences(from: [9, 1000], limit: 6)
    #expect(differences.map { group.members[$0.index] } == Array(788..<1300).filter { $0 != 999 })
    #expect(differences.allSatisfy { $0.mask == 2 })
    #expect(group.differences(from: [8, 1], limit: 1).isEmpty)

    group.remove([800])
    var encoder = StateEncoder()
    group.encode(into: &encoder)
    var decoder = StateDecoder(encoder.bytes)
    let decoded = try PatternGroup(decoding: &decoder)
    #expect(Array(decoded.members) == Array(group.members))
    #expect(
      decoded.differences(from: [9, 1000], limit: 6).map(\.mask)
        == group.differences(from: [9, 1000], limit: 6).map(\.mask))
  }
}
