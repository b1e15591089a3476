package import Events

/// What a reader decides about a pattern: part of the stream, since the analysis depends on it.
package struct PatternAct: Hashable, Sendable {
  package enum Kind: String, Sendable {
    /// What was merged into the pattern stands for itself again.
    case split
    /// The pattern is not merged with others.
    case pin
  }

  package var kind: Kind
  /// The name of the pattern: `TemplateMiner.key`.
  package var key: UInt64

  package init(_ kind: Kind, key: UInt64) {
    self.kind = kind
    self.key = key
  }

  /// The act that a control record stands for, if any.
  package init?(_ record: ControlRecord) {
    guard case .option(_, let name, let value) = record, name.hasPrefix(Self.prefix),
      let kind = Kind(rawValue: String(name.dropFirst(Self.prefix.count))),
      let key = UInt64(value, radix: 16)
    else { return nil }
    self.init(kind, key: key)
  }

  /// To be appended to the stream, and given to the analysis at that place.
  package func record(at ingestTime: Instant) -> ControlRecord {
    .option(ingestTime: ingestTime, name: Self.prefix + kind.rawValue, value: KeyText.of(key))
  }

  private static let prefix = "pattern."
}
