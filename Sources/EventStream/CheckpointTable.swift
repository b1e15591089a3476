internal import Events

/// The last checkpoint of every source, by the source's name, which may be any bytes.
struct CheckpointTable: Equatable {
  private(set) var byName: [[UInt8]: MetaCoding.Checkpoint] = [:]

  mutating func apply(_ checkpoints: [SourceCheckpoint], names: borrowing EventNames) {
    for checkpoint in checkpoints {
      byName[Array(names.sources.safeBytes(checkpoint.source.rawValue))] = .init(
        generation: checkpoint.generation, endOffset: checkpoint.endOffset,
        identity: checkpoint.identity)
    }
  }

  /// Takes in what an events batch or a checkpoints batch brings.
  /// - Returns: Whether the bytes were such a batch's first section.
  mutating func apply(_ header: BatchHeader, meta bytes: [UInt8]) -> Bool {
    var meta = ByteDecoder(bytes[...])
    let sources = MetaCoding.names(&meta)
    if header.kind == .events {
      _ = MetaCoding.names(&meta)
      _ = MetaCoding.names(&meta)
    }
    for _ in 0..<meta.count() {
      let source = meta.index(below: sources.count)
      let checkpoint = MetaCoding.checkpoint(&meta)
      guard !meta.failed else { return false }
      byName[sources[source]] = checkpoint
    }
    return !meta.failed
  }

  /// The first section of a checkpoints batch; the same for the same checkpoints.
  var encoded: [UInt8] {
    var meta = ByteEncoder()
    let sorted = byName.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    meta.varint(UInt64(sorted.count))
    for (name, _) in sorted { meta.string(name) }
    meta.varint(UInt64(sorted.count))
    for (index, entry) in sorted.enumerated() {
      meta.varint(UInt64(index))
      MetaCoding.put(entry.value, to: &meta)
    }
    return meta.bytes
  }
}
