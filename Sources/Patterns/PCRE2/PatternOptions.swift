/// How an expression is read.
package struct PatternOptions: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Letters match both cases.
  package static let ignoringCase = PatternOptions(rawValue: 1 << 0)
  /// `^` and `$` match at every line of the subject, as they do in grok.
  package static let lines = PatternOptions(rawValue: 1 << 1)
  /// Not compiled to machine code: for a few matches that costs more than it saves.
  package static let interpreted = PatternOptions(rawValue: 1 << 2)
}
