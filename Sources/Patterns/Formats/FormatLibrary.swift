/// What is wrong with a format file, and where.
package struct FormatProblem: Error, Hashable, Sendable {
  package var file: String
  /// Counted from 1.
  package var line: Int
  package var column: Int
  package var reason: String
}

/// A format file's name and text.
package struct FormatFile: Sendable {
  package var name: String
  package var text: [UInt8]

  package init(name: String, text: [UInt8]) {
    self.name = name
    self.text = text
  }
}

/// The declared formats, compiled, in the order in which they are tried.
package final class FormatLibrary: Sendable {
  /// What kept files of the user's from being used, in their order.
  package let problems: [FormatProblem]

  /// The formats that come with the program.
  package static func shipped() -> FormatLibrary { FormatLibrary(userFiles: []) }

  /// The shipped formats and a user's own, which are tried first.
  package init(userFiles: [FormatFile]) {
    problems = []
  }
}
