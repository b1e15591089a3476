internal import ArgumentParser
internal import Events
internal import Ingest
internal import Patterns
internal import Pipeline

/// What is read, for every command that reads logs.
struct InputOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Files, folders, globs; - is standard input.", valueName: "path"))
  var paths: [String] = []

  @Option(help: ArgumentHelp("Read what a command prints; may be repeated.", valueName: "command"))
  var exec: [String] = []

  @Flag(help: "Begin with rotated copies that are older than the first start.")
  var withRotated = false

  @Option(help: ArgumentHelp("Begin with the last N lines of each file.", valueName: "n"))
  var tail: Int?

  @OptionGroup var recognition: RecognitionArguments

  /// What the arguments name; standard input where they name nothing and something is piped in.
  func specs() throws -> [SourceSpec] {
    var specs: [SourceSpec] = paths.map { $0 == "-" ? .standardInput : .path($0) }
    specs += exec.map { .command($0) }
    if specs.isEmpty {
      if Console.inputIsTerminal {
        throw UserMessage(
          "nothing to read: name files, pipe something in, or use --exec 'COMMAND'",
          status: .usage)
      }
      specs = [.standardInput]
    }
    if specs.filter({ $0 == .standardInput }).count > 1 {
      throw UserMessage("standard input (-) can be read once only", status: .usage)
    }
    return specs
  }

  /// Opens what the arguments name.
  /// - Parameters:
  ///   - resume: Where an earlier run stood.
  ///   - isNamed: Whether a stream that goes on is recorded into: its sources are known again by
  ///     their names, which then must not depend on the folder that one happens to be in.
  func open(
    follow: Bool, resume: [(name: String, checkpoint: SourceCheckpoint)] = [],
    isNamed: Bool = false
  ) throws -> SourceSet {
    var options = IngestOptions()
    options.follow = follow
    options.tailLineCount = tail
    options.withRotated = withRotated
    do {
      let specs = try specs().map { isNamed ? Self.absolute($0) : $0 }
      return try SourceSet(specs, options: options, resume: resume)
    } catch let error as SourceError {
      throw UserMessage(of: error)
    }
  }
}

extension InputOptions {
  /// The same, whatever folder one is in.
  private static func absolute(_ spec: SourceSpec) -> SourceSpec {
    guard case .path(let path) = spec, !path.hasPrefix("/"), let folder = UserFiles.currentFolder
    else { return spec }
    var rest = Substring(path)
    while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
    if rest == "." || rest.isEmpty { return .path(folder) }
    return .path(folder == "/" ? "/" + rest : "\(folder)/\(rest)")
  }
}

/// How lines are understood.
struct RecognitionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Zone of times that name none: UTC, +02:00, -0530. It is shown wherever it was used.",
      valueName: "zone"))
  var assumeZone: String = "UTC"

  @Option(help: ArgumentHelp("Name of the service, where lines do not say.", valueName: "name"))
  var service: String?

  func options(joinsLines: Bool = true) throws -> RecognitionOptions {
    var options = RecognitionOptions(library: Self.library())
    guard let zone = ZoneArgument.microseconds(assumeZone) else {
      throw UserMessage(
        "--assume-zone \(assumeZone): not a zone; write UTC, +02:00 or -0530", status: .usage)
    }
    options.assumedZoneMicroseconds = zone
    options.joinsLines = joinsLines
    options.serviceName = service
    return options
  }

  /// The shipped formats and the user's; what does not load is said once.
  static func library() -> FormatLibrary {
    let files = UserFiles.load(folder: "formats", ending: ".format")
    let library = FormatLibrary(
      userFiles: files.map { FormatFile(name: $0.path, text: $0.bytes) },
      grok: files.isEmpty ? nil : NamedPatternFiles.grok())
    for problem in library.problems { Console.error(text(of: problem)) }
    return library
  }

  static func text(of problem: FormatProblem) -> String {
    "spate: \(problem.file), line \(problem.line), column \(problem.column): \(problem.reason)"
  }
}

enum ZoneArgument {
  /// Microseconds east of UTC.
  static func microseconds(_ text: String) -> Int64? {
    if ["UTC", "Z", "GMT"].contains(text.uppercased()) { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard digits.count == 4 || digits.count == 2, digits.allSatisfy(\.isNumber),
      let hours = Int64(digits.prefix(2)), hours <= 14
    else { return nil }
    let minutes = Int64(digits.dropFirst(2)) ?? 0
    guard minutes < 60 else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000_000
  }
}
