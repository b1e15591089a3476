import Pipeline
import Testing

@Suite struct EventIdentifiersTests {
  @Test(arguments: [
    (
      #"{"time":"2026-08-01T03:36:03Z","level":"info","msg":"paid","order_id":"ord_57f3ce84f2","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"}"#,
      [
        "trace_id=4bf92f3577b34da6a3ce929d0e0e4736", "order_id=ord_57f3ce84f2",
        "span_id=00f067aa0ba902b7",
      ]
    ),
    ("2026-08-01 03:36:03,123 INFO order 7645071 created for user 47064", []),
    ("order=ord_57f3ce84f2 state=paid took=12ms", ["order=ord_57f3ce84f2"]),
    (
      "Task shop.tasks.ship[3b1d6f0a-4a55-4a3e-9c57-0e6f1f6f8f10] received",
      ["3b1d6f0a-4a55-4a3e-9c57-0e6f1f6f8f10"]
    ),
    ("[http-nio-8080-exec-11] pool=redis-main active=64 max=64 waiters=188 SKU-45", []),
    ("request_id: 81273645 from 10.2.179.63:50199", ["request_id=81273645"]),
    ("requests=12 retries=3 version=2.14.1", []),
    ("user id=47064 logged in", ["id=47064"]),
    ("", []),
  ])
  func `an event's ids are found, the one that reaches furthest first`(
    _ line: String, _ expected: [String]
  ) {
    #expect(EventIdentifiers.find(in: [Array(line.utf8)]).map(\.text) == expected)
  }

  @Test func `any bytes are looked through`() {
    #expect(
      EventIdentifiers.find(in: [Array(0...255), [], Array(repeating: 45, count: 20_000)]) == [])
  }
}
