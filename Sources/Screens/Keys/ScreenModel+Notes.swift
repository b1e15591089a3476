internal import Detection
internal import Events
internal import Pipeline

/// Marks, acknowledging and muting, and the report of an incident.
extension ScreenModel {
  // MARK: Acknowledging

  /// First known, then muted, then neither again; all of an incident is known or not.
  mutating func acknowledge(_ snapshot: Snapshot) -> [ScreenAction] {
    if view == .anomalies, case .incident(let number) = anomalies.selectedRow {
      let episodes = snapshot.anomalies.filter { $0.incident == number }
        .map { self.episode(of: $0, snapshot) }
      let isKnown = episodes.allSatisfy(annotations.acknowledged.contains)
      say(isKnown ? "the incident counts again" : "the incident is acknowledged, all of it")
      return annotate(episodes.map { isKnown ? .unacknowledge($0) : .acknowledge($0) })
    }
    let chosen: Anomaly? =
      if case .pattern(let id) = view { newestAnomaly(of: id, snapshot) } else {
        selectedAnomaly(snapshot)
      }
    guard let chosen else {
      say("no anomaly to acknowledge here")
      return []
    }
    let episode = self.episode(of: chosen, snapshot)
    switch attention(chosen, snapshot) {
    case .full:
      say("acknowledged: it counts no more; a again mutes its like for good")
      return annotate([.acknowledge(episode)])
    case .acknowledged:
      say("muted: no \(chosen.kind.rawValue) of this is told in this stream; a again ends that")
      return annotate([.unacknowledge(episode), .mute(episode.topic)])
    case .muted:
      say("no longer muted")
      return annotate([.unmute(episode.topic)])
    }
  }

  private func annotate(_ changes: [Annotations.Change]) -> [ScreenAction] { [.annotate(changes)] }

  // MARK: Marks

  /// The event that the keys mean on this screen.
  private func selectedEvent(_ snapshot: Snapshot) -> (offset: UInt64, time: Instant)? {
    switch view {
    case .pattern: pattern?.selectedExample.map { ($0.offset, $0.time) }
    case .stream: stream.selectedRow.map { ($0.offset, $0.time) }
    case .anomalies:
      selectedAnomaly(snapshot).map { ($0.lastOffset ?? $0.offset, $0.time) }
    case .marks: selectedMark.map { ($0.offset, $0.time) }
    case .overview, .compare, .sources, .counts, .help: nil
    }
  }

  var selectedMark: Annotations.Mark? {
    annotations.marks.indices.contains(markLine) ? annotations.marks[markLine] : nil
  }

  mutating func toggleMark(_ snapshot: Snapshot) -> [ScreenAction] {
    guard let event = selectedEvent(snapshot) else {
      say("no event selected")
      return []
    }
    if annotations.mark(at: event.offset) != nil {
      say("mark taken away")
      return annotate([.unmark(offset: event.offset)])
    }
    say("marked; u U go to marks, ' lists them, M adds a note")
    return annotate([.mark(Annotations.Mark(offset: event.offset, time: event.time))])
  }

  /// Asks for the note of a mark.
  mutating func askForNote(_ snapshot: Snapshot) {
    guard let event = selectedEvent(snapshot) else { return say("no event selected") }
    let known = annotations.mark(at: event.offset)
    noted = known ?? Annotations.Mark(offset: event.offset, time: event.time)
    prompt = Prompt(.note, previous: known?.note ?? "")
  }

  mutating func setNote(_ text: String) -> [ScreenAction] {
    guard var mark = noted else { return [] }
    noted = nil
    mark.note = text
    return annotate([.mark(mark)])
  }

  mutating func jumpToMark(forward: Bool, _ snapshot: Snapshot) {
    if annotations.marks.isEmpty { return say("no marks yet; m marks an event") }
    let here = stream.selectedRow?.offset ?? snapshot.cursorOffset
    let mark =
      forward
      ? annotations.marks.first { $0.offset > here } : annotations.marks.last { $0.offset < here }
    guard let mark else { return say("no mark \(forward ? "after" : "before") this event") }
    guard mark.offset < snapshot.cursorOffset else {
      return say("the next mark lies after the clock; F follows live")
    }
    stream.select(mark.offset)
    if !mark.note.isEmpty { say(mark.note) }
  }

  // MARK: Patterns

  /// Takes a pattern apart, or keeps it as it is: an act that becomes part of the stream.
  mutating func change(isSplit: Bool, _ snapshot: Snapshot) -> [ScreenAction] {
    guard let detail = pattern?.detail, let row = snapshot.pattern(detail.pattern) else {
      say("no pattern here yet")
      return []
    }
    guard snapshot.mode == .live, !snapshot.hasEnded else {
      say(
        snapshot.mode == .live
          ? "the input has ended: a stream is changed only while it is recorded"
          : "patterns are split and kept where the stream is recorded; F follows live")
      return []
    }
    if isSplit, detail.mergedTemplates.isEmpty {
      say("nothing was merged into this pattern")
      return []
    }
    if !isSplit, detail.isPinned {
      say("it is kept from merging already")
      return []
    }
    say(
      isSplit
        ? "split: \(detail.mergedTemplates.count) merged patterns stand for themselves again"
        : "kept: from here on it is merged with none")
    return [isSplit ? .split(key: row.key) : .pin(key: row.key)]
  }

  // MARK: Report

  mutating func report(_ snapshot: Snapshot) -> [ScreenAction] {
    guard let incident = selectedIncident(snapshot) else {
      say("no incident to report on")
      return []
    }
    return [.report(incident: incident.number)]
  }
}
