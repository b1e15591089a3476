/// One life of a log's file: how far it was read, and from where.
final class Generation {
  /// What stands for it in what is handed out; new each time reading comes to it.
  var number: UInt32?
  private(set) var body: Body
  private(set) var key: FileKey
  /// The next byte to hand out.
  private(set) var offset: UInt64
  /// Of all that is known of the content, which may reach further than `offset`.
  private(set) var trail: ContentTrail
  /// What was handed out ends with a whole line.
  private(set) var endsLine = true
  private(set) var size: UInt64 = 0
  /// When it was written last as far as it was read; later, perhaps.
  private(set) var modified: Int64
  /// When it was written last by the latest look at it, which may have shown another content.
  private var seenModified: Int64
  private(set) var linkCount: UInt32 = 1
  /// It was seen shorter than before, so what is in it now is another content.
  private var hasShrunk = false
  /// Cannot grow: a packed file, or a copy.
  private(set) var isFinal: Bool
  /// Was final, and read to its end.
  private(set) var isRead = false
  /// The file was emptied before: its writer may leave a hole where the old content was.
  var mayBeginWithHole = false
  /// Where a file ends that is not followed.
  var end: UInt64?
  /// The largest size that this content was seen with.
  private(set) var largestSize: UInt64
  /// How many bytes behind its end are known to be lost.
  var lostByteCount: UInt64 = 0
  /// The log's other files when this one was found, while nothing of it has been read.
  var siblingsAtBirth: Set<FileKey>?

  /// - Parameter isCopy: A copy of what stood elsewhere; complete, and nobody writes to it.
  init(
    _ body: Body, _ status: FileStatus, offset: UInt64 = 0, trail: ContentTrail? = nil,
    isCopy: Bool = false
  ) {
    self.body = body
    self.offset = offset
    self.trail = trail ?? ContentTrail(base: offset)
    key = status.key
    modified = status.modified
    seenModified = status.modified
    size = status.size
    largestSize = status.size
    isFinal = if case .packed = body { true } else { isCopy }
  }

  var identity: FileIdentity {
    FileIdentity(key: key, trail: trail, offset: offset, modified: modified)
  }

  enum Taken {
    case bytes(Int)
    case nothing
    /// The content that was read is gone; the file holds another.
    case overwritten
  }

  /// Puts the next bytes into `buffer` without counting them as handed out.
  func take(
    into buffer: UnsafeMutablePointer<UInt8>, capacity: Int
  ) throws(UnpackError) -> Taken {
    var capacity = capacity
    if let end { capacity = min(capacity, Int(clamping: end - min(end, offset))) }
    // Before the bytes, so that the time is never later than that of what was read.
    try look()
    var count = 0
    if capacity > 0 { count = unsafe try body.read(at: offset, into: buffer, capacity: capacity) }
    if !isFinal {
      let isIntact = unsafe try isIntact(buffer, count)
      if !isIntact || hasShrunk { return .overwritten }
      largestSize = max(largestSize, size)
    }
    if isFinal && count == 0 { isRead = true }
    return count == 0 ? .nothing : .bytes(count)
  }

  /// As long as the anchor stands after a reading, nothing was exchanged before or during it.
  private func isIntact(
    _ fresh: UnsafePointer<UInt8>, _ count: Int
  ) throws(UnpackError) -> Bool {
    if trail.anchorCount > 0 { return try body.holdsAnchor(of: &trail) }
    var begun = ContentTrail(base: offset)
    unsafe begun.append(fresh, count: count, at: offset)
    return try body.holdsAnchor(of: &begun)
  }

  /// Counts the first `count` bytes of `buffer` as handed out.
  func accept(_ buffer: UnsafePointer<UInt8>, count: Int) {
    precondition(count > 0, "nothing to accept")
    unsafe trail.append(buffer, count: count, at: offset)
    modified = seenModified
    offset += UInt64(count)
    // SAFETY: the caller's buffer holds `count` bytes.
    endsLine = unsafe buffer[count - 1] == UInt8(ascii: "\n")
  }

  /// Leaves out what stands before `start`, in a file of which nothing was read yet.
  func begin(at start: UInt64) {
    precondition(offset == trail.end && trail.byteCount == 0, "already begun")
    offset = start
    trail = ContentTrail(base: start)
  }

  /// What stands in it is known before it is read.
  func expect(_ content: ContentTrail) {
    precondition(trail.byteCount == 0 && content.base == offset, "already begun")
    trail = content
  }

  /// Takes in what is in it before it is handed out: without a name, only its content tells which
  /// packed copy is it.
  func learnContentIfRemoved() {
    guard !isFinal, (try? look()) != nil, linkCount == 0 else { return }
    let time = seenModified
    guard (try? body.extend(&trail, to: size)) != nil else { return }
    modified = time
  }

  /// Goes on in a copy of the content, which was overwritten here.
  func move(to copy: Body, _ status: FileStatus) {
    body = copy
    key = status.key
    size = status.size
    isFinal = true
    isRead = false
  }

  func look() throws(UnpackError) {
    do {
      let status = try body.file.status()
      hasShrunk = hasShrunk || status.size < size
      size = status.size
      seenModified = status.modified
      linkCount = status.linkCount
    } catch {
      throw .unreadable(error)
    }
  }

  /// Whether there is something to hand out, or to find out: a shorter file was overwritten.
  func hasMore() -> Bool {
    guard (try? look()) != nil else { return true }
    if let end, offset >= end { return false }
    return isFinal ? !isRead : size != offset
  }

  /// Whether it was written to since it was looked at last.
  func hasChanged() -> Bool {
    let before = seenModified
    guard hasMore() || seenModified != before else { return false }
    // Remembered now, for it may be overwritten before it is read.
    if !isFinal, !hasShrunk, size > largestSize, (try? body.holdsAnchor(of: &trail)) == true {
      largestSize = size
    }
    return true
  }

  /// Nothing more will come of it.
  func giveUp() {
    isFinal = true
    isRead = true
  }
}
