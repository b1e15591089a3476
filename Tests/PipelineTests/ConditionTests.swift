import Events
import Foundation
import Patterns
import Testing

@testable import Pipeline

/// The language of `--where`.
@Suite struct ConditionTests {
  private static let library = FormatLibrary.shipped()

  private static let lines = [
    #"{"ts":"2026-11-22T09:31:00Z","level":"info","service":"api","msg":"served","status":200,"took":"15ms","path":"/a/1"}"#,
    #"{"ts":"2026-11-22T09:31:01Z","level":"error","service":"api","msg":"timeout (upstream)","status":502,"took":"2s"}"#,
    #"{"ts":"2026-11-22T09:31:02Z","level":"warn","service":"db","msg":"slow query","rows":1e3,"path":"/b"}"#,
    #"{"ts":"2026-11-22T09:31:03Z","level":"info","service":"web","msg":"or and","status":404,"or":"x"}"#,
  ]

  /// Which of the lines pass, counted from 0.
  private func passing(_ text: String) throws -> [Int] {
    let path = Scratch.folder() + "/app.log"
    try Data(Self.lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path))
    let condition = try Condition(text, library: Self.library)
    var passing: [Int] = []
    var offset = 0
    try readFiles([path]) { batch, names in
      for index in 0..<batch.count where condition.holds(batch, index, names: names) {
        passing.append(offset + index)
      }
      offset += batch.count
    }
    return passing
  }

  @Test(arguments: [
    ("service = api", [0, 1]), ("service == api", [0, 1]), ("service != api", [2, 3]),
    ("service = a*", [0, 1]), ("service = \"a*\"", []), ("service in (db, 'web')", [2, 3]),
    ("level >= warn", [1, 2]), ("level = WARN", [2]), ("level < warn", [0, 3]),
    ("level in (warn, error)", [1, 2]), ("level = *r*", [1, 2]),
    ("status = 5*", [1]), ("status >= 400", [1, 3]), ("status = *", [0, 1, 3]),
    ("not status = *", [2]), ("!(status = *)", [2]), ("status != 200", [1, 2, 3]),
    ("took > 1s", [1]), ("took <= 15ms", [0]), ("rows = 1e3 and rows > 999", [2]),
    ("message ~ \"time(out)?\"", [1]), ("message ~ ^s", [0, 2]), ("message !~ ^s", [1, 3]),
    ("message ~ \\(up", [1]), ("text ~ '\"rows\"'", [2]), (".level = warn", [2]),
    ("service = api and level = info", [0]), ("service=api&&level=info", [0]),
    ("service = api or service = db and level = info", [0, 1]),
    ("(service = api or service = db) and level != info", [1, 2]),
    ("NOT service = api AND NOT service = db", [3]), ("or = x", [3]),
    ("path = /*/1", [0]), ("path = /b", [2]), ("path = *b*", [2]), ("lines = 1", [0, 1, 2, 3]),
    ("nothing = x", []), ("nothing != x", [0, 1, 2, 3]),
  ])
  func `a condition chooses events`(_ text: String, _ expected: [Int]) throws {
    #expect(try passing(text) == expected, "\(text)")
  }

  @Test(arguments: [
    ("", 0), ("service", 7), ("service =", 9), ("service = api level = info", 14),
    ("(a = 1", 0), ("a = 1)", 5), ("level > much", 8), ("took > fast", 7), ("a ~ 'x(y'", 8),
    ("a = 'x", 4), ("a in x", 5), ("a in (x", 5), ("pattern = x", 0), ("a = 1 and", 9), ("= 5", 0),
  ])
  func `a condition that cannot be read is pointed at`(_ text: String, _ offset: Int) throws {
    do throws(ConditionProblem) {
      _ = try Condition(text, library: Self.library)
      Issue.record("\(text) was read")
    } catch {
      #expect(error.offset == offset, "\(text): \(error.message)")
    }
  }

  @Test func `no text that a person may type ends the program`() throws {
    let parts = [
      "a", "=", "and", "(", ")", "not", "~", "'", "\"", "in", ",", "5*", "<", " ", "!", "\\", "é",
    ]
    for first in parts {
      for second in parts {
        for third in parts {
          _ = try? Condition(first + second + " " + third, library: Self.library)
        }
      }
    }
  }

  @Test(arguments: [
    ("12", 12, ReadNumber.Unit.none), ("-0.25", -0.25, .none), ("1.5e3", 1500, .none),
    ("15ms", 15, .milliseconds), ("1.5s", 1500, .milliseconds), ("2 MB", 2_000_000, .bytes),
    ("1m30s", 90_000, .milliseconds), ("95%", 95, .percent), ("0.1", 0.1, .none),
    ("250µs", 0.25, .milliseconds), ("123456789.125", 123_456_789.125, .none),
    ("9007199254740993", 9_007_199_254_740_992, .none), ("1e-7", 1e-7, .none),
  ])
  func `numbers are read with their units`(
    _ text: String, _ value: Double, _ unit: ReadNumber.Unit
  ) throws {
    let number = try #require(ReadNumber(text))
    #expect(number.value == value)
    #expect(number.unit == unit)
  }

  @Test(arguments: ["", "-", "x", "1.2.3", "10.0.0.1", "12x", "1e", "5 apples", "1s2", "1m x"])
  func `what is no number is none`(_ text: String) {
    #expect(ReadNumber(text) == nil)
  }
}
