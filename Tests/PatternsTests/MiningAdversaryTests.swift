import Events
import TestSupport
import Testing

@testable import Patterns

@Suite struct MiningAdversaryTests {
  @Test(arguments: [UInt64](1...8))
  func `any bytes are mined`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let miner = TemplateMiner()
    for _ in 0..<20 {
      let messages = (0..<50).map { _ -> [UInt8] in
        let alphabet: [UInt8] =
          Bool.random(using: &random)
          ? Array(0...255) : Array("ab=1.:-/ \"'()[]{},<>|@#T+0xf%\\".utf8)
        return (0..<Int.random(in: 0...120, using: &random)).map { _ in
          alphabet.randomElement(using: &random)!
        }
      }
      let batch = makeBatch(messages)
      miner.mine(batch)
      for id in batch.patterns {
        _ = miner.template(id)
        #expect(id != .none, "seed \(seed)")
      }
    }
  }

  @Test(arguments: [UInt64](1...4))
  func `any bytes may be the fields of a body`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let miner = TemplateMiner()
    let alphabet = Array(#"{}[]":,=status 20\nul"#.utf8)
    for structure in [Structure.json, .logfmt] {
      let messages = (0..<500).map { _ in
        [UInt8(ascii: "{")]
          + (0..<Int.random(in: 0...80, using: &random)).map { _ in
            alphabet.randomElement(using: &random)!
          }
      }
      let batch = makeBatch(messages, structure: structure)
      miner.mine(batch)
      for id in batch.patterns { _ = miner.template(id) }
    }
  }

  @Test func `a line of very many tokens costs no more than its first ones`() {
    let miner = TemplateMiner()
    let long = Array(repeating: "word", count: 200_000).joined(separator: " ")
    let batch = makeBatch([long, long + " more", String(repeating: "x", count: 900_000)])
    miner.mine(batch)
    #expect(batch.patterns[0] == batch.patterns[1])
    #expect(miner.variables(batch.patterns[0]).count == 1)
  }

  @Test func `distinct lines without end keep to the limits`() {
    var options = MinerOptions()
    options.patternLimit = 500
    let miner = TemplateMiner(options)
    var random = SeededGenerator(seed: 11)
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    for _ in 0..<40 {
      let lines = (0..<500).map { _ in
        (0..<Int.random(in: 2...9, using: &random)).map { _ in
          String((0..<6).map { _ in letters.randomElement(using: &random)! })
        }.joined(separator: Bool.random(using: &random) ? " " : ", ")
      }
      let batch = makeBatch(lines)
      miner.mine(batch)
    }
    #expect(miner.patternCount <= 500 * 4 + 1)
  }
}
