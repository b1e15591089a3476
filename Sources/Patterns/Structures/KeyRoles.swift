/// What a field of a structured line tells about the event.
enum KeyRole: UInt8 {
  case none
  /// The moment: text, or seconds to nanoseconds since 1970.
  case time
  /// The moment of a compact log event, which leaves out the level where it is Information.
  case compactEventTime
  /// The moment, where the value is text that names one; a number is something else.
  case timeText
  /// Whole seconds since 1970, beside a field with the nanoseconds.
  case epochSecond, nanoOfSecond
  /// How bad it is; a number on the scale that belongs to the key.
  case level
  /// The same by a word only.
  case levelText
  case pythonLevel, syslogLevel, openTelemetryLevel
  /// Severity by one letter; means nothing where the value is anything else.
  case letterLevel
  case message
  case service
  /// Bunyan's required `name` and `v`: the name is the service only where both are.
  case bunyanName, bunyanVersion
}

/// The object that a key stands in; objects of no other name are skipped.
enum KeyPlace: UInt8 {
  case top, log, fields, resource, attributes, labels, service, kubernetes, container, record
  case level, time, dateNumber, instant, payload, error, body, severity
}

/// A key that means something, where it stands, and what it means.
struct KeyMeaning {
  /// The key in lower case with bit 5 set in every byte, zeros behind; at most 24 bytes.
  var word0: UInt64 = 0
  var word1: UInt64 = 0
  var word2: UInt64 = 0
  var byteCount: UInt8 = 0
  var place: UInt8 = 0
  var role = KeyRole.none
  /// Among keys of one role the highest wins, then the first; from 1.
  var rank: UInt8 = 0
  /// The place that an object under this key is; `top` where it is skipped.
  var opens = KeyPlace.top
}

/// Finds the meaning of a key by its bytes, regardless of case.
///
/// A hash of place, length and the first eight bytes picks a slot; most keys mean nothing and
/// meet an empty one.
@safe
struct KeyTable: @unchecked Sendable {
  // SAFETY of `@unchecked`: written in `init` only, and never freed.
  private static let slotBits: UInt64 = 10
  private let slots: UnsafeMutablePointer<UInt8>
  private let meanings: UnsafeMutablePointer<KeyMeaning>

  /// Where the meanings of endings begin.
  private let firstEnding: Int
  private let endingCount: Int

  static let shared = KeyTable(keyMeanings, keyEndings)

