internal import Detection
internal import EventStream
internal import Events

/// The analysis of a recorded stream at a place that can be moved, back and forth.
///
/// Going on feeds what lies between; going back starts from the nearest kept state before the
/// place. States are kept every so many events, thinned out so that there are never more than
/// `keyframeLimit`; each is a copy, so memory is bounded by their number times the analysis.
final class StreamAnalysis {
  static let keyframeLimit = 12

  fileprivate let reader: StreamReader
  private(set) var analysis: Analysis
  private let options: Analysis.Options
  fileprivate var keyframes: [(offset: UInt64, state: Analysis)] = []
  private var keyframeInterval: UInt64 = 200_000
  /// Read and not yet fed, with the index of the next event.
  private var waiting: (batch: EventBatch, next: Int)?
  /// The largest event time up to here: what "now" means while replaying.
  private(set) var time: Instant?
  private(set) var isAtEnd = false
  /// Time of the first event of the stream.
  private(set) var startTime: Instant?

  init(reader: StreamReader, options: Analysis.Options) {
    self.reader = reader
    self.options = options
    analysis = Analysis(options)
    reader.seek(toOffset: reader.startOffset)
  }

  /// Stream offset behind the last event that was fed.
  var offset: UInt64 { max(analysis.nextOffset, reader.startOffset) }

  /// Goes back to a state at or before `offset`, if the place lies before the present one.
  func rewind(to offset: UInt64) {
    guard offset < self.offset else { return }
    waiting = nil
    isAtEnd = false
    if let index = keyframes.lastIndex(where: { $0.offset <= offset }) {
      analysis = keyframes[index].state.copy()
      reader.seek(toOffset: keyframes[index].offset)
    } else {
      analysis = Analysis(options)
      reader.seek(toOffset: reader.startOffset)
    }
    time = analysis.detector.watermark
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
    keepKeyframe()
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

  private func keepKeyframe() {
    let last = keyframes.last?.offset ?? 0
    guard waiting == nil, offset >= last + keyframeInterval else { return }
    keyframes.append((offset, analysis.copy()))
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

  /// Goes back to a state from before `time`.
  func rewind(before time: Instant) {
    let earlier = keyframes.last { ($0.state.detector.watermark ?? .distantFuture) < time }
    rewind(to: earlier?.offset ?? startOffset)
  }
}
