/// The keys that structured lines of one source had, in their order: what the next is likely to repeat.
///
/// A line whose keys come as remembered is read without looking for the end of a key or for its
/// meaning. Keys behind the message are remembered for each beginning of a message, since events of
/// one kind have the same fields. One per source and structure; it only ever saves work, so its
/// state does not show in any result.
@safe
struct KeyShape: ~Copyable {
  /// Keys that are remembered regardless of what stands before them.
  private static let commonLimit = 32
  /// Beginnings of messages that are told apart, and keys that are remembered behind each.
  private static let kindCount = 64
  private static let kindLimit = 8
  /// Where the keys of an object or of pairs within a text are remembered from: a source that writes
  /// such messages writes lines that are nothing else too, with other keys.
  static let innerOrdinal = commonLimit / 2
  /// Bytes that are remembered of a key with what stands between it and its value.
  static let textLimit = 16

  /// A key and what follows it up to its value, as two words.
  struct Key {
    var word0: UInt64 = 1
    var word1: UInt64 = 0
    /// Which bits of the words count; of none in an entry that was never set, so that it never fits.
    var mask0: UInt64 = 0
    var mask1: UInt64 = 0
    /// What the key means, as `KeyTable.find` says it.
    var meaning: UInt8 = 0
    var byteCount: UInt8 = 0
    var place: UInt8 = 0
    /// Of the state that it names, as `stateName` says it.
    var state: UInt32 = 0
  }

  /// What a line's key says.
  struct Saying {
    /// What it means, as `KeyTable.find` says it.
    var meaning = 0
    /// Of the state that it names; 0 where it names none.
    var state: UInt32 = 0
  }

  /// The states of the line that was read last.
  let states = FieldStates()
  let table = KeyTable.shared
  private let keys: UnsafeMutablePointer<Key>
  /// Points to the keys behind messages; to `noKinds` until one is remembered, for most sources never
  /// have any, and a thousand sources shall not need a thousand times their room.
  private let kinds: UnsafeMutablePointer<UnsafeMutablePointer<Key>>

  /// Shared, and never written to.
  // SAFETY: initialized once, and only read from then on.
  private nonisolated(unsafe) static let noKinds = unsafe makeKinds()

  private static func makeKinds() -> UnsafeMutablePointer<Key> {
    unsafe makeKeys(kindCount * kindLimit)
  }

  private static func makeKeys(_ count: Int) -> UnsafeMutablePointer<Key> {
    let keys = UnsafeMutablePointer<Key>.allocate(capacity: count)
    unsafe keys.initialize(repeating: Key(), count: count)
    return unsafe keys
  }

  init() {
    unsafe keys = Self.makeKeys(Self.commonLimit)
    unsafe kinds = .allocate(capacity: 1)
    unsafe kinds.initialize(to: Self.noKinds)
  }

  deinit {
    unsafe keys.deallocate()
    if unsafe kinds.pointee != Self.noKinds { unsafe kinds.pointee.deallocate() }
    unsafe kinds.deallocate()
  }

  /// Which place a line's next key has in what is remembered.
  struct Cursor {
    var ordinal: Int
    /// Where the keys behind this line's message are, counted from 1; 0 before its message.
    var kind = 0

    /// Moves on behind a message.
    @inline(__always)
    mutating func pass(message start: Int, _ end: Int, in bytes: LineBytes) {
      let word = end &- start >= 8 ? bytes.word(start) : UInt64(bytes[start])
      let kind = Int(truncatingIfNeeded: (word &* 0x9e37_79b9_7f4a_7c15) &>> 58)
      self.kind = 1 &+ kind &* kindLimit
    }
  }

  /// Whether the text at `position` is a key that stood here before, in the same place.
  /// - Returns: How many bytes there are to its value; 0 where it is another key.
  @inline(__always)
  func fits(
    _ bytes: LineBytes, _ position: Int, _ end: Int, _ cursor: Cursor, _ place: UInt8,
    _ saying: inout Saying
  ) -> Int {
    // SAFETY: `index` and `kindIndex` give indexes below what was allocated.
    var key = unsafe keys + index(cursor)
    let word = bytes.word(position)
    if unsafe word & key.pointee.mask0 != key.pointee.word0 {
      if cursor.kind == 0 { return 0 }
      unsafe key = unsafe kinds.pointee + kindIndex(cursor)
      if unsafe word & key.pointee.mask0 != key.pointee.word0 { return 0 }
    }
    let byteCount = Int(unsafe key.pointee.byteCount)
    guard unsafe bytes.word(position &+ 8) & key.pointee.mask1 == key.pointee.word1,
      unsafe key.pointee.place == place, position &+ byteCount <= end
    else { return 0 }
    unsafe saying.meaning = Int(key.pointee.meaning)
    unsafe saying.state = key.pointee.state
    return byteCount
  }

  @inline(__always)
  private func index(_ cursor: Cursor) -> Int { cursor.ordinal & (Self.commonLimit &- 1) }

  @inline(__always)
  private func kindIndex(_ cursor: Cursor) -> Int {
    cursor.kind &- 1 &+ cursor.ordinal & (Self.kindLimit &- 1)
  }

  /// Remembers the key at `position` with what follows it, `byteCount` bytes in all.
  func remember(
    _ bytes: LineBytes, _ position: Int, byteCount: Int, _ cursor: Cursor, _ place: UInt8,
    _ saying: Saying
  ) {
    guard byteCount <= Self.textLimit else { return }
    let bits0 = UInt64(truncatingIfNeeded: min(byteCount, 8) &* 8)
    let bits1 = UInt64(truncatingIfNeeded: max(byteCount &- 8, 0) &* 8)
    let mask0 = bits0 == 64 ? ~0 : ~(~0 &<< bits0)
    let mask1 = bits1 == 64 ? ~0 : ~(~0 &<< bits1)
    let key = Key(
      word0: bytes.word(position) & mask0, word1: bytes.word(position &+ 8) & mask1,
      mask0: mask0, mask1: mask1, meaning: UInt8(truncatingIfNeeded: saying.meaning),
      byteCount: UInt8(truncatingIfNeeded: byteCount), place: place, state: saying.state)
    // SAFETY: both indexes are below what was allocated.
    if cursor.kind > 0 {
      if unsafe kinds.pointee == Self.noKinds { unsafe kinds.pointee = Self.makeKinds() }
      unsafe kinds.pointee[kindIndex(cursor)] = key
    }
    unsafe keys[index(cursor)] = key
  }
}
