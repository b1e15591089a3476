package import Events

/// The state of whoever analyses the stream, as of one place in it.
package struct StateImage: Hashable, Sendable {
  package var place: StreamPosition
  /// The newest event time before the place; `distantPast` where there was no event.
  package var time: Instant
  /// The last event before the place.
  package var lastEvent: EventMark
  package var state: [UInt8]

  package init(place: StreamPosition, time: Instant, lastEvent: EventMark, state: [UInt8]) {
    self.place = place
    self.time = time
    self.lastEvent = lastEvent
    self.state = state
  }
}

/// Which event stood in a place: a power cut may take back events that were not synced, and others
/// come to stand there.
package struct EventMark: Hashable, Sendable {
  package var time: Instant
  package var ingestTime: Instant
  /// CRC32C of the raw bytes.
  package var checksum: UInt32

  /// Of no event: the beginning of the stream.
  package static let none = EventMark(
    time: .distantPast, ingestTime: .distantPast, checksum: 0)

  init(time: Instant, ingestTime: Instant, checksum: UInt32) {
    self.time = time
    self.ingestTime = ingestTime
    self.checksum = checksum
  }

  package init(_ batch: EventBatch, at index: Int) {
    let record = unsafe batch.records[index]
    time = record.time
    ingestTime = record.ingestTime
    checksum = unsafe crc32c(UnsafeRawBufferPointer(batch.raw(index)))
  }

  package init(lastOf batch: EventBatch) { self.init(batch, at: batch.count - 1) }
}

// A state on disk, version 1. All numbers are little endian.
//
//    0 magic "SPATEKEY" · 8 version u32 · 12 features u32 · 16 tag of the stream u64
//   24 offset u64 · 32 control index u64 · 40 newest event time before it i64
//   48 raw bytes u32 · 52 stored bytes u32 · 56 CRC32C of the stored bytes · 60 of those before it
//   64 zstd, or as it is where that is no shorter:
//      last event's time i64, ingest time i64, CRC32C of its raw bytes u32 · zero u32 · the state
extension StateImage {
  static let magic = Array("SPATEKEY".utf8)
  /// Larger states are not kept.
  package static let byteLimit = 256 << 20
  private static let markByteCount = 24

  /// `nil` where it is above the limit.
  func encoded(tag: UInt64, _ zstd: Zstd) -> [UInt8]? {
    guard state.count <= Self.byteLimit - Self.markByteCount else { return nil }
    var raw = ByteEncoder()
    raw.bytes.reserveCapacity(state.count + Self.markByteCount)
    raw.word(lastEvent.time.microseconds)
    raw.word(lastEvent.ingestTime.microseconds)
    raw.word(lastEvent.checksum)
    raw.word(UInt32(0))
    raw.bytes += state
    let stored = Self.compress(raw.bytes, zstd) ?? raw.bytes
    var header = ByteEncoder(bytes: Self.magic)
    header.word(FormatVersion.current)
    header.word(UInt32(0))
    header.word(tag)
    header.word(place.offset)
    header.word(place.control)
    header.word(time.microseconds)
    header.word(UInt32(raw.bytes.count))
    header.word(UInt32(stored.count))
    header.word(crc32c(stored.span))
    return header.bytes.sealed() + stored
  }

  private static func compress(_ raw: [UInt8], _ zstd: Zstd) -> [UInt8]? {
    var stored = [UInt8](repeating: 0, count: Zstd.bound(raw.count))
    // SAFETY: both buffers are used inside the closures only.
    let count = unsafe raw.withUnsafeBytes { input in
      unsafe stored.withUnsafeMutableBytes { output in
        unsafe zstd.compress(input, into: output)
      }
    }
    guard let count else { return nil }
    stored.removeLast(stored.count - count)
    return stored
  }

  /// What a header says, where it verifies and is of this stream.
  static func header(
    _ bytes: [UInt8], tag: UInt64
  ) -> (place: StreamPosition, time: Instant, raw: Int, stored: Int, checksum: UInt32)? {
    guard bytes.isSealed(magic) else { return nil }
    var decoder = ByteDecoder(bytes[8..<FormatVersion.headerByteCount])
    guard decoder.word(UInt32.self) == FormatVersion.current, decoder.word(UInt32.self) == 0,
      decoder.word(UInt64.self) == tag
    else { return nil }
    let offset = decoder.word(UInt64.self)
    let control = decoder.word(UInt64.self)
    let time = Instant(microseconds: decoder.word(Int64.self))
    let raw = Int(decoder.word(UInt32.self))
    let stored = Int(decoder.word(UInt32.self))
    guard raw >= markByteCount, raw <= byteLimit, stored <= byteLimit else { return nil }
    return (
      StreamPosition(offset: offset, control: control), time, raw, stored,
      decoder.word(UInt32.self)
    )
  }

  /// `nil` where the bytes are not a whole image of this stream.
  init?(_ bytes: [UInt8], tag: UInt64, _ zstd: Zstd) {
    guard let header = Self.header(bytes, tag: tag),
      bytes.count == FormatVersion.headerByteCount + header.stored,
      crc32c(bytes.span.extracting(FormatVersion.headerByteCount...)) == header.checksum
    else { return nil }
    var raw = [UInt8](repeating: 0, count: header.raw)
    let isWhole = unsafe bytes.withUnsafeBytes { input in
      // SAFETY: the input has the header's bytes; both buffers are used inside the closures only.
      let input = unsafe UnsafeRawBufferPointer(rebasing: input[FormatVersion.headerByteCount...])
      return unsafe raw.withUnsafeMutableBytes { output in
        if input.count == output.count {
          unsafe output.copyMemory(from: input)
          return true
        }
        return unsafe zstd.decompress(input, into: output)
      }
    }
    guard isWhole else { return nil }
    var decoder = ByteDecoder(raw[..<Self.markByteCount])
    place = header.place
    time = header.time
    lastEvent = EventMark(
      time: Instant(microseconds: decoder.word(Int64.self)),
      ingestTime: Instant(microseconds: decoder.word(Int64.self)),
      checksum: decoder.word(UInt32.self))
    state = Array(raw[Self.markByteCount...])
  }
}
