/// One open segment, read batch by batch.
///
/// Nothing that does not verify is ever handed out. Keeps its memory; one thread at a time.
@safe
final class SegmentFile {
  let start: StreamPosition
  let path: String
  let file: any StreamFile
  /// What every batch of this segment carries.
  let tag: UInt64
  /// `nil` where it does not verify; the batches may all the same.
  let header: SegmentHeader?
  /// Bytes of the first batch's header on.
  static let firstPosition = UInt64(FormatVersion.headerByteCount)

  private var buffer = Memory(capacity: 64 << 10)
  /// How much to read at once: the last batch's size.
  private var guess = 4096

  init(
    _ fileSystem: any FileSystem, folder: String, start: StreamPosition, streamTag: UInt64,
    access: FileAccess
  ) throws(FileError) {
    self.start = start
    path = "\(folder)/\(Layout.segments)/\(Layout.segmentName(start))"
    tag = Self.tag(streamTag, start)
    file = try fileSystem.open(path, access)
    var bytes = [UInt8](repeating: 0, count: FormatVersion.headerByteCount)
    bytes.removeLast(bytes.count - (try file.readFully(into: &bytes, at: 0)))
    header = SegmentHeader(bytes)
  }

  /// The stream's tag mixed with the segment's place: a batch that stands where it does not
  /// belong cannot verify.
  static func tag(_ streamTag: UInt64, _ start: StreamPosition) -> UInt64 {
    streamTag ^ (start.offset &* 0x9e37_79b9_7f4a_7c15) ^ (start.control &* 0xc2b2_ae3d_27d4_eb4f)
  }

  /// The header of the batch at `position`; its payload has not been looked at.
  func batchHeader(at position: UInt64) throws(FileError) -> BatchHeader? {
    buffer.reserve(BatchHeader.byteCount)
    guard try read(BatchHeader.byteCount, at: position) == BatchHeader.byteCount else {
      return nil
    }
    return unsafe BatchHeader(buffer.start, tag: tag)
  }

  /// The batch at `position`, whole and verified; its bytes are `payload`.
  /// - Parameter epoch: Of the batch before; an older one is no part of the segment.
  func batch(at position: UInt64, epoch: UInt32 = 0) throws(FileError) -> BatchHeader? {
    buffer.reserve(guess)
    var count = try read(guess, at: position)
    guard count >= BatchHeader.byteCount,
      let header = unsafe BatchHeader(buffer.start, tag: tag), header.epoch >= epoch
    else { return nil }
    let needed = BatchHeader.byteCount + header.stored.sum
    if count < needed {
      // A header may promise what the file does not hold; do not make room for that.
      guard try file.status().byteCount >= position + UInt64(needed) else { return nil }
      buffer.reserve(needed, keeping: count)
      count = try read(needed, at: position)
    }
    guard count >= needed, unsafe crc32c(storedBytes(header)) == header.payloadChecksum else {
      return nil
    }
    guess = max(4096, needed + 512)
    return header
  }

  /// The payload of the batch that `batch(at:)` gave last. Valid until the next call.
  var payload: UnsafeRawPointer { unsafe UnsafeRawPointer(buffer.start + BatchHeader.byteCount) }

  private func storedBytes(_ header: BatchHeader) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: payload, count: header.stored.sum)
  }

  /// Where the next whole batch begins, at or behind `position` and before `end`.
  func nextBatch(from position: UInt64, before end: UInt64, epoch: UInt32) throws(FileError)
    -> UInt64?
  {
    let chunkByteCount = 64 << 10
    let chunk = Memory(capacity: chunkByteCount)
    var at = (position + 7) & ~7
    while at < end {
      let count = try unsafe file.readFully(
        into: UnsafeMutableRawBufferPointer(
          start: chunk.start, count: min(chunkByteCount, Int(clamping: end - at))), at: at)
      for candidate in stride(from: 0, to: count - 3, by: 8) {
        // SAFETY: four bytes from `candidate` lie within what was read.
        let word = unsafe chunk.start.loadUnaligned(fromByteOffset: candidate, as: UInt32.self)
        if UInt32(littleEndian: word) == BatchHeader.magic,
          try batch(at: at + UInt64(candidate), epoch: epoch) != nil
        {
          return at + UInt64(candidate)
        }
      }
      if count < 8 { return nil }
      at += UInt64(count & ~7)
    }
    return nil
  }

  private func read(_ byteCount: Int, at position: UInt64) throws(FileError) -> Int {
    // SAFETY: the callers made room for `byteCount` bytes.
    try unsafe file.readFully(
      into: UnsafeMutableRawBufferPointer(start: buffer.start, count: byteCount), at: position)
  }
}
