internal import EventStream
internal import Events
internal import Pipeline

/// The patterns of a part of a stream, as they are known with all that came before it: what is kept
/// nearest before the part is gone on from, and only the part is counted.
struct PatternsInRange {
  let analysis: Analysis
  private(set) var totals = Totals()
  private let path: String
  private let reader: StreamReader
  private let store: KeyframeStore
  private let end: StreamEnd
  private let firstOffset: UInt64
  private var hasBegun = false

  init(_ place: StreamArguments) throws {
    path = try place.path()
    reader = try StreamPlaces.reader(at: path)
    var end = try place.seek(reader)
    firstOffset = reader.place.offset
    try end.stopBehindTime(try StreamPlaces.reader(at: path))
    self.end = end
    store = KeyframeStore(reader: try StreamPlaces.reader(at: path), options: .ofThisBuild)
    let kept = store.state(atOrBefore: firstOffset)
    if kept.lacksPast {
      Console.error("spate: " + KeptAnalysis.lostPast(before: reader.startOffset))
    }
    analysis = kept.analysis
    reader.seek(to: kept.place)
  }

  mutating func run() throws {
    while true {
      if let status = Interruption.status { throw status }
      let item: StreamItem
      do throws(StreamError) { item = try reader.next() } catch {
        throw UserMessage(of: error, path: path)
      }
      switch item {
      case .atEnd: return
      case .gap(let from, let to, let reason):
        Console.error("spate: events #\(from) to #\(to) cannot be read: \(reason)")
      case .control(let record): analysis.consume(record, names: reader.names)
      case .batch(let batch):
        if try add(batch) { return }
        // From then on it holds examples of the part, which no other reader would have.
        if !hasBegun, store.wants(reader.place.offset), batch.count > 0 {
          store.offer(analysis, at: reader.place, behind: EventMark(lastOf: batch))
        }
      }
    }
  }

  /// - Returns: Whether the range ends in this batch.
  private mutating func add(_ batch: EventBatch) throws -> Bool {
    let first = batch.firstOffset ?? 0
    let before = firstOffset > first ? Int(min(firstOffset - first, UInt64(batch.count))) : 0
    if before > 0 { consume(before == batch.count ? batch : batch.slice(0..<before)) }
    guard before < batch.count else { return false }
    var stop = before
    // SAFETY: `stop` lies below the count.
    while stop < batch.count,
      unsafe end.contains(batch.records[stop], offset: first + UInt64(stop)) != nil
    {
      stop += 1
    }
    if stop > before {
      if !hasBegun { analysis.beginExamples() }
      hasBegun = true
      let part = before == 0 && stop == batch.count ? batch : batch.slice(before..<stop)
      let partFirst = part.firstOffset ?? 0
      consume(part)
      let runs = part.runs { record, index in
        end.contains(record, offset: partFirst + UInt64(index)) == true
      }
      for run in runs { analysis.count(run, of: part, in: &totals) }
    }
    return stop < batch.count
  }

  private func consume(_ batch: EventBatch) {
    analysis.consume(batch, names: reader.names)
    _ = analysis.takeReports()
  }
}
