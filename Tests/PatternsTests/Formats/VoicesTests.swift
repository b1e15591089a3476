import Events
import TestSupport
import Testing

@testable import Patterns

/// Sources that several programs share.
struct VoicesTests {
  /// Lines of one event, as `lines` numbers them from 0.
  private func grouped(_ text: String) -> [[Int]] {
    var rest = Array(text.split(separator: "\n", omittingEmptySubsequences: false).enumerated())
    return recognizeAll(Array(text.utf8)).events.map { event in
      String(decoding: event.raw, as: UTF8.self).split(separator: "\n").compactMap { line in
        rest.firstIndex { $0.element == line }.map { rest.remove(at: $0).offset }
      }
    }
  }

  @Test(arguments: ["api-1  | ", "[pod/api-1/app] ", "api-7d9fc4b5d8-x2x7k app "])
  func `a trace stays whole while another container speaks`(_ prefix: String) {
    let other = prefix.replacing("api", with: "web")
    let text = """
      \(prefix)2026-11-22 10:00:01,120 ERROR cannot save
      \(other)2026-11-22 10:00:01,130 INFO one
      \(prefix)Traceback (most recent call last):
      \(prefix)  File "cart.py", line 42, in save
      \(other)2026-11-22 10:00:01,140 INFO two
      \(other)2026-11-22 10:00:01,150 WARN three
      \(prefix)KeyError: 'u17'
      \(other)  indented, so three goes on
      \(prefix)2026-11-22 10:00:01,160 INFO saved

      """
    #expect(grouped(text) == [[0, 2, 3, 6], [1], [4], [5, 7], [8]])
  }

  @Test func `parts of both streams are put together each for itself`() {
    let text = """
      2026-11-22T10:00:02.1Z stdout P {"level":"error","msg":"payment\u{20}
      2026-11-22T10:00:02.2Z stderr P 2026-11-22 10:00:02 WARN between\u{20}
      2026-11-22T10:00:02.3Z stdout P declined","order":"o
      2026-11-22T10:00:02.4Z stderr F two
      2026-11-22T10:00:02.5Z stdout F 18"}

      """
    let events = recognizeAll(Array(text.utf8)).events
    #expect(events.map(\.message) == ["payment declined", "between two"])
    #expect(events.map(\.severity) == [.error, .warn])
    #expect(events.map(\.lineCount) == [3, 2])
  }

  @Test func `what the runtime took later is no part of a trace`() {
    func lines(_ second: String) -> String {
      """
      2026-11-22T10:00:02.100Z stderr F 2026-11-22 10:00:02 WARN low on memory
      2026-11-22T10:00:02.110Z stdout F between
      2026-11-22T10:00:0\(second)Z stderr F Traceback (most recent call last):
      2026-11-22T10:00:0\(second)Z stderr F   File "cart.py", line 42, in save
      2026-11-22T10:00:0\(second)Z stderr F KeyError: 'u17'

      """
    }
    #expect(grouped(lines("2.120")) == [[0, 2, 3, 4], [1]])
    #expect(grouped(lines("2.420")) == [[0], [1], [2, 3, 4]])
  }

  @Test func `a value over several lines is read without what stands before each`() {
    let text = """
      api-1  | {
      web-1  | 2026-11-22T10:00:01Z INFO between
      api-1  |   "time": "2026-11-22T10:00:02Z", "level": "warn",
      api-1  |   "message": "no \\"space\\""
      api-1  | }
      {"log":"{\\n","stream":"stdout","time":"2026-11-22T10:00:03Z"}

      """
    let events = recognizeAll(Array(text.utf8)).events
    #expect(events[0].message == "no \"space\"")
    #expect(events[0].severity == .warn)
    #expect(events[0].service == "api")
    #expect(written(events[0].time) == "2026-11-22T10:00:02Z")
    let docker = ["{", #"  \"level\": \"error\","#, #"  \"msg\": \"gone\""#, "}"].map {
      #"{"log":"\#($0)\n","stream":"stdout","time":"2026-11-22T10:00:03Z"}"# + "\n"
    }.joined()
    let decoded = recognizeAll(Array(docker.utf8)).events
    #expect(decoded.map(\.message) == ["gone"])
    #expect(decoded.map(\.severity) == [.error])
  }

  @Test func `an event waits for its voice no longer than the limit`() {
    func text(_ others: Int) -> String {
      "a-1 | 2026-11-22 10:00:01 ERROR first\n"
        + (0..<others).map { "b-1 | 2026-11-22 10:00:02 INFO other \($0)\n" }.joined()
        + "a-1 |   at the end\n"
    }
    let near = recognizeAll(Array(text(VoiceTable.lineReach - 1).utf8)).events
    #expect(near[0].lineCount == 2)
    let far = recognizeAll(Array(text(VoiceTable.lineReach).utf8)).events
    #expect(far[0].lineCount == 1)
    #expect(far.last?.message == "  at the end")
  }

  @Test func `what is held is bounded by bytes and by voices`() {
    let filler = String(repeating: "x", count: 4000)
    let long =
      "a-1 | 2026-11-22 10:00:01 ERROR first\n"
      + (0..<40).map { "b-1 | 2026-11-22 10:00:02 INFO \($0) \(filler)\n" }.joined()
      + "a-1 |   at the end\n"
    #expect(recognizeAll(Array(long.utf8)).events.first?.lineCount == 1)
    func crowd(_ count: Int) -> String {
      (0..<count).map { "v\($0)x | 2026-11-22 10:00:01 ERROR first\n" }.joined()
        + "v0x |   goes on\n"
    }
    #expect(recognizeAll(Array(crowd(VoiceTable.voiceLimit).utf8)).events[0].lineCount == 2)
    #expect(recognizeAll(Array(crowd(VoiceTable.voiceLimit + 1).utf8)).events[0].lineCount == 1)
  }

