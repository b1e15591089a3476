package import Events

package enum SourceKind: UInt8, Hashable, Sendable { case standardInput, file, command }

/// How far a source has got.
package enum SourceProgress: Hashable, Sendable {
  /// Its file does not exist yet, or not any more.
  case waiting
  /// What was there before is not read to its end yet.
  case readingPast
  /// Caught up once; what comes now is live.
  case following
  case ended(SourceState)
}

/// What can be told of a source.
package struct SourceInfo: Hashable, Sendable {
  package var id: SourceID
  /// The path as the user sees it, `stdin`, or the command.
  package var name: String
  package var kind: SourceKind
  /// Bytes handed out in this run.
  package var readByteCount: UInt64
  /// Bytes that there are to read in all, as far as known; for progress, not for arithmetic.
  package var knownByteCount: UInt64?
  package var progress: SourceProgress
  /// When the file was written last, when it was looked at last.
  package var modificationTime: Instant?
}

/// What one reading gave.
package enum ReadOutcome: Hashable, Sendable {
  /// `count` bytes, the first of which stands at `offset` of its generation.
  case bytes(count: Int, generation: UInt32, offset: UInt64)
  /// Caught up for now. The first time, the past is read.
  case nothing
  /// What was handed out of this generation is final; the next bytes belong to another one.
  case generationEnded
  /// Bytes of the source were destroyed before they could be read.
  case gap(byteCount: UInt64?, reason: String)
  /// For good.
  case ended(SourceState)
}
