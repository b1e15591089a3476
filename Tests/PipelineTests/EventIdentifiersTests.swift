import Pipeline
import Testing

@Suite struct EventIdentifiersTests {
  @Test(arguments: [
    (
      #"{"msg":"paid","order_id":"ord_57f3ce84f2","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}"#,
      ["trace_id=4bf92f3577b34da6a3ce929d0e0e4736", "order_id=ord_57f3ce84f2"]
    ),
    ("2026-08-01 03:36:03,123 INFO order 7645071 created for user 47064", []),
    ("order=ord_57f3ce84f2 state=paid took=12ms", ["order=ord_57f3ce84f2"]),
    (
      "Task shop.ship[3b1d6f0a-4a55-4a3e-9c57-0e6f1f6f8f10] received, order=ord_57f3ce84f2",
      ["order=ord_57f3ce84f2", "3b1d6f0a-4a55-4a3e-9c57-0e6f1f6f8f10"]
    ),
    ("pool=redis-main active=64 max=64 waiters=188", []),
    ("request_id: 81273645 from 10.2.179.63:50199", ["request_id=81273645"]),
    ("", []),
  ])
  func `an event's ids are found, the one that reaches furthest first`(
    _ line: String, _ expected: [String]
  ) {
    #expect(EventIdentifiers.find(in: [Array(line.utf8)]).map(\.text) == expected)
  }

  @Test func `any bytes are looked through`() {
    let lines = [Array(0...255), [], Array(repeating: UInt8(45), count: 20_000)]
    #expect(EventIdentifiers.find(in: lines) == [])
  }
}
