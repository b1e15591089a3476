package import EventStream
internal import Events

/// Keeps the state of the analysis as of the place where a stream is about to begin.
///
/// Done before retention drops what lies before that place: a replay of the rest then shows what
/// was seen live, with the counts and patterns of the whole past.
package struct StreamBeginning: Sendable {
  private let openReader: @Sendable () throws(StreamError) -> StreamReader
  private let options: Analysis.Options
  private let isCaching: Bool

  /// - Parameter isCaching: Whether states are kept beside the stream, from which to go on.
  package init(
    options: Analysis.Options, isCaching: Bool,
    openReader: @escaping @Sendable () throws(StreamError) -> StreamReader
  ) {
    self.openReader = openReader
    self.options = options
    self.isCaching = isCaching
  }

  /// Analyses the stream up to a place, from the last state before it, and keeps the state, synced.
  /// - Returns: Whether it is kept.
  @discardableResult
  package func keep(
    at place: StreamPosition, isStopped: () -> Bool = { false }
  ) throws(StreamError) -> Bool {
    let reader = try openReader()
    let store = KeyframeStore(reader: try openReader(), options: options, isCaching: isCaching)
    let kept = store.state(atOrBefore: place)
    let analysis = kept.analysis
    reader.seek(to: kept.place)
    while reader.place < place {
      if isStopped() { return false }
      switch try reader.next() {
      case .batch(let batch):
        analysis.consume(batch, names: reader.names)
        _ = analysis.takeReports()
        if store.wants(reader.place.offset) {
          store.offer(analysis, at: reader.place, behind: EventMark(lastOf: batch))
        }
      case .control(let record): analysis.consume(record, names: reader.names)
      case .gap: continue
      case .atEnd: return false
      }
    }
    guard reader.place == place else { return false }
    return store.keepBeginning(analysis, at: place)
  }
}
