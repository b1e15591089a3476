/// How far a source has been read, kept in the stream beside the events that were read.
///
/// What identifies a file's life across renames and restarts is the tailer's business; the stream
/// stores it as bytes and hands it back.
package struct SourceCheckpoint: Hashable, Sendable {
  package var source: SourceID
  /// The life of the source's file that `endOffset` counts in.
  package var generation: UInt32
  /// Byte position behind the last event of this source that is in the stream.
  package var endOffset: UInt64
  /// The tailer's own description of the generation, at most 4 KiB.
  package var identity: [UInt8]

  package init(source: SourceID, generation: UInt32, endOffset: UInt64, identity: [UInt8]) {
    self.source = source
    self.generation = generation
    self.endOffset = endOffset
    self.identity = identity
  }
}
