/// Reads a stream's last segment as a writer finds it, and cuts off what no crash-free run wrote.
///
/// From the first batch that does not verify on there are two cases. Where a later batch says
/// that this place had been durable, the disk has spoilt it: everything is kept, and readers are
/// told of the gap. Otherwise the writer died, or the power went, before it was durable: the tail
/// is cut off and kept in `lost+found`, even if later sectors of it happened to reach the disk.
struct SegmentRecovery {
  private(set) var segment: SegmentFile
  private(set) var summary: SegmentSummary
  private(set) var position: UInt64
  private(set) var place: StreamPosition
  private(set) var epoch: UInt32
  private(set) var table = CheckpointTable()
  private(set) var manifest: Manifest
  private(set) var durable: StreamWriter.DurablePoint
  private(set) var unsynced: [UInt8] = []
  private(set) var isMarked = false
  private(set) var cutByteCount: UInt64 = 0

  init(_ folder: StreamFolder, _ identity: StreamIdentity) throws(StreamError) {
    try folder.removeUnfinished()
    try folder.syncNames()
    manifest = Manifest.read(folder.fileSystem, folder: folder.path)
    let starts = try folder.dropRetired(before: manifest.start, try folder.segmentStarts())

    guard let last = starts.last else {
      place = max(manifest.start, manifest.segments.last?.end ?? .start)
      manifest = Manifest()
      manifest.start = place
      epoch = 1
      do throws(SegmentCreationFailure) {
        let made = try folder.createSegment(
          at: place, identity: identity, previousByteCount: 0, table: table, rest: [], epoch: 1)
        segment = made.file
        position = made.byteCount
      } catch {
        throw error.error
      }
      summary = SegmentSummary(start: place)
      summary.byteCount = position
      durable = .init(position: position, place: place, table: table)
      return
    }

    do {
      segment = try SegmentFile(
        folder.fileSystem, folder: folder.path, start: last, streamTag: identity.tag,
        access: .readWrite)
    } catch {
      if error.reason == .notPermitted { throw .readOnly(path: folder.path) }
      throw StreamError(error, path: folder.path, operation: .open)
    }
    do {
      let walk = try SegmentWalk(segment, end: nil)
      let fileByteCount = try segment.file.status().byteCount
      if fileByteCount > walk.end {
        // On a full disk it is let go: nobody was told that it was stored.
        try? folder.keep(segment.file, from: walk.end, to: fileByteCount, of: last)
        try segment.file.truncate(toByteCount: walk.end)
        cutByteCount = fileByteCount - walk.end
      }
      summary = walk.summary
      position = walk.end
      place = walk.summary.end
      isMarked = walk.batches.last?.header.kind == .end
      epoch = max(walk.epoch, segment.header?.epoch ?? 0) + 1

      let decoder = BatchDecoder()
      var known = CheckpointTable()
      if walk.batches.first?.header.kind != .checkpoints {
        known = try folder.checkpoints(before: last, starts, identity)
      }
      durable = .init(position: walk.durableByteCount, place: last, table: known)
      for batch in walk.batches {
        if batch.position < walk.durableByteCount {
          durable.place = max(durable.place, batch.header.end)
        }
        try segment.apply(batch.header, at: batch.position, to: &known, decoder)
        if batch.position < walk.durableByteCount { durable.table = known }
      }
      table = known
      if durable.position < position {
        unsynced = try segment.bytes(from: durable.position, to: position)
      }
    } catch {
      throw StreamError(error, path: segment.path, operation: .read)
    }
    manifest = try folder.complete(manifest, starts.dropLast(), identity)
  }
}

extension StreamFolder {
  /// Removes files that a writer was still making when it ended.
  fileprivate func removeUnfinished() throws(StreamError) {
    for folder in [path, segmentsPath] {
      guard let names = try? fileSystem.names(inFolder: folder) else { continue }
      for name in names where name.hasSuffix(Layout.unfinished) {
        try? fileSystem.remove("\(folder)/\(name)")
      }
    }
  }

