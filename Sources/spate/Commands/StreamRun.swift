internal import Detection
internal import EventStream
internal import Events
internal import Pipeline

/// Reads a part of a recorded stream through the analysis, which knows all that came before: it
/// goes on from the state that was kept nearest before.
struct StreamRun {
  let path: String
  let reader: StreamReader
  private let end: StreamEnd
  private let store: KeyframeStore
  let analysis: Analysis
  /// What lies before is analysed, and not shown.
  private let firstShown: UInt64
  /// Nothing of the range lies behind this; `nil` where the range ends with the stream, or by offset.
  private let lastOffset: UInt64?

  init(_ place: StreamArguments) throws {
    path = try place.path()
    reader = try StreamPlaces.reader(at: path)
    end = try place.seek(reader)
    firstShown = place.from == nil ? 0 : reader.place.offset
    if let time = end.time {
      lastOffset = try StreamPlaces.reader(at: path).endOffset(before: time)
    } else {
      lastOffset = nil
    }
    store = KeyframeStore(reader: try StreamPlaces.reader(at: path), options: .ofThisBuild)
    let kept = store.state(atOrBefore: place.from == nil ? 0 : firstShown)
    analysis = kept.analysis
    reader.seek(to: kept.place)
    if kept.lacksPast {
      Console.error("spate: " + KeptAnalysis.lostPast(before: reader.startOffset))
    }
  }

  /// Feeds the analysis up to the end of the range.
  /// - Parameters:
  ///   - event: Told of each event of the range, before it is analysed; `nil`: nothing is told.
  ///   - reports: Given what was reported within the range.
  func run(
    event: ((EventBatch, Int, UInt64) throws -> Void)? = nil,
    reports: ([AnomalyReport]) throws -> Void
  ) throws {
    while true {
      if let status = Interruption.status { throw status }
      switch try next() {
      case .atEnd: return
      case .gap(let from, let to, let reason):
        Console.error("spate: events #\(from) to #\(to) cannot be read: \(reason)")
      case .control(let record):
        analysis.consume(record, names: reader.names)
        try tell(reports)
        if isOver { return }
      case .batch(let batch):
        if try feed(batch, event, reports) { return }
        if store.wants(reader.place.offset), batch.count > 0 {
          store.offer(analysis, at: reader.place, behind: EventMark(lastOf: batch))
        }
        if isOver { return }
      }
    }
  }

  /// Whether all of a range that ends with a time was read, and all that could be told of it was.
  private var isOver: Bool {
    guard let time = end.time, let lastOffset, reader.place.offset >= lastOffset,
      let watermark = analysis.detector.watermark
    else { return false }
    return watermark >= time
  }

  private func next() throws -> StreamItem {
    do throws(StreamError) { return try reader.next() } catch {
      throw UserMessage(of: error, path: path)
    }
  }

  /// - Returns: Whether the range ends in this batch.
  private func feed(
    _ batch: EventBatch, _ event: ((EventBatch, Int, UInt64) throws -> Void)?,
    _ reports: ([AnomalyReport]) throws -> Void
  ) throws -> Bool {
    let first = batch.firstOffset ?? 0
    let mark = batch.count
    var start = 0
    for index in 0..<mark {
      let offset = first + UInt64(index)
      guard let isInside = unsafe end.contains(batch.records[index], offset: offset) else {
        try feed(batch, start..<index, reports)
        return true
      }
      guard let event, isInside, offset >= firstShown else { continue }
      try feed(batch, start..<index, reports)
      try event(batch, index, offset)
      try feed(batch, index..<index + 1, reports)
      start = index + 1
    }
    try feed(batch, start..<mark, reports)
    return false
  }

  private func feed(
    _ batch: EventBatch, _ range: Range<Int>, _ reports: ([AnomalyReport]) throws -> Void
  ) throws {
    if range.isEmpty { return }
    analysis.consume(range == 0..<batch.count ? batch : batch.slice(range), names: reader.names)
    try tell(reports)
  }

  /// Called whenever something was analysed: incidents may have ended without a report.
  private func tell(_ reports: ([AnomalyReport]) throws -> Void) throws {
    try reports(takeShown())
  }

  /// What was reported within the range.
  func takeShown() -> [AnomalyReport] {
    analysis.takeReports().filter { report in
      shows(report.anomaly.offset) && end.begin.map { report.anomaly.time >= $0 } ?? true
        && end.time.map { report.anomaly.time < $0 } ?? true
    }
  }

  /// Whether what became known at an offset is shown.
  func shows(_ offset: UInt64) -> Bool { offset >= firstShown }
}
