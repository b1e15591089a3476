// The files of a stream, version 1. All numbers are little endian.
//
//   <stream>/                      folder 0700, files 0600
//     STREAM                       identity, 64 bytes, written once
//     LOCK                         held exclusively by the writer; its process id, for a message
//     MANIFEST                     the sealed segments and where the stream begins; see `Manifest`
//     segments/OFFSET-CONTROL.spl  events and control records from that place on, in order
//     keyframes/KIND/OFFSET-CONTROL.spk   states of the analysis, a cache; see `StateImage`
//     states/KIND/OFFSET-CONTROL.spk      the same as of the stream's beginning: no cache
//     PINS                         ranges that retention leaves alone; see `StreamPin`
//     lost+found/                  what recovery cut off
//
//   STREAM     0 magic "SPATESTR" · 8 version u32 · 12 features u32 · 16 tag u64 · 24 zeros
//             60 CRC32C of the bytes before it
//
//   segment    0 magic "SPATESEG" · 8 version u32 · 12 features u32 · 16 tag u64
//             24 offset u64 · 32 control index u64 · 40 bytes of the segment before it u64
//             48 writer epoch u32 · 52 1: stands for several, and its end is the file's u32 · 56 zeros
//             60 CRC32C of the bytes before it
//             then batches, each at a multiple of 8; the first holds all checkpoints
//
//   batch      0 magic "SPB1" · 4 CRC32C of bytes 8..<120
//              8 stored bytes of meta, 12 of columns, 16 of text u32
//             20 raw bytes of meta, 24 of columns, 28 of text u32
//             32 CRC32C of the stored bytes · 36 events or control records u32
//             40 offset of the first event u64 · 48 index of the first control record u64
//             56 smallest, 64 largest event time i64 · 72 ingest time of the first event i64
//             80 bytes of this segment that were durable when this was written u64
//             88 tag of the stream, mixed with the segment's place u64
//             96 one bit per source, hashed u64 · 104 writer epoch u32
//            108 kind u8 · 109 which sections are compressed u8 · 110 one bit per severity u8
//            111 zero · 112 ingest time of the last event i64
//            120 meta, columns, text · zeros up to a multiple of 8
//
// Whoever reads trusts nothing but a batch whose two checksums, tag and place hold. Everything
// else (MANIFEST, segment headers but for the first batch's place, file sizes) is a hint.

/// Bounds of what one batch may hold; a decoder refuses more before it allocates.
package enum BatchLimits {
  package static let byteCount = 256 << 20
  package static let eventCount = 1 << 21
  package static let metaByteCount = 64 << 20
}

/// A place between two things in a stream: behind so many events and so many control records.
package struct StreamPosition: Hashable, Comparable, Sendable {
  package var offset: UInt64
  package var control: UInt64

  package init(offset: UInt64, control: UInt64) {
    self.offset = offset
    self.control = control
  }

  package static let start = StreamPosition(offset: 0, control: 0)

  package static func < (a: StreamPosition, b: StreamPosition) -> Bool {
    (a.offset, a.control) < (b.offset, b.control)
  }
}

/// The first 64 bytes of `STREAM` and of every segment: what is common to them.
enum FormatVersion {
  static let current: UInt32 = 1
  static let headerByteCount = 64
}

/// Who a stream is.
struct StreamIdentity: Equatable {
  /// A random number; what another stream wrote cannot pass for this one's.
  var tag: UInt64

  static let magic = Array("SPATESTR".utf8)

  var encoded: [UInt8] {
    var encoder = ByteEncoder(bytes: Self.magic)
    encoder.word(FormatVersion.current)
    encoder.word(UInt32(0))
    encoder.word(tag)
    return encoder.bytes.sealed()
  }

  /// - Throws: The version, where it is one that this program cannot read.
  init?(_ bytes: [UInt8]) throws(NewerVersion) {
    guard bytes.isSealed(Self.magic) else { return nil }
    var decoder = ByteDecoder(bytes[8...])
    let version = decoder.word(UInt32.self)
    let features = decoder.word(UInt32.self)
    guard version == FormatVersion.current, features == 0 else {
      throw NewerVersion(version: version)
    }
    tag = decoder.word(UInt64.self)
  }

  init(tag: UInt64) { self.tag = tag }
}

