internal import Detection
internal import EventStream
internal import Events

/// The analysis at the end of a stream that is being recorded, with its states kept on the way.
final class LiveAnalysis {
  private(set) var analysis: Analysis
  private let options: Session.Options
  private let store: KeyframeStore?
  /// Where the analysis stands, and the last event before it.
  private var last: (place: StreamPosition, mark: EventMark)?
  private var isFinished = false
  /// Events of the past that were read again.
  private(set) var readCount: UInt64 = 0

  init(_ options: Session.Options) {
    self.options = options
    analysis = Analysis(options.analysis)
    store = try? options.openKeyframes()
  }

  /// What a stream that goes on held before is part of it: the analysis begins there, at the last
  /// state that was kept.
  /// - Returns: What to tell, where not all of it could be read, or what it was is lost.
  func readPast(upTo end: UInt64, isStopped: () -> Bool) -> String? {
    guard end > 0 else { return nil }
    defer { analysis.changeProducer() }
    do throws(StreamError) {
      let reader = try options.openReader()
      var notice: String?
      if let store {
        let kept = store.state(atOrBefore: end)
        analysis = kept.analysis
        reader.seek(to: kept.place)
        if kept.lacksPast { notice = KeptAnalysis.lostPast(before: kept.place.offset) }
      }
      while analysis.nextOffset < end, !isStopped() {
        switch try reader.next() {
        case .batch(let batch):
          analysis.consume(batch, names: reader.names)
          _ = analysis.takeReports()
          readCount += UInt64(batch.count)
          note(batch, at: reader.place)
        case .control(let record):
          analysis.consume(record, names: reader.names)
          last?.place = reader.place
        case .gap: continue
        case .atEnd: return notice
        }
      }
      return notice
    } catch {
      return "what was recorded before cannot be read: \(error)"
    }
  }

  /// A stream that begins takes over what an earlier one of its sources knew, and holds that as its
  /// beginning: a replay starts from the same.
  /// - Returns: Whether it does; else the start is a cold one.
  func begin(with history: StreamHistory, isStopped: () -> Bool) -> Bool {
    guard let store, let known = history.analysis(options.analysis, isStopped: isStopped),
      store.keepBeginning(known, at: .start)
    else { return false }
    analysis = store.beginning().analysis
    return !analysis.detector.isCold
  }

  func consume(_ parcel: Parcel) {
    switch parcel.content {
    case .batch(let batch):
      analysis.consume(batch, names: parcel.names)
      note(batch, at: parcel.place)
    case .control(let record):
      analysis.consume(record, names: parcel.names)
      if let place = parcel.place { last?.place = place } else { last = nil }
    }
  }

  private func note(_ batch: EventBatch, at place: StreamPosition?) {
    guard let store, let place, batch.count > 0, !isFinished else { return last = nil }
    let mark = EventMark(lastOf: batch)
    last = (place, mark)
    // Between events only: what follows the last one may be taken back by a power cut.
    if store.wants(place.offset) { store.offer(analysis, at: place, behind: mark) }
  }

  /// The input has ended for good.
  func finish() {
    keepLast()
    isFinished = true
    analysis.finish()
  }

  /// Keeps where the analysis has come to, so that the stream opens there.
  func keepLast() {
    guard let store, let last, !isFinished else { return }
    store.offer(analysis, at: last.place, behind: last.mark, isLast: true)
    self.last = nil
  }
}
