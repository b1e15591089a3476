import Events
import TestSupport
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
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
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

  /// What the readers note in passing is what the cursor finds, whatever lines came before.
  @Test func `states that are noted are those that the cursor finds`() {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let context = utc
    let jsonShape = KeyShape()
    let pairShape = KeyShape()
    var tokenizer = Tokenizer()
    var notedCount = 0
    for round in 0..<20_000 {
      let isJSON = round % 2 == 0
      let parts = isJSON ? Self.jsonParts : Self.pairParts
      let count = Int.random(in: 1..<8, using: &random)
      let chosen = (0..<count).map { _ in parts.randomElement(using: &random)! }
      var text = chosen.joined(separator: isJSON ? "" : " ")
      if isJSON, Int.random(in: 0..<4, using: &random) > 0 { text = "{\"t\":1" + text + "}" }
      let batch = makeBatch([text], structure: isJSON ? .json : .logfmt)
      let record = batch.records[0]
      let bytes = LineBytes(batch.bytes)
      let end = Int(record.bodyOffset + record.bodyCount)
      var found = Recognition()
      let isRead =
        isJSON
        ? readJSON(bytes, Int(record.bodyOffset), end, context, jsonShape, &found)
        : readLogfmt(bytes, Int(record.bodyOffset), end, context, pairShape, &found)
      guard isRead else { continue }
      batch.records[0].bodyCount = UInt32(found.bodyEnd - found.bodyStart)
      batch.records[0].messageCount = 0
      tokenizer.scan(batch.bytes, end, end)
      tokenizer.scanFields(batch.bytes, batch.records[0])
      let wanted = MessageKey(tokenizer.tokens, tokenizer.count, tail: tokenizer.tailDelimiter)
      batch.setCount(0)
      isJSON ? jsonShape.states.note(in: batch) : pairShape.states.note(in: batch)
      var noted = NotedStates(batch)
      var partial = PartialKey(tail: tokenizer.tailDelimiter)
      guard noted.add(of: 0, to: &partial) else { continue }
      notedCount += 1
      let key = MessageKey(partial)
      guard key.value == wanted.value, key.kinds == wanted.kinds else {
        Issue.record("other states in \(text)")
        return
      }
    }
    #expect(notedCount > 2_000)
  }

  @Test func `states stay with their event, and go where it is read anew`() {
    let batch = makeBatch(["a", "b", "c"], structure: .logfmt)
    let record = batch.records[0]
    let state = [FieldState(value: 7, name: 3), FieldState(value: 8, name: 5)]
    batch.setCount(0)
    state.withUnsafeBufferPointer { batch.noteStates($0.baseAddress!, count: 2) }
    batch.appendPlace().initialize(to: record)
    state.withUnsafeBufferPointer { batch.noteStates($0.baseAddress!, count: 0) }
    #expect(batch.stateCount == 3)
    var noted = NotedStates(batch)
    var key = PartialKey(tail: 0)
    #expect(noted.add(of: 1, to: &key) && key.count == 0)
    #expect(!noted.add(of: 2, to: &key))
    batch.forgetNextStates()
    #expect(batch.stateCount == 2)
    batch.removeFirst(1)
    #expect(batch.stateCount == 0)
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