struct NewerVersion: Error {
  var version: UInt32
}

/// What a segment says of itself.
struct SegmentHeader: Equatable {
  var tag: UInt64
  var start: StreamPosition
  /// Where the segment before it ends; bytes behind that are no part of the stream.
  var previousByteCount: UInt64
  var epoch: UInt32
  /// It stands for several segments; what the next one says of the one before it is of the last
  /// of those.
  var isMerged = false

  static let magic = Array("SPATESEG".utf8)

  var encoded: [UInt8] {
    var encoder = ByteEncoder(bytes: Self.magic)
    encoder.word(FormatVersion.current)
    encoder.word(UInt32(0))
    encoder.word(tag)
    encoder.word(start.offset)
    encoder.word(start.control)
    encoder.word(previousByteCount)
    encoder.word(epoch)
    encoder.word(UInt32(isMerged ? 1 : 0))
    return encoder.bytes.sealed()
  }

  init(
    tag: UInt64, start: StreamPosition, previousByteCount: UInt64, epoch: UInt32,
    isMerged: Bool = false
  ) {
    self.tag = tag
    self.start = start
    self.previousByteCount = previousByteCount
    self.epoch = epoch
    self.isMerged = isMerged
  }

  init?(_ bytes: [UInt8]) {
    guard bytes.isSealed(Self.magic) else { return nil }
    var decoder = ByteDecoder(bytes[8...])
    let version = decoder.word(UInt32.self)
    let features = decoder.word(UInt32.self)
    guard version == FormatVersion.current, features == 0 else { return nil }
    tag = decoder.word(UInt64.self)
    let offset = decoder.word(UInt64.self)
    start = StreamPosition(offset: offset, control: decoder.word(UInt64.self))
    previousByteCount = decoder.word(UInt64.self)
    epoch = decoder.word(UInt32.self)
    isMerged = decoder.word(UInt32.self) == 1
  }
}

/// The names of a stream's files.
enum Layout {
  static let identity = "STREAM"
  static let lock = "LOCK"
  static let manifest = "MANIFEST"
  static let segments = "segments"
  static let lostAndFound = "lost+found"
  static let keyframes = "keyframes"
  static let states = "states"
  static let pins = "PINS"
  static let annotations = "NOTES"
  /// Behind the name of a file that is still being written.
  static let unfinished = ".new"

  static func segmentName(_ start: StreamPosition) -> String { placeName(start) + ".spl" }
  static func keyframeName(_ place: StreamPosition) -> String { placeName(place) + ".spk" }

  /// A folder's name for a kind of keyframes.
  static func kindName(_ kind: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in kind.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  private static func placeName(_ place: StreamPosition) -> String {
    "\(digits(place.offset))-\(digits(place.control))"
  }

  /// The place that a file name stands for; `nil` where it is no segment's.
  static func segmentStart(_ name: String) -> StreamPosition? { place(name, ending: ".spl") }
  static func keyframePlace(_ name: String) -> StreamPosition? { place(name, ending: ".spk") }

  private static func place(_ name: String, ending: String) -> StreamPosition? {
    let bytes = Array(name.utf8)
    guard bytes.count == 45, bytes[20] == UInt8(ascii: "-"), name.hasSuffix(ending) else {
      return nil
    }
    guard let offset = number(bytes[..<20]), let control = number(bytes[21..<41]) else {
      return nil
    }
    return StreamPosition(offset: offset, control: control)
  }

  private static func digits(_ number: UInt64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 20 - digits.utf8.count) + digits
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return UInt64(String(decoding: digits, as: UTF8.self))
  }
}

extension [UInt8] {
  /// Filled up with zeros to the size of a file header, whose last word is its checksum.
  func sealed() -> [UInt8] {
    var encoder = ByteEncoder(bytes: self)
    encoder.bytes += repeatElement(0, count: FormatVersion.headerByteCount - 4 - count)
    encoder.word(crc32c(encoder.bytes.span))
    return encoder.bytes
  }

  func isSealed(_ magic: [UInt8]) -> Bool {
    let size = FormatVersion.headerByteCount
    guard count >= size, starts(with: magic) else { return false }
    var decoder = ByteDecoder(self[(size - 4)..<size])
    return decoder.word(UInt32.self) == crc32c(span.extracting(..<(size - 4)))
  }
}
