import Detection
import Events
import Pipeline
import TestSupport
import Testing

@Suite struct AnnotationsTests {
  private static let topics = [
    Annotations.Topic(kind: .burst, subject: "pattern:00ff00ff00ff00ff"),
    Annotations.Topic(kind: .drop, subject: "service:a service with blanks"),
    Annotations.Topic(kind: .level, subject: "traffic"),
  ]

  @Test func `what is noted is read again`() {
    var generator = SeededGenerator(seed: 7)
    var notes = Annotations()
    for _ in 0..<400 {
      let offset = UInt64.random(in: 0..<40, using: &generator)
      let topic = Self.topics.randomElement(using: &generator)!
      let episode = Annotations.Episode(topic: topic, offset: offset)
      let time = Instant(microseconds: Int64.random(in: -5...5_000_000, using: &generator))
      let changes: [Annotations.Change] = [
        .mark(Annotations.Mark(offset: offset, time: time, note: " why\nnot ")),
        .mark(Annotations.Mark(offset: offset, time: time)), .unmark(offset: offset),
        .acknowledge(episode), .unacknowledge(episode), .mute(topic), .unmute(topic),
      ]
      notes.apply(changes.randomElement(using: &generator)!)
      let again = Annotations(decoding: notes.encoded)
      #expect(again.encoded == notes.encoded)
      #expect(again.marks.map(\.offset) == notes.marks.map(\.offset))
      #expect(again.acknowledged == notes.acknowledged && again.muted == notes.muted)
    }
    #expect(notes.marks.map(\.offset) == notes.marks.map(\.offset).sorted())
  }

  @Test func `a line of another version stays`() {
    let text = "mark 7 1000000 the pool ran dry\nmute burst traffic\npaint 7 red\nmark x\n"
    var notes = Annotations(decoding: Array(text.utf8))
    #expect(notes.mark(at: 7)?.note == "the pool ran dry")
    notes.apply(.unmark(offset: 7))
    notes.apply(.mute(Self.topics[1]))
    #expect(
      String(decoding: notes.encoded, as: UTF8.self)
        == "mute burst traffic\nmute drop service:a service with blanks\npaint 7 red\nmark x\n")
  }
}
