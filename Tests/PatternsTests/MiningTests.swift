import Events
import TestSupport
import Testing

@testable import Patterns

@Suite struct MiningTests {
  @Test func `messages that differ in values are one pattern`() {
    let miner = TemplateMiner()
    let batch = makeBatch(["order 17 created", "order 18 created", "order 19 deleted"])
    miner.mine(batch)
    #expect(batch.patterns[0] == batch.patterns[1])
    #expect(batch.patterns[0] != batch.patterns[2])
    #expect(miner.patternCount == 2)
  }

  @Test func `opposite words stay apart`() {
    let miner = TemplateMiner()
    _ = miner.templates(
      of: Array(repeating: ["VM started", "VM paused"], count: 50).flatMap(\.self))
    #expect(miner.patternCount == 2)
  }

  @Test func `an id that chance made of letters only is an id where one stands else`() {
    let ids = ["m_57f3ce", "m_1a2b3c", "m_ddaccf", "m_beaabd"]
    for other in ["m_closed", "m_ddaccfe", "n_ddaccf", "facade"] {
      let miner = TemplateMiner()
      let batch = makeBatch((ids + [other]).map { "limit reached for merchant \($0) today" })
      miner.mine(batch)
      #expect(Set(batch.patterns.prefix(4)) == [PatternID(rawValue: 0)])
      #expect(miner.template(batch.patterns[0]) == "limit reached for merchant <id> today")
      #expect(batch.patterns[4] == PatternID(rawValue: 1))
      let later = makeBatch(["limit reached for merchant m_accede today"])
      miner.match(later)
      #expect(later.patterns == [batch.patterns[0]])
    }
  }

  @Test func `a word of such letters is none where numbers stand`() {
    let miner = TemplateMiner()
    let batch = makeBatch(["step 123456 done", "step facade done"])
    miner.mine(batch)
    #expect(miner.patternCount == 2)
  }

  @Test func `many words in one place become a variable, and ids are forwarded`() {
    let miner = TemplateMiner()
    let names = ["ann", "bob", "cy", "dee", "eve", "fay", "gus"]
    let batch = makeBatch(names.map { "table \($0) was rebuilt" })
    miner.mine(batch)
    let present = Set(batch.patterns.map(miner.resolve))
    #expect(present.count == 1)
    #expect(miner.template(batch.patterns[0]) == "table <*> was rebuilt")
    // The oldest id stays, and with it the name.
    #expect(present == [PatternID(rawValue: 0)])
    let values = miner.variables(batch.patterns[0])
    #expect(values.count == 1 && values[0].distinctCount == 7)
    #expect(values[0].topValues.map(\.value).sorted() == names)
  }

