internal import Events

/// One format as its file declares it.
struct FormatDeclaration {
  var name: String
  var about = ""
  /// Lower ones are tried first.
  var rank = 50
  /// No line without a header of its own belongs to an event.
  var isSingleLine = false
  var lines: [SourceLine] = []
  /// Grok expressions, tried after the lines.
  var expressions: [SourceLine] = []
  /// Grok names that only this format has, with the lines that define them.
  var definitions: [SourceLine] = []
  var levels: [(word: [UInt8], severity: Severity)] = []
}

/// A piece of a format file, with its place for messages.
struct SourceLine {
  var text: ArraySlice<UInt8>
  /// Counted from 1.
  var line: Int
  /// Of the first byte of `text`, counted from 1.
  var column: Int
}

/// A text that a format must read, and all that it must find there.
package struct FormatSample: Sendable {
  package var format: String
  package var file: String
  /// Where it stands, counted from 1.
  package var line: Int
  package var text: [UInt8]
  /// By name, `time`, `level`, `service` and `message` among them; in the order of the file.
  package var expected: [(name: String, value: String)]
}
