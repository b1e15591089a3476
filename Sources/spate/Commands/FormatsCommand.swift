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
    commandName: "ls", abstract: "List the declared formats in the order in which they are tried.")

  mutating func run() throws {
    let console = Console()
    for name in RecognitionArguments.library().formatNames { try console.write(line: name) }
    try console.flush()
  }
}

struct FormatsTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Read files and count, by format, what was recognised; show lines that were not.",
    discussion: """
      EXAMPLES:
        spate formats test /var/log/shop/*.log
      """)

  @OptionGroup var input: InputOptions
  /// Lines without a format that are shown.
  private static let exampleLimit = 5

  mutating func run() throws {
    var counts: [String: (events: UInt64, times: UInt64, levels: UInt64)] = [:]
    var examples: [String] = []
    try FileRun(
      try input.open(follow: false), options: try input.recognition.options(),
      clock: WallClock.now
    ).run(
      batch: { (batch, names) throws in
        for index in 0..<batch.count {
          let record = unsafe batch.records[index]
          let name = names.formats.name(UInt32(record.format.rawValue))
          var count = counts[name] ?? (0, 0, 0)
          count.events += 1
          if record.timeOrigin == .parsed { count.times += 1 }
          if record.severity != .unknown { count.levels += 1 }
          counts[name] = count
          if record.flags.contains(.unparsed), examples.count < Self.exampleLimit {
            let line = unsafe batch.raw(index).prefix { $0 != UInt8(ascii: "\n") }.prefix(200)
            examples.append(unsafe String(decoding: line, as: UTF8.self))
          }
        }
      },
      control: { (record, names) throws in Notices.print(record, names: names) },
      progress: { _ in })
    let console = Console()
    try console.write(line: "  events   time  level  format")
    for (name, count) in counts.sorted(by: { $0.value.events > $1.value.events }) {
      try console.write(
        line: "\(NumberText.grouped(count.events).leftPadded(8))"
          + "\(share(count.times, count.events))\(share(count.levels, count.events))"
          + "  \(name.isEmpty ? "(none)" : name)")
    }
    if !examples.isEmpty {
      try console.write(line: "\nin no declared format, for example:")
      for example in examples { try console.write(line: "  \(TextSafety.printable(example))") }
    }
    try console.flush()
  }

  private func share(_ part: UInt64, _ whole: UInt64) -> String {
    "\(part * 100 / max(1, whole)) %".leftPadded(7)
  }
}
