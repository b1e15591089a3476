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

  /// The first offset from which on every event is at or after a moment of event time, about: at
  /// most a batch later. No event before the moment lies behind it.
  package func endOffset(before time: Instant) throws(StreamError) -> UInt64 {
    try refresh()
    let known = segments.summaries
    for start in segments.all.reversed() {
      if let summary = known[start], summary.minimumTime >= time { continue }
      do {
        let segment = try segments.open(start, identity)
        let end = try segment.lastBatch(before: time, end: segments.end(of: segment))
        if let end { return max(end, startOffset) }
      } catch  where error.reason == .notFound {
        continue
      } catch {
        throw .unreadable(path: folder.path, code: error.code)
      }
    }
    return startOffset
  }
}

extension SegmentFile {
  fileprivate func firstBatch(reaching time: Instant, end limit: UInt64?) throws(FileError)
    -> (place: StreamPosition?, end: StreamPosition)
  {
    var end = start
    var place: StreamPosition?
    try forEachHeader(before: limit) { header in
      if header.kind == .events, header.maximumTime >= time {
        place = header.start
        return false
      }
      end = max(end, header.end)
      return true
    }
    return (place, end)
  }

  /// Where the last batch ends that has an event before a moment; `nil` where none has.
  fileprivate func lastBatch(before time: Instant, end limit: UInt64?) throws(FileError) -> UInt64?
  {
    var end: UInt64?
    try forEachHeader(before: limit) { header in
      if header.kind == .events, header.minimumTime < time { end = header.end.offset }
      return true
    }
    return end
  }

  /// Looks through the headers, until told that it was enough.
  private func forEachHeader(before limit: UInt64?, _ body: (BatchHeader) -> Bool)
    throws(FileError)
  {
    var at = Self.firstPosition
    while limit.map({ at < $0 }) ?? true {
      if let header = try batchHeader(at: at) {
        guard body(header) else { return }
        at += UInt64(header.totalByteCount)
      } else if let next = try resume(from: at, end: limit, epoch: 0) {
        at = next
      } else {
        return
      }
    }
  }
}
