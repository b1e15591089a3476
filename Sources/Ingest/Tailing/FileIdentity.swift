/// How one life of a file is found again, and how far it was handed out.
struct FileIdentity: Hashable {
  var key: FileKey
  var trail: ContentTrail
  var offset: UInt64
  /// The file was written last at this time or later, in nanoseconds since 1970.
  var modified: Int64

  init(key: FileKey, trail: ContentTrail, offset: UInt64, modified: Int64) {
    self.key = key
    self.trail = trail
    self.offset = offset
    self.modified = modified
  }

  func write(to writer: inout ByteWriter) {
    writer.append(key.device)
    writer.append(key.inode)
    writer.append(key.birthTime)
    writer.append(modified)
    writer.append(offset)
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

  init?(from reader: inout ByteReader) {
    guard let device = reader.next(UInt64.self), let inode = reader.next(UInt64.self),
      let birthTime = reader.next(Int64.self), let modified = reader.next(Int64.self),
      let offset = reader.next(UInt64.self),
      let base = reader.next(UInt64.self), let end = reader.next(UInt64.self), base <= end,
      let checksum = reader.next(UInt32.self), let anchorCount = reader.next(UInt16.self),
      anchorCount <= min(end - base, UInt64(ContentTrail.anchorLimit)),
      let anchorChecksum = reader.next(UInt32.self),
      let headCount = reader.next(UInt8.self), let head = reader.next(count: Int(headCount)),
      let markCount = reader.next(UInt8.self), markCount < 58
    else { return nil }
    var marks: [UInt32] = []
    for _ in 0..<markCount {
      guard let mark = reader.next(UInt32.self) else { return nil }
      marks.append(mark)
    }
    self.init(
      key: FileKey(device: device, inode: inode, birthTime: birthTime),
      trail: ContentTrail(
        base: base, end: end, checksum: checksum, head: head, marks: marks,
        anchorCount: Int(anchorCount), anchorChecksum: anchorChecksum),
      offset: offset, modified: modified)
  }
}

/// What a checkpoint says of a log: the generation it lies in, and others that are not done with.
struct LogIdentity: Hashable {
  /// Most of a log's generations besides the one being read that a checkpoint remembers.
  static let otherLimit = 6

  var main: FileIdentity
  /// Older ones that may still grow, and newer ones that were begun.
  var others: [FileIdentity]
  /// Folders in which copies were seen, besides the log's own.
  var folders: [String]

  private static let version: UInt8 = 1

  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.append(Self.version)
    main.write(to: &writer)
    writer.append(UInt8(others.count))
    for other in others { other.write(to: &writer) }
    writer.append(UInt8(folders.count))
    for folder in folders {
      writer.append(UInt16(folder.utf8.count))
      writer.bytes.append(contentsOf: folder.utf8)
    }
    return writer.bytes
  }

  init(main: FileIdentity, others: [FileIdentity], folders: [String]) {
    self.main = main
    self.others = Array(others.suffix(Self.otherLimit))
    self.folders = Array(folders.filter { $0.utf8.count <= 512 }.prefix(2))
  }

  /// `nil` for bytes that no version of this type wrote.
  init?(encoded: [UInt8]) {
    var reader = ByteReader(encoded)
    guard reader.next(UInt8.self) == Self.version, let main = FileIdentity(from: &reader),
      let otherCount = reader.next(UInt8.self)
    else { return nil }
    self.main = main
    others = []
    for _ in 0..<otherCount {
      guard let other = FileIdentity(from: &reader) else { return nil }
      others.append(other)
    }
    guard let folderCount = reader.next(UInt8.self) else { return nil }
    folders = []
    for _ in 0..<folderCount {
      guard let count = reader.next(UInt16.self), let bytes = reader.next(count: Int(count)) else {
        return nil
      }
      folders.append(String(decoding: bytes, as: UTF8.self))
    }
  }
}
