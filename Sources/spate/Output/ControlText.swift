internal import Events
internal import Screens

enum ControlText {
  static func line(_ record: ControlRecord, names: EventNames) -> String {
    func name(_ source: SourceID) -> String { names.sources.name(source.rawValue) }
    switch record {
    case .tick(let time, let elapsed):
      return "# \(time.rfc3339) tick \(NumberText.fixed(Double(elapsed) / 1e6, digits: 3)) s"
    case .gap(let time, let source, let count, let reason):
      return
        "# \(time.rfc3339) gap \(name(source)) \(count.map { "\($0) bytes" } ?? "?"): \(reason)"
    case .option(let time, let option, let value):
      return "# \(time.rfc3339) option \(option) = \(value)"
    case .source(let time, let source, let state):
      return "# \(time.rfc3339) source \(name(source)): \(state)"
    }
  }
}
