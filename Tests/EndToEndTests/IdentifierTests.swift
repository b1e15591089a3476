import Foundation
import Testing

/// `spate cat --id`: all events of one thing, across services.
@Suite struct IdentifierTests {
  private static let api = """
    {"ts":"2026-11-22T09:31:00.100Z","level":"info","service":"api","msg":"received","order":"ord_1"}
    {"ts":"2026-11-22T09:31:00.200Z","level":"info","service":"api","msg":"received","order":"ord_12"}
    {"ts":"2026-11-22T09:31:03.000Z","level":"info","service":"api","msg":"answered","order":"ord_1"}

    """
  private static let worker = """
    2026-11-22T09:31:01.000Z ERROR work on ord_1 failed
    java.lang.IllegalStateException: no stock
    	at com.acme.Stock.take(Stock.java:12)
    2026-11-22T09:31:02.000Z INFO work on ord_12 done, as ord_1-b was

    """

  private func logs(_ program: Program) throws -> [String] {
    [try program.write(Self.api, to: "api.log"), try program.write(Self.worker, to: "worker.log")]
  }

  @Test(arguments: [true, false])
  func `all events of an identifier come in order, from files or a stream`(
    _ isStream: Bool
  ) throws {
    let program = Program()
    let logs = try logs(program)
    // One file after the other: the stream's order is not that of time.
    if isStream {
      for log in logs {
        let result = try program.run("record", "--once", "--stream", "shop", log)
        #expect(result.status == 0, "\(result.error)")
      }
    }
    let input = isStream ? ["--stream", "shop"] : logs
    let text = try program.run(["cat", "--id", "ord_1"] + input)
    #expect(text.status == 0, "\(text.error)")
    #expect(text.output.split(separator: "\n").filter { $0.hasPrefix("2026") }.count == 3)
    let json = try program.run(["cat", "--id", "ord_1", "--json"] + input)
    let messages = try json.lines.map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["message"] as? String)
    }
    #expect(messages == ["received", "work on ord_1 failed", "answered"])
    let both = try program.run(["cat", "--raw", "--id", "ord_1", "--id", "ord_12"] + input)
    #expect(both.lines.count == 7)
    let none = try program.run(["cat", "--id", "ord_"] + input)
    #expect(none.output.isEmpty)
    #expect(none.error == "spate: no event holds ord_\n")
  }

  @Test func `cat prints files as it prints a stream of them`() throws {
    let program = Program()
    let logs = try logs(program)
    _ = try program.run(["record", "--once", "--stream", "shop"] + logs)
    for form in [[], ["--raw"], ["--level", "error"], ["--where", "order = *"]] {
      let files = try program.run(["cat"] + form + logs)
      let stream = try program.run(["cat", "--stream", "shop"] + form)
      #expect(files.status == 0, "\(files.error)")
      #expect(!files.output.isEmpty)
      #expect(files.output == stream.output)
    }
    let name = try program.run("cat", "shop", "--raw")
    #expect(name.output == (try program.run("cat", "--stream", "shop", "--raw")).output)
    let wrong = try program.run("cat", "--from", "09:00", logs[0])
    #expect(wrong.status == 2)
    #expect(wrong.error.contains("files are read whole"))
  }

  @Test func `flows are found or named, with those that stay open`() throws {
    let program = Program()
    let found = try program.run(["flows", "--json"] + Program.shopLogs)
    #expect(found.status == 0, "\(found.error)")
    let flows = try found.lines.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let orders = try #require(
      flows.first { (($0["from"] as? [String: Any])?["step"] as? String) == "stock reserved" })
    let started = try #require(orders["started"] as? Int)
    let open = try #require(orders["open"] as? Int)
    #expect(started > 100)
    #expect(open > 0)
    #expect(orders["answered"] as! Int + (orders["waiting"] as! Int) + open == started)
    // What is told of one can be looked at.
    let example = try #require((orders["examples"] as? [[String: Any]])?.first?["id"] as? String)
    let events = try program.run(["cat", "--id", example] + Program.shopLogs)
    #expect(events.output.contains("stock reserved"))
    #expect(!events.output.contains("receipt sent"))
    let named = try program.run(
      [
        "flows", "--json", "--start", "message = 'stock reserved'", "--end",
        "message ~ 'receipt sent'", "--timeout", "10s",
      ] + Program.shopLogs)
    #expect(named.output.contains("\"started\":\(started),"), "\(named.output)")
    let text = try program.run(["flows"] + Program.shopLogs)
    #expect(text.output.contains("stock reserved → worker: receipt sent"))
    let half = try program.run(["flows", "--start", "a = b"] + Program.shopLogs)
    #expect(half.status == 2)
    #expect(half.error.contains("belong together"))
  }
}
