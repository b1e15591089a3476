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
    for step in 0..<4 {
      let first = last &+ Self.nearby(step)
      if first >= start, let place = place(in: bytes, from: first, start, end, keys, key) {
        return place
      }
    }
    var first = start
    let limit = min(end, start &+ FieldKey.scanLimit)
    while first < limit {
      if let place = place(in: bytes, from: first, start, end, keys, key) { return place }
      first &+= 8
    }
    return nil
  }

  /// Where eight places begin that are looked at first, from where the key stood last.
  @inline(__always)
  private static func nearby(_ step: Int) -> Int {
    switch step {
    case 0: 1
    case 1: -8
    case 2: 9
    default: -16
    }
  }

  /// Looks at eight places, of which only those are compared where the first two bytes may stand.
  @inline(__always)
  private mutating func place(
    in bytes: LineBytes, from first: Int, _ start: Int, _ end: Int, _ keys: [UInt8], _ key: Int
  ) -> Int? {
    guard first < end else { return nil }
    let ones: UInt64 = 0x0101_0101_0101_0101
    let other =
      bytes.word(first) ^ (word0 & 0xFF) &* ones
      | bytes.word(first &+ 1) ^ (word0 &>> 8 & 0xFF) &* ones
    var left = (other &- ones) & ~other & (ones &<< 7)
    while left != 0 {
      let place = first &+ left.trailingZeroBitCount / 8
      if stands(bytes, place, end, keys, key) {
        hint = Int32(truncatingIfNeeded: place &- start)
        return place
      }
      left &= left &- 1
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
