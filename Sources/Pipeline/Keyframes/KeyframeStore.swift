internal import EventStream
internal import Events

/// An analysis that was kept, and where in the stream it stands.
struct KeptAnalysis {
  var analysis: Analysis
  var place: StreamPosition
}

/// Keeps states of an analysis beside its stream, and finds the nearest one to a place.
///
/// Whoever reads through a stream offers what it has come to: the thread of the live analysis, a
/// replay, a command. How far apart they are kept follows from what they take of the disk, so that
/// their number does not grow with the stream beyond the folder's limit.
final class KeyframeStore {
  /// Closer together they are not kept: so many events are analysed in a tenth of a second.
  static let leastInterval: UInt64 = 100_000
  /// A last one may be closer to the one before it: where a recording ends, it is taken up again.
  static let leastLastInterval: UInt64 = 10_000

  private let reader: StreamReader
  private let folder: KeyframeFolder
  private let options: Analysis.Options
  private let leastInterval: UInt64
  /// Nothing is to be kept before this offset.
  private var nextOffset: UInt64 = 0

  /// - Parameter reader: For its own use: it is moved about.
  init(
    reader: StreamReader, options: Analysis.Options, leastInterval: UInt64 = leastInterval
  ) {
    self.reader = reader
    self.options = options
    self.leastInterval = leastInterval
    folder = KeyframeFolder(of: reader, kind: options.fingerprint)
  }

  // MARK: Finding

  /// The last state kept at or before an offset, of those behind `least`.
  func nearest(atOrBefore offset: UInt64, behind least: UInt64 = 0) -> KeptAnalysis? {
    for entry in folder.entries().reversed()
    where entry.place.offset <= offset && entry.place.offset > least {
      if let kept = load(entry.place) { return kept }
    }
    return nil
  }

  /// The last state kept from before any event later than `time`.
  func nearest(upTo time: Instant) -> KeptAnalysis? {
    for entry in folder.entries().reversed() {
      guard let reached = folder.time(of: entry.place), reached <= time else { continue }
      if let kept = load(entry.place) { return kept }
    }
    return nil
  }

  private func load(_ place: StreamPosition) -> KeptAnalysis? {
    guard let image = folder.load(place) else { return nil }
    // What is older than the stream, or from a time line that a power cut has ended, is no state
    // of this stream.
    guard let mark = reader.mark(before: place.offset), mark == image.lastEvent,
      let analysis = try? Analysis(decoding: image.state, options: options),
      analysis.nextOffset == place.offset
    else {
      folder.remove(place)
      return nil
    }
    return KeptAnalysis(analysis: analysis, place: place)
  }

  // MARK: Keeping

  /// Whether a state at this offset would be kept; cheap enough to be asked after each batch.
  func wants(_ offset: UInt64) -> Bool { offset >= nextOffset }

  /// Keeps the state, if none is kept near it.
  /// - Parameters:
  ///   - place: Right behind the last event of `batch`, with which the analysis was fed last.
  ///   - isLast: Nothing more comes for now.
  func offer(
    _ analysis: Analysis, at place: StreamPosition, behind mark: EventMark, isLast: Bool = false
  ) {
    let entries = folder.entries()
    let before = entries.last { $0.place.offset <= place.offset }?.place.offset
    let interval =
      isLast ? min(leastInterval, Self.leastLastInterval) : self.interval(entries)
    let due = max(before ?? reader.startOffset, reader.startOffset) + interval
    guard place.offset >= due else {
      if !isLast { nextOffset = due }
      return
    }
    let image = StateImage(
      place: place, time: analysis.totals.newestTime ?? .distantPast, lastEvent: mark,
      state: analysis.encode())
    folder.store(image, streamByteCount: reader.byteCount)
    nextOffset = place.offset + interval
  }

  /// The cursor was moved: what was said about places ahead does not hold.
  func forgetPlace() { nextOffset = 0 }

  /// How many events lie between two states, so that all of them together stay within the limit.
  private func interval(_ entries: [KeyframeFolder.Entry]) -> UInt64 {
    let sum = entries.reduce(0) { $0 + $1.byteCount }
    guard sum > 0 else { return leastInterval }
    let limit = KeyframeFolder.byteLimit(streamByteCount: reader.byteCount)
    let average = sum / UInt64(entries.count)
    let count = max(1, limit / max(1, average) * 3 / 4)
    let length = reader.endOffset - min(reader.endOffset, reader.startOffset)
    return max(leastInterval, length / count)
  }
}

extension Totals {
  /// The newest event time that was counted.
  var newestTime: Instant? {
    patterns.filter { $0.count > 0 }.map(\.lastTime).max()
  }
}
