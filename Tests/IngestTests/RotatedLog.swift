import Testing

@testable import Ingest

/// Tests of one log, `a.log`, whose lines tell its generations apart.
protocol RotatedLog {}

extension RotatedLog {
  func text(_ name: String, _ range: Range<Int>) -> String {
    let line = String(repeating: "a line that is long enough to tell files apart ", count: 3)
    return range.map { "\(name) \($0) \(line)\n" }.joined()
  }

  func follow(
    _ scratch: Scratch, _ options: IngestOptions = IngestOptions(), resume: [Stored] = []
  ) throws -> SourceSet {
    try scratch.open([.path(scratch.path + "a.log")], options, resume: resume)
  }
}
