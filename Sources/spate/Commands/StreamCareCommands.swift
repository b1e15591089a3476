internal import ArgumentParser
internal import EventStream
internal import Events
internal import Pipeline
internal import Screens

/// The stream that a `spate stream` command is about.
struct NamedStream: ParsableArguments {
  @Argument(
    help: ArgumentHelp("A name or path; the newest where none is named.", valueName: "stream"))
  var stream: String?

  func path() throws -> String {
    var place = try StreamArguments.parse([])
    place.stream = stream
    return try place.path()
  }

  /// Opens the stream to change what is kept of it.
  func openWriter() throws -> (String, StreamWriter) {
    let path = try path()
    do throws(StreamError) {
      return (path, try StreamWriter(path: path, fileSystem: SystemFileSystem(), create: false))
    } catch .locked(_, let processID) {
      let writer = processID.map { "process \($0)" } ?? "another process"
      throw UserMessage(
        """
        \(path): \(writer) is recording into it, and keeps it within its own limits
              Give that one --max-bytes or --max-age, or end it first.
        """)
    } catch {
      throw UserMessage(of: error, path: path)
    }
  }
}

struct StreamCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look for damage; changes nothing without --repair.",
    discussion: """
      EXAMPLES:
        spate stream check                 the newest stream: every byte is verified
        spate stream check shop --fast     the files by their list, and the last one whole
        spate stream check shop --repair   cut off what no reader can use, and keep it beside

      Exit status 1 when something is missing. What is cut is kept in the folder lost+found of
      the stream, named by its segment and place; all that can be read stays where it is. Damage
      amid the stream stays too: nothing can bring it back, and whatever reads it says what is lost.
      """)

  @OptionGroup var place: NamedStream
  @Flag(help: "Believe the list of sealed segments; a stream of any size takes moments.")
  var fast = false
  @Flag(help: "Repair what can be repaired.") var repair = false

  mutating func run() throws {
    let path = try place.path()
    let console = Console()
    if repair {
      let (_, writer) = try place.openWriter()
      let cut = writer.recoveredTailByteCount
      do throws(StreamError) { try writer.close() } catch {
        throw UserMessage(of: error, path: path)
      }
      try console.write(
        line: cut == 0
          ? "nothing to repair"
          : "\(NumberText.grouped(cut)) bytes behind the last whole batch cut off, "
            + "kept in \(path)/lost+found")
    }
    let check: StreamCheck
    do throws(StreamError) {
      check = try checkStream(path, fileSystem: SystemFileSystem(), isThorough: !fast)
    } catch {
      throw UserMessage(of: error, path: path)
    }
    let batches =
      check.trustedSegmentCount > 0
      ? "" : "\(NumberText.grouped(check.batchCount)) batch\(check.batchCount == 1 ? "" : "es"), "
    try console.write(
      line:
        "\(NumberText.counted(check.segmentCount, "segment")), \(batches)"
        + "\(NumberText.counted(check.eventCount, "event")), "
        + NumberText.counted(check.controlCount, "control record"))
    if check.trustedSegmentCount > 0 {
      try console.write(
        line:
          "\(NumberText.grouped(check.trustedSegmentCount)) of the segments are there as listed; "
          + "what they hold was not read")
    }
    for damage in check.damage {
      var line = "damaged: \(damage.path), bytes \(damage.bytes.lowerBound) to "
      line += "\(damage.bytes.upperBound)"
      if !damage.events.isEmpty {
        line += ": events #\(damage.events.lowerBound) to #\(damage.events.upperBound) are lost"
      }
      if damage.missingControlCount > 0 {
        line += ", \(damage.missingControlCount) control records are lost"
      }
      try console.write(line: line)
    }
    if check.tailByteCount > 0 {
      try console.write(
        line:
          "\(NumberText.grouped(check.tailByteCount)) bytes behind the end: a writer is writing "
          + "them, or was ended; --repair cuts them off")
    }
    if let offset = check.lostBeginning {
      try console.write(
        line:
          "the state of the analysis at the beginning, #\(offset), is missing: what is analysed "
          + "knows nothing of what came before")
    }
    if repair, !check.damage.isEmpty {
      try console.write(
        line: "what is damaged cannot be brought back; it stays as it is, and readers say so")
    }
    let isWhole = check.damage.isEmpty && check.lostBeginning == nil
    try console.write(line: isWhole ? "whole" : "the rest can be read")
    try console.flush()
    if !isWhole { throw ExitStatus.failed }
  }
}