  private init(
    _ rows: [(KeyPlace, String, KeyRole, UInt8, KeyPlace)], _ endings: [(String, KeyRole, UInt8)]
  ) {
    precondition(rows.count + endings.count < 256, "a meaning's number is one byte")
    let slotCount = 1 << Int(Self.slotBits)
    unsafe slots = .allocate(capacity: slotCount)
    unsafe slots.initialize(repeating: 0, count: slotCount)
    let count = 1 + rows.count + endings.count
    unsafe meanings = .allocate(capacity: count)
    unsafe meanings.initialize(repeating: KeyMeaning(), count: count)
    firstEnding = 1 + rows.count
    for (index, row) in rows.enumerated() {
      let bytes = Array(row.1.utf8)
      precondition((1...24).contains(bytes.count), "a key of 1 to 24 bytes")
      var words: [UInt64] = [0, 0, 0]
      for (i, byte) in bytes.enumerated() { words[i / 8] |= UInt64(byte | 0x20) << (i % 8 * 8) }
      let meaning = KeyMeaning(
        word0: words[0], word1: words[1], word2: words[2], byteCount: UInt8(bytes.count),
        place: row.0.rawValue, role: row.2, rank: row.3, opens: row.4)
      // SAFETY: both indexes are below what was allocated above.
      unsafe meanings[index + 1] = meaning
      var slot = Self.slot(words[0], bytes.count, meaning.place)
      while unsafe slots[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
      unsafe slots[slot] = UInt8(index + 1)
    }
    for (index, ending) in endings.enumerated() {
      var word: UInt64 = 0
      for (i, byte) in ending.0.utf8.enumerated() { word |= UInt64(byte | 0x20) << (i * 8) }
      // SAFETY: as above.
      unsafe meanings[firstEnding + index] = KeyMeaning(
        word0: word, byteCount: UInt8(ending.0.utf8.count), role: ending.1, rank: ending.2)
    }
    endingCount = endings.count
  }

  @inline(__always)
  private static func slot(_ word: UInt64, _ count: Int, _ place: UInt8) -> Int {
    let salt = UInt64(truncatingIfNeeded: count &<< 5 | Int(place))
    return Int(
      truncatingIfNeeded: ((word ^ salt) &* 0x9e37_79b9_7f4a_7c15) &>> (64 &- slotBits))
  }

  /// The key between `start` and `end` in `place`.
  /// - Returns: Its number for `role`, `rank` and `opens`; 0, which means nothing, where it has none.
  @inline(__always)
  func find(_ bytes: LineBytes, _ start: Int, _ end: Int, _ place: UInt8) -> Int {
    let count = end &- start
    if count &- 1 >= 24 || count <= 0 { return 0 }
    let fold = eachByte &* 0x20
    let mask = count >= 8 ? ~0 : ~(~0 &<< UInt64(truncatingIfNeeded: count &* 8))
    let word = (bytes.word(start) | fold) & mask
    let first = Self.slot(word, count, place)
    // SAFETY: a slot lies below the number of slots.
    if unsafe slots[first] == 0 { return 0 }
    return probe(bytes, start, count, place, word, first)
  }

  private func probe(
    _ bytes: LineBytes, _ start: Int, _ count: Int, _ place: UInt8, _ word: UInt64, _ first: Int
  ) -> Int {
    var slot = first
    while true {
      // SAFETY: a slot's value is an index below the number of meanings; the probe ends since most
      // slots are empty.
      let index = Int(unsafe slots[slot])
      if index == 0 { return 0 }
      let candidate = unsafe meanings + index
      if unsafe candidate.pointee.word0 == word
        && Int(candidate.pointee.byteCount) == count && candidate.pointee.place == place
        && (count <= 8 || restMatches(bytes, start, count, candidate))
      {
        return index
      }
      slot = (slot &+ 1) & ((1 &<< Int(Self.slotBits)) &- 1)
    }
  }

  /// As `find`; where the outermost object's key means nothing by itself, its ending may.
  ///
  /// Slow: for keys that are seen for the first time.
  func findByEnding(_ bytes: LineBytes, _ start: Int, _ end: Int, _ place: UInt8) -> Int {
    let known = find(bytes, start, end, place)
    guard known == 0, place == KeyPlace.top.rawValue else { return known }
    for index in firstEnding..<firstEnding &+ endingCount {
      // SAFETY: these are the numbers of the endings' meanings; a word may reach
      // past `end`.
      let ending = unsafe meanings[index]
      let count = Int(ending.byteCount)
      guard end &- start > count else { continue }
      let mask = ~0 &>> UInt64(truncatingIfNeeded: 64 &- count &* 8)
      if (bytes.word(end &- count) | (eachByte &* 0x20)) & mask == ending.word0 { return index }
    }
    return 0
  }

  // SAFETY: `find` gives indexes of meanings.
  @inline(__always) func role(_ index: Int) -> KeyRole { unsafe meanings[index].role }
  @inline(__always) func rank(_ index: Int) -> UInt8 { unsafe meanings[index].rank }
  @inline(__always) func opens(_ index: Int) -> KeyPlace { unsafe meanings[index].opens }

  private func restMatches(
    _ bytes: LineBytes, _ start: Int, _ count: Int, _ candidate: UnsafePointer<KeyMeaning>
  ) -> Bool {
    let fold = eachByte &* 0x20
    let beyond8 = min(count &- 8, 8)
    let mask1 = ~0 &>> UInt64(truncatingIfNeeded: 64 &- beyond8 &* 8)
    guard unsafe (bytes.word(start &+ 8) | fold) & mask1 == candidate.pointee.word1 else {
      return false
    }
    if count <= 16 { return true }
    let mask2 = ~0 &>> UInt64(truncatingIfNeeded: 64 &- (count &- 16) &* 8)
    return unsafe (bytes.word(start &+ 16) | fold) & mask2 == candidate.pointee.word2
  }
}
