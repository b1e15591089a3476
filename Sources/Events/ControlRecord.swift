/// What stands between two offsets of a stream and takes none itself.
package enum ControlRecord: Hashable, Sendable {
  /// Nothing came for this long; moves the clock of the analysis by as much.
  case tick(ingestTime: Instant, elapsedMicroseconds: Int64)
  /// Bytes of a source that were destroyed before they could be read.
  case gap(ingestTime: Instant, source: SourceID, byteCount: UInt64?, reason: String)
  /// An option that changes the analysis from here on.
  case option(ingestTime: Instant, name: String, value: String)
  /// What became of a source: it caught up, ended, or failed.
  case source(ingestTime: Instant, source: SourceID, state: SourceState)
}

/// What became of a source.
package enum SourceState: Hashable, Sendable {
  /// Read to its present end for the first time; what follows is live.
  case reachedEnd
  /// Ended for good: end of a pipe, a removed file. Cannot fall silent any more.
  case ended
  /// A command ended.
  case exited(status: Int32)
  /// A command was ended by a signal.
  case signalled(signal: Int32)
  /// Cannot be read any more, and why.
  case failed(reason: String)
}
