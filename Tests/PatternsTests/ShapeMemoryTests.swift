import Events
import TestSupport
import Testing

@testable import Patterns

/// A message cut by the tokeniser, and the same looked up.
private struct Looker: ~Copyable {
  var tokenizer = Tokenizer()
  var shapes = ShapeMemory()

  struct Reading: Equatable {
    var key: UInt64
    var kinds: UInt32
  }

  mutating func cut(_ message: [UInt8], learns: Bool) -> Reading {
    let padded = message + Array(repeating: 0, count: EventBatch.bytePadding)
    return padded.withUnsafeBufferPointer { bytes in
      tokenizer.scan(bytes.baseAddress!, 0, message.count)
      let partial = PartialKey(
        tokenizer.tokens, tokenizer.count, tail: tokenizer.tailDelimiter)
      if learns { shapes.learn(tokenizer, partial, bytes.baseAddress!, 0, message.count) }
      let key = MessageKey(partial)
      return Reading(key: key.value, kinds: key.kinds)
    }
  }

  mutating func find(_ message: [UInt8]) -> Reading? {
    let padded = message + Array(repeating: 0, count: EventBatch.bytePadding)
    return padded.withUnsafeBufferPointer { bytes in
      let found = shapes.find(bytes.baseAddress!, 0, message.count, tokenizer.classes)
      if found < 0 { return nil }
      let key = MessageKey(shapes.key(found))
      return Reading(key: key.value, kinds: key.kinds)
    }
  }
}

@Suite struct ShapeMemoryTests {
  @Test(arguments: [
    ("order 17 created", "order 1234567 created"),
    (
      "cache hit for key session:f28c105d-1fb1-7c23-90c1-92cfd3ac94af",
      "cache hit for key session:7d2caf82-eeea-cbe2-26e8-75555790f82e"
    ),
    ("GET /api/v1/users/17/profile HTTP/1.1\" 200", "GET /api/v1/users/9/profile HTTP/2\" 200"),
    ("user=ann cmd=\"ls -la /tmp\" took 12.5ms", "user=ann cmd=\"rm -r x\" took 1ms"),
    ("10.0.0.1:50566 at 2026-05-07 10:11:12.123 done", "10.9.0.1:5 at 2026-06-08 00:11:12 done"),
    ("forwarded GET /a/b?c=d to 10.0.0.1:80", "forwarded GET /x to 10.0.0.2:8080"),
    ("same words", "same words  "),
    ("tty=5 ruser= rhost=10.0.0.1", "tty=7 ruser= rhost=10.0.0.77"),
    ("timeout = 10000 for 0x15", "timeout = 7 for 0x1f"),
    ("from 10.0.0.1 at Wed Jun 22 13:16:30 2005 on", "from 10.0.0.2 at Thu Jul 1 03:06:00 2010 on"),
    ("task 5 of Sun done", "task 17 of Sun done"),
  ])
  func `a message of a known shape is found`(_ known: String, _ other: String) {
    var looker = Looker()
    _ = looker.cut(Array(known.utf8), learns: true)
    let found = looker.find(Array(other.utf8))
    #expect(found != nil)
    #expect(found == looker.cut(Array(other.utf8), learns: false))
  }

  @Test(arguments: [
    ("order 17 created", "order 17 deleted"), ("order 17 created", "order 17 created 5"),
    ("order 17 created", "order x17 created"), ("took 5 ms", "took 5 Mar"),
    ("GET /a/5 HTTP/1.1\" 200", "GET /a/5 HTTP/1.1\" 500"),
    ("GET /a/5 HTTP/1.1\" 200", "GET /a/b HTTP/1.1\" 200"),
    ("a=\"5:6\" b", "a=\"2026-11-22 10:11:12\" b"), ("k=5 b", "k=5(a b"),
    ("5 a= b=", "5 a= b"), ("5 at Jun 3 11:12:13 x", "5 at Jun y 11:12:13 x"),
    ("5 at Sun x", "5 at Mon x"), ("5 by Sun x", "5 by Sun, Jun 3 11:12:13 x"),
  ])
  func `a message of another shape is not`(_ known: String, _ other: String) {
    var looker = Looker()
    let reading = looker.cut(Array(known.utf8), learns: true)
    #expect(looker.find(Array(other.utf8)) != reading)
  }

  @Test func `messages that begin alike are found, however many there are`() {
    var looker = Looker()
    let messages = (0..<600).map { number in
      let words = ["svc: ", number % 2 == 0 ? "17 " : ""].joined()
      let name = String(number, radix: 26).utf8.map { $0 < 0x40 ? $0 + 0x41 : $0 }
      return Array((words + "task-").utf8.dropLast()) + [0x20] + name + Array(" took 5 ms".utf8)
    }
    let readings = messages.map { looker.cut($0, learns: true) }
    let found = messages.map { looker.find($0) }
    #expect(zip(found, readings).allSatisfy { $0 == $1 })
  }

  /// What is found is what the tokeniser says, whatever was learnt before.
  @Test func `look-up and tokeniser agree on messages from parts`() {
    let seed = freshSeed()
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let parts = [
      "user", "GET", "/api/v1/users/", "/", "17", "5", "404", "10.0.0.1", "10.0.0.1:80",
      "a1b2c3d4e5",
      "f28c105d-1fb1-7c23-90c1-92cfd3ac94af", "12.5ms", "true", "msg", "key", "session:",
      "1.2.3.4:5", "1.2.3", ".4", ":70000", "12345678-", "12345678", "%", "x", "x:y",
      ":",
      "=", "= ", "\"", "'", "(", ")", "[", "]", "{", "}", " ", " ", " ", ",", ", ", ";", "|", "May",
      "Sat", "a=", "b= ", "Wed ", "Jun 22 13:16:30 2005", "Sat, 3 Jan 2026 1:02:03", "2026-05-07",
      "10:11:12", "http://a.example/b?c=d", "C:\\x", "\\", "HTTP/1.1", "GET ",
      "POST ", "GET /",
      "\" 200",
      "\" 200", "eth0", "a-b", "name.first", "-", ".", "@", "~/x", "é", "null", "5MB", "1,2,3",
      "?q=1", " MB", " B", "::1", "::ffff:", "f+0x1f", "/0x80", "w....0", "/min",
    ]
    var looker = Looker()
    var foundCount = 0
    var earlier: [[UInt8]] = []
    for _ in 0..<60_000 {
      var message: [UInt8] = []
      if let known = earlier.randomElement(using: &random),
        Int.random(in: 0..<3, using: &random) > 0
      {
        // A part of an earlier message gives way to another.
        message = known
        let start = Int.random(in: 0...message.count, using: &random)
        let end = min(message.count, start + Int.random(in: 0..<4, using: &random))
        message.replaceSubrange(start..<end, with: parts.randomElement(using: &random)!.utf8)
      } else {
        for _ in 0..<Int.random(in: 1..<12, using: &random) {
          message.append(contentsOf: parts.randomElement(using: &random)!.utf8)
        }
      }
      let found = looker.find(message)
      let wanted = looker.cut(message, learns: true)
      if let found {
        foundCount += 1
        #expect(found == wanted, "\(String(decoding: message, as: UTF8.self))")
        if found != wanted { return }
      }
      if earlier.count < 200 {
        earlier.append(message)
      } else {
        earlier[Int.random(in: 0..<200, using: &random)] = message
      }
    }
    #expect(foundCount > 1000)
  }
}
