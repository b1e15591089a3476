import Events
import Testing

@testable import Patterns

@Suite struct FieldMemoryTests {
  private static let jsonParts = [
    "{", "}", "{\"level\":\"info\"", ",\"status\":200", ",\"status\": 502",
    ", \"msg\":\"all is well\"",
    ",\"code\":\"a b\"", ",\"code\":true", ",\"method\":\"GET\"",
    ",\"trace_id\":\"0f21ddb66cad4a26\"",
    ",\"a_key_that_is_rather_long\":1", ",\"in\":{\"status\":1}", ",\"list\":[1,2]",
    ",\"e\":\"\\\"q\"",
    ",\"level\":\"x\\ty\"", ",\"n\":null", ",\"reason\":\"\"", "\"", ":", " ", ",",
    ",\"pid\":-1.5e3", "}",
  ]
  private static let pairParts = [
    "level=info", "status=200", "status=true", "msg=\"all is well\"", "code=a-b", "code=\"a b\"",
    "method=GET", "trace_id=0f21ddb66cad4a26", "a_key_that_is_rather_long=1", "alone", "=", "\"",
    "  ",
    ",", "reason=", "error_code=\"\"", "kind=\"x\\\"y\"", "op=12345", "state=\"ok\"", "pid=1", "x",
  ]

  /// What is remembered of earlier bodies changes nothing in what a body says.
  @Test func `states are those that the cursor finds`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = MiningRandom(state: seed)
    var memory = FieldMemory()
    var tokenizer = Tokenizer()
    var understood = 0
    for round in 0..<8_000 {
      let isJSON = round % 2 == 0
      let parts = isJSON ? Self.jsonParts : Self.pairParts
      let count = Int.random(in: 0..<8, using: &random)
      let chosen = (0..<count).map { _ in parts.randomElement(using: &random)! }
      var text = chosen.joined(separator: isJSON ? "" : " ")
      if isJSON, Int.random(in: 0..<4, using: &random) > 0 { text = "{\"t\":1" + text + "}" }
      if text.isEmpty { continue }
      let batch = makeBatch([text], structure: isJSON ? .json : .logfmt)
      // A message of the body's, or one that stands elsewhere.
      if text.contains("all is well") {
        batch.setMessage(0, "all is well")
      } else {
        batch.records[0].messageCount = 0
      }
      let record = batch.records[0]
      tokenizer.scan(batch.bytes, Int(record.messageOffset), Int(record.messageOffset))
      tokenizer.scanFields(batch.bytes, record)
      let wanted = MessageKey(tokenizer.tokens, tokenizer.count, tail: tokenizer.tailDelimiter)
      var partial = PartialKey(tail: tokenizer.tailDelimiter)
      guard memory.addStates(of: record, batch.bytes, behind: round % 7, to: &partial) else {
        continue
      }
      understood += 1
      let found = MessageKey(partial)
      guard found.value == wanted.value, found.kinds == wanted.kinds else {
        Issue.record("other states in \(text)")
        return
      }
    }
    #expect(understood > 800)
  }

  @Test func `a level tells patterns apart and is shown where nothing else does`() {
    let miner = TemplateMiner()
    let batch = makeBatch(
      ["level=info msg=\"all is well\" status=200", "level=warn msg=\"all is well\" status=200"],
      structure: .logfmt)
    for index in 0..<2 { batch.setMessage(index, "all is well") }
    miner.mine(batch)
    #expect(miner.patternCount == 2)
    #expect(
      batch.patterns.map(miner.template) == [
        "all is well level=info status=200", "all is well level=warn status=200",
      ])
  }
}
