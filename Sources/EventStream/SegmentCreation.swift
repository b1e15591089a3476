/// A segment that was made: durable, and with its name.
struct NewSegment {
  var file: SegmentFile
  var byteCount: UInt64
}

/// Why one was not made.
struct SegmentCreationFailure: Error {
  var error: StreamError
  /// The segment has its name and perhaps will not keep it: readers may see it, a power cut may
  /// take it back. Nobody can go on from that but the next recovery.
  var isVisible: Bool
}

extension StreamFolder {
  /// Makes a segment: its header, all checkpoints, and batches that another segment lost.
  ///
  /// It gets its name only when all that is on the disk, so whoever sees it sees it whole.
  /// - Parameter rest: Batches as they stood in another segment of the stream.
  func createSegment(
    at start: StreamPosition, identity: StreamIdentity, previousByteCount: UInt64,
    table: CheckpointTable, rest: [UInt8], epoch: UInt32
  ) throws(SegmentCreationFailure) -> NewSegment {
    let tag = SegmentFile.tag(identity.tag, start)
    var bytes = SegmentHeader(
      tag: identity.tag, start: start, previousByteCount: previousByteCount, epoch: epoch
    ).encoded
    var header = BatchHeader(kind: .checkpoints)
    let encoder = BatchEncoder()
    header = encoder.encode(.checkpoints, meta: table.encoded, count: 0)
    header.start = start
    header.epoch = epoch
    unsafe header.write(to: encoder.output.start, tag: tag)
    // SAFETY: the encoder wrote so many bytes.
    unsafe bytes.append(
      contentsOf: UnsafeRawBufferPointer(
        start: encoder.output.start, count: header.totalByteCount))
    bytes += rest
    Self.readdress(&bytes, from: bytes.count - rest.count, tag: tag, epoch: epoch)

    let name = Layout.segmentName(start)
    let path = "\(segmentsPath)/\(name)"
    let temporary = path + Layout.unfinished
    do {
      let file = try fileSystem.open(temporary, .readWriteCreating)
      try file.truncate(toByteCount: 0)
      try file.writeFully(bytes, at: 0)
      try file.sync()
      try fileSystem.rename(temporary, to: path)
    } catch {
      try? fileSystem.remove(temporary)
      throw SegmentCreationFailure(
        error: StreamError(error, path: path, operation: .write), isVisible: false)
    }
    do {
      try fileSystem.syncFolder(segmentsPath)
      let file = try SegmentFile(
        fileSystem, folder: self.path, start: start, streamTag: identity.tag, access: .readWrite)
      return NewSegment(file: file, byteCount: UInt64(bytes.count))
    } catch {
      throw SegmentCreationFailure(
        error: StreamError(error, path: path, operation: .sync), isVisible: true)
    }
  }

  /// Gives batches the tag of the segment that they are moved to, and the epoch of who moves them.
  private static func readdress(
    _ bytes: inout [UInt8], from first: Int, tag: UInt64, epoch: UInt32
  ) {
    unsafe bytes.withUnsafeMutableBytes { bytes in
      var at = first
      while at < bytes.count {
        // SAFETY: `at` is where one of the batches begins that were written before.
        let start = unsafe bytes.baseAddress! + at
        let oldTag = unsafe start.loadUnaligned(
          fromByteOffset: BatchHeader.tagPosition, as: UInt64.self)
        guard var header = unsafe BatchHeader(start, tag: UInt64(littleEndian: oldTag)) else {
          preconditionFailure("a batch of this writer does not verify")
        }
        // All of them become durable together with the segment.
        header.durableByteCount = 0
        header.epoch = epoch
        unsafe header.write(to: start, tag: tag)
        at += header.totalByteCount
      }
    }
  }
}
