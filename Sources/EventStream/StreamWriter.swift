package import Events

/// Appends to a stream. One at a time for each stream, over all processes; one thread at a time.
///
/// What `append` took is read by others at once, and is durable once `sync` returned. It may be
/// called any number of times in between: whoever appends decides how much a power cut may cost
/// (see `StreamOptions`); a killed process costs nothing.
package final class StreamWriter {
  let folder: StreamFolder
  let options: StreamOptions
  let identity: StreamIdentity
  /// Held for its lock.
  private let lock: any StreamFile
  let encoder = BatchEncoder()

  /// The segment that is appended to.
  var segment: SegmentFile
  var summary: SegmentSummary
  /// Where in it the next batch goes.
  var position: UInt64
  /// Which place of the stream that is.
  var place: StreamPosition
  var epoch: UInt32
  var table: CheckpointTable
  /// Sealed segments, oldest first, and where the stream begins.
  var manifest: Manifest
  /// Where in the segment, and in the stream, everything before is known to be on the disk.
  var durable: DurablePoint
  /// The batches behind that, in case the disk loses them.
  var unsynced: [UInt8] = []
  /// What ended the writer for good.
  var fatal: StreamError?
  /// Nothing was appended since the end mark.
  var isMarked: Bool
  private var isClosed = false

  /// How often the disk failed to sync and the batches were written elsewhere.
  package internal(set) var failedSyncCount = 0
  /// Bytes that recovery cut off and kept in `lost+found`.
  package let recoveredTailByteCount: UInt64

  /// What had been made durable, and the checkpoints as of then.
  struct DurablePoint {
    var position: UInt64
    var place: StreamPosition
    var table: CheckpointTable
  }

  /// Opens a stream to append to it, and repairs what a crash left.
  /// - Parameter create: Make the stream where there is none.
  package init(
    path: String, fileSystem: any FileSystem, options: StreamOptions = StreamOptions(),
    create: Bool
  ) throws(StreamError) {
    folder = StreamFolder(path: path, fileSystem: fileSystem)
    self.options = options
    (lock, identity) = try folder.takeLock(create: create)
    let recovery = try SegmentRecovery(folder, identity)
    segment = recovery.segment
    summary = recovery.summary
    position = recovery.position
    place = recovery.place
    epoch = recovery.epoch
    table = recovery.table
    manifest = recovery.manifest
    durable = recovery.durable
    unsynced = recovery.unsynced
    isMarked = recovery.isMarked
    recoveredTailByteCount = recovery.cutByteCount
    // Bytes that a killed writer left in the system's memory are not on the disk yet, nor is it
    // that others are gone.
    if !unsynced.isEmpty || recoveredTailByteCount > 0 { try syncAll() }
  }

  /// The offset that the next event gets.
  package var nextOffset: UInt64 { place.offset }
  /// The first offset that is still there.
  package var startOffset: UInt64 { manifest.start.offset }
  /// Behind the last event and control record.
  package var endPosition: StreamPosition { place }
  /// The offset before which everything is known to be on the disk.
  package var durableOffset: UInt64 { durable.place.offset }
  /// Bytes that the stream has on the disk.
  package var byteCount: UInt64 {
    manifest.segments.reduce(position) { $0 + $1.byteCount }
  }
  /// Appended, and not durable yet.
  package var unsyncedByteCount: Int { unsynced.count }

  /// How far each source had been read, by its name.
  package var checkpoints: [(sourceName: String, checkpoint: SourceCheckpoint)] {
    table.byName.sorted { $0.key.lexicographicallyPrecedes($1.key) }.enumerated().map {
      (
        String(decoding: $1.key, as: UTF8.self),
        SourceCheckpoint(
          source: SourceID(rawValue: UInt32($0)), generation: $1.value.generation,
          endOffset: $1.value.endOffset, identity: $1.value.identity)
      )
    }
  }

  /// Appends a batch and sets its `firstOffset`. After an error nothing of it is in the stream.
  /// - Returns: The offset of its first event.
  @discardableResult
  package func append(_ batch: EventBatch, names: EventNames) throws(StreamError) -> UInt64 {
    try checkUsable()
    if batch.count > 0 || !batch.checkpoints.isEmpty {
      let header = try encoder.encode(batch, names: names)
      try commit(header)
      table.apply(batch.checkpoints, names: names)
    }
    let first = place.offset - UInt64(batch.count)
    batch.firstOffset = first
    return first
  }

  /// Appends a control record, which takes no offset.
  package func append(_ record: ControlRecord, names: EventNames) throws(StreamError) {
    try checkUsable()
    var meta = ByteEncoder()
    ControlCoding.put(record, names: names, to: &meta)
    try commit(encoder.encode(.controls, meta: meta.bytes, count: 1))
  }

  /// Makes durable all that was appended.
  package func sync() throws(StreamError) {
    try checkUsable()
    if !unsynced.isEmpty { try syncAll() }
  }

  private func syncAll() throws(StreamError) {
    do {
      try segment.file.sync()
      unsynced.removeAll(keepingCapacity: true)
      durable = DurablePoint(position: position, place: place, table: table)
    } catch {
      try moveUnsynced(after: error)
    }
  }

  /// Syncs, and marks the stream as whole up to here. Nothing may be appended after that.
  package func close() throws(StreamError) {
    try sync()
    if !isMarked {
      try commit(encoder.encode(.end, meta: [], count: 0))
      isMarked = true
      try sync()
    }
    isClosed = true
  }

  func checkUsable() throws(StreamError) {
    precondition(!isClosed, "the stream is closed")
    if let fatal { throw fatal }
  }

  /// Writes the encoder's output as the next batch.
  private func commit(_ encoded: BatchHeader) throws(StreamError) {
    var header = encoded
    let byteCount = header.totalByteCount
    if unsynced.count + byteCount > options.unsyncedByteLimit { try sync() }
    if isFull(for: header) { try roll() }
    header.start = place
    header.epoch = epoch
    header.durableByteCount = durable.position
    unsafe header.write(to: encoder.output.start, tag: segment.tag)
    let bytes = unsafe UnsafeRawBufferPointer(start: encoder.output.start, count: byteCount)
    do {
      try unsafe segment.file.writeFully(bytes, at: position)
    } catch {
      // Readers do not see the beginning of a batch, so it does no harm if it cannot be cut.
      try? segment.file.truncate(toByteCount: position)
      throw StreamError(error, path: segment.path, operation: .write)
    }
    unsafe unsynced.append(contentsOf: bytes)
    position += UInt64(byteCount)
    place = header.end
    summary.add(header, endingAt: position)
    isMarked = false
  }

  private func isFull(for header: BatchHeader) -> Bool {
    guard header.kind != .end, place > segment.start else { return false }
    if position + UInt64(header.totalByteCount) > options.segmentByteLimit { return true }
    guard header.kind == .events, summary.firstIngestTime != .distantFuture else { return false }
    let age = header.firstIngestTime.microseconds(since: summary.firstIngestTime)
    return .microseconds(age) > options.segmentAgeLimit
  }

  /// Seals the segment and begins the next.
  func roll() throws(StreamError) {
    try sync()
    // A sync that failed has begun another segment already.
    guard place > segment.start else { return }
    let next = try createSegment(at: place, previousByteCount: position, table: table, rest: [])
    manifest.segments.append(summary)
    summary = SegmentSummary(start: place)
    begin(next)
    try? writeManifest()
  }

  /// Writes the batches that a failed sync has perhaps lost to a new segment that takes up where
  /// the disk still had everything. The old file is not synced again, and its end not used.
  private func moveUnsynced(after error: FileError) throws(StreamError) {
    failedSyncCount += 1
    try? segment.file.truncate(toByteCount: durable.position)
    let hasOld = durable.place > segment.start
    let previousByteCount =
      hasOld ? durable.position : segment.header?.previousByteCount ?? .max
    let next: NewSegment
    do {
      next = try createSegment(
        at: durable.place, previousByteCount: previousByteCount, table: durable.table,
        rest: unsynced)
    } catch {
      // There is no second place to put them.
      fatal = error
      throw error
    }
    var moved = SegmentSummary(start: durable.place)
    moved.absorb(summary)
    if hasOld {
      summary.end = durable.place
      summary.byteCount = durable.position
      manifest.segments.append(summary)
    }
    summary = moved
    begin(next)
    try? writeManifest()
  }

  private func createSegment(
    at start: StreamPosition, previousByteCount: UInt64, table: CheckpointTable, rest: [UInt8]
  ) throws(StreamError) -> NewSegment {
    do throws(SegmentCreationFailure) {
      return try folder.createSegment(
        at: start, identity: identity, previousByteCount: previousByteCount, table: table,
        rest: rest, epoch: epoch)
    } catch {
      if error.isVisible { fatal = error.error }
      throw error.error
    }
  }

  /// Goes on in a segment that was just made, all of which is durable.
  private func begin(_ next: NewSegment) {
    segment = next.file
    position = next.byteCount
    summary.byteCount = position
    unsynced.removeAll(keepingCapacity: true)
    durable = DurablePoint(position: position, place: place, table: table)
  }

  /// Readers and the next recovery do without a manifest that could not be written, except where
  /// the stream's beginning has moved.
  func writeManifest() throws(StreamError) {
    do {
      try folder.fileSystem.replace(
        Layout.manifest, inFolder: folder.path, with: manifest.encoded)
    } catch {
      throw StreamError(error, path: folder.path, operation: .write)
    }
  }
}
