package import Detection
package import Events

/// What people say of a stream beside its events: marks, and which anomalies need no attention.
///
/// Kept in a small text file of the stream, one line each, so that a person can read and mend it.
/// Nothing here changes what the analysis sees or says.
package struct Annotations: Hashable, Sendable {
  /// An event that somebody wants to find again.
  package struct Mark: Hashable, Sendable {
    package var offset: UInt64
    package var time: Instant
    package var note: String

    package init(offset: UInt64, time: Instant, note: String = "") {
      self.offset = offset
      self.time = time
      self.note = note
    }
  }

  /// What an anomaly is about, by names that every run of the analysis gives it.
  package struct Topic: Hashable, Sendable {
    package var kind: Anomaly.Kind
    /// `pattern:7f3a9c12d0e4b6a8`, `service:payment`, `source:app.log` or `traffic`.
    package var subject: String

    package init(kind: Anomaly.Kind, subject: String) {
      self.kind = kind
      self.subject = subject
    }
  }

  /// One episode of a topic.
  package struct Episode: Hashable, Sendable {
    package var topic: Topic
    /// Of the event that made it known.
    package var offset: UInt64

    package init(topic: Topic, offset: UInt64) {
      self.topic = topic
      self.offset = offset
    }
  }

  package enum Change: Hashable, Sendable {
    case mark(Mark)
    case unmark(offset: UInt64)
    case acknowledge(Episode)
    case unacknowledge(Episode)
    case mute(Topic)
    case unmute(Topic)
  }

  /// Ascending by offset, one for an event.
  package private(set) var marks: [Mark] = []
  package private(set) var acknowledged: Set<Episode> = []
  package private(set) var muted: Set<Topic> = []
  /// Lines that say nothing known: another version's, kept as they are.
  private var others: [String] = []

  package init() {}

  package mutating func apply(_ change: Change) {
    switch change {
    case .mark(let mark):
      let place = marks.firstIndex { $0.offset >= mark.offset } ?? marks.count
      if marks.indices.contains(place), marks[place].offset == mark.offset {
        marks[place] = mark
      } else {
        marks.insert(mark, at: place)
      }
    case .unmark(let offset): marks.removeAll { $0.offset == offset }
    case .acknowledge(let episode): acknowledged.insert(episode)
    case .unacknowledge(let episode): acknowledged.remove(episode)
    case .mute(let topic): muted.insert(topic)
    case .unmute(let topic): muted.remove(topic)
    }
  }

  package func mark(at offset: UInt64) -> Mark? { marks.first { $0.offset == offset } }
}

// MARK: As text

extension Annotations {
  /// Reads the lines that `encoded` writes.
  package init(decoding bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: line, as: UTF8.self)
      if let change = Self.change(text) { apply(change) } else { others.append(text) }
    }
  }

  /// `mark OFFSET MICROSECONDS NOTE`, `ack OFFSET KIND SUBJECT` and `mute KIND SUBJECT`, in an order
  /// that depends on nothing else.
  package var encoded: [UInt8] {
    var lines = marks.map { mark in
      "mark \(mark.offset) \(mark.time.microseconds) \(mark.note)"
    }
    lines += acknowledged.map { "ack \($0.offset) \($0.topic.kind.rawValue) \($0.topic.subject)" }
      .sorted()
    lines += muted.map { "mute \($0.kind.rawValue) \($0.subject)" }.sorted()
    let text = (lines + others).map { line in
      String(line.map { $0.isNewline ? " " : $0 }) + "\n"
    }
    return Array(text.joined().utf8)
  }

  private static func change(_ line: String) -> Change? {
    func words(_ count: Int) -> [String]? {
      let words = line.split(separator: " ", maxSplits: count, omittingEmptySubsequences: false)
      return words.count > count ? words.dropFirst().map(String.init) : nil
    }
    if line.hasPrefix("mark "), let words = words(3), let offset = UInt64(words[0]),
      let time = Int64(words[1])
    {
      return .mark(Mark(offset: offset, time: Instant(microseconds: time), note: words[2]))
    }
    if line.hasPrefix("ack "), let words = words(3), let offset = UInt64(words[0]),
      let kind = Anomaly.Kind(rawValue: words[1])
    {
      return .acknowledge(Episode(topic: Topic(kind: kind, subject: words[2]), offset: offset))
    }
    if line.hasPrefix("mute "), let words = words(2), let kind = Anomaly.Kind(rawValue: words[0]) {
      return .mute(Topic(kind: kind, subject: words[1]))
    }
    return nil
  }
}
