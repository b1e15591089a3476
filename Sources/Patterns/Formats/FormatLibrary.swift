internal import CPatternFiles
internal import Events

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

/// What there is to say of a format to people.
package struct FormatListing: Hashable, Sendable {
  package var name: String
  package var about: String
  /// The file that declares it.
  package var file: String
  /// The user's own, rather than shipped.
  package var isOwn: Bool
}

/// The declared formats, compiled, in the order in which they are tried.
package final class FormatLibrary: Sendable {
  /// What kept parts of files from being used, in their order; the other parts are.
  package let problems: [FormatProblem]
  let program: FormatProgram
  /// The declared formats, in the order in which they are tried.
  package let listings: [FormatListing]

  /// The formats that come with the program.
  package static func shipped() -> FormatLibrary { FormatLibrary(userFiles: []) }

  /// The shipped formats and a user's own, which are tried first; one with a shipped name replaces it.
  /// - Parameter grok: The names that a `regex:` may use.
  package convenience init(userFiles: [FormatFile], grok: GrokLibrary? = nil) {
    self.init(userFiles: userFiles, shippedFiles: Self.shippedFiles(), grok: grok)
  }

  init(userFiles: [FormatFile], shippedFiles: [FormatFile], grok: GrokLibrary? = nil) {
    var problems: [FormatProblem] = []
    var listings: [FormatListing] = []
    var declarations: [(file: String, declaration: FormatDeclaration, order: Int)] = []
    var own: Set<String> = []
    for (index, file) in (userFiles + shippedFiles).enumerated() {
      let reader = FormatFileReader(file, keepsSamples: false)
      problems += reader.problems
      let isOwn = index < userFiles.count
      for declaration in reader.declarations {
        if isOwn {
          own.insert(declaration.name)
        } else if own.contains(declaration.name) {
          continue
        }
        let order = isOwn ? -1000 + declaration.rank : declaration.rank
        declarations.append((file.name, declaration, order * 10_000 + declarations.count))
      }
    }
    declarations.sort { $0.order < $1.order }
    var builder = FormatProgramBuilder()
    for (file, declaration, _) in declarations {
      let mark = builder.mark
      do throws(FormatProblem) {
        try Self.compile(declaration, file: file, grok: grok, into: &builder)
        listings.append(
          FormatListing(
            name: declaration.name, about: declaration.about, file: file,
            isOwn: own.contains(declaration.name)))
      } catch {
        builder.cut(to: mark)
        problems.append(error)
      }
    }
    self.problems = problems
    self.listings = listings
    program = FormatProgram(builder)
  }

  private static func compile(
    _ declaration: FormatDeclaration, file: String, grok: GrokLibrary?,
    into builder: inout FormatProgramBuilder
  ) throws(FormatProblem) {
    let levelStart = builder.levels.count
    for (word, severity) in declaration.levels {
      var value: UInt64 = 0
      for (index, byte) in word.enumerated() { value |= UInt64(byte) << UInt64(index * 8) }
      builder.levels.append(LevelWord(word: value, severity: severity))
    }
    for line in declaration.lines {
      let firstOp = builder.ops.count
      try LinePatternCompiler.compile(line, file: file, into: &builder)
      builder.alternatives.append(
        FormatAlternative(
          firstOp: UInt32(firstOp), format: UInt16(builder.formats.count),
          levelStart: UInt16(levelStart), levelCount: UInt16(declaration.levels.count)))
      builder.firstBytes.append(Patterns.firstBytes(builder, from: firstOp))
    }
    if !declaration.expressions.isEmpty {
      // Reading the shipped names takes a while: only those who use them wait.
      let library = try ExpressionFormat.library(
        of: declaration, file: file, adding: grok ?? .shipped)
      for expression in declaration.expressions {
        builder.expressions.append(
          try ExpressionFormat(
            expression, file: file, library: library, levels: declaration.levels,
            into: &builder))
      }
    }
    builder.formats.append(declaration.name)
    builder.singleLine.append(declaration.isSingleLine)
  }

  /// What the reader's number for a format stands for: the declared ones, then `json`, `logfmt`,
  /// `text` (found by the generic reader) and "" (not recognised).
  func formatName(_ index: Int) -> String {
    index < program.formats.count
      ? program.formats[index] : LineReader.builtInNames[index - program.formats.count]
  }

  /// The files below `Patterns/formats`, as compiled in.
  package static func shippedFiles() -> [FormatFile] {
    var files: [FormatFile] = []
    for index in 0..<spate_pattern_file_count() {
      // SAFETY: the table and the files' bytes are constants of the program.
      guard let file = unsafe spate_pattern_file_at(index) else { continue }
      let name = unsafe String(cString: file.pointee.path)
      guard name.hasPrefix("formats/") else { continue }
      let bytes = unsafe UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
      files.append(FormatFile(name: name, text: unsafe Array(bytes)))
    }
    return files
  }

  /// The samples of a file.
  package static func samples(of file: FormatFile) -> [FormatSample] {
    FormatFileReader(file, keepsSamples: true).samples
  }

  /// The samples of all shipped formats.
  package static func shippedSamples() -> [FormatSample] {
    shippedFiles().flatMap { FormatFileReader($0, keepsSamples: true).samples }
  }
}
