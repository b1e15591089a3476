/// Index into the table of sources (a file's path, a pipe, a command), dense from 0.
@frozen @usableFromInline
package struct SourceID: Hashable, Sendable {
  @usableFromInline package var rawValue: UInt32
  @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// Index into the table of services, dense from 0.
@frozen @usableFromInline
package struct ServiceID: Hashable, Sendable {
  @usableFromInline package var rawValue: UInt32
  @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// Index into the table of formats, dense from 0; 0 is "none".
@frozen @usableFromInline
package struct FormatID: Hashable, Sendable {
  @usableFromInline package var rawValue: UInt16
  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// Index into a miner's table of patterns, dense from 0 in order of birth.
///
/// Good within one run of the analysis; what is stored and printed is the pattern's `key`.
@frozen @usableFromInline
package struct PatternID: Hashable, Sendable {
  @usableFromInline package var rawValue: UInt32
  @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable package static var none: PatternID { PatternID(rawValue: .max) }
}
