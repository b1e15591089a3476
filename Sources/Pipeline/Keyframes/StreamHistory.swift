package import EventStream
internal import Events

/// What an earlier stream of the same sources knew: a new stream may begin with it.
///
/// Which patterns and services there are, the rhythm of what comes regularly, the values of fields and
/// what follows what are kept; all counts begin anew.
package struct StreamHistory: Sendable {
  /// Events that are read at most; of an earlier stream without a state near its end, the last ones.
  package static let readLimit: UInt64 = 500_000

  /// What the earlier stream is called.
  package var name: String
  private let openReader: @Sendable () throws(StreamError) -> StreamReader

  package init(
    name: String, openReader: @escaping @Sendable () throws(StreamError) -> StreamReader
  ) {
    self.name = name
    self.openReader = openReader
  }

  /// What was known at the end of the earlier stream, before anything new; `nil` where that cannot be
  /// read.
  func analysis(_ options: Analysis.Options, isStopped: () -> Bool) -> Analysis? {
    do throws(StreamError) {
      let reader = try openReader()
      let store = KeyframeStore(reader: try openReader(), options: options)
      let end = reader.endOffset
      guard end > reader.startOffset else { return nil }
      var (analysis, place) = (Analysis(options), reader.startPlace)
      let kept = store.state(atOrBefore: end)
      if end - kept.place.offset <= Self.readLimit {
        (analysis, place) = (kept.analysis, kept.place)
        analysis.changeProducer()
      } else {
        place = StreamPosition(offset: end - Self.readLimit, control: 0)
      }
      reader.seek(to: place)
      var reached = place.offset
      while reached < end {
        if isStopped() { return nil }
        switch try reader.next() {
        case .batch(let batch):
          analysis.consume(batch, names: reader.names)
          _ = analysis.takeReports()
          reached = reader.place.offset
        case .control(let record): analysis.consume(record, names: reader.names)
        case .gap: continue
        case .atEnd: reached = end
        }
      }
      analysis.finish()
      analysis.beginPresent()
      return analysis
    } catch {
      return nil
    }
  }
}
