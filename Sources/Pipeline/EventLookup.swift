internal import EventStream
internal import Events
internal import Patterns

/// Finds events of a stream for a screen: pages around a place, and the next that passes a filter.
///
/// Has a reader of its own, so that looking never disturbs what is being analysed.
final class EventLookup {
  /// Events looked at before a page is given as it is, so that a filter that fits nothing ends.
  static let scanLimit: UInt64 = 2_000_000

  let reader: StreamReader
  /// Names of the services that filters speak of.
  private let serviceNames: [ServiceID: String]
  /// Sets the patterns of a batch's events, by the analysis that the screen shows.
  let match: (EventBatch) -> Void
  let isCancelled: () -> Bool

  init(
    reader: StreamReader, serviceNames: [ServiceID: String], match: @escaping (EventBatch) -> Void,
    isCancelled: @escaping () -> Bool
  ) {
    self.reader = reader
    self.serviceNames = serviceNames
    self.match = match
    self.isCancelled = isCancelled
  }

  func page(_ query: EventQuery) throws(StreamError) -> EventPage {
    let filter = CompiledFilter(query.filter, serviceNames: serviceNames)
    var after: [EventRow] = []
    let reachesEnd = try scan(from: query.offset, to: .max, filter) { row in
      after.append(row())
      return after.count < query.after
    }
    var before: [EventRow] = []
    var upper = min(query.offset, reader.endOffset)
    var span: UInt64 = max(256, UInt64(query.before))
    var scanned: UInt64 = 0
    while before.count < query.before, upper > reader.startOffset, scanned < Self.scanLimit,
      !isCancelled()
    {
      let lower = upper - min(span, upper - reader.startOffset)
      var chunk: [EventRow] = []
      _ = try scan(from: lower, to: upper, filter) { row in
        chunk.append(row())
        if chunk.count > 4 * max(64, query.before) {
          chunk.removeFirst(chunk.count - query.before)
        }
        return true
      }
      before = Array((chunk + before).suffix(query.before))
      scanned += upper - lower
      upper = lower
      span = min(span * 4, 65_536)
    }
    return EventPage(
      query: query, rows: before + after,
      reachesStart: upper <= reader.startOffset && before.count < query.before,
      reachesEnd: reachesEnd && after.count < query.after)
  }

  func search(_ query: SearchQuery) throws(StreamError) -> EventRow? {
    let filter = CompiledFilter(query.filter, serviceNames: serviceNames)
    var found: EventRow?
    if query.forward {
      _ = try scan(from: query.offset + 1, to: .max, filter) { row in
        found = row()
        return false
      }
      return found
    }
    var upper = min(query.offset, reader.endOffset)
    var span: UInt64 = 1024
    while found == nil, upper > reader.startOffset, !isCancelled() {
      let lower = upper - min(span, upper - reader.startOffset)
      _ = try scan(from: lower, to: upper, filter) { row in
        found = row()
        return true
      }
      upper = lower
      span = min(span * 4, 65_536)
    }
    return found
  }

  /// Calls `body` with each event of the range that passes, until it says stop.
  /// - Returns: Whether the end of the stream was reached.
  private func scan(
    from start: UInt64, to end: UInt64, _ filter: CompiledFilter,
    _ body: (_ row: () -> EventRow) -> Bool
  ) throws(StreamError) -> Bool {
    guard start < end else { return false }
    reader.seek(toOffset: start)
    var scanned: UInt64 = 0
    while !isCancelled() {
      switch try reader.next() {
      case .control, .gap: continue
      case .atEnd: return true
      case .batch(let batch):
        guard let first = batch.firstOffset else { continue }
        if filter.needsPatterns { match(batch) }
        var isMatched = filter.needsPatterns
        for index in 0..<batch.count {
          let offset = first + UInt64(index)
          if offset < start { continue }
          if offset >= end { return false }
          guard filter.passes(batch, index, names: reader.names) else { continue }
          if !isMatched {
            match(batch)
            isMatched = true
          }
          if !body({ Self.row(batch, index, offset: offset, names: reader.names) }) {
            return false
          }
        }
        scanned += UInt64(batch.count)
        if scanned > Self.scanLimit { return false }
      }
    }
    return false
  }

  static func row(
    _ batch: EventBatch, _ index: Int, offset: UInt64, names: EventNames
  ) -> EventRow {
    let record = unsafe batch.records[index]
    let raw = unsafe batch.raw(index)
    var lines = unsafe raw.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { line in
        unsafe line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
      }
    if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
    return EventRow(
      offset: offset, time: record.time, timeOrigin: record.timeOrigin,
      ingestTime: record.ingestTime, flags: record.flags, severity: record.severity,
      service: names.services.name(record.service.rawValue),
      source: names.sources.name(record.source.rawValue),
      format: names.formats.name(UInt32(record.format.rawValue)), pattern: record.pattern,
      message: unsafe String(decoding: batch.message(index), as: UTF8.self), lines: lines)
  }
}
