internal import ArgumentParser
internal import Events
internal import Patterns
internal import Pipeline

struct ParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "Print each event as it is read: time, level, service, message, fields, format.",
    discussion: """
      EXAMPLES:
        spate parse app.log
        spate parse --json /var/log/nginx/access.log
        kubectl logs deploy/api | spate parse --json -
      """)

  @Flag(help: "One JSON object a line.") var json = false
  @OptionGroup var input: InputOptions

  mutating func run() throws {
    let console = Console()
    let options = try input.recognition.options()
    let library = options.library
    var progress = Progress()
    var count: UInt64 = 0
    let json = json
    try FileRun(try input.open(follow: false), options: options, clock: WallClock.now).run(
      batch: { (batch, names) throws in
        for index in 0..<batch.count {
          if json {
            try console.write(
              EventText.json(
                batch, index, names: names,
                fields: fields(of: index, in: batch, library: library, names: names)))
          } else {
            try console.write(EventText.line(batch, index, names: names))
          }
        }
        count += UInt64(batch.count)
        if let status = Interruption.status { throw status }
      },
      control: { (record, names) throws in Notices.print(record, names: names) },
      progress: { progress.show($0, events: count) })
    progress.clear()
    try console.flush()
  }
}

/// What a person must know of the sources while a command without a screen runs.
enum Notices {
  static func print(_ record: ControlRecord, names: EventNames) {
    switch record {
    case .tick, .option: break
    case .gap(_, let source, let byteCount, let reason):
      let amount = byteCount.map { "\($0) bytes" } ?? "an unknown number of bytes"
      Console.error(
        "spate: \(names.sources.name(source.rawValue)): \(amount) lost: \(reason)")
    case .source(_, let source, let state):
      let name = names.sources.name(source.rawValue)
      switch state {
      case .exited(let status) where status != 0:
        Console.error("spate: \(name): exit status \(status)")
      case .signalled(let signal): Console.error("spate: \(name): ended by signal \(signal)")
      case .failed(let reason): Console.error("spate: \(name): \(reason)")
      case .reachedEnd, .ended, .exited: break
      }
    }
  }
}
