internal import Detection
internal import EventStream
internal import Events

/// The analysis of a recorded stream at a place that can be moved, back and forth.
///
/// Going on feeds what lies between, from the nearest kept state before the place. States are kept
/// on disk where there is a store, and in memory every so many events, thinned out so that there
/// are never more than `keyframeLimit`; each is a copy, so memory is bounded by their number times
/// the analysis.
final class StreamAnalysis {
  static let keyframeLimit = 12
  /// A jump over fewer events than this is not worth reading a state from disk.
  private let shortWay: UInt64

  fileprivate let reader: StreamReader
  private(set) var analysis: Analysis
  private let options: Analysis.Options
  private let store: KeyframeStore?
  private var keyframes: [KeptAnalysis] = []
  private var keyframeInterval: UInt64 = 200_000
  /// Read and not yet fed, with the index of the next event.
  private var waiting: (batch: EventBatch, next: Int)?
  /// The largest event time up to here: what "now" means while replaying.
  private(set) var time: Instant?
  private(set) var isAtEnd = false
  /// Time of the first event of the stream.
  private(set) var startTime: Instant?

  init(
    reader: StreamReader, options: Analysis.Options, store: KeyframeStore? = nil,
    shortWay: UInt64 = 20_000
  ) {
    self.reader = reader
    self.shortWay = shortWay
    self.options = options
    self.store = store
    analysis = Analysis(options)
    take(beginning())
  }

  /// Stream offset behind the last event that was fed.
  var offset: UInt64 { max(analysis.nextOffset, reader.startOffset) }

  /// Goes to the state that is nearest before `offset`, if that is less to feed than from here.
  func approach(_ offset: UInt64) {
    if offset >= self.offset {
      guard offset - self.offset > shortWay,
        let kept = store?.nearest(atOrBefore: end(offset), behind: self.offset + shortWay)
      else { return }
      return take(kept)
    }
    let kept = keyframes.last { $0.place.offset <= offset }
    let least = kept.map { $0.place.offset + shortWay } ?? startOffset
    if let better = store?.nearest(atOrBefore: end(offset), behind: least) { return take(better) }
    restart(from: kept)
  }

  /// Goes to the state that is nearest before the first event later than `time`.
  func approach(_ time: Instant) {
    if let kept = store?.nearest(upTo: time) {
      let isAhead = kept.place.offset > offset
      if isAhead || self.time.map({ $0 > time }) ?? false { return take(kept) }
    }
    guard let reached = self.time, time < reached else { return }
    restart(from: keyframes.last { $0.analysis.totals.newestTime.map { $0 <= time } ?? true })
  }

  private func end(_ offset: UInt64) -> StreamPosition {
    StreamPosition(offset: offset, control: .max)
  }

  private func restart(from kept: KeptAnalysis?) {
    guard var kept else { return take(beginning()) }
    kept.analysis = kept.analysis.copy()
    take(kept)
  }

  private func beginning() -> KeptAnalysis {
    store?.beginning() ?? KeptAnalysis(analysis: Analysis(options), place: reader.startPlace)
  }

  private func take(_ kept: KeptAnalysis) {
    waiting = nil
    isAtEnd = false
    analysis = kept.analysis
    analysis.changeProducer()
    reader.seek(to: kept.place)
    time = analysis.totals.newestTime
    store?.forgetPlace()
  }

  /// Feeds what comes next, as far as `offsetLimit` and `timeLimit` allow, at most a batch.
  /// - Returns: Whether anything was fed; `false` at the limits and at the end.
  func advance(offsetLimit: UInt64, timeLimit: Instant = .distantFuture) throws(StreamError) -> Bool
  {
    if waiting == nil {
      guard offset < offsetLimit else { return false }
      switch try reader.next() {
      case .batch(let batch):
        waiting = (batch, 0)
        isAtEnd = false
        if startTime == nil { startTime = unsafe batch.records[0].time }
      case .control(let record):
        analysis.consume(record, names: reader.names)
        return true
      case .gap:
        return true
      case .atEnd:
        isAtEnd = true
        return false
      }
    }
    guard let (batch, next) = waiting, let first = batch.firstOffset else { return false }
    var end = batch.count
    if offsetLimit < first + UInt64(end) { end = Int(max(offsetLimit, first) - first) }
    if timeLimit != .distantFuture {
      var index = next
      while index < end, max(unsafe batch.records[index].time, time ?? .distantPast) <= timeLimit {
        index += 1
      }
      end = index
    }
    guard end > next else { return false }
    for index in next..<end { time = max(time ?? .distantPast, unsafe batch.records[index].time) }
    if next == 0, end == batch.count {
      analysis.consume(batch, names: reader.names)
    } else {
      analysis.consume(batch.slice(next..<end), names: reader.names)
    }
    waiting = end == batch.count ? nil : (batch, end)
    if waiting == nil { keep(behind: batch) }
    return true
  }

  /// Event time of the next event, if one is there.
  func nextTime() throws(StreamError) -> Instant? {
    while waiting == nil {
      switch try reader.next() {
      case .batch(let batch): waiting = (batch, 0)
      case .control(let record): analysis.consume(record, names: reader.names)
      case .gap: continue
      case .atEnd:
        isAtEnd = true
        return nil
      }
    }
    guard let (batch, next) = waiting else { return nil }
    return max(unsafe batch.records[next].time, time ?? .distantPast)
  }

  private func keep(behind batch: EventBatch) {
    if let store, store.wants(offset) {
      store.offer(analysis, at: reader.place, behind: EventMark(lastOf: batch))
    }
    let last = keyframes.last?.place.offset ?? 0
    guard offset >= last + keyframeInterval else { return }
    keyframes.append(KeptAnalysis(analysis: analysis.copy(), place: reader.place))
    if keyframes.count > Self.keyframeLimit {
      keyframes = keyframes.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
      keyframeInterval *= 2
    }
  }
}

extension StreamAnalysis {
  var startOffset: UInt64 { reader.startOffset }
  var endOffset: UInt64 { reader.endOffset }
  var endTime: Instant? { reader.endTime }

  /// Every source that has spoken up to here.
  var sources: [SourceStatus] {
    let names = analysis.names.sources
    let counts = analysis.totals.sources
    return (0..<names.count).map { number in
      SourceStatus(
        id: SourceID(rawValue: UInt32(number)), name: names.name(UInt32(number)), state: "recorded",
        eventCount: number < counts.count ? counts[number] : 0, readByteCount: 0,
        knownByteCount: nil, formatName: nil, zoneName: nil)
    }
  }
}