struct StreamPruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Give up the oldest events, whole segments at a time.",
    discussion: """
      EXAMPLES:
        spate stream prune shop --max-bytes 2G
        spate stream prune shop --max-age 7d --dry-run

      A replay of the rest shows what was seen: the state of the analysis at the new beginning is
      kept first. Pinned ranges stay (see 'spate stream pin'), and all that came after them.
      """)

  @OptionGroup var place: NamedStream
  @Option(help: ArgumentHelp("Keep at most so much: 500M, 10G.", valueName: "size"))
  var maxBytes: String?
  @Option(help: ArgumentHelp("Keep at most so long: 12h, 7d.", valueName: "age"))
  var maxAge: String?
  @Flag(help: "Say what would go.") var dryRun = false

  mutating func run() throws {
    let limits = try limits()
    let (path, writer) = try place.openWriter()
    let console = Console()
    let first = writer.startOffset
    let byteCount = writer.byteCount
    do throws(StreamError) {
      let start = writer.startPlace(
        afterPruningTo: limits.bytes, ageLimit: limits.age, now: WallClock.now())
      if !dryRun, start > writer.startPlace {
        try StreamBeginning(
          options: .ofThisBuild, isCaching: true,
          openReader: { () throws(StreamError) in
            try StreamReader(path: path, fileSystem: SystemFileSystem())
          }
        ).keep(at: start)
        try writer.prune(before: start)
      }
      try? writer.close()
      let count = start.offset - first
      try report(
        count == 0
          ? "nothing to give up: #\(first) on, \(NumberText.bytes(byteCount))"
          : "\(NumberText.grouped(count)) events \(dryRun ? "would be" : "were") given up, "
            + "#\(first) to #\(start.offset)"
            + (dryRun ? "" : "; \(NumberText.bytes(writer.byteCount)) are left"),
        console)
    } catch {
      throw UserMessage(of: error, path: path)
    }
    try console.flush()
  }

  private func report(_ text: String, _ console: Console) throws(StreamError) {
    try? console.write(line: text)
  }

  private func limits() throws -> (bytes: UInt64?, age: Duration?) {
    guard maxBytes != nil || maxAge != nil else {
      throw UserMessage("prune to what? Give --max-bytes or --max-age", status: .usage)
    }
    let bytes = try maxBytes.map { text in
      guard let bytes = SizeArgument.bytes(text) else {
        throw UserMessage("--max-bytes \(text): write a size such as 500M or 10G", status: .usage)
      }
      return bytes
    }
    let age = try maxAge.map { text in
      guard let age = TimeArgument.duration(text) else {
        throw UserMessage("--max-age \(text): write an age such as 12h or 7d", status: .usage)
      }
      return Duration.microseconds(age)
    }
    return (bytes, age)
  }
}

struct StreamMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Make few large segments of many small ones, better compressed.",
    discussion: """
      EXAMPLES:
        spate stream merge shop

      Offsets and bytes stay as they are, and whoever reads goes on. A recording does this by
      itself, now and then.
      """)

  @OptionGroup var place: NamedStream

  mutating func run() throws {
    let (path, writer) = try place.openWriter()
    let console = Console()
    Interruption.note()
    do throws(StreamError) {
      var count = 0
      let before = writer.byteCount
      while let plan = writer.mergePlan(.all),
        let merged = try plan.prepare(isStopped: { Interruption.status != nil }),
        try writer.commit(merged)
      {
        count += plan.segmentCount
      }
      try writer.close()
      try? console.write(
        line: count == 0
          ? "nothing to merge"
          : "\(count) segments merged: \(NumberText.bytes(before)) before, "
            + "\(NumberText.bytes(writer.byteCount)) now")
    } catch {
      throw UserMessage(of: error, path: path)
    }
    try console.flush()
    if let status = Interruption.status { throw status }
  }
}

struct StreamPinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin",
    abstract: "Keep a range, whatever the limits say; without a range, list what is pinned.",
    discussion: """
      EXAMPLES:
        spate stream pin shop --from 09:30 --to 09:45 --name outage
        spate stream pin shop
        spate stream unpin shop outage
      """)

  @OptionGroup var place: NamedStream
  @Option(help: ArgumentHelp("Begin here: #1234, RFC 3339, HH:MM, -15m.", valueName: "place"))
  var from: String?
  @Option(
    help: ArgumentHelp("End before here; the present end where not given.", valueName: "place"))
  var to: String?
  @Option(help: "What to call it.") var name: String = "pinned"

  mutating func run() throws {
    let path = try place.path()
    let reader = try StreamPlaces.reader(at: path)
    let files = SystemFileSystem()
    var pins = streamPins(path, fileSystem: files)
    let console = Console()
    if from != nil || to != nil {
      let start = try from.map { try offset($0, reader) } ?? reader.startOffset
      let end = try to.map { try offset($0, reader) } ?? reader.endOffset
      guard start < end else {
        throw UserMessage("#\(start) to #\(end): no events lie in between", status: .usage)
      }
      pins.removeAll { $0.name == name }
      pins.append(StreamPin(range: start..<end, name: name))
      do throws(StreamError) { try setStreamPins(pins, path, fileSystem: files) } catch {
        throw UserMessage(of: error, path: path)
      }
    }
    if pins.isEmpty { try console.write(line: "nothing is pinned") }
    for pin in pins {
      try console.write(line: "\(pin.name)  #\(pin.range.lowerBound) to #\(pin.range.upperBound)")
    }
    try console.flush()
  }

  private func offset(_ text: String, _ reader: StreamReader) throws -> UInt64 {
    switch try PlaceArgument(text, reader: reader) {
    case .offset(let offset): return offset
    case .time(let time):
      try reader.seek(toTime: time)
      return reader.place.offset
    }
  }
}

struct StreamUnpinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpin", abstract: "Let a pinned range go when its time has come.")

  @Argument(help: ArgumentHelp("A stream's name or path.", valueName: "stream")) var stream: String
  @Argument(help: ArgumentHelp("What it was called.", valueName: "name")) var name: String

  mutating func run() throws {
    let path = try StreamPlaces.path(of: stream)
    let files = SystemFileSystem()
    let pins = streamPins(path, fileSystem: files)
    let left = pins.filter { $0.name != name }
    guard left.count < pins.count else {
      throw UserMessage("\(name): not pinned; 'spate stream pin \(stream)' lists what is")
    }
    do throws(StreamError) { try setStreamPins(left, path, fileSystem: files) } catch {
      throw UserMessage(of: error, path: path)
    }
  }
}
