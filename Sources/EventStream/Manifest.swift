package import Events

/// What is known of one segment without reading it.
package struct SegmentSummary: Hashable, Sendable {
  package var start: StreamPosition
  package var end: StreamPosition
  package var byteCount: UInt64
  /// Event times; `distantFuture` and `distantPast` where it has no events.
  package var minimumTime = Instant.distantFuture
  package var maximumTime = Instant.distantPast
  package var firstIngestTime = Instant.distantFuture
  package var lastIngestTime = Instant.distantPast

  init(start: StreamPosition) {
    self.start = start
    end = start
    byteCount = SegmentFile.firstPosition
  }

  /// Takes in a batch that ends at `position`.
  mutating func add(_ header: BatchHeader, endingAt position: UInt64) {
    end = max(end, header.end)
    byteCount = position
    guard header.kind == .events else { return }
    minimumTime = min(minimumTime, header.minimumTime)
    maximumTime = max(maximumTime, header.maximumTime)
    firstIngestTime = min(firstIngestTime, header.firstIngestTime)
    lastIngestTime = max(lastIngestTime, header.lastIngestTime)
  }

  /// Takes in all that another segment may have held; the bounds of time may become too wide.
  mutating func absorb(_ other: SegmentSummary) {
    end = max(end, other.end)
    minimumTime = min(minimumTime, other.minimumTime)
    maximumTime = max(maximumTime, other.maximumTime)
    firstIngestTime = min(firstIngestTime, other.firstIngestTime)
    lastIngestTime = max(lastIngestTime, other.lastIngestTime)
  }
}

/// Where the stream begins, and its sealed segments; replaced as a whole.
///
/// Only where the stream begins is known to nothing else. The rest is a hint that saves reading
/// the segments; what is missing is found there.
struct Manifest: Equatable {
  /// What lies before this place is no part of the stream any more.
  var start = StreamPosition.start
  var segments: [SegmentSummary] = []

  static let magic = Array("SPATEMAN".utf8)
  static let byteLimit = 64 << 20

  var encoded: [UInt8] {
    var encoder = ByteEncoder(bytes: Self.magic)
    encoder.word(FormatVersion.current)
    encoder.word(start.offset)
    encoder.word(start.control)
    encoder.varint(UInt64(segments.count))
    for segment in segments {
      encoder.word(segment.start.offset)
      encoder.word(segment.start.control)
      encoder.word(segment.end.offset)
      encoder.word(segment.end.control)
      encoder.word(segment.byteCount)
      encoder.word(segment.minimumTime.microseconds)
      encoder.word(segment.maximumTime.microseconds)
      encoder.word(segment.firstIngestTime.microseconds)
      encoder.word(segment.lastIngestTime.microseconds)
    }
    encoder.word(crc32c(encoder.bytes.span))
    return encoder.bytes
  }

  init() {}

  init?(_ bytes: [UInt8]) {
    guard bytes.count > 32, bytes.starts(with: Self.magic) else { return nil }
    let checksumAt = bytes.count - 4
    var checksum = ByteDecoder(bytes[checksumAt...])
    guard checksum.word(UInt32.self) == crc32c(bytes.span.extracting(..<checksumAt)) else {
      return nil
    }
    var decoder = ByteDecoder(bytes[8..<checksumAt])
    guard decoder.word(UInt32.self) == FormatVersion.current else { return nil }
    func place() -> StreamPosition {
      let offset = decoder.word(UInt64.self)
      return StreamPosition(offset: offset, control: decoder.word(UInt64.self))
    }
    func time() -> Instant { Instant(microseconds: decoder.word(Int64.self)) }
    start = place()
    for _ in 0..<decoder.count() {
      var segment = SegmentSummary(start: place())
      segment.end = place()
      segment.byteCount = decoder.word(UInt64.self)
      segment.minimumTime = time()
      segment.maximumTime = time()
      segment.firstIngestTime = time()
      segment.lastIngestTime = time()
      segments.append(segment)
    }
    guard !decoder.failed, decoder.isAtEnd else { return nil }
  }

  /// The manifest of a stream; an empty one where it has none that verifies.
  static func read(_ fileSystem: any FileSystem, folder: String) -> Manifest {
    guard let file = try? fileSystem.open("\(folder)/\(Layout.manifest)", .read),
      let bytes = try? file.readAll(limit: byteLimit)
    else { return Manifest() }
    return Manifest(bytes) ?? Manifest()
  }
}
