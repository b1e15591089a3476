/// What the words of a pattern's template say about it; all that detectors learn of its text.
@frozen @usableFromInline
package struct PatternTraits: OptionSet, Hashable, Sendable {
  @usableFromInline package let rawValue: UInt16
  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// A word part of the template names a failure: error, timeout, refused, panic, …
  @inlinable package static var hasFailureWord: PatternTraits { .init(rawValue: 1 << 0) }
  /// Some variable is a measure: a duration, a size, a decimal number, or keyed like one.
  @inlinable package static var hasMeasure: PatternTraits { .init(rawValue: 1 << 1) }
  /// Some variable is an identifier that could tie events together: a UUID, a trace, an order.
  @inlinable package static var hasIdentifier: PatternTraits { .init(rawValue: 1 << 2) }
  /// A word of the template is a method of HTTP: a request, as its server or a proxy writes it.
  @inlinable package static var isRequest: PatternTraits { .init(rawValue: 1 << 4) }
  /// A request that its server failed to answer: its status is 500 or more.
  @inlinable package static var isFailedRequest: PatternTraits { .init(rawValue: 1 << 5) }
  /// Its words tell of what a program does not survive: a panic, a segmentation fault, no memory left.
  @inlinable package static var isGrave: PatternTraits { .init(rawValue: 1 << 6) }
  /// The template has no literal word at all.
  @inlinable package static var hasNoWords: PatternTraits { .init(rawValue: 1 << 3) }
}
