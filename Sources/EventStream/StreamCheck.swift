/// What a look at a stream found.
package struct StreamCheck: Hashable, Sendable {
  /// Bytes of a segment that are no batch, though they were once.
  package struct Damage: Hashable, Sendable {
    package var path: String
    package var bytes: Range<UInt64>
    /// The events that are missing for it; empty where it was none, or not known how many.
    package var events: Range<UInt64>
    package var missingControlCount: UInt64
  }

  package var segmentCount = 0
  /// Of these, what they hold is told by the manifest; their batches were not looked at.
  package var trustedSegmentCount = 0
  /// Batches that were looked at.
  package var batchCount = 0
  package var eventCount: UInt64 = 0
  package var controlCount: UInt64 = 0
  package var damage: [Damage] = []
  /// Bytes behind the end that the next writer cuts off and keeps, or that a writer is writing.
  package var tailByteCount: UInt64 = 0
  /// Where the stream begins, if it had a past and the state as of there, which cannot be made
  /// again, is not kept.
  package var lostBeginning: UInt64?
}

/// Looks at a stream, and changes nothing. Opening it to append to it repairs its tail; the rest
/// cannot be repaired, and is passed over by readers.
/// - Parameter isThorough: Verify what every batch holds, for which everything is read. Otherwise a
///   sealed segment whose file is as the manifest has it is not read, however large the stream; of
///   the others the batches' headers are, and the last segment whole.
package func checkStream(_ path: String, fileSystem: any FileSystem, isThorough: Bool)
  throws(StreamError) -> StreamCheck
{
  let reader = try StreamReader(path: path, fileSystem: fileSystem)
  var check = StreamCheck()
  var place = reader.segments.start
  if place != .start, !reader.folder.hasState(ofBeginning: place) {
    check.lostBeginning = place.offset
  }
  let known = isThorough ? [:] : reader.segments.summaries
  for start in reader.segments.all {
    let successor = reader.segments.successor(of: start)
    do {
      let segment = try reader.segments.open(start, reader.identity)
      if let summary = known[start], place == start, summary.end == successor,
        try segment.isAs(summary, of: reader.identity)
      {
        check.trust(summary)
        place = summary.end
        continue
      }
      try check.look(
        at: segment, end: reader.segments.end(of: segment), isLast: successor == nil,
        isThorough: isThorough, &place)
    } catch {
      // Retention was faster.
      guard error.reason != .notFound else { continue }
      throw .unreadable(path: path, code: error.code)
    }
  }
  return check
}

extension SegmentFile {
  /// Whether the file is one that the manifest may speak of so.
  fileprivate func isAs(
    _ summary: SegmentSummary, of identity: StreamIdentity
  ) throws(FileError) -> Bool {
    guard let header, header.tag == identity.tag, header.start == summary.start else {
      return false
    }
    return try file.status().byteCount == summary.byteCount
  }
}

extension StreamCheck {
  fileprivate mutating func trust(_ summary: SegmentSummary) {
    segmentCount += 1
    trustedSegmentCount += 1
    eventCount += summary.end.offset - summary.start.offset
    controlCount += summary.end.control - summary.start.control
  }

  fileprivate mutating func look(
    at segment: SegmentFile, end: UInt64?, isLast: Bool, isThorough: Bool,
    _ place: inout StreamPosition
  ) throws(FileError) {
    segmentCount += 1
    let byteCount = try segment.file.status().byteCount
    let limit = min(end ?? byteCount, byteCount)
    var position = SegmentFile.firstPosition
    var epoch: UInt32 = 0
    /// Where something began that is no batch.
    var damagedFrom: UInt64?
    if segment.header == nil { damagedFrom = 0 }
    while position < limit {
      let header =
        isThorough || isLast
        ? try segment.batch(at: position, epoch: epoch) : try segment.batchHeader(at: position)
      if let header, position + UInt64(header.totalByteCount) <= limit {
        note(segment, damagedFrom, position, place, header.start)
        damagedFrom = nil
        add(header)
        place = max(place, header.end)
        epoch = header.epoch
        position += UInt64(header.totalByteCount)
        continue
      }
      if damagedFrom == nil { damagedFrom = position }
      let next = try segment.resume(from: position, end: isLast ? nil : limit, epoch: epoch)
      guard let next else { break }
      position = next
    }
    if isLast {
      tailByteCount = byteCount - min(position, byteCount)
    } else if position < (end ?? byteCount) {
      note(segment, damagedFrom ?? position, end ?? byteCount, place, place)
    }
  }

  private mutating func add(_ header: BatchHeader) {
    batchCount += 1
    switch header.kind {
    case .events: eventCount += UInt64(header.count)
    case .controls: controlCount += UInt64(header.count)
    case .checkpoints, .end: break
    }
  }

  private mutating func note(
    _ segment: SegmentFile, _ from: UInt64?, _ to: UInt64, _ before: StreamPosition,
    _ after: StreamPosition
  ) {
    let isMissing = after.offset > before.offset || after.control > before.control
    guard from != nil || isMissing else { return }
    damage.append(
      Damage(
        path: segment.path, bytes: (from ?? to)..<to,
        events: before.offset..<max(before.offset, after.offset),
        missingControlCount: after.control > before.control ? after.control - before.control : 0))
  }
}