  /// Makes durable the names that are found: a writer that was ended may have given a segment its
  /// name and not have come to that, and what is synced in it from now on must not be lost with it.
  fileprivate func syncNames() throws(StreamError) {
    do {
      try fileSystem.syncFolder(segmentsPath)
      try fileSystem.syncFolder(path)
    } catch {
      if error.reason == .notPermitted { throw .readOnly(path: path) }
      throw StreamError(error, path: path, operation: .sync)
    }
  }

  /// Removes segments that retention had given up before the writer ended.
  fileprivate func dropRetired(
    before start: StreamPosition, _ starts: [StreamPosition]
  ) throws(StreamError) -> [StreamPosition] {
    // The last segment that begins at or before the stream does is still part of it.
    guard let first = starts.lastIndex(where: { $0 <= start }), first > 0 else { return starts }
    for retired in starts[..<first] {
      try? fileSystem.remove("\(segmentsPath)/\(Layout.segmentName(retired))")
    }
    return Array(starts[first...])
  }

  /// Copies what is about to be cut off.
  fileprivate func keep(
    _ file: any StreamFile, from start: UInt64, to end: UInt64, of segment: StreamPosition
  ) throws(FileError) {
    let kept = "\(path)/\(Layout.lostAndFound)"
    do {
      try fileSystem.createFolder(kept)
    } catch  where error.reason == .alreadyExists {
    }
    let name = "\(Layout.segmentName(segment)).\(start)"
    let copy = try fileSystem.open("\(kept)/\(name)", .readWriteCreating)
    var at = start
    while at < end {
      var bytes = [UInt8](repeating: 0, count: min(1 << 20, Int(clamping: end - at)))
      let count = try file.readFully(into: &bytes, at: at)
      guard count > 0 else { break }
      bytes.removeLast(bytes.count - count)
      try copy.writeFully(bytes, at: at - start)
      at += UInt64(count)
    }
    try copy.sync()
    try fileSystem.syncFolder(kept)
  }

  /// The checkpoints at the end of the segments before `last`, whose own copy of them is spoilt.
  fileprivate func checkpoints(
    before last: StreamPosition, _ starts: [StreamPosition], _ identity: StreamIdentity
  ) throws(FileError) -> CheckpointTable {
    var walks: [(SegmentFile, SegmentWalk)] = []
    for start in starts.reversed() where start < last {
      let segment = try SegmentFile(
        fileSystem, folder: path, start: start, streamTag: identity.tag, access: .read)
      let walk = try SegmentWalk(segment, end: nil)
      walks.append((segment, walk))
      if walk.batches.first?.header.kind == .checkpoints { break }
    }
    var table = CheckpointTable()
    let decoder = BatchDecoder()
    for (segment, walk) in walks.reversed() {
      for batch in walk.batches {
        try segment.apply(batch.header, at: batch.position, to: &table, decoder)
      }
    }
    return table
  }

  private func isMerged(_ start: StreamPosition) -> Bool {
    let segment = try? SegmentFile(
      fileSystem, folder: path, start: start, streamTag: 0, access: .read)
    return segment?.header?.isMerged ?? false
  }

  /// Reads the sealed segments that the manifest does not know, and forgets those that are gone.
  fileprivate func complete(
    _ manifest: Manifest, _ sealed: ArraySlice<StreamPosition>, _ identity: StreamIdentity
  ) throws(StreamError) -> Manifest {
    var known: [StreamPosition: SegmentSummary] = [:]
    for segment in manifest.segments { known[segment.start] = segment }
    var complete = Manifest()
    complete.start = max(manifest.start, sealed.first ?? manifest.start)
    for start in sealed {
      if let summary = known[start] {
        complete.segments.append(summary)
        continue
      }
      if let last = complete.segments.last, known[last.start] != nil, start < last.end,
        isMerged(last.start)
      {
        // A merge had given it up before the writer ended.
        try? fileSystem.remove("\(segmentsPath)/\(Layout.segmentName(start))")
        continue
      }
      do {
        let segment = try SegmentFile(
          fileSystem, folder: path, start: start, streamTag: identity.tag, access: .read)
        var tail = StreamTail(segment)
        tail.advance()
        complete.segments.append(tail.summary)
      } catch {
        throw StreamError(error, path: path, operation: .read)
      }
    }
    return complete
  }
}
