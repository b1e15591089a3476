/// All wordings of all named patterns, with their compiled expressions.
struct WordingTable: @unchecked Sendable {
  // SAFETY of `@unchecked`: compiled wordings are shared by copies of a table, and there is one
  // table, behind one lock.

  private struct Entry {
    let pattern: NamedPattern
    let wording: NamedPattern.Wording
    /// The user's go before the shipped ones.
    let isUsers: Bool
    /// Index into `libraries`: that of its file.
    let library: Int
    /// Index into `compiled`, once it was needed.
    var compiled: Int?
  }

  private(set) var patterns: [NamedPattern] = []
  private var names: Set<String> = []
  private(set) var problems: [PatternProblem]
  var compiledCount: Int { compiled.count }

  private var libraries: [GrokLibrary]
  private var entries: [Entry] = []
  private var compiled: [CompiledWording] = []
  private var index = AnchorIndex()
  /// Entries without an anchor: tried on everything.
  private var unanchored: [Int] = []

  init(library: GrokLibrary, problems: [PatternProblem]) {
    libraries = [library]
    self.problems = problems
  }

  /// Adds the patterns of one file; one of the same name as an earlier one replaces it.
  mutating func add(_ bytes: [UInt8], path: String, isUsers: Bool) {
    let file = EventsFile(bytes, path: path)
    problems += file.problems
    let library = addLibrary(of: file)
    for pattern in file.patterns {
      if !names.insert(pattern.name).inserted {
        patterns.removeAll { $0.name == pattern.name }
        entries.removeAll { $0.pattern.name == pattern.name }
      }
      patterns.append(pattern)
      for wording in pattern.wordings {
        entries.append(
          Entry(
            pattern: pattern, wording: wording, isUsers: isUsers, library: library, compiled: nil))
      }
    }
  }

  private mutating func addLibrary(of file: EventsFile) -> Int {
    guard !file.definitions.isEmpty else { return 0 }
    var local = libraries[0]
    for definition in file.definitions {
      do throws(PatternProblem) {
        try local.define(definition.name, definition.expression, at: definition.place)
      } catch {
        problems.append(error)
      }
    }
    libraries.append(local)
    return libraries.count - 1
  }

  /// Makes the index, once every file is there.
  mutating func finish() {
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

  mutating func pattern(
    forTemplate template: String, example: UnsafeBufferPointer<UInt8>
  ) -> NamedPattern? {
    let candidates = unsafe unanchored + index.values(in: example)
    guard !candidates.isEmpty else { return nil }
    let constant = Anchor.constantPart(of: template)
    let ranked =
      candidates
      .filter { Anchor.isIn(template: constant, entries[$0].wording.anchor) }
      .sorted { rank(of: $0) > rank(of: $1) }
    for number in ranked where unsafe compile(number).match(example) {
      return entries[number].pattern
    }
    return nil
  }

  private func rank(of number: Int) -> (Int, Int, Int, Int) {
    let entry = entries[number]
    return (
      entry.isUsers ? 1 : 0, entry.pattern.isGeneral ? 0 : 1, entry.wording.anchor.count, -number
    )
  }

  mutating func fields(
    of pattern: NamedPattern, in message: UnsafeBufferPointer<UInt8>
  ) -> [(name: String, range: Range<Int>)] {
    for number in entries.indices where entries[number].pattern === pattern {
      let wording = compile(number)
      if unsafe wording.match(message) { return wording.fields() }
    }
    return []
  }

  /// The compiled expression of an entry; one that matches nothing if it does not compile, which
  /// is noted once.
  private mutating func compile(_ number: Int) -> CompiledWording {
    if let index = entries[number].compiled { return compiled[index] }
    let entry = entries[number]
    let result: CompiledWording
    do throws(PatternProblem) {
      result = CompiledWording(
        try libraries[entry.library].compile(entry.wording.expression, at: entry.wording.place))
    } catch {
      problems.append(error)
      result = CompiledWording(nil)
    }
    entries[number].compiled = compiled.count
    compiled.append(result)
    return result
  }
}

/// A compiled expression in an array, which cannot hold what cannot be copied.
private final class CompiledWording {
  private var pattern: GrokPattern?

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
