/// The batches of one segment, found from its beginning.
struct SegmentWalk {
  struct Found {
    var position: UInt64
    var header: BatchHeader
  }

  private(set) var batches: [Found] = []
  private(set) var summary: SegmentSummary
  /// Behind the last batch.
  private(set) var end = SegmentFile.firstPosition
  private(set) var epoch: UInt32 = 0
  /// Bytes that the batches say were durable; at least the header and the first batch.
  private(set) var durableByteCount = SegmentFile.firstPosition

  /// - Parameter end: Where the segment ends, as its successor says. All before that was durable.
  ///   `nil` where it has no successor.
  init(_ segment: SegmentFile, end limit: UInt64?) throws(FileError) {
    summary = SegmentSummary(start: segment.start)
    var position = SegmentFile.firstPosition
    while limit.map({ position < $0 }) ?? true {
      if let header = try segment.batch(at: position, epoch: epoch) {
        add(header, at: position)
        position = end
      } else if let next = try segment.resume(from: position, end: limit, epoch: epoch) {
        position = next
      } else {
        break
      }
    }
    if let first = batches.first {
      durableByteCount = max(
        durableByteCount, first.position + UInt64(first.header.totalByteCount))
    }
    durableByteCount = min(durableByteCount, max(end, SegmentFile.firstPosition))
  }

  private mutating func add(_ header: BatchHeader, at position: UInt64) {
    batches.append(Found(position: position, header: header))
    end = position + UInt64(header.totalByteCount)
    epoch = max(epoch, header.epoch)
    durableByteCount = max(durableByteCount, header.durableByteCount)
    summary.add(header, endingAt: end)
  }
}

extension SegmentFile {
  /// Where reading goes on behind a place that does not verify; `nil` where that is the end.
  ///
  /// In a segment with a successor everything had been durable. Without one, a later batch must
  /// say so; if none does, the place was never written, or is being written.
  func resume(from position: UInt64, end: UInt64?, epoch: UInt32) throws(FileError)
    -> UInt64?
  {
    let limit: UInt64
    if let end { limit = end } else { limit = try file.status().byteCount }
    guard position < limit,
      let next = try nextBatch(from: position + 8, before: limit, epoch: epoch)
    else { return nil }
    if end != nil { return next }
    var at = next
    while true {
      if let header = try batch(at: at, epoch: epoch) {
        if header.durableByteCount > position { return next }
        at += UInt64(header.totalByteCount)
      } else if let further = try nextBatch(from: at + 8, before: limit, epoch: epoch) {
        at = further
      } else {
        return nil
      }
    }
  }

  /// Takes the checkpoints of a batch that has been verified; reads no more than they need.
  func apply(
    _ header: BatchHeader, at position: UInt64, to table: inout CheckpointTable,
    _ decoder: BatchDecoder
  ) throws(FileError) {
    guard header.kind == .events || header.kind == .checkpoints else { return }
    let start = position + UInt64(BatchHeader.byteCount)
    let stored = try bytes(from: start, to: start + UInt64(header.stored.meta))
    guard stored.count == Int(header.stored.meta) else { return }
    let meta = unsafe stored.withUnsafeBytes { buffer -> [UInt8]? in
      guard let address = buffer.baseAddress else { return [] }
      return try? unsafe decoder.metaBytes(header, address)
    }
    if let meta { _ = table.apply(header, meta: meta) }
  }

  func bytes(from start: UInt64, to end: UInt64) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(end - start))
    bytes.removeLast(bytes.count - (try file.readFully(into: &bytes, at: start)))
    return bytes
  }
}
