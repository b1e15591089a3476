internal import Events

/// What stands before the bytes of a batch; the diagram is in SegmentFormat.swift.
struct BatchHeader: Equatable {
  static let byteCount = 120
  static let tagPosition = 88
  static let magic: UInt32 = 0x3142_5053  // "SPB1"

  enum Kind: UInt8 {
    /// Events, with the checkpoints that they bring.
    case events
    /// Control records; they take no offset.
    case controls
    /// The last checkpoint of every source; the first batch of a segment, delivered to nobody.
    case checkpoints
    /// The writer closed the stream here, and all before it was durable; delivered to nobody.
    case end
  }

  struct Sections: Equatable {
    var meta: UInt32 = 0
    var columns: UInt32 = 0
    var text: UInt32 = 0
    var sum: Int { Int(meta) + Int(columns) + Int(text) }
  }

  var kind: Kind
  var stored = Sections()
  var raw = Sections()
  /// Bit 0 meta, 1 columns, 2 text.
  var compressed: UInt8 = 0
  var payloadChecksum: UInt32 = 0
  var count: UInt32 = 0
  var start = StreamPosition.start
  var minimumTime = Instant.distantFuture
  var maximumTime = Instant.distantPast
  var firstIngestTime = Instant.distantPast
  var lastIngestTime = Instant.distantPast
  var durableByteCount: UInt64 = 0
  var sourceBits: UInt64 = 0
  var severityBits: UInt8 = 0
  var epoch: UInt32 = 0

  init(kind: Kind) { self.kind = kind }

  /// Bytes of the whole batch in its file.
  var totalByteCount: Int { (Self.byteCount + stored.sum + 7) & ~7 }

  /// The place behind it.
  var end: StreamPosition {
    switch kind {
    case .events: StreamPosition(offset: start.offset &+ UInt64(count), control: start.control)
    case .controls: StreamPosition(offset: start.offset, control: start.control &+ UInt64(count))
    case .checkpoints, .end: start
    }
  }

  /// Puts the header before a payload.
  /// - Parameter bytes: At least `byteCount` bytes.
  func write(to bytes: UnsafeMutableRawPointer, tag: UInt64) {
    // SAFETY: every store lies within the first 120 bytes, which the caller owns.
    func put<T: FixedWidthInteger>(_ value: T, _ at: Int) {
      unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: at, as: T.self)
    }
    put(Self.magic, 0)
    put(stored.meta, 8)
    put(stored.columns, 12)
    put(stored.text, 16)
    put(raw.meta, 20)
    put(raw.columns, 24)
    put(raw.text, 28)
    put(payloadChecksum, 32)
    put(count, 36)
    put(start.offset, 40)
    put(start.control, 48)
    put(minimumTime.microseconds, 56)
    put(maximumTime.microseconds, 64)
    put(firstIngestTime.microseconds, 72)
    put(durableByteCount, 80)
    put(tag, Self.tagPosition)
    put(sourceBits, 96)
    put(epoch, 104)
    put(kind.rawValue, 108)
    put(compressed, 109)
    put(severityBits, 110)
    put(UInt8(0), 111)
    put(lastIngestTime.microseconds, 112)
    put(unsafe crc32c(UnsafeRawBufferPointer(start: bytes + 8, count: Self.byteCount - 8)), 4)
  }

  /// - Parameter bytes: At least `byteCount` bytes.
  /// - Returns: `nil` where they are no header that this stream wrote in this segment.
  init?(_ bytes: UnsafeRawPointer, tag: UInt64) {
    // SAFETY: every load lies within the first 120 bytes, which the caller holds.
    func get<T: FixedWidthInteger>(_ at: Int, _ type: T.Type = T.self) -> T {
      T(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: at, as: T.self))
    }
    let checksum = unsafe crc32c(
      UnsafeRawBufferPointer(start: bytes + 8, count: Self.byteCount - 8))
    guard get(0) == Self.magic, get(Self.tagPosition) == tag, get(4) == checksum,
      let kind = Kind(rawValue: get(108))
    else { return nil }
    self.kind = kind
    stored = Sections(meta: get(8), columns: get(12), text: get(16))
    raw = Sections(meta: get(20), columns: get(24), text: get(28))
    payloadChecksum = get(32)
    count = get(36)
    start = StreamPosition(offset: get(40), control: get(48))
    minimumTime = Instant(microseconds: get(56))
    maximumTime = Instant(microseconds: get(64))
    firstIngestTime = Instant(microseconds: get(72))
    durableByteCount = get(80)
    sourceBits = get(96)
    epoch = get(104)
    compressed = get(109)
    severityBits = get(110)
    lastIngestTime = Instant(microseconds: get(112))
    guard count <= BatchLimits.eventCount, raw.text <= BatchLimits.byteCount,
      raw.meta <= BatchLimits.metaByteCount, stored.sum <= 2 * BatchLimits.byteCount,
      Int(raw.columns) <= 64 * Int(count) + 1024,
      !start.offset.addingReportingOverflow(UInt64(count)).overflow,
      !start.control.addingReportingOverflow(UInt64(count)).overflow
    else { return nil }
  }
}
