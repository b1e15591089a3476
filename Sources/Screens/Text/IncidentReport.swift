package import Detection
internal import Events
package import Pipeline

/// An incident as Markdown, for a ticket: what changed in which order, the first events of each
/// change, what was marked, and the commands that show it again.
package struct IncidentReport {
  /// Lines of one event that are quoted, and their columns.
  private static let lineLimit = 12
  private static let columnLimit = 400

  private let incident: Incident
  private let anomalies: [Anomaly]
  private let names: AnomalySentence.Names
  private let origin: Origin
  private let time = TimeText()

  /// Where the events are kept, named as a command names it.
  package enum Origin {
    /// A recorded stream's name or path.
    case stream(String)
    case files([String])
    /// A pipe, or a screen that does not record: no command sees them again.
    case memory
  }

  /// An event that is quoted.
  package struct Quote {
    /// `event #12 of app.log`.
    package var place: String
    /// Terminators stripped; control bytes and invalid UTF-8 as they came.
    package var lines: [[UInt8]]

    package init(place: String, lines: [[UInt8]]) {
      self.place = place
      self.lines = lines
    }

    package init(_ event: EventRow) {
      self.init(place: "event #\(event.offset) of \(event.source)", lines: event.lines)
    }
  }

  /// - Parameter anomalies: Those of the incident, in any order.
  package init(
    _ incident: Incident, _ anomalies: [Anomaly], names: AnomalySentence.Names, origin: Origin
  ) {
    self.incident = incident
    self.anomalies = anomalies.sorted { ($0.time, $0.number) < ($1.time, $1.number) }
    self.names = names
    self.origin = origin
  }

  /// The events that the report quotes: for each anomaly the one that it is known by.
  package var offsets: [UInt64] { anomalies.map(Self.offset) }

  package static func offset(_ anomaly: Anomaly) -> UInt64 {
    anomaly.kind == .new ? anomaly.offset : anomaly.lastOffset ?? anomaly.offset
  }

  /// - Parameters:
  ///   - quotes: Those of `offsets` that are kept.
  ///   - marks: Of the whole stream; those near the incident are told.
  package func markdown(quotes: [UInt64: Quote], marks: [Annotations.Mark]) -> String {
    var text = "# Incident of \(time.full(incident.start))\n\n" + summary
    text +=
      "\n## What changed, in order\n\n| time (UTC) | what | who | why |\n| --- | --- | --- | --- |\n"
    for anomaly in anomalies { text += row(anomaly) }
    text += "\n## The events behind it\n"
    for anomaly in anomalies { text += quotation(quotes[Self.offset(anomaly)], anomaly) }
    let near = marks.filter { window.contains($0.time) }
    if !near.isEmpty {
      text += "\n## Marks\n\n"
      for mark in near {
        text += "- \(time.full(mark.time)) event #\(mark.offset) \(Self.inline(mark.note))\n"
      }
    }
    text += "\n## To see it again\n\n```sh\n" + commands.map { $0 + "\n" }.joined() + "```\n"
    return text
  }

  private var summary: String {
    let services = incident.services.map { Self.inline(names.service($0)) }
    let length = incident.last.microseconds(since: incident.start)
    var text = "- " + (incident.end == nil ? "going on; so far " : "lasted ")
    text += "\(TimeText.words(max(length, 0))), to \(time.full(incident.last))\n"
    text += "- services, in the order of change: "
    text += (services.isEmpty ? "several at once" : services.joined(separator: ", ")) + "\n"
    let folded = incident.foldedCount
    text += "- \(anomalies.count) report\(anomalies.count == 1 ? "" : "s")"
    text += folded > 0 ? ", and \(folded) that say no more than these\n" : "\n"
    if let first = anomalies.first { text += "- first: " + line(first) + "\n" }
    if let worst = anomalies.first(where: { $0.number == incident.worst }) {
      text += "- worst: " + line(worst) + "\n"
    }
    return text
  }

  private func line(_ anomaly: Anomaly) -> String {
    time.full(anomaly.time) + " " + Self.inline(AnomalySentence.line(anomaly, names: names))
  }

  private func row(_ anomaly: Anomaly) -> String {
    let service = anomaly.service.map { names.service($0) + ": " } ?? ""
    let cells = [
      time.full(anomaly.time), AnomalySentence.badge(for: anomaly),
      service + AnomalySentence.subject(of: anomaly, names: names), AnomalySentence.why(anomaly),
    ]
    return "| " + cells.map(Self.inline).joined(separator: " | ") + " |\n"
  }

  private func quotation(_ quote: Quote?, _ anomaly: Anomaly) -> String {
    let head =
      "\n**\(AnomalySentence.badge(for: anomaly))** "
      + Self.inline(AnomalySentence.subject(of: anomaly, names: names))
    guard let quote else {
      guard case .files = origin else {
        return head + "\n\nevent #\(Self.offset(anomaly)) is no longer kept\n"
      }
      return head + "\n"
    }
    var lines = quote.lines.prefix(Self.lineLimit).map { line in
      String(String(decoding: line, as: UTF8.self).prefix(Self.columnLimit).map(Self.visible))
    }
    if quote.lines.count > lines.count { lines.append("(\(quote.lines.count - lines.count) more)") }
    // A fence that no line of the event can end.
    let fence = String(repeating: "`", count: max(3, Self.longestFence(lines) + 1))
    return head + ", \(Self.inline(quote.place))\n\n"
      + "\(fence)\n" + lines.map { $0 + "\n" }.joined() + "\(fence)\n"
  }

  /// What the commands look at: the incident with a minute before and after.
  private var window: ClosedRange<Instant> {
    incident.start.advanced(
      byMicroseconds: -60_000_000)...incident.last.advanced(byMicroseconds: 60_000_000)
  }

  private var commands: [String] {
    let stream: String
    switch origin {
    case .memory: return ["# the stream was kept in memory only: --stream NAME keeps it"]
    case .files(let paths):
      let files = paths.map(Self.quoted).joined(separator: " ")
      return ["spate \(files)", "spate anomalies --incidents \(files)"]
    case .stream(let name): stream = name
    }
    let place = " --stream " + Self.quoted(stream)
    let (from, to) = (time.full(window.lowerBound), time.full(window.upperBound))
    let length = incident.last.microseconds(since: incident.start) + 20_000_000
    let before = time.full(incident.start.advanced(byMicroseconds: -length))
    let end = time.full(incident.start.advanced(byMicroseconds: length))
    let start = time.full(incident.start)
    return [
      "spate replay\(place) --from \(from)",
      "spate anomalies\(place) --from \(from) --to \(to)",
      "spate cat\(place) --from \(from) --to \(to) --level warn",
      "spate compare\(place) --a \(before)..\(start) --b \(start)..\(end)",
      "spate stream pin \(Self.quoted(stream)) --from \(from) --to \(to) --name incident",
    ]
  }

  // MARK: Text

  /// Of a log nothing is markup.
  private static func inline(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "|", "*", "_", "`", "<", "[", "\\": result += "\\" + String(character)
      default: result.append(visible(character))
      }
    }
    return result
  }

  private static func visible(_ character: Character) -> Character {
    character != "\t" && character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
      ? " " : character
  }

  private static func longestFence(_ lines: [String]) -> Int {
    lines.map { line in
      var (longest, run) = (0, 0)
      for character in line {
        run = character == "`" ? run + 1 : 0
        longest = max(longest, run)
      }
      return longest
    }.max() ?? 0
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:@".contains($0))
    }
    return isPlain && !word.isEmpty
      ? word
      : "'"
        + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        + "'"
  }
}
