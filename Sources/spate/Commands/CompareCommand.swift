internal import ArgumentParser
internal import EventStream
internal import Events
internal import Patterns
internal import Pipeline
internal import Screens

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "What is new, gone, up or down between two windows or two inputs.",
    usage: "spate compare --a RANGE --b RANGE [PATH...]\n       spate compare A B",
    discussion: """
      A is what was usual, B what is suspected. A RANGE is START..END or START/LENGTH.

      EXAMPLES:
        spate compare --b 09:32/2m /var/log/shop/*.log     with the two minutes before
        spate compare --a 08:00/1h --b 09:32/10m --stream shop
        spate compare --a yesterday --b -1h.. --stream shop
        spate compare --b mark --stream shop               since the last mark, with before it
        spate compare good.log bad.log                     two files, folders or streams
      """)

  @Flag(help: "One JSON object a line.") var json = false
  @Option(
    help: ArgumentHelp(
      "What was usual: a range, 'before' (as long as B, right before it) or 'yesterday'.",
      valueName: "range"))
  var a: String?
  @Option(
    help: ArgumentHelp(
      "What is suspected: a range; from its start on: -10m..; 'mark': from the stream's last mark on.",
      valueName: "range"))
  var b: String?
  @Option(help: ArgumentHelp("Print the first N rows of what changed.", valueName: "n"))
  var top: Int = 40
  @OptionGroup var source: AnalysisInput

  mutating func run() throws {
    guard top >= 0 else { throw UserMessage("--top \(top): write 0 or more", status: .usage) }
    let comparison = try a == nil && b == nil ? compareInputs() : compareWindows()
    let console = Console()
    let report = ComparisonReport(comparison, top: top)
    try json ? report.printJSON(to: console) : report.printText(to: console)
    try console.flush()
  }

  // MARK: Two windows

  private func compareWindows() throws -> Comparison {
    guard let b else {
      throw UserMessage("--a alone: say with --b what to compare it with", status: .usage)
    }
    try refuseToReadTwice(source)
    let end = try lastTime()
    let rangeB =
      b == "mark" ? try rangeFromMark(end: end) : try RangeArgument(b, option: "--b", end: end)
    let rangeA =
      if let word = RangeArgument.Relative(rawValue: a ?? "before") {
        try RangeArgument(word, of: rangeB, option: "--a")
      } else {
        try RangeArgument(a ?? "", option: "--a", end: end)
      }
    return try compare(
      ComparisonCounts(a: rangeA.times, b: rangeB.times), [ComparedInput(source, [rangeA, rangeB])])
  }

  /// What came since the last event that somebody marked on the screen.
  private func rangeFromMark(end: Instant) throws -> RangeArgument {
    guard source.readsStream else {
      throw UserMessage("--b mark: marks are of a stream; name it with --stream", status: .usage)
    }
    let path = try source.stream.path()
    let marks = Annotations(decoding: streamAnnotations(path, fileSystem: SystemFileSystem())).marks
    guard let mark = marks.last(where: { $0.time < end }) else {
      throw UserMessage("\(path): nothing is marked; m on the screen marks an event")
    }
    return .times(mark.time..<end.advanced(byMicroseconds: 1))
  }

  /// The time that `HH:MM` and `-15m` count from.
  private func lastTime() throws -> Instant {
    if source.readsStream {
      let path = try source.stream.path()
      guard let end = try StreamPlaces.reader(at: path).endTime else {
        throw UserMessage("\(path): the stream has no events yet")
      }
      return end
    }
    var last = Instant.distantPast
    try source.run(
      events: { 0 },
      batch: { batch, _ in
        for index in 0..<batch.count { last = max(last, unsafe batch.records[index].time) }
      }, control: { _, _ in })
    return last
  }

  // MARK: Two inputs

  private func compareInputs() throws -> Comparison {
    let paths = source.input.paths
    guard paths.count == 2, source.stream.stream == nil, source.input.exec.isEmpty else {
      throw UserMessage(
        "name two inputs, or two windows of one with --a and --b; 'spate compare --help' has examples",
        status: .usage)
    }
    var inputs: [ComparedInput] = []
    for (path, side) in zip(paths, ComparisonSide.allCases) {
      var input = source
      input.input.paths = [path]
      if StreamPlaces.isStream(path) {
        input.input.paths = []
        input.stream.stream = path
      }
      try refuseToReadTwice(input)
      inputs.append(ComparedInput(input, whole: side))
    }
    return try compare(ComparisonCounts(), inputs)
  }

  // MARK: Both

  private func refuseToReadTwice(_ input: AnalysisInput) throws {
    let isOnce = input.input.paths.contains("-") || !input.input.exec.isEmpty
    if isOnce || (input.input.paths.isEmpty && !input.readsStream) {
      throw UserMessage(
        "compare reads its input twice: name files or a stream, not a pipe or a command",
        status: .usage)
    }
  }

  /// Mines all inputs into one set of patterns, then looks inside those that both windows have.
  private func compare(
    _ counts: consuming ComparisonCounts, _ inputs: [ComparedInput]
  ) throws -> Comparison {
    var options = Analysis.Options()
    options.detects = false
    options.keepsExamples = false
    let analysis = Analysis(options)
    var counts = counts
    for input in inputs {
      analysis.changeProducer()
      try input.read { batch, names in
        analysis.consume(batch, names: names)
      } take: { batch, range, side, _ in
        counts.add(batch, range, to: side, names: analysis.names)
      }
    }
    let miner = analysis.miner
    var comparison = counts.comparison(
      ComparisonCounts.Naming(resolve: miner.resolve, key: miner.key, template: miner.template))
    var fields = FieldComparison(
      comparison, library: try source.input.recognition.options().library, resolve: miner.resolve,
      expression: miner.expression)
    guard fields.hasWork else { return comparison }
    for input in inputs {
      try input.read { batch, _ in
        analysis.match(batch)
      } take: { batch, range, side, names in
        fields.add(batch, range, to: side, names: names)
      }
    }
    comparison.fields = fields.differences()
    return comparison
  }
}
