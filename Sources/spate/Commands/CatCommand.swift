internal import ArgumentParser
internal import EventStream
internal import Events
internal import Patterns
internal import Pipeline
internal import Screens

struct CatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "Print recorded events in offset order.",
    discussion: """
      EXAMPLES:
        spate cat --from 09:30 --to 09:35
        spate cat --grep 'timeout|refused' --level warn
        spate cat --raw --stream shop > shop.log       the bytes as they came
        spate cat --json --follow --service payment
        spate cat --where 'service = api and level >= warn and status = 5*'

      \(ConditionArgument.help)
      """)

  @OptionGroup var place: StreamArguments
  @Flag(
    help: "The bytes as they came; where containers share a source, each event's lines together.")
  var raw = false
  @Flag(help: "One JSON object a line.") var json = false
  @Flag(help: "Go on as the stream grows.") var follow = false
  @Flag(help: "Control records, too: ticks, gaps, states of sources.") var control = false
  @Option(help: ArgumentHelp("Only events whose text matches.", valueName: "re")) var grep: String?
  @Option(help: ArgumentHelp("Only this level and worse.", valueName: "level")) var level: String?
  @Option(help: ArgumentHelp("Only this service; may be repeated.", valueName: "name"))
  var service: [String] = []
  @Option(name: .customLong("where"), help: ArgumentHelp("Only these events.", valueName: "cond"))
  var condition: String?

  mutating func run() throws {
    let library = json || condition != nil ? RecognitionArguments.library() : nil
    let condition = try library.flatMap {
      try ConditionArgument.condition(self.condition, library: $0)
    }
    let filter = try EventSelection(
      grep: grep, level: level, services: service, condition: condition)
    let reader = try place.openReader()
    let end = try place.seek(reader)
    let console = Console()
    // Asked of the arguments once: each question costs more than an event.
    let (raw, json, control) = (raw, json, control)
    var seam = RawSeam()
    Interruption.note()
    loop: while true {
      if let status = Interruption.status {
        try console.flush()
        throw status
      }
      switch try next(reader) {
      case .batch(let batch):
        for index in 0..<batch.count {
          let offset = (batch.firstOffset ?? 0) + UInt64(index)
          guard let isInside = unsafe end.contains(batch.records[index], offset: offset) else {
            break loop
          }
          guard isInside, filter.passes(batch, index, names: reader.names) else { continue }
          if raw, seam.needsLineEnd(before: index, in: batch) {
            try console.write(CollectionOfOne(UInt8(ascii: "\n")))
          }
          if raw {
            try unsafe console.write(batch.raw(index))
          } else {
            try print(batch, index, offset, reader.names, json ? library : nil, console)
          }
        }
      case .control(let record):
        if control { try console.write(line: ControlText.line(record, names: reader.names)) }
      case .gap(let from, let to, let reason):
        Console.error("spate: events #\(from) to #\(to) cannot be read: \(reason)")
      case .atEnd:
        guard follow else { break loop }
        try console.flush()
        _ = reader.waitForMore(timeout: .milliseconds(200))
      }
    }
    try console.flush()
    ConditionArgument.note(unknownFields: condition?.unknownFields ?? [])
  }

  private func next(_ reader: StreamReader) throws -> StreamItem {
    do throws(StreamError) { return try reader.next() } catch {
      throw UserMessage(of: error, path: try place.path())
    }
  }

  private func print(
    _ batch: EventBatch, _ index: Int, _ offset: UInt64, _ names: EventNames,
    _ library: FormatLibrary?, _ console: Console
  ) throws {
    if let library {
      let fields = EventText.fields(of: index, in: batch, library, names)
      try console.write(
        EventText.json(batch, index, names: names, fields: fields, offset: offset))
    } else {
      try console.write(EventText.line(batch, index, names: names))
    }
  }
}

/// Where one event's raw bytes meet the next one's.
///
/// A line that its writer never ended has no line end. What is printed behind it must not run into
/// it, unless it is the very next of the source's bytes: a part of an event above the size limit, or
/// a line that was finished later.
struct RawSeam {
  /// What was printed last, if it has no line end.
  private var open: EventRecord?

  mutating func needsLineEnd(before index: Int, in batch: EventBatch) -> Bool {
    let endsLine = unsafe batch.raw(index).last == UInt8(ascii: "\n")
    // Nearly every event: nothing is copied for it.
    if endsLine, open == nil { return false }
    let next = unsafe batch.records[index]
    defer { open = endsLine ? nil : next }
    guard let open else { return false }
    return open.source != next.source || open.generation != next.generation
      || open.sourceEndOffset &+ UInt64(next.rawCount) != next.sourceEndOffset
  }
}

/// Which events a command prints.
struct EventSelection {
  private let matcher: LineMatcher?
  private let minimum: Severity
  private let services: [String]
  private let condition: Condition?

  init(grep: String?, level: String?, services: [String], condition: Condition? = nil) throws {
    self.condition = condition
    do throws(PatternSyntaxError) {
      matcher = try grep.map { (text) throws(PatternSyntaxError) in try LineMatcher(text) }
    } catch {
      throw UserMessage(
        """
        --grep does not compile
              \(grep ?? "")
              \(String(repeating: " ", count: error.offset))^ \(error.message)
        """, status: .usage)
    }
    if let level {
      guard let severity = Severity.allCases.first(where: { $0.name == level.lowercased() }) else {
        let names = Severity.allCases.dropFirst().map(\.name).joined(separator: ", ")
        throw UserMessage("--level \(level): write one of \(names)", status: .usage)
      }
      minimum = severity
    } else {
      minimum = .unknown
    }
    self.services = services
  }

  func passes(_ batch: EventBatch, _ index: Int, names: EventNames) -> Bool {
    let record = unsafe batch.records[index]
    if record.severity < minimum { return false }
    if !services.isEmpty, !services.contains(names.services.name(record.service.rawValue)) {
      return false
    }
    if let matcher, unsafe !matcher.matches(batch.raw(index)) { return false }
    return condition?.holds(batch, index, names: names) ?? true
  }
}

enum ControlText {
  static func line(_ record: ControlRecord, names: EventNames) -> String {
    func name(_ source: SourceID) -> String { names.sources.name(source.rawValue) }
    switch record {
    case .tick(let time, let elapsed):
      return "# \(time.rfc3339) tick \(NumberText.fixed(Double(elapsed) / 1e6, digits: 3)) s"
    case .gap(let time, let source, let count, let reason):
      return
        "# \(time.rfc3339) gap \(name(source)) \(count.map { "\($0) bytes" } ?? "?"): \(reason)"
    case .option(let time, let option, let value):
      return "# \(time.rfc3339) option \(option) = \(value)"
    case .source(let time, let source, let state):
      return "# \(time.rfc3339) source \(name(source)): \(state)"
    }
  }
}