  @Test func `a voice that is silent is not waited for while others speak`() {
    var names = EventNames()
    let start = Instant(seconds: 1_795_600_000)
    var recognizer = EventRecognizer(
      RecognizerOptions(
        library: library, source: SourceID(rawValue: 0), serviceName: "source", reference: start))
    var text: [UInt8] = []
    func at(_ milliseconds: Int64) -> Instant {
      start.advanced(byMicroseconds: milliseconds * 1000)
    }
    /// The messages of the events that are complete after the line, and then after silent voices went.
    func add(_ line: String, _ now: Instant) -> [String] {
      text += Array((line + "\n").utf8)
      var messages: [String] = []
      for isSecond in [false, true] {
        let batch = EventBatch(byteCapacity: 4096)
        batch.append(bytes: text, count: text.count)
        var ends = LineEnds()
        for (i, byte) in text.enumerated() where byte == 0x0a { ends.append(UInt32(i + 1)) }
        let origin = BufferOrigin(generation: 0, sourceOffset: 0, index: 0)
        let done =
          isSecond
          ? recognizer.flushSilent(
            since: now.advanced(byMicroseconds: -300_000), batch, filled: text.count,
            origin: origin, now: now, names: &names)
          : recognizer.recognize(
            batch, filled: text.count, ends: ends, origin: origin, now: now, names: &names)
        messages += (0..<batch.count).map {
          String(decoding: batch.message($0), as: UTF8.self)
        }
        text.removeFirst(done)
      }
      return messages
    }
    #expect(add("a-1 | 2026-11-22 10:00:01 INFO a0", at(0)) == [])
    #expect(add("b-1 | 2026-11-22 10:00:01 INFO b0", at(100)) == [])
    #expect(add("b-1 | 2026-11-22 10:00:01 INFO b1", at(200)) == [])
    #expect(add("b-1 | 2026-11-22 10:00:01 INFO b2", at(300)) == ["a0", "b0", "b1"])
    let holdsNewest = recognizer.holdsEvents
    #expect(holdsNewest)
  }

  // MARK: - Properties

  /// Lines of several programs that take turns at random, with traces, parts and odd lines between.
  private func conversation(_ random: inout SeededGenerator) -> [UInt8] {
    let prefixes: [(Int) -> String] = [
      { "svc\($0)-1  | " }, { "[pod/svc\($0)-7d9fc4b5d8-x2x7k/app] " },
      { "2026-11-22T10:00:02.00\($0)Z std\($0 % 2 == 0 ? "out F" : "err F") " },
    ]
    let contents = [
      "2026-11-22 10:00:02,120 ERROR [shop.cart] cannot save", "Traceback (most recent call last):",
      "  File \"cart.py\", line 42, in save", "KeyError: 'u17'", "{", "  \"a\": 1", "}", "",
      "\tat com.example.Main.run(Main.java:7)", #"{"level":"info","msg":"a \"b\""}"#,
      "2026-11-22 10:00:02,120 INFO \u{1b}[31mred\u{1b}[0m", "text",
    ]
    let prefix = prefixes.randomElement(using: &random)!
    let count = Int.random(in: 1...5, using: &random)
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 1...120, using: &random) {
      let isBare = Int.random(in: 0..<30, using: &random) == 0
      let number = Int.random(in: 0..<count, using: &random)
      var line = isBare ? "" : prefix(number)
      if Int.random(in: 0..<20, using: &random) == 0 { line = line.replacing(" F ", with: " P ") }
      line += contents.randomElement(using: &random)!
      if Int.random(in: 0..<120, using: &random) == 0 {
        line += String(repeating: "y", count: Int.random(in: 1000...70_000, using: &random))
      }
      text += Array((line + "\n").utf8)
    }
    if Bool.random(using: &random) { text.removeLast() }
    return text
  }

  private func sortedLines(_ text: [UInt8]) -> [String] {
    text.split(separator: 0x0a, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  @Test func `voices that take turns lose no line, wherever the input is cut`() {
    let seed = freshSeed()
    var random = SeededGenerator(seed: seed)
    for round in 0..<60 {
      let text = conversation(&random)
      let whole = recognizeAll(text, withFields: round % 4 == 0).events
      #expect(
        sortedLines(whole.flatMap(\.raw)) == sortedLines(text), "seed \(seed), round \(round)")
      let largest = text.count < 4000 ? 90 : 30_000
      let pieces = recognizeAll(text) { Int.random(in: 0...largest, using: &random) }.events
      #expect(firstDifference(pieces, whole) == nil, "seed \(seed), round \(round)")
    }
  }

  @Test func `events up to any end of them are a front of the source without a hole`() {
    let seed = freshSeed()
    var random = SeededGenerator(seed: seed)
    for round in 0..<60 {
      let text = conversation(&random)
      let events = recognizeAll(text).events
      var front: [UInt8] = []
      for (index, event) in events.enumerated() {
        front += event.raw
        let end = Int(event.sourceEndOffset)
        if index + 1 < events.count, Int(events[index + 1].sourceEndOffset) == end { continue }
        #expect(front.count == end, "seed \(seed), round \(round), event \(index)")
        #expect(
          sortedLines(front) == sortedLines(Array(text[..<end])), "seed \(seed), round \(round)")
      }
    }
  }
}
