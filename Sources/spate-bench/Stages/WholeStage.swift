internal import Events
internal import Ingest
internal import Patterns
internal import Pipeline

extension Stage {
  static let whole = Stage(name: "whole", about: "file to anomalies, both threads; nothing stored")
  {
    corpus in
    if let path = corpus.path { return try analyse(path, corpus) }
    return try withTemporaryFile(holding: corpus.array) { try analyse($0, corpus) }
  }

  private static func analyse(_ path: String, _ corpus: Corpus) throws -> Measurement {
    var measurement = Measurement()
    let start = ProcessorClock.process()
    let sources = try SourceSet([.path(path)], options: IngestOptions(follow: false))
    let analysis = Analysis()
    FileRun(
      sources, options: RecognitionOptions(library: .shipped()),
      clock: { Instant(seconds: 1_800_000_000) }
    ).run(
      batch: { batch, names in analysis.consume(batch, names: names) },
      control: { record, names in analysis.consume(record, names: names) },
      progress: { _ in })
    analysis.finish()
    measurement.nanoseconds = ProcessorClock.process() - start
    measurement.count = corpus.lineCount
    measurement.byteCount = corpus.array.count
    return measurement
  }
}
