/// A key that is looked for in many events, and where it stood last.
///
/// The key's bytes are kept by whoever holds the spot; the first sixteen are compared as two words.
struct FieldSpot: Sendable {
  /// 0: nothing is looked for.
  var byteCount: UInt8 = 0
  /// From the first byte of an event.
  var hint: Int32 = 0
  private var word0: UInt64 = 0
  private var mask0: UInt64 = 0
  private var word1: UInt64 = 0
  private var mask1: UInt64 = 0

  /// How far around the place where a key stood last it is looked for first.
  private static let reach = 16

  init() {}

  init(_ key: ArraySlice<UInt8>, hint: Int32) {
    byteCount = UInt8(key.count)
    self.hint = hint
    for (index, byte) in key.prefix(16).enumerated() {
      let shift = UInt64(index % 8 * 8)
      if index < 8 {
        word0 |= UInt64(byte) << shift
        mask0 |= 0xFF << shift
      } else {
        word1 |= UInt64(byte) << shift
        mask1 |= 0xFF << shift
      }
    }
  }

  /// Where the key stands in an event: where it stood last, near it, or anywhere.
  /// - Parameter key: Where in `keys` its bytes begin.
  @inline(__always)
  mutating func place(
    in bytes: LineBytes, _ start: Int, _ end: Int, keys: [UInt8], at key: Int
  ) -> Int? {
    let place = start &+ Int(hint)
    if stands(bytes, place, end, keys, key) { return place }
    return search(bytes, start, end, keys, key)
  }

  @inline(never)
  private mutating func search(
    _ bytes: LineBytes, _ start: Int, _ end: Int, _ keys: [UInt8], _ key: Int
  ) -> Int? {
    let last = start &+ Int(hint)
    for distance in 1...Self.reach {
      if stands(bytes, last &+ distance, end, keys, key) {
        hint &+= Int32(distance)
        return last &+ distance
      }
      let before = last &- distance
      if before >= start, stands(bytes, before, end, keys, key) {
        hint &-= Int32(distance)
        return before
      }
    }
    var place = start
    let limit = min(end, start &+ FieldKey.scanLimit)
    let first = UInt8(truncatingIfNeeded: word0)
    while place < limit {
      if bytes[place] == first, stands(bytes, place, end, keys, key) {
        hint = Int32(truncatingIfNeeded: place &- start)
        return place
      }
      place &+= 1
    }
    return nil
  }

  @inline(__always)
  private func stands(
    _ bytes: LineBytes, _ place: Int, _ end: Int, _ keys: [UInt8], _ key: Int
  ) -> Bool {
    let count = Int(byteCount)
    guard place &+ count < end, bytes.word(place) & mask0 == word0 else { return false }
    if count <= 8 { return true }
    guard bytes.word(place &+ 8) & mask1 == word1 else { return false }
    var index = 16
    while index < count {
      if bytes[place &+ index] != keys[key &+ index] { return false }
      index &+= 1
    }
    return true
  }
}
