package import Events

/// How readily messages that differ in words become one pattern.
package enum Granularity: String, Sendable, CaseIterable {
  case coarse, normal, fine
}

/// What decides how a miner works; part of the stream, because the analysis depends on it.
package struct MinerOptions: Hashable, Sendable {
  /// Patterns that are told apart; beyond it the least recent ones become "other".
  package var patternLimit = 100_000
  package var granularity = Granularity.normal

  package init() {}
}

/// What happened to a pattern since changes were last taken.
package enum PatternChange: Hashable, Sendable {
  /// With its traits, which detectors go by from then on, whatever it is widened to.
  case born(PatternID, PatternTraits)
  /// Its template became more general.
  case widened(PatternID)
  /// Events of `from` are events of `into` from the event at `eventIndex` of the batch on, and so
  /// are its past ones.
  case merged(from: PatternID, into: PatternID, eventIndex: Int)
  /// What had been merged into `from` stands for itself again: its past events and those to come.
  case split(from: PatternID, child: PatternID)
}
