import Testing

@testable import Patterns

/// One sample line of a shipped grok file, with the name above it.
struct GrokSample: Sendable, CustomTestStringConvertible {
  var file: String
  var name: String
  var text: String
  var mustMatch: Bool
  var testDescription: String { "\(name) \(mustMatch ? "+" : "-") \(text)" }

  static let all: [GrokSample] = ShippedFiles.under("grok/").flatMap { file in
    var name = ""
    return TextLines(file.bytes).compactMap { line -> GrokSample? in
      let text = String(decoding: line.bytes, as: UTF8.self)
      if text.hasPrefix("#+") || text.hasPrefix("#-") {
        return GrokSample(
          file: file.path, name: name, text: String(text.dropFirst(3)),
          mustMatch: text.hasPrefix("#+"))
      }
      if let first = text.first, first != "#" {
        name = String(text.prefix { $0 != " " })
      }
      return nil
    }
  }
}

@Test(arguments: GrokSample.all)
func `a shipped grok name matches its samples from end to end`(_ sample: GrokSample) throws {
  var pattern = try GrokLibrary.shipped.compile(
    "\\A(?:%{\(sample.name)})\\z", at: PatternPlace(file: sample.file, line: 1))
  let outcome = withBytes(of: sample.text) { pattern.match($0) }
  #expect(outcome == (sample.mustMatch ? .match : .noMatch))
}

@Test func `every shipped grok name has a sample that matches`() {
  let sampled = Set(GrokSample.all.filter(\.mustMatch).map(\.name))
  #expect(GrokLibrary.shipped.names.filter { !sampled.contains($0) } == [])
}

@Test(arguments: ShippedFiles.under("grok/").map(\.path))
func `a shipped grok file loads without problems`(_ path: String) throws {
  let file = try #require(ShippedFiles.under(path).first)
  var library = GrokLibrary.shipped
  #expect(library.load(file.bytes, path: path) == [])
  #expect(library.problems(in: path) == [])
}

@Test(arguments: GrokLibrary.shipped.names)
func `no shipped grok name runs away on hostile text`(_ name: String) throws {
  var pattern = try GrokLibrary.shipped.compile(
    "\\A(?:%{\(name)})\\z", at: PatternPlace(file: "test", line: 1))
  let pieces = ["a", "1", "a.", "1:", "/a", "\"a", "\\", "::", "a-", " ", "[a", "{ ", "é"]
  for piece in pieces {
    let text = String(repeating: piece, count: 1000) + "\u{1}"
    #expect(withBytes(of: text) { pattern.match($0) } != .limitReached)
  }
}
