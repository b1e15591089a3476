internal import ArgumentParser
internal import EventStream
internal import Events

struct StreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream",
    abstract: "The recorded streams.",
    subcommands: [
      StreamListCommand.self, StreamInfoCommand.self, StreamCheckCommand.self,
      StreamPruneCommand.self, StreamMergeCommand.self, StreamPinCommand.self,
      StreamUnpinCommand.self,
    ])
}

struct StreamListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List the streams under the default folder, newest last.")

  @Flag(help: "One JSON object a line.") var json = false
  @Argument(help: ArgumentHelp("Another folder of streams.", valueName: "folder"))
  var folder: String?

  mutating func run() throws {
    guard let folder = folder ?? UserFiles.streamFolder else {
      throw UserMessage("neither XDG_STATE_HOME nor HOME is set; name a folder", status: .usage)
    }
    let console = Console()
    let streams = StreamPlaces.infos(in: folder)
    if streams.isEmpty, !json { Console.error("spate: no streams in \(folder)") }
    if json {
      for info in streams { try console.write(StreamText.json(info)) }
    } else {
      try StreamText.printList(streams, to: console)
    }
    try console.flush()
  }
}

struct StreamInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "What a stream holds: offsets, times, bytes, sources.")

  @Flag(help: "As JSON.") var json = false
  @Argument(
    help: ArgumentHelp("A name or path; the newest where none is named.", valueName: "stream"))
  var stream: String?

  mutating func run() throws {
    var place = try StreamArguments.parse([])
    place.stream = stream
    let path = try place.path()
    let console = Console()
    let info: StreamInfo
    do throws(StreamError) {
      info = try streamInfo(path, fileSystem: SystemFileSystem())
    } catch {
      throw UserMessage(of: error, path: path)
    }
    if json {
      try console.write(StreamText.json(info))
    } else {
      try StreamText.printDetails(info, to: console)
    }
    try console.flush()
  }
}
