internal import Events
internal import Pipeline

/// Choosing what is counted, and over which windows.
extension ScreenModel {
  func countQuery(_ snapshot: Snapshot) -> CountQuery? {
    snapshot.clock.flatMap { counts.query(clock: $0, endOffset: snapshot.cursorOffset) }
  }

  mutating func nextGrouping() {
    counts.nextGrouping()
    say("by \(countTitle); :by FIELD,FIELD groups by anything")
  }

  mutating func resizeWindows(isLonger: Bool) {
    counts.resize(isLonger: isLonger)
    say("windows of \(TimeText.words(counts.form.windowMicroseconds))")
  }

  /// The events of the selected group in the stream: filters say what the group's labels say.
  mutating func openCounted(_ snapshot: Snapshot) {
    guard let row = counts.selectedRow else { return say("no group selected") }
    stream.scope = .all
    filterIsOff = false
    for (dimension, label) in zip(counts.form.dimensions, row.labels) {
      guard let label else { continue }
      switch CountDimension(dimension) {
      case .service:
        if let service = snapshot.services.first(where: { $0.name == label }) {
          stream.scope = .service(service.id)
        }
      case .level: filter.minimumSeverity = TypedCommand.severity(label) ?? .unknown
      case .pattern:
        filter.onlyPatterns = Set(snapshot.patterns.filter { $0.template == label }.map(\.id))
      case .source, .format: break
      case .field: filter.identifier = label
      }
    }
    stream.follow()
    push(.stream)
    if !filter.isEmpty { say("filtered as the group says; Ctrl-t turns filters off, :show clears") }
  }

  var countTitle: String {
    counts.form.dimensions.isEmpty ? "time alone" : counts.form.dimensions.joined(separator: ", ")
  }

  /// What prints the same without a screen.
  func countCommand(_ snapshot: Snapshot) -> String {
    let form = counts.form
    var words = ["spate count"]
    if !form.dimensions.isEmpty { words.append("--by " + form.dimensions.joined(separator: ",")) }
    words.append("--every \(form.windowMicroseconds / 1_000_000)s")
    if !form.condition.isEmpty {
      let quoted = form.condition.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''")
      words.append("--where '\(quoted)'")
    }
    if snapshot.storage.path != nil { words.append("--stream \(snapshot.streamName)") }
    if let query = countQuery(snapshot) { words.append("--from \(TimeText().full(query.from))") }
    return words.joined(separator: " ")
  }
}