  @Test func `changes tell births, widenings and merges in order`() {
    let miner = TemplateMiner()
    miner.mine(makeBatch(["user=ann is in", "user=bob is in"]))
    let changes = miner.takeChanges()
    #expect(
      changes == [
        .born(PatternID(rawValue: 0), []), .widened(PatternID(rawValue: 0)),
      ])
    #expect(miner.takeChanges().isEmpty)
    #expect(miner.patternCount == 1)
  }

  @Test func `one word in several places counts once`() {
    let words = ["cart", "payment", "shipping", "email", "ads", "catalog"]
    let templates = TemplateMiner().templates(
      of: words.map { "call to \($0) failed: \($0) is unavailable" })
    #expect(Set(templates) == ["call to <*> failed: <*> is unavailable"])
  }

  @Test func `lists of any length are one pattern`() {
    let templates = TemplateMiner().templates(of: [
      "hosts [10.0.0.1] are up", "hosts [10.0.0.1, 10.0.0.2] are up",
      "hosts [10.0.0.1, 10.0.0.2, 10.0.0.3] are up",
    ])
    #expect(Set(templates) == ["hosts [<ip>] are up"])
  }

  @Test func `the state of a field is part of the pattern, ids and measures are not`() {
    let lines = [200, 200, 502].map {
      #"{"msg": "request completed", "status": \#($0), "trace": "a\#($0)f", "ms": 1.5}"#
    }
    let miner = TemplateMiner()
    let batch = makeBatch(lines, structure: .json)
    for index in 0..<batch.count { batch.setMessage(index, "request completed") }
    miner.mine(batch)
    #expect(
      batch.patterns.map(miner.template) == [
        "request completed status=200", "request completed status=200",
        "request completed status=502",
      ])
  }

  @Test func `patterns that differ in level only say so, others do not`() {
    func line(_ level: String, _ status: Int) -> String {
      #"{"msg": "request (done)", "level": "\#(level)", "status": \#(status)}"#
    }
    let lines = [line("info", 200), line("error", 200), line("info", 502)]
    let miner = TemplateMiner()
    let batch = makeBatch(lines, structure: .json)
    for index in 0..<batch.count { batch.setMessage(index, "request (done)") }
    miner.mine(batch)
    #expect(
      batch.patterns.map(miner.template) == [
        "request (done) level=info status=200", "request (done) level=error status=200",
        "request (done) status=502",
      ])
  }

  @Test func `a size is one value, whatever its unit, which is shown where it never varies`() {
    let templates = TemplateMiner().templates(of: [
      "free 93.0 KB of 12 MB", "free 1 B of 13 MB", "free 7 GB of 14.5 MB",
    ])
    #expect(Set(templates) == ["free <size> of <num> MB"])
  }

  @Test func `a value in capitals is one where others have been seen`() {
    let miner = TemplateMiner()
    let batch = makeBatch([
      "logname= uid=0 in", "logname=LOGIN uid=0 in", "mode=COLD up", "mode=HOT up",
    ])
    miner.mine(batch)
    #expect(
      Set(batch.patterns.map(miner.template))
        == ["logname=<*> uid=<num> in", "mode=COLD up", "mode=HOT up"])
  }

  @Test func `fields are the message where there is no other`() {
    let miner = TemplateMiner()
    let batch = makeBatch(
      [#"{"path": "/a", "status": 200, "ms": 3}"#, #"{"path": "/b", "status": 200, "ms": 4.5}"#],
      structure: .json)
    miner.mine(batch)
    #expect(batch.patterns[0] == batch.patterns[1])
    #expect(miner.template(batch.patterns[0]) == "path=<path> status=200 ms=<num>")
  }

  @Test func `parts of an oversized event carry no pattern`() {
    let batch = makeBatch(["one", "two"])
    batch.records[1].flags.insert(.part)
    TemplateMiner().mine(batch)
    #expect(batch.patterns[0] != .none)
    #expect(batch.patterns[1] == .none)
  }

  @Test func `matching learns nothing`() {
    let miner = TemplateMiner()
    miner.mine(makeBatch(["user=ann is in", "user=bob is in"]))
    let batch = makeBatch(["user=zoe is in", "something else"])
    miner.match(batch)
    #expect(batch.patterns == [PatternID(rawValue: 0), .none])
    #expect(miner.patternCount == 1)
  }

  @Test func `traits tell failures`() {
    let miner = TemplateMiner()
    let batch = makeBatch(["IOException in reader", "connection_refused by 10.0.0.1", "all well"])
    miner.mine(batch)
    #expect(
      batch.patterns.map { miner.traits($0).contains(.hasFailureWord) } == [true, true, false])
  }

  @Test func `traits tell what a program does not survive, and failed requests`() {
    let miner = TemplateMiner()
    let batch = makeBatch([
      "panic: runtime error", "Out of memory: Killed process 77 (sync)", "memory at 4 percent",
      #""GET /cart HTTP/1.1" 503 -"#, #""GET /cart HTTP/1.1" 404 -"#, "stored 503 rows",
    ])
    miner.mine(batch)
    let traits = batch.patterns.map { miner.traits($0) }
    #expect(traits.map { $0.contains(.isGrave) } == [true, true, false, false, false, false])
    #expect(
      traits.map { $0.contains(.isFailedRequest) } == [false, false, false, true, false, false])
  }

  @Test func `numbers have quantiles`() {
    let miner = TemplateMiner()
    let batch = makeBatch((1...1000).map { "took_ms=\($0) done" })
    miner.mine(batch)
    let variable = miner.variables(batch.patterns[0])[0]
    #expect(variable.name == "took_ms" && variable.type == "num")
    let (p50, _, p99) = variable.quantiles!
    #expect((430...580).contains(p50) && (850...1120).contains(p99))
    #expect(!variable.distinctIsExact)
  }

  @Test(arguments: [
    (["2"], 2.0, 2.0), (["-7", "3", "3", "90"], 3, 90), (["-7", "-7", "1"], -7, 1),
  ])
  func `quantiles of few values are exact`(_ values: [String], _ p50: Double, _ p99: Double) {
    let miner = TemplateMiner()
    let batch = makeBatch(values.map { "took_ms=\($0) done" })
    miner.mine(batch)
    let variable = miner.variables(batch.patterns[0]).first
    if let quantiles = variable?.quantiles {
      #expect(quantiles.0 == p50 && quantiles.2 == p99)
    } else {
      Issue.record("no quantiles")
    }
  }

  @Test func `numbers below zero come before those above`() {
    let miner = TemplateMiner()
    let batch = makeBatch((-1000...1000).map { "offset_ms=\($0) done" })
    miner.mine(batch)
    let (p50, _, p99) = miner.variables(batch.patterns[0])[0].quantiles!
    #expect(p50.magnitude < 150 && (850...1120).contains(p99), "\(p50) \(p99)")
  }

  @Test(arguments: [UInt64](1...5))
  func `what a line becomes depends on the lines before it only`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let lines = randomMessages(600, &random)
    let whole = TemplateMiner()
    let cut = TemplateMiner()
    let batch = makeBatch(lines)
    whole.mine(batch)
    var ids: [PatternID] = []
    var start = 0
    while start < lines.count {
      let end = min(lines.count, start + Int.random(in: 1...90, using: &random))
      let part = makeBatch(Array(lines[start..<end]))
      cut.mine(part)
      ids += part.patterns
      start = end
    }
    #expect(ids == batch.patterns, "seed \(seed)")
    #expect(Set(ids).map(whole.key).sorted() == Set(ids).map(cut.key).sorted(), "seed \(seed)")
  }

  @Test(arguments: [UInt64](1...5))
  func `a copy goes on as the original does`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let lines = randomMessages(600, &random)
    let miner = TemplateMiner()
    miner.mine(makeBatch(Array(lines[..<300])))
    let copy = miner.copy()
    let rest = makeBatch(Array(lines[300...]))
    let same = makeBatch(Array(lines[300...]))
    miner.mine(rest)
    copy.mine(same)
    #expect(rest.patterns == same.patterns, "seed \(seed)")
    #expect(miner.patternCount == copy.patternCount, "seed \(seed)")
    for id in Set(rest.patterns) {
      #expect(miner.template(id) == copy.template(id), "seed \(seed)")
      #expect(miner.expression(id) == copy.expression(id), "seed \(seed)")
    }
  }

  @Test(arguments: [UInt64](1...5))
  func `the expression of a pattern matches its messages`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let lines = randomMessages(600, &random)
    let miner = TemplateMiner()
    let batch = makeBatch(lines)
    miner.mine(batch)
    for (index, id) in batch.patterns.enumerated() {
      let matcher = try LineMatcher(miner.expression(id))
      #expect(
        matcher.matches(batch.message(index)),
        "\(miner.expression(id)) of \(lines[index]), seed \(seed)")
    }
  }

  @Test func `the expression of a pattern with fields matches the bodies of its events alone`()
    throws
  {
    let texts = [#"a \"b\" c"#, "ready", #"a \"b\" c"#, "ready"]
    let lines = texts.indices.map {
      #"{"ms": 17, "status": \#($0 < 2 ? 200 : 502), "msg": "\#(texts[$0])", "id": "x"}"#
    }
    let miner = TemplateMiner()
    let batch = makeBatch(lines, structure: .json)
    for index in texts.indices { batch.setMessage(index, texts[index]) }
    miner.mine(batch)
    #expect(Set(batch.patterns).count == 4)
    let overlaps = PatternOverlaps(miner)
    for (own, id) in batch.patterns.enumerated() {
      #expect(miner.expressionReadsFields(id))
      let matcher = try LineMatcher(miner.expression(id))
      for other in 0..<batch.count {
        #expect(matcher.matches(batch.raw(other)) == (own == other), "\(miner.expression(id))")
      }
      #expect(overlaps.others(of: id).isEmpty)
    }
  }

  @Test func `what else an expression matches is told`() {
    let miner = TemplateMiner()
    let batch = makeBatch([
      "name=\"a b\" of x", "name=\"a\" or \"b\" of x", "read /a/b now", "read one now",
    ])
    miner.mine(batch)
    let overlaps = PatternOverlaps(miner)
    let found = batch.patterns.map { overlaps.others(of: $0) }
    #expect(found == [[batch.patterns[1]], [], [], []])
  }

  @Test func `what was merged can be taken out again, and stays apart`() {
    let miner = TemplateMiner()
    let names = ["ann", "bob", "cy", "dee", "eve", "fay", "gus"]
    let batch = makeBatch(names.map { "table \($0) was rebuilt" })
    miner.mine(batch)
    let merged = miner.resolve(batch.patterns[0])
    #expect(
      miner.children(merged).map(\.template)
        == ["bob", "cy", "dee", "eve"].map { "table \($0) was rebuilt" })
    _ = miner.takeChanges()
    miner.split(merged)
    #expect(miner.takeChanges().count == 4)
    #expect(miner.children(merged).isEmpty)
    let copy = miner.copy()
    let more = ["bob", "zoe", "eve", "ann", "hal", "ida", "jim"]
    let expected = more.map { name in
      "table \(["bob", "eve"].contains(name) ? name : "<*>") was rebuilt"
    }
    #expect(miner.templates(of: more.map { "table \($0) was rebuilt" }) == expected)
    #expect(copy.templates(of: more.map { "table \($0) was rebuilt" }) == expected)
  }

  @Test func `of many patterns the values of the recent ones are known`() {
    let miner = TemplateMiner()
    let names = (0..<PatternStore.sketchLimit + 100).map { number in
      String(
        decoding: String(number, radix: 26).utf8.map { $0 < 0x40 ? $0 + 0x41 : $0 }, as: UTF8.self)
    }
    // No two of one build with one word of difference: they would be merged.
    let lines = names.map { "q\($0) r\($0) s\($0) t\($0) u\($0) v\($0) w\($0) x\($0) took 5" }
    let batch = makeBatch(lines)
    miner.mine(batch)
    miner.mine(makeBatch(lines))
    #expect(!miner.variables(batch.patterns.last!)[0].distinctIsExact)
    // What returns soon takes the place of what does not.
    miner.mine(makeBatch([lines.last!, lines.last!.replacing("took 5", with: "took 6")]))
    #expect(miner.variables(batch.patterns.last!)[0].distinctCount == 2)
    let oldest = miner.variables(batch.patterns[0])[0]
    #expect(oldest.distinctCount == 1 && !oldest.distinctIsExact)
  }

  @Test func `a pinned pattern is not merged`() {
    let miner = TemplateMiner()
    let batch = makeBatch(["table ann was rebuilt"])
    miner.mine(batch)
    miner.pin(batch.patterns[0])
    let names = ["bob", "cy", "dee", "eve", "fay", "gus", "ann"]
    let templates = miner.templates(of: names.map { "table \($0) was rebuilt" })
    #expect(templates.last == "table ann was rebuilt")
    #expect(Set(templates.dropLast()) == ["table <*> was rebuilt"])
  }

  @Test func `the least recent patterns give way, and are not new when they return`() {
    var options = MinerOptions()
    options.patternLimit = 64
    let miner = TemplateMiner(options)
    let lines = (0..<100).map { number in
      // Different builds, so that nothing can be drawn together.
      String(repeating: "a ", count: number % 10)
        + String(repeating: "b,c ", count: number / 10 + 1)
    }
    let batch = makeBatch(lines)
    miner.mine(batch)
    let living = Set(batch.patterns.map(miner.resolve))
    #expect(living.count <= 65)
    _ = miner.takeChanges()
    miner.mine(makeBatch([lines[0], lines[1]]))
    #expect(miner.takeChanges().isEmpty)
  }

  /// Messages of a few builds with words and values at random.
  private func randomMessages(_ count: Int, _ random: inout SeededGenerator) -> [String] {
    let names = ["ann", "bob", "cy", "dee", "eve", "fay", "gus", "hal", "ida", "joe", "kim"]
    return (0..<count).map { _ in
      let name = names.randomElement(using: &random)!
      let number = Int.random(in: 0...9999, using: &random)
      let path = Bool.random(using: &random) ? "/srv/\(name)" : name
      return switch Int.random(in: 0...8, using: &random) {
      case 0: "user \(name) logged in from 10.0.0.\(number % 256)"
      case 1: "session opened for \(name) (uid=\(number))"
      case 2: "\(name): calling \(names.randomElement(using: &random)!)"
      case 3: "load \(path) took \(number)\(["", "ms", "s"].randomElement(using: &random)!)"
      case 4: "items [\(names.prefix(1 + number % 4).joined(separator: ", "))]  kept"
      case 5: "key=\(path) value=\(number % 2 == 0 ? "" : "x{1,2}") end"
      case 6:
        "\"GET /a/\(name)/\(number)\(number % 2 == 0 ? "" : "?q=1") HTTP/1.1\" 20\(number % 3)"
      case 7: "copy of \(path) at 2026-11-22 09:31:0\(number % 10),5: ok."
      default: "job \(name)-\(number) ended with \(number % 2 == 0 ? "0x1f" : "12") (\(name))"
      }
    }
  }
}

@Suite struct MiningLengthTests {
  @Test func `a command of any number of words is one variable`() {
    let templates = TemplateMiner().templates(
      of: ["ls -la /tmp", "git pull", "make clean all now", "true", "cat /etc/hosts"].map {
        "running cmd=\($0) as root"
      })
    #expect(Set(templates.dropFirst(3)) == ["running cmd=<*> as root"])
    #expect(Set(templates).count == 1)
  }

  @Test func `values of one and of several words are one variable`() {
    let names = [
      "cpu", "disk", "queue", "heap", "net", "swap", "open files", "idle time", "wait io x",
    ]
    let templates = TemplateMiner().templates(of: names.map { "metric \($0) above threshold" })
    #expect(Set(templates) == ["metric <*> above threshold"])
  }

  @Test func `what goes on as prose stays apart`() {
    let miner = TemplateMiner()
    let templates = miner.templates(of: [
      "connection to db opened", "connection to db closed unexpectedly", "connection to cache",
      "connection to db refused by peer", "connection to web timed out at once",
    ])
    #expect(Set(templates).count == 5)
  }
}
