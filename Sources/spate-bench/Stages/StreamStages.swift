internal import EventStream
internal import Events

/// A stream in memory, so that no disk is measured.
private struct BenchStream {
  static let path = "/bench"
  let files = MemoryFileSystem(byteLimit: 64 << 30)

  /// Appends the whole corpus; returns the time of the appends.
  func fill(from corpus: Corpus) throws -> Measurement {
    let events = corpus.events()
    let writer = try StreamWriter(path: Self.path, fileSystem: files, create: true)
    var measurement = Measurement()
    for batch in events.batches {
      try measurement.time { _ = try writer.append(batch, names: events.names) }
    }
    try measurement.time { try writer.close() }
    measurement.count = corpus.lineCount
    measurement.byteCount = corpus.array.count
    return measurement
  }
}

extension Stage {
  static let append = Stage(name: "append", about: "columns, checksum, zstd; to memory") { corpus in
    try BenchStream().fill(from: corpus)
  }

  static let readBack = Stage(name: "read back", about: "what append wrote, whole") { corpus in
    let stream = BenchStream()
    var measurement = try stream.fill(from: corpus)
    measurement.nanoseconds = 0
    let reader = try StreamReader(path: BenchStream.path, fileSystem: stream.files)
    var eventCount = 0
    try measurement.time {
      var spare: EventBatch?
      reading: while true {
        switch try reader.next(reusing: spare) {
        case .batch(let batch):
          eventCount += batch.count
          spare = batch
        case .control, .gap: break
        case .atEnd: break reading
        }
      }
    }
    precondition(eventCount == corpus.events().eventCount, "a stream gives back what it took")
    return measurement
  }
}
