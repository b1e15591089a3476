package import Events

extension StreamReader {
  /// Goes to the first batch up to which some event is at or after a moment of event time.
  ///
  /// Nothing before it is; behind it, events of before that moment may follow, as far as they
  /// came out of order, so the caller passes over them. To the end, where all events are earlier.
  package func seek(toTime time: Instant) throws(StreamError) {
    try refresh()
    let known = segments.summaries
    var end = segments.start
    for start in segments.all {
      if let summary = known[start], summary.maximumTime < time {
        end = max(end, summary.end)
        continue
      }
      do {
        let segment = try segments.open(start, identity)
        let found = try segment.firstBatch(reaching: time, end: segments.end(of: segment))
        if let place = found.place {
          seek(to: max(place, segments.start))
          return
        }
        end = max(end, found.end)
      } catch  where error.reason == .notFound {
        continue
      } catch {
        throw .unreadable(path: folder.path, code: error.code)
      }
    }
    seek(to: end)
  }
}

extension SegmentFile {
  /// Looks through the headers.
  fileprivate func firstBatch(reaching time: Instant, end limit: UInt64?) throws(FileError)
    -> (place: StreamPosition?, end: StreamPosition)
  {
    var end = start
    var at = Self.firstPosition
    while limit.map({ at < $0 }) ?? true {
      if let header = try batchHeader(at: at) {
        if header.kind == .events, header.maximumTime >= time { return (header.start, end) }
        end = max(end, header.end)
        at += UInt64(header.totalByteCount)
      } else if let next = try resume(from: at, end: limit, epoch: 0) {
        at = next
      } else {
        break
      }
    }
    return (nil, end)
  }
}
