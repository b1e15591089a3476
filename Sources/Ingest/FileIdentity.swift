/// What a checkpoint says about the generation it lies in; how it is found again.
struct FileIdentity: Hashable {
  var key: FileKey
  var trail: ContentTrail
  /// When the file had been written last, in nanoseconds since 1970.
  var modified: Int64

  private static let version: UInt8 = 1

  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.bytes.append(Self.version)
    write(to: &writer)
    return writer.bytes
  }

  func write(to writer: inout ByteWriter) {
    writer.append(key.device)
    writer.append(key.inode)
    writer.append(key.birthTime)
    writer.append(modified)
    writer.append(trail.base)
    writer.append(trail.end)
    writer.append(trail.checksum)
    writer.append(UInt16(trail.anchorCount))
    writer.append(trail.anchorChecksum)
    writer.append(UInt8(trail.head.count))
    writer.bytes.append(contentsOf: trail.head)
    writer.append(UInt8(trail.marks.count))
    for mark in trail.marks { writer.append(mark) }
  }

  /// `nil` for bytes that no version of this type wrote.
  init?(encoded: [UInt8]) {
    var reader = ByteReader(encoded)
    guard reader.next(UInt8.self) == Self.version else { return nil }
    self.init(from: &reader)
  }

  init(key: FileKey, trail: ContentTrail, modified: Int64) {
    self.key = key
    self.trail = trail
    self.modified = modified
  }

  init?(from reader: inout ByteReader) {
    guard let device = reader.next(UInt64.self), let inode = reader.next(UInt64.self),
      let birthTime = reader.next(Int64.self), let modified = reader.next(Int64.self),
      let base = reader.next(UInt64.self), let end = reader.next(UInt64.self), base <= end,
      let checksum = reader.next(UInt32.self), let anchorCount = reader.next(UInt16.self),
      anchorCount <= min(end - base, UInt64(ContentTrail.anchorLimit)),
      let anchorChecksum = reader.next(UInt32.self),
      let headCount = reader.next(UInt8.self), let head = reader.next(count: Int(headCount)),
      let markCount = reader.next(UInt8.self)
    else { return nil }
    var marks: [UInt32] = []
    for _ in 0..<markCount {
      guard let mark = reader.next(UInt32.self) else { return nil }
      marks.append(mark)
    }
    key = FileKey(device: device, inode: inode, birthTime: birthTime)
    trail = ContentTrail(
      base: base, end: end, checksum: checksum, head: head, marks: marks,
      anchorCount: Int(anchorCount), anchorChecksum: anchorChecksum)
    self.modified = modified
  }
}

/// Little-endian numbers, one behind the other.
struct ByteWriter {
  var bytes: [UInt8] = []
  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for index in 0..<(Number.bitWidth / 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> (index * 8)))
    }
  }
}

struct ByteReader {
  private let bytes: [UInt8]
  private var at = 0
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
    let width = Number.bitWidth / 8
    guard at + width <= bytes.count else { return nil }
    var number: Number = 0
    for index in 0..<width {
      number |= Number(truncatingIfNeeded: bytes[at + index]) << (index * 8)
    }
    at += width
    return number
  }

  mutating func next(count: Int) -> [UInt8]? {
    guard at + count <= bytes.count else { return nil }
    defer { at += count }
    return Array(bytes[at..<(at + count)])
  }
}
