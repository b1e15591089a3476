import Testing

@testable import Patterns

/// What may tie events together.
@Suite struct IdentifierScannerTests {
  @Test(arguments: [
    ("received ord_81723 from web", ["ord_81723"], ["ord"]),
    (
      "task 123e4567-e89b-12d3-a456-426614174000 done", ["123e4567-e89b-12d3-a456-426614174000"],
      [""]
    ),
    (
      #"{"trace_id":"4bf92f3577b34da6","span_id":"00f067aa0ba902b7"}"#, ["4bf92f3577b34da6"],
      ["trace_id"]
    ),
    ("order_id=4711 qty=12", ["4711"], ["order_id"]),
    ("2026-11-22T09:31:02Z took 15ms on port 8080", [], []),
    ("from 203.0.113.7 to api-7 of user_4711", [], []),
    ("requestId: req-77fa1", ["req-77fa1"], ["requestId"]),
    ("userId=77 thread_id=12345", [], []),
    ("CorrelationToken=77a1 correlative=8812 Spanner=ab12", ["77a1"], ["CorrelationToken"]),
    ("X-Request-ID: 4711abc, parent_request=4712", ["4711abc"], ["X-Request-ID"]),
    ("a1b2-c3 xy_1 zz_22", ["zz_22"], ["zz"]), ("ord_12 and ord_12", ["ord_12"], ["ord"]),
    ("", [], []),
  ])
  func `identifiers are found with their names`(
    _ text: String, _ values: [String], _ names: [String]
  ) {
    var found: [FoundIdentifier] = []
    var copy = text
    copy.withUTF8 { unsafe IdentifierScanner().scan($0, into: &found) }
    let bytes = Array(text.utf8)
    #expect(found.map { String(decoding: bytes[$0.range], as: UTF8.self) } == values)
    let labels = found.map { String(decoding: bytes[$0.label], as: UTF8.self) }
    #expect(zip(labels, names).allSatisfy { $1.isEmpty || $0 == $1 }, "\(labels)")
  }

  @Test func `a value is the same wherever it stands, a number only under its key`() {
    func hashes(_ text: String) -> [UInt64] {
      var found: [FoundIdentifier] = []
      var copy = text
      copy.withUTF8 { unsafe IdentifierScanner().scan($0, into: &found) }
      return found.map(\.hash)
    }
    #expect(hashes("order=ord_4711") == hashes("[ord_4711] x"))
    #expect(hashes("order_id=4711") == hashes("a order_id: 4711, b"))
    #expect(hashes("order_id=4711") != hashes("item_id=4711"))
  }
}
