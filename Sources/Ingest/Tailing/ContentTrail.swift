internal import CSystem

/// What was read of one generation, condensed so that it is known again wherever it went.
///
/// A checksum of all bytes from `base` to `end`, the same at every power of two on the way (so that
/// a shorter copy is known too), the first bytes themselves, and a checksum of the last ones (the
/// anchor), by which a file that was truncated and has grown again gives itself away.
struct ContentTrail: Hashable {
  static let headLimit = 64
  static let anchorLimit = 256

  /// Where the trail begins; above 0 if a first start skipped what was before.
  let base: UInt64
  private(set) var end: UInt64
  private(set) var checksum: UInt32 = 0
  private(set) var head: [UInt8] = []
  /// The checksum after 64, 128, 256 … bytes.
  private(set) var marks: [UInt32] = []
  private(set) var anchorCount = 0
  private(set) var anchorChecksum: UInt32 = 0
  /// The anchor's bytes; none in a trail that was read from a checkpoint until it was verified.
  private var recent: [UInt8] = []

  init(base: UInt64) {
    self.base = base
    end = base
  }

  init(
    base: UInt64, end: UInt64, checksum: UInt32, head: [UInt8], marks: [UInt32],
    anchorCount: Int, anchorChecksum: UInt32
  ) {
    self.base = base
    self.end = end
    self.checksum = checksum
    self.head = head
    self.marks = marks
    self.anchorCount = anchorCount
    self.anchorChecksum = anchorChecksum
  }

  var byteCount: UInt64 { end - base }
  var anchorOffset: UInt64 { end - UInt64(anchorCount) }

  private var nextMark: UInt64 { UInt64(Self.headLimit) << UInt64(marks.count) }

  /// Takes in what was read at `offset`; what the trail has already is skipped.
  mutating func append(_ bytes: UnsafePointer<UInt8>, count: Int, at offset: UInt64) {
    precondition(offset <= end, "a hole in the trail")
    let known = Int(clamping: end - offset)
    guard known < count else { return }
    // SAFETY: `known < count`, and everything below stays within the caller's `count` bytes.
    let fresh = unsafe bytes + known
    let freshCount = count - known
    if head.count < Self.headLimit {
      let room = min(Self.headLimit - head.count, freshCount)
      unsafe head.append(contentsOf: UnsafeBufferPointer(start: fresh, count: room))
    }
    var done = 0
    while done < freshCount {
      let untilMark = nextMark - byteCount
      let part = min(freshCount - done, Int(clamping: untilMark))
      checksum = unsafe spate_crc32c(checksum, fresh + done, part)
      end += UInt64(part)
      done += part
      if UInt64(part) == untilMark { marks.append(checksum) }
    }
    let kept = min(count, Self.anchorLimit)
    let surplus = recent.count + freshCount - Self.anchorLimit
    if kept == Self.anchorLimit || surplus >= recent.count {
      recent.removeAll(keepingCapacity: true)
    } else if surplus > 0 {
      recent.removeFirst(surplus)
    }
    let added = recent.isEmpty ? kept : freshCount
    unsafe recent.append(
      contentsOf: UnsafeBufferPointer(start: bytes + (count - added), count: added))
    anchorCount = recent.count
    anchorChecksum = unsafe recent.withUnsafeBufferPointer { unsafe Self.checksum($0) }
  }

  /// Whether `bytes` are the anchor; kept if so, for a trail out of a checkpoint has them not.
  mutating func acceptAnchor(_ bytes: [UInt8]) -> Bool {
    guard unsafe bytes.withUnsafeBufferPointer({ unsafe Self.checksum($0) }) == anchorChecksum
    else { return false }
    if recent.isEmpty { recent = bytes }
    return true
  }

  static func checksum(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    unsafe spate_crc32c(0, bytes.baseAddress, bytes.count)
  }

  /// How the bytes of another trail with the same base relate to this one.
  enum Relation: Hashable {
    case different
    /// As far as can be told it holds the first `byteCount` bytes of this one and no more.
    case beginning(byteCount: UInt64)
    /// It holds all of this one, and perhaps more.
    case all
  }

  /// - Parameter other: Taken of the other content's bytes up to `end` at most.
  func relation(to other: ContentTrail) -> Relation {
    guard base == other.base, byteCount > 0, other.byteCount > 0 else { return .different }
    let common = min(head.count, other.head.count)
    guard head[..<common] == other.head[..<common] else { return .different }
    let commonMarks = min(marks.count, other.marks.count)
    guard marks[..<commonMarks] == other.marks[..<commonMarks] else { return .different }
    if other.end < end { return .beginning(byteCount: other.byteCount) }
    return other.end == end && other.checksum == checksum ? .all : .different
  }
}
