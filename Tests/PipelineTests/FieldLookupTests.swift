import Events
import Foundation
import Patterns
import Testing

@testable import Pipeline

/// Fields found by their names are those that are listed.
@Suite struct FieldLookupTests {
  static let fixtures: [String] = {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = repository.path + "/Fixtures/shop"
    return (try! FileManager.default.contentsOfDirectory(atPath: folder)).sorted()
      .map { folder + "/" + $0 }
  }()

  private static func text(_ value: EventField.Value) -> String? {
    switch value {
    case .text(let text), .number(let text): text
    case .flag(let flag): flag ? "true" : "false"
    case .json(let text): text == "null" ? nil : text
    }
  }

  /// Writes lines to a file and reads them as events.
  private func read(
    _ lines: [String], _ body: (EventBatch, EventNames) throws -> Void
  ) throws {
    let path = Scratch.folder() + "/app.log"
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path))
    try readFiles([path], batch: body)
  }

  @Test func `a field that is listed is found by its name, in every format`() throws {
    let library = FormatLibrary.shipped()
    var names: Set<String> = []
    try readFiles(Self.fixtures) { batch, producer in
      for index in 0..<batch.count {
        for field in fields(of: index, in: batch, library: library, names: producer) {
          names.insert(field.name)
        }
      }
    }
    let sorted = names.sorted()
    #expect(sorted.count > 40)
    let lookup = FieldLookup(sorted, library: library)
    var checkedCount = 0
    try readFiles(Self.fixtures) { batch, producer in
      for index in 0..<batch.count {
        lookup.read(index, of: batch, names: producer)
        var seen: Set<String> = []
        for field in fields(of: index, in: batch, library: library, names: producer) {
          guard seen.insert(field.name).inserted, let expected = Self.text(field.value) else {
            continue
          }
          let found = lookup.value(sorted.firstIndex(of: field.name)!).map {
            String(decoding: $0, as: UTF8.self)
          }
          #expect(
            found == expected,
            "\(field.name) in \(String(decoding: batch.raw(index), as: UTF8.self))")
          checkedCount += 1
        }
      }
    }
    #expect(checkedCount > 10_000)
  }

  struct Case {
    var line: String
    var name: String
    var value: String?
  }

  @Test(arguments: [
    Case(
      line: #"{"msg":"x","http":{"status":502,"u":{"id":"a\"b"}}}"#, name: "http.status",
      value: "502"),
    Case(
      line: #"{"msg":"x","http":{"status":502,"u":{"id":"a\"b"}}}"#, name: "http.u.id",
      value: "a\"b"),
    Case(line: #"{"msg":"x","http.status":502}"#, name: "http.status", value: "502"),
    Case(line: #"{"msg":"x","xstatus":502}"#, name: "status", value: nil),
    Case(line: #"{"msg":"x","a":{"status":1},"status":2}"#, name: "status", value: "2"),
    Case(line: #"{"msg":"x","status":null}"#, name: "status", value: nil),
    Case(line: #"{"msg":"took=15ms to run"}"#, name: "took", value: "15ms"),
    Case(line: "2026-11-22T09:31:02Z INFO done in took: 15ms, rows=3", name: "took", value: "15ms"),
    Case(line: "2026-11-22T09:31:02Z INFO done in took: 15ms, rows=3", name: "rows", value: "3"),
    Case(line: "2026-11-22T09:31:02Z INFO call std::took=x mistook=y", name: "took", value: "x"),
    Case(line: "2026-11-22T09:31:02Z INFO GET /a?user=5&b=2", name: "user", value: "5"),
    Case(line: #"2026-11-22T09:31:02Z INFO name="a b" x=1"#, name: "name", value: "a b"),
    Case(line: "2026-11-22T09:31:02Z INFO nothing of it", name: "took", value: nil),
    Case(line: "level=info msg=hello ok user=7", name: "user", value: "7"),
  ])
  func `a name finds its value where it stands`(_ c: Case) throws {
    let lookup = FieldLookup([c.name], library: .shipped())
    var values: [String?] = []
    try read([c.line]) { batch, names in
      for index in 0..<batch.count {
        lookup.read(index, of: batch, names: names)
        values.append(lookup.value(0).map { String(decoding: $0, as: UTF8.self) })
      }
    }
    #expect(values == [c.value])
  }
}
