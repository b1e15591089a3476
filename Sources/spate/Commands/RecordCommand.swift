internal import ArgumentParser
internal import Events

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Read sources into a stream, without a screen.",
    discussion: """
      EXAMPLES:
        spate record --stream shop '/var/log/shop/*.log'     follow, for a service manager
        spate record --once --stream incident app.log db.log to the present end of the files
        spate record --exec 'journalctl -f' --max-bytes 10G

      A stream that is named goes on where it ended: each line of a followed file is recorded
      exactly once, through every rotation and every kill.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var storage: StorageArguments
  @Flag(help: "To the present end of the files, then stop.") var once = false

  mutating func run() throws {
    var eventCount: UInt64 = 0
    try RecordedInput(input, into: storage).run(
      follow: !once, batch: { batch, _ in eventCount += UInt64(batch.count) },
      events: { eventCount })
  }
}
