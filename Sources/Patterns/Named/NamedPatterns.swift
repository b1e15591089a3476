/// The named patterns in use: finds the one that a mined pattern is; one thread at a time.
///
/// Asked when a template is born or widens, never for a line. An expression is compiled when the
/// first message that may fit it comes.
package final class NamedPatterns {
  /// Bytes of a message that are looked at.
  package static let exampleByteLimit = 4096

  private struct Entry {
    let pattern: NamedPattern
    let wording: NamedPattern.Wording
    /// The user's go before the shipped ones.
    let isUsers: Bool
    let library: Int
    /// Index into `compiled`, once it was needed.
    var compiled: Int?
  }

  /// A class, because an array cannot hold what cannot be copied.
  private final class Compiled {
    var pattern: GrokPattern?
    init(_ pattern: consuming GrokPattern?) { self.pattern = pattern }

    func match(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
      unsafe pattern?.match(text) == .match
    }

    /// The fields that the last match filled.
    func fields() -> [(name: String, range: Range<Int>)] {
      guard let fields = pattern?.fields else { return [] }
      return fields.indices.compactMap { index in
        pattern?.range(ofField: index).map { (fields[index].name, $0) }
      }
    }
  }

  package private(set) var patterns: [NamedPattern] = []
  /// What did not load; more may come when expressions are compiled.
  package private(set) var problems: [PatternProblem] = []
  /// Expressions compiled so far.
  package var compiledCount: Int { compiled.count }

  private var libraries: [GrokLibrary]
  private var entries: [Entry] = []
  private var compiled: [Compiled] = []
  private var index = AnchorIndex()
  /// Entries without an anchor: tried on everything.
  private var unanchored: [Int] = []

  /// The patterns of `Patterns/events`, and the user's.
  /// - Parameter files: The files of the user's folder: `.grok` and `.events` are read.
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
    let grokFiles = users.filter { $0.path.hasSuffix(".grok") }
    for file in grokFiles { problems += library.load(file.bytes, path: file.path) }
    for file in grokFiles { problems += library.problems(in: file.path) }
    libraries = [library]
    for file in shipped { add(file.bytes, path: file.path, isUsers: false) }
    for file in users where file.path.hasSuffix(".events") {
      add(file.bytes, path: file.path, isUsers: true)
    }
    for (number, entry) in entries.enumerated() {
      if entry.wording.anchor.isEmpty {
        unanchored.append(number)
      } else {
        index.insert(entry.wording.anchor, value: number)
      }
    }
    // People wait for the verdict on their own files; the shipped ones are known to compile.
    for number in entries.indices where entries[number].isUsers { _ = compile(number) }
  }

  private func add(_ bytes: [UInt8], path: String, isUsers: Bool) {
    let file = EventsFile(bytes, path: path)
    problems += file.problems
    var libraryNumber = 0
    if !file.definitions.isEmpty {
      var local = libraries[0]
      for definition in file.definitions {
        do throws(PatternProblem) {
          try local.define(definition.name, definition.expression, at: definition.place)
        } catch {
          problems.append(error)
        }
      }
      libraryNumber = libraries.count
      libraries.append(local)
    }
    for pattern in file.patterns {
      // The user's pattern of the same name replaces the shipped one.
      patterns.removeAll { $0.name == pattern.name }
      entries.removeAll { $0.pattern.name == pattern.name }
      patterns.append(pattern)
      for wording in pattern.wordings {
        entries.append(
          Entry(
            pattern: pattern, wording: wording, isUsers: isUsers, library: libraryNumber,
            compiled: nil))
      }
    }
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
    let candidates = unsafe unanchored + index.values(in: text)
    guard !candidates.isEmpty else { return nil }
    let constant = Anchor.constantPart(of: template)
    return
      candidates
      .filter { Anchor.isIn(template: constant, entries[$0].wording.anchor) }
      .sorted { rank(of: $0) > rank(of: $1) }
      .first { unsafe matches($0, text) }
      .map { entries[$0].pattern }
  }

  private func rank(of number: Int) -> (Int, Int, Int, Int) {
    let entry = entries[number]
    return (
      entry.isUsers ? 1 : 0, entry.pattern.isGeneral ? 0 : 1, entry.wording.anchor.count, -number
    )
  }

  private func matches(_ number: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    unsafe compile(number).match(text)
  }

  /// The compiled expression of an entry; without one if it does not compile, which is noted once.
  private func compile(_ number: Int) -> Compiled {
    if let index = entries[number].compiled { return compiled[index] }
    let entry = entries[number]
    let result: Compiled
    do throws(PatternProblem) {
      result = Compiled(
        try libraries[entry.library].compile(entry.wording.expression, at: entry.wording.place))
    } catch {
      problems.append(error)
      result = Compiled(nil)
    }
    entries[number].compiled = compiled.count
    compiled.append(result)
    return result
  }

  /// The fields that a message of `pattern` fills, with where they lie in it; first wording first.
  package func fields(
    of pattern: NamedPattern, in message: UnsafeBufferPointer<UInt8>
  ) -> [(name: String, range: Range<Int>)] {
    let text = unsafe UnsafeBufferPointer(rebasing: message.prefix(Self.exampleByteLimit))
    for number in entries.indices where entries[number].pattern === pattern {
      let compiled = compile(number)
      guard unsafe compiled.match(text) else { continue }
      return compiled.fields()
    }
    return []
  }
}
