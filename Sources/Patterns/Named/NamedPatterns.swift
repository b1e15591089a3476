internal import Synchronization

/// The named patterns in use: finds the one that a mined pattern is.
///
/// Asked when a template is born or widens, never for a line; hence one lock for any number of
/// threads. An expression is compiled when the first message that may fit it comes.
package final class NamedPatterns: Sendable {
  /// Bytes of a message that are looked at.
  package static let exampleByteLimit = 4096

  package let patterns: [NamedPattern]
  private let wordings: Mutex<WordingTable>

  /// What did not load; more may come when expressions are compiled.
  package var problems: [PatternProblem] { wordings.withLock { $0.problems } }
  /// Expressions compiled so far.
  package var compiledCount: Int { wordings.withLock { $0.compiledCount } }

  /// The patterns of `Patterns/events`, and the user's.
  /// - Parameter files: The user's own: `.events`, and grok names in all others.
  package static func shipped(
    userFolder files: [(path: String, bytes: [UInt8])] = []
  ) -> NamedPatterns {
    NamedPatterns(shipped: ShippedFiles.under("events/"), users: files)
  }

  init(
    shipped: [(path: String, bytes: [UInt8])], users: [(path: String, bytes: [UInt8])],
    library: GrokLibrary = .shipped
  ) {
    var library = library
    var problems: [PatternProblem] = []
    let grokFiles = users.filter { !$0.path.hasSuffix(".events") }
    for file in grokFiles { problems += library.load(file.bytes, path: file.path) }
    for file in grokFiles { problems += library.problems(in: file.path) }
    var table = WordingTable(library: library, problems: problems)
    for file in shipped { table.add(file.bytes, path: file.path, isUsers: false) }
    for file in users where file.path.hasSuffix(".events") {
      table.add(file.bytes, path: file.path, isUsers: true)
    }
    table.finish()
    patterns = table.patterns
    wordings = Mutex(table)
  }

  /// The named pattern that a template is.
  ///
  /// The example has to match, and the words that make the match have to be in the constant part
  /// of the template: what a variable happens to hold names nothing. Among several, the user's
  /// go first, then those of one software before general ones, then the longest constant text.
  /// - Parameters:
  ///   - template: With its variables in angle brackets.
  ///   - example: One message of it, at best the one that widened it.
  package func name(
    forTemplate template: String, example: UnsafeBufferPointer<UInt8>
  ) -> NamedPattern? {
    let text = unsafe UnsafeBufferPointer(rebasing: example.prefix(Self.exampleByteLimit))
    return wordings.withLock { unsafe $0.pattern(forTemplate: template, example: text) }
  }

  /// The fields that a message of `pattern` fills, with where they lie in it; first wording first.
  package func fields(
    of pattern: NamedPattern, in message: UnsafeBufferPointer<UInt8>
  ) -> [(name: String, range: Range<Int>)] {
    let text = unsafe UnsafeBufferPointer(rebasing: message.prefix(Self.exampleByteLimit))
    return wordings.withLock { unsafe $0.fields(of: pattern, in: text) }
  }
}
