internal import ArgumentParser
internal import Events
internal import Patterns
internal import Pipeline

struct FormatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "formats",
    abstract: "The formats that are known, and what was recognised of a file.",
    subcommands: [FormatsListCommand.self, FormatsTestCommand.self])
}

struct FormatsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List the declared formats in the order in which they are tried.",
    discussion: """
      EXAMPLES:
        spate formats ls
        spate formats ls | grep -i nginx

      Your own formats are *.format files in \(UserFiles.patternFolder ?? "~/.config/spate/patterns"):
      they come first, and one with a shipped name replaces it.
      """)

  mutating func run() throws {
    let console = Console()
    let library = RecognitionArguments.library()
    let width = library.listings.map(\.name.count).max() ?? 0
    for format in library.listings {
      let name = format.name + String(repeating: " ", count: width - format.name.count)
      let about = format.isOwn ? "\(format.about) (\(format.file))" : format.about
      try console.write(line: "\(name)  \(about)")
    }
    try console.flush()
    if !library.problems.isEmpty { throw ExitStatus.usage }
  }
}

struct FormatsTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Count, by format, what was recognised; say where each other line stops to fit.",
    discussion: """
      EXAMPLES:
        spate formats test /var/log/shop/*.log
        spate formats test --format nginx-error error.log   # why not this one?
        spate formats test shop.format                      # run a format file's own samples
        spate formats test postfix.grok                     # does every name of it compile?
      """)

  @OptionGroup var input: InputOptions

  @Option(help: ArgumentHelp("Say of each line where it stops to fit this one.", valueName: "name"))
  var format: String?

  @Option(help: ArgumentHelp("Lines that are shown.", valueName: "n"))
  var limit = 20

  mutating func run() throws {
    let formatFiles = input.paths.filter { $0.hasSuffix(".format") }
    if !formatFiles.isEmpty, formatFiles.count == input.paths.count {
      try FormatFileTest.run(formatFiles)
      return
    }
    let grokFiles = input.paths.filter { $0.hasSuffix(".grok") }
    if !grokFiles.isEmpty, grokFiles.count == input.paths.count {
      try GrokFileTest.run(grokFiles)
      return
    }
    let options = try input.recognition.options()
    if let format, !options.library.listings.contains(where: { $0.name == format }) {
      throw UserMessage(
        "--format \(format): there is no such format; see spate formats ls", status: .usage)
    }
    var report = FormatReport(library: options.library, wanted: format, limit: max(0, limit))
    var progress = Progress()
    try FileRun(try input.open(follow: false), options: options, clock: WallClock.now).run(
      batch: { (batch, names) throws in report.add(batch, names) },
      control: { (record, names) throws in Notices.print(record, names: names) },
      progress: { progress.show($0, events: 0) })
    progress.clear()
    let console = Console()
    for line in report.lines { try console.write(line: line) }
    try console.flush()
  }
}

/// Runs the samples of format files.
private enum FormatFileTest {
  static func run(_ paths: [String]) throws {
    var files: [FormatFile] = []
    for path in paths {
      guard let bytes = UserFiles.read(path) else {
        throw UserMessage("\(path): cannot be read")
      }
      files.append(FormatFile(name: path, text: bytes))
    }
    let library = FormatLibrary(userFiles: files, grok: NamedPatternFiles.grok())
    var problems = library.problems
    let samples = files.flatMap { FormatLibrary.samples(of: $0) }
    for sample in samples {
      problems += library.problems(of: sample, reference: WallClock.now())
    }
    for problem in problems { Console.error(RecognitionArguments.text(of: problem)) }
    let count = library.listings.count { $0.isOwn }
    let console = Console()
    try console.write(
      line: "\(count) format\(count == 1 ? "" : "s"), \(samples.count) "
        + "sample\(samples.count == 1 ? "" : "s"), \(problems.count) "
        + "problem\(problems.count == 1 ? "" : "s")")
    try console.flush()
    if !problems.isEmpty { throw ExitStatus.usage }
  }
}

/// Compiles every name of grok files.
private enum GrokFileTest {
  static func run(_ paths: [String]) throws {
    // What files beside the named ones lack is said when they are loaded.
    var library = NamedPatternFiles.grok()
    var problems: [PatternProblem] = []
    for path in paths {
      guard let bytes = UserFiles.read(path) else {
        throw UserMessage("\(path): cannot be read")
      }
      problems += library.load(bytes, path: path)
    }
    for path in paths { problems += library.problems(in: path) }
    for problem in problems { Console.error("spate: \(problem)") }
    let count = paths.reduce(0) { $0 + library.count(in: $1) }
    let console = Console()
    try console.write(
      line: "\(count) name\(count == 1 ? "" : "s"), \(problems.count) "
        + "problem\(problems.count == 1 ? "" : "s")")
    try console.flush()
    if !problems.isEmpty { throw ExitStatus.usage }
  }
}
