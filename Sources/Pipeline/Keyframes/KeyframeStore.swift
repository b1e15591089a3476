package import EventStream
package import Events

/// An analysis that was kept, and where in the stream it stands.
package struct KeptAnalysis {
  package var analysis: Analysis
  package var place: StreamPosition
  /// There was a past before it that is gone, and what was kept of it cannot be read: patterns,
  /// counts and what is usual begin anew here.
  package var lacksPast = false

  /// What is said of a past that is lacking, wherever it is.
  package static func lostPast(before offset: UInt64) -> String {
    "what came before #\(offset) was given up, and the state it left is missing or of another "
      + "version: patterns, counts and what is usual begin there"
  }
}

/// Keeps states of an analysis beside its stream, and finds the nearest one to a place.
///
/// Whoever reads through a stream offers what it has come to: the thread of the live analysis, a
/// replay, a command. How far apart they are kept follows from what they take of the disk, so that
/// their number does not grow with the stream beyond the folder's limit.
package final class KeyframeStore {
  /// Closer together they are not kept: so many events are analysed in a tenth of a second.
  package static let leastInterval: UInt64 = 100_000
  /// A last one may be closer to the one before it: where a recording ends, it is taken up again.
  static let leastLastInterval: UInt64 = 10_000

  private let reader: StreamReader
  private let folder: KeyframeFolder
  private let beginnings: KeyframeFolder
  private let isCaching: Bool
  private let options: Analysis.Options
  private let leastInterval: UInt64
  /// Nothing is to be kept before this offset.
  private var nextOffset: UInt64 = 0

  /// - Parameters:
  ///   - reader: For its own use: it is moved about.
  ///   - isCaching: Off for a stream in memory, where states would take its room.
  package init(
    reader: StreamReader, options: Analysis.Options, leastInterval: UInt64 = leastInterval,
    isCaching: Bool = true
  ) {
    self.reader = reader
    self.options = options
    self.leastInterval = leastInterval
    self.isCaching = isCaching
    folder = KeyframeFolder(of: reader, kind: options.fingerprint)
    beginnings = KeyframeFolder(of: reader, kind: options.lastingKind, role: .beginning)
  }

  // MARK: Finding

  /// The last state at or before an offset: one that was kept, or that of the beginning.
  package func state(atOrBefore offset: UInt64) -> KeptAnalysis {
    state(atOrBefore: StreamPosition(offset: offset, control: .max))
  }

  func state(atOrBefore place: StreamPosition) -> KeptAnalysis {
    nearest(atOrBefore: place) ?? beginning()
  }

  /// The last state from before any event later than `time`.
  package func state(upTo time: Instant) -> KeptAnalysis { nearest(upTo: time) ?? beginning() }

  /// The last state kept at or before a place, of those behind `least`.
  func nearest(atOrBefore place: StreamPosition, behind least: UInt64 = 0) -> KeptAnalysis? {
    guard isCaching else { return nil }
    for entry in folder.entries().reversed()
    where entry.place <= place && entry.place.offset > least {
      if let kept = load(entry.place) { return kept }
    }
    return nil
  }

  func nearest(upTo time: Instant) -> KeptAnalysis? {
    guard isCaching else { return nil }
    for entry in folder.entries().reversed() {
      guard let reached = folder.time(of: entry.place), reached <= time else { continue }
      if let kept = load(entry.place) { return kept }
    }
    return nil
  }

  /// The state where the stream begins: nothing, what an earlier one knew, or what was kept when its
  /// past was given up.
  package func beginning() -> KeptAnalysis {
    let place = reader.startPlace
    if let image = beginnings.load(place),
      let analysis = try? Analysis(decoding: image.state, options: options, isLasting: true)
    {
      return KeptAnalysis(analysis: analysis, place: place)
    }
    return KeptAnalysis(
      analysis: Analysis(options), place: place, lacksPast: place != .start)
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
  package func wants(_ offset: UInt64) -> Bool { isCaching && offset >= nextOffset }

  /// Keeps the state, if none is kept near it.
  /// - Parameters:
  ///   - place: Right behind the last event of `batch`, with which the analysis was fed last.
  ///   - isLast: Nothing more comes for now.
  package func offer(
    _ analysis: Analysis, at place: StreamPosition, behind mark: EventMark, isLast: Bool = false
  ) {
    guard isCaching else { return }
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

  /// Keeps the state as of where the stream is about to begin, for as long as it begins there.
  func keepBeginning(_ analysis: Analysis, at place: StreamPosition) -> Bool {
    let image = StateImage(
      place: place, time: analysis.totals.newestTime ?? .distantPast,
      lastEvent: reader.mark(before: place.offset) ?? .none, state: analysis.encode())
    return beginnings.store(image, streamByteCount: 0) != nil
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
