internal import Events

/// Sealed segments that are to become one, with fewer and better compressed batches.
///
/// Offsets, control records and the bytes of the events stay as they are. Making the new segment
/// needs nothing of the writer, and may be done on any thread while it appends; the writer puts it
/// in place (`StreamWriter.commit`).
package struct SegmentMerge: Sendable {
  /// Raw bytes of a batch, about: above it compression gains little more.
  static let batchByteCount = 1 << 20
  static let compressionLevel: Int32 = 6

  let folder: StreamFolder
  let identity: StreamIdentity
  let segments: [SegmentSummary]
  let epoch: UInt32

  /// The places of the segments, oldest first.
  package var range: Range<UInt64> { segments[0].start.offset..<segments.last!.end.offset }
  package var segmentCount: Int { segments.count }

  /// Makes the segment under a name of its own, and syncs it.
  /// - Returns: `nil` where something of the old ones cannot be read: they stay as they are.
  package func prepare(isStopped: () -> Bool = { false }) throws(StreamError) -> MergedSegment? {
    let reader = try StreamReader(path: folder.path, fileSystem: folder.fileSystem)
    let start = segments[0].start
    let end = segments.last!.end
    do {
      let first = try SegmentFile(
        folder.fileSystem, folder: folder.path, start: start, streamTag: identity.tag,
        access: .read)
      guard let header = first.header, let table = try first.firstCheckpoints() else { return nil }
      let writing = try SegmentWriting(self, table, previousByteCount: header.previousByteCount)
      reader.seek(to: start)
      while reader.place < end {
        if isStopped() { return try writing.discard() }
        switch try reader.next() {
        case .batch(let batch): try writing.add(batch, reader.names)
        case .control(let record): try writing.add(record, reader.names)
        case .gap, .atEnd: return try writing.discard()
        }
      }
      guard reader.place == end else { return try writing.discard() }
      return try writing.finish(end)
    } catch let error as StreamError {
      throw error
    } catch let error as FileError {
      try? folder.fileSystem.remove(folder.mergingPath(start))
      throw StreamError(error, path: folder.path, operation: .write)
    } catch {
      preconditionFailure("a file system threw something else")
    }
  }
}

/// A segment that stands for several, complete and synced, and not in its place yet.
package struct MergedSegment: Sendable {
  var summary: SegmentSummary
  /// Where the segments began that it stands for.
  var starts: [StreamPosition]
  package var byteCount: UInt64 { summary.byteCount }
}

extension StreamFolder {
  func mergingPath(_ start: StreamPosition) -> String {
    "\(segmentsPath)/\(Layout.segmentName(start)).merged\(Layout.unfinished)"
  }
}

extension SegmentFile {
  /// All checkpoints at the segment's beginning; `nil` where they cannot be read.
  fileprivate func firstCheckpoints() throws(FileError) -> CheckpointTable? {
    guard let header = try batch(at: Self.firstPosition), header.kind == .checkpoints else {
      return nil
    }
    var table = CheckpointTable()
    try apply(header, at: Self.firstPosition, to: &table, BatchDecoder())
    return table
  }
}

/// The new segment while it is written.
private final class SegmentWriting {
  private let merge: SegmentMerge
  private let file: any StreamFile
  private let encoder = BatchEncoder(compressionLevel: SegmentMerge.compressionLevel)
  private let tag: UInt64
  private var summary: SegmentSummary
  private var position = SegmentFile.firstPosition
  private var place: StreamPosition
  private var events = EventBatch(byteCapacity: 1 << 20, recordCapacity: 4096)
  private var names = EventNames()
  private var controls = ByteEncoder()
  private var controlCount = 0

  init(
    _ merge: SegmentMerge, _ table: CheckpointTable, previousByteCount: UInt64
  ) throws(FileError) {
    self.merge = merge
    let start = merge.segments[0].start
    place = start
    summary = SegmentSummary(start: start)
    tag = SegmentFile.tag(merge.identity.tag, start)
    file = try merge.folder.fileSystem.open(merge.folder.mergingPath(start), .readWriteCreating)
    try file.truncate(toByteCount: 0)
    let header = SegmentHeader(
      tag: merge.identity.tag, start: start, previousByteCount: previousByteCount,
      epoch: merge.epoch, isMerged: true)
    try file.writeFully(header.encoded, at: 0)
    try write(encoder.encode(.checkpoints, meta: table.encoded, count: 0))
  }

  func add(_ batch: EventBatch, _ names: EventNames) throws {
    try flushControls()
    self.names = names
    for index in 0..<batch.count { events.appendCopy(of: index, in: batch) }
    for checkpoint in batch.checkpoints {
      events.checkpoints.removeAll { $0.source == checkpoint.source }
      events.checkpoints.append(checkpoint)
    }
    if events.byteCount >= SegmentMerge.batchByteCount { try flushEvents() }
  }

  func add(_ record: ControlRecord, _ names: EventNames) throws {
    try flushEvents()
    ControlCoding.put(record, names: names, to: &controls)
    controlCount += 1
  }

  private func flushEvents() throws {
    guard events.count > 0 || !events.checkpoints.isEmpty else { return }
    try write(try encoder.encode(events, names: names))
    events.removeAll()
    events.checkpoints.removeAll()
  }

  private func flushControls() throws(FileError) {
    guard controlCount > 0 else { return }
    try write(encoder.encode(.controls, meta: controls.bytes, count: controlCount))
    controls = ByteEncoder()
    controlCount = 0
  }

  private func write(_ encoded: BatchHeader) throws(FileError) {
    var header = encoded
    header.start = place
    header.epoch = merge.epoch
    unsafe header.write(to: encoder.output.start, tag: tag)
    // SAFETY: the encoder wrote so many bytes.
    try unsafe file.writeFully(
      UnsafeRawBufferPointer(start: encoder.output.start, count: header.totalByteCount),
      at: position)
    position += UInt64(header.totalByteCount)
    place = header.end
    summary.add(header, endingAt: position)
  }

  /// Makes all of it durable.
  func finish(_ end: StreamPosition) throws -> MergedSegment? {
    try flushEvents()
    try flushControls()
    guard place == end else { return try discard() }
    try file.sync()
    return MergedSegment(summary: summary, starts: merge.segments.map(\.start))
  }

  func discard() throws(FileError) -> MergedSegment? {
    try merge.folder.fileSystem.remove(merge.folder.mergingPath(summary.start))
    return nil
  }
}
