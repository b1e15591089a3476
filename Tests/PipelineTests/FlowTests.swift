import Events
import Foundation
import Patterns
import TestSupport
import Testing

@testable import Pipeline

/// Requests and their answers.
@Suite struct FlowTests {
  /// A shop in which each order is received, packed and shipped, but for some.
  private struct Shop {
    var lines: [String] = []
    var startedCount = 0
    var openCount = 0
    var lastOpen = ""

    init(seed: UInt64, orders: Int = 400) {
      var random = SeededGenerator(seed: seed)
      var timed: [(Instant, String)] = []
      for number in 0..<orders {
        let time = Instant(microseconds: 1_790_000_000_000_000 + Int64(number) * 1_000_000)
        let id = "ord_\(10_000 + number * 7)"
        func add(_ milliseconds: Int64, _ text: String) {
          let at = time.advanced(byMicroseconds: milliseconds * 1000)
          timed.append((at, "\(at.rfc3339) INFO \(text)"))
        }
        add(0, "received order \(id) from user_\(10 + number % 9)")
        startedCount += 1
        add(Int64.random(in: 10...50, using: &random), "packing \(id) at desk \(number % 4)")
        if number < orders - 60, Int.random(in: 0..<10, using: &random) == 0 {
          openCount += 1
          lastOpen = id
        } else {
          let status = number % 3 == 0 ? 500 : 200
          add(Int64.random(in: 100...300, using: &random), "shipped order \(id) status=\(status)")
        }
      }
      lines = timed.sorted { $0.0 < $1.0 }.map(\.1)
    }

    func write() throws -> String {
      let path = Scratch.folder() + "/shop.log"
      try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path))
      return path
    }
  }

  private func text(_ reports: [FlowReport]) -> String {
    reports.map {
      "\($0.from) \($0.to) \($0.identifierName) \($0.startedCount) \($0.answeredCount) "
        + "\($0.waitingCount) \($0.latencies.quantile(0.5) ?? -1) \($0.openExamples)\n"
    }.joined()
  }

  @Test func `a flow is found, and its requests without an answer counted`() throws {
    let seed = freshSeed()
    print("seed \(seed)")
    let shop = Shop(seed: seed)
    let flows = LearnedFlows()
    try readFiles([try shop.write()]) { flows.consume($0, names: $1) }
    let reports = flows.reports(timeoutMicroseconds: nil)
    #expect(reports.count == 1, "\(text(reports))")
    let flow = try #require(reports.first)
    #expect(flow.from.text.hasPrefix("received order"))
    #expect(flow.to.text.hasPrefix("shipped order"))
    #expect(flow.identifierName == "ord")
    #expect(flow.startedCount == UInt64(shop.startedCount))
    #expect(flow.openCount == UInt64(shop.openCount))
    #expect(flow.answeredCount + flow.waitingCount + flow.openCount == flow.startedCount)
    #expect(flow.openExamples.last?.identifier == shop.lastOpen)
    let median = try #require(flow.latencies.quantile(0.5))
    #expect((100...300).contains(median))
  }

  @Test func `a flow that is named counts the same`() throws {
    let shop = Shop(seed: 3)
    let library = FormatLibrary.shipped()
    let flow = NamedFlow(
      start: try Condition("message ~ ^received", library: library),
      end: try Condition("message ~ ^shipped", library: library), idFields: [], library: library)
    try readFiles([try shop.write()]) { flow.consume($0, names: $1) }
    let report = flow.report(timeoutMicroseconds: 5_000_000)
    #expect(report.startedCount == UInt64(shop.startedCount))
    #expect(report.openCount == UInt64(shop.openCount))
    #expect(report.openExamples.last?.identifier == shop.lastOpen)
  }

  @Test
  func `however the events are cut into batches, and traces summed up, the flows are the same`()
    throws
  {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let path = try Shop(seed: seed).write()
    let whole = LearnedFlows(traceLimit: 64)
    let cut = LearnedFlows(traceLimit: 64)
    try readFiles([path]) { batch, names in
      var start = 0
      while start < batch.count {
        let end = min(batch.count, start + Int.random(in: 1...60, using: &random))
        cut.consume(batch.slice(start..<end), names: names)
        start = end
      }
      whole.consume(batch, names: names)
    }
    let expected = text(whole.reports(timeoutMicroseconds: nil))
    #expect(expected.contains("shipped"))
    #expect(text(cut.reports(timeoutMicroseconds: nil)) == expected)
  }

  @Test func `the fields of a message are no other step`() {
    #expect(
      LearnedFlows.withoutFields("request completed method=GET status=200") == "request completed")
    #expect(LearnedFlows.withoutFields("a=b") == "a=b")
    #expect(LearnedFlows.withoutFields("x => y=") == "x =>")
    #expect(LearnedFlows.withoutFields("plain text <*>") == "plain text <*>")
  }
}
