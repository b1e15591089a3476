internal import Detection
internal import EventStream
internal import Events
internal import Pipeline
internal import Screens

/// Keeps what people note of a stream, beside it; in memory where the stream is in memory.
struct Notebook {
  private let path: String?
  private(set) var annotations = Annotations()

  /// - Parameter path: The stream's folder.
  init(path: String?) {
    self.path = path
    read()
  }

  private mutating func read() {
    guard let path else { return }
    annotations = Annotations(
      decoding: streamAnnotations(path, fileSystem: SystemFileSystem()))
  }

  /// Changes what is kept now, which another screen may have changed since.
  mutating func apply(_ changes: [Annotations.Change]) throws(StreamError) {
    read()
    for change in changes { annotations.apply(change) }
    guard let path else { return }
    try setStreamAnnotations(annotations.encoded, path, fileSystem: SystemFileSystem())
  }
}

/// The report of an incident, written into the folder that the program was started in.
enum ReportFile {
  /// - Returns: The name of the file.
  static func write(
    _ report: IncidentReport, of incident: Incident, marks: [Annotations.Mark],
    openReader: () throws(StreamError) -> StreamReader
  ) throws -> String {
    let reader = try openReader()
    let text = report.markdown(
      quotes: try StoredEvents.rows(at: report.offsets, of: reader)
        .mapValues(IncidentReport.Quote.init), marks: marks)
    let time = TimeText().full(incident.start).prefix(19).filter { $0 != "-" && $0 != ":" }
    for number in 1...999 {
      let name = "spate-incident-\(time)Z" + (number == 1 ? "" : "-\(number)") + ".md"
      if UserFiles.exists(name) { continue }
      try UserFiles.write(Array(text.utf8), toNew: name)
      return name
    }
    throw UserMessage("there are 999 reports of this incident here already")
  }
}
