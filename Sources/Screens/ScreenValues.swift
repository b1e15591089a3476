package import Events
package import Pipeline

/// What the screens are told once, at the start.
package struct ScreenOptions: Sendable {
  /// Draw signs in ASCII only.
  package var isASCII = false
  /// Times are shown in UTC until `t` is pressed; then in this zone.
  package var localZone: ScreenZone = .utc
  /// What Space plays with, until it is changed.
  package var speed: Double = 1
  /// What was noted of the stream before.
  package var annotations = Annotations()
  package init() {}
}

/// A time zone as a screen needs it.
package struct ScreenZone: Sendable {
  /// As a person says it: `UTC`, `Europe/Berlin`.
  package var name: String
  /// Seconds east of Greenwich at a moment.
  package var offset: @Sendable (Instant) -> Int

  package init(name: String, offset: @escaping @Sendable (Instant) -> Int) {
    self.name = name
    self.offset = offset
  }

  package static let utc = ScreenZone(name: "UTC") { _ in 0 }
}

/// What only the main loop can do.
package enum ScreenAction: Hashable, Sendable {
  case quit
  /// Ctrl-Z: `TerminalSession.suspend()`.
  case suspend
  /// Draw everything again, whatever the terminal shows.
  case redraw
  /// The first Ctrl-C: stop reading the sources, leave the screen open.
  case endInput
  case pause
  /// From the cursor on, with the speed last set.
  case play
  case followLive
  /// Move the cursor by events, by buckets of the window; negative: back. Pauses.
  case step(events: Int)
  case scrub(buckets: Int)
  /// Put the cursor behind this event; pauses.
  case goTo(offset: UInt64)
  /// Put the cursor at the last event not after this time; pauses.
  case goToTime(Instant)
  /// Infinite: as fast as it can.
  case setSpeed(Double)
  /// Answered by `ScreenAnswer.found`.
  case search(SearchQuery)
  /// Play this span of event time again and again; `nil`: no more.
  case loop(ClosedRange<Instant>?)
  /// `TerminalSession.copy`.
  case copy(String)
  /// Half or twice the window.
  case zoomIn, zoomOut
  /// Answered by `ScreenAnswer.zone` or `.trouble`.
  case setZone(String)
  /// Answered by `ScreenAnswer.annotated`, or `.trouble` where nothing can be kept.
  case annotate([Annotations.Change])
  /// Take out of a pattern, by its stable id, what was merged into it; keep it from merging.
  case split(key: String), pin(key: String)
  /// Write the report of an incident, by its number; answered by `.note` or `.trouble`.
  case report(incident: Int)
}

/// What the current screen needs to know beyond the snapshot.
package enum ScreenQuery: Hashable, Sendable {
  case page(EventQuery)
  case detail(PatternID, exampleCount: Int)
  case compare(ComparisonQuery)
  case count(CountQuery)
}

package enum ScreenAnswer: Sendable {
  case page(EventPage)
  case detail(PatternDetail)
  case comparison(ComparisonQuery, Comparison)
  case counts(CountQuery, CountTable)
  /// `nil`: there is none in that direction.
  case found(EventRow?)
  case zone(ScreenZone)
  /// All that is noted of the stream now.
  case annotated(Annotations)
  /// What could not be done, in a sentence: an expression that does not compile, an unknown zone.
  case trouble(String)
  /// What was done, in a sentence.
  case note(String)
}
