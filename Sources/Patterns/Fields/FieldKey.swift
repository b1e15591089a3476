/// What stands before a value: ` currency=`, `"version": "`, ` orders/`.
struct FieldKey: Hashable, Sendable {
  /// From the byte before the name to the byte before the value.
  var bytes: [UInt8]
  /// Where the name lies in them.
  var name: Range<Int>

  static let byteLimit = 40
  /// Bytes of an event in which keys are looked for.
  static let scanLimit = 1024
  private static let separatorLimit = 4

  var text: String { String(decoding: bytes[name], as: UTF8.self) }

  /// A sign stands between name and value, not only blanks.
  var isKeyed: Bool { bytes[name.upperBound...].contains { !$0.isBlank } }

  /// The value is a part of a path.
  var isInPath: Bool { bytes.last == ascii("/") || bytes.last == ascii("#") }

  /// Keys whose values are known otherwise.
  var isOfNoInterest: Bool {
    let known = [
      "level", "severity", "lvl", "msg", "message", "service", "time", "ts", "timestamp", "pid",
      "tid", "thread",
      "port",
    ]
    return known.contains(text.lowercased())
  }

  /// All keys of an event and where they and their values stand, the first of each.
  static func all(
    in bytes: LineBytes, _ start: Int, _ end: Int
  ) -> [(key: FieldKey, place: Int, value: Range<Int>)] {
    var found: [(key: FieldKey, place: Int, value: Range<Int>)] = []
    var known: [UInt64] = []
    let end = min(end, start + scanLimit)
    var index = start
    while index < end {
      guard bytes[index].isLetter || bytes[index] == ascii("_") else {
        index += 1
        continue
      }
      let nameStart = index
      while index < end, isNameByte(bytes[index]) { index += 1 }
      let nameEnd = index
      var valueStart = index
      while valueStart < end, valueStart - nameEnd < separatorLimit,
        isSeparator(bytes[valueStart])
      {
        valueStart += 1
      }
      guard valueStart > nameEnd, nameEnd - nameStart >= 2, valueStart < end,
        !isClosing(bytes[valueStart])
      else { continue }
      let place = nameStart > start ? nameStart - 1 : nameStart
      guard valueStart - place <= byteLimit else { continue }
      let value = valueStart..<valueEnd(bytes, valueStart, end)
      guard !value.isEmpty else { continue }
      // SAFETY: the range lies within the event, and padding follows the buffer.
      let hash = unsafe hashLong(bytes.base + place, valueStart - place)
      if known.contains(hash) { continue }
      known.append(hash)
      let key = FieldKey(
        bytes: (place..<valueStart).map { bytes[$0] },
        name: (nameStart - place)..<(nameEnd - place))
      found.append((key, place, value))
    }
    return found
  }

  /// The end of the value that begins at a place.
  @inline(__always)
  static func valueEnd(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Int {
    let before = bytes[start &- 1]
    var index = start
    if before == ascii("\"") || before == ascii("'") {
      let quotes = UInt64(before) &* Self.ones
      while index < end {
        let word = bytes.word(index)
        let found = Self.zeros(word ^ quotes) | Self.below(0x20, word)
        if found != 0 { return min(end, index &+ found.trailingZeroBitCount / 8) }
        index &+= 8
      }
      return end
    }
    while index &+ 8 <= end, !Self.mayStop(bytes.word(index)) { index &+= 8 }
    while index < end, !isStop(bytes[index]) { index &+= 1 }
    while index > start, bytes[index &- 1] == ascii(".") || bytes[index &- 1] == ascii(":") {
      index &-= 1
    }
    // The port of the far end of a connection is chance.
    return withoutPort(bytes, start, index)
  }

  @inline(__always)
  private static func withoutPort(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Int {
    var index = end
    while index > start, bytes[index &- 1].isDigit { index &-= 1 }
    let isPort =
      end &- index >= 4 && index > start &+ 1 && bytes[index &- 1] == ascii(":")
      && (bytes[index &- 2].isDigit || bytes[index &- 2].isLetter)
    return isPort ? index &- 1 : end
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// The top bits of the bytes of a word that are zero; right up to the first.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

  /// The same for bytes below a limit of at most 128.
  @inline(__always)
  private static func below(_ limit: UInt64, _ word: UInt64) -> UInt64 {
    (word &- ones &* limit) & ~word & tops
  }

  /// Whether one of eight bytes may be a stop: it is below `-`, one of `;<=>?`, of `|}`, or `]`.
  @inline(__always)
  private static func mayStop(_ word: UInt64) -> Bool {
    below(0x2D, word) | below(5, word ^ (ones &* 0x3F)) | below(2, word ^ (ones &* 0x7D))
      | zeros(word ^ (ones &* 0x5D)) != 0
  }

  @inline(__always)
  private static func isStop(_ byte: UInt8) -> Bool {
    let stops = byte < 64 ? lowStops : byte < 128 ? highStops : 0
    return stops &>> UInt64(byte & 63) & 1 != 0
  }

  /// Blanks and `"&'(),;<>?`; `]|}`: bit by bit.
  private static let lowStops: UInt64 = 0xD800_13C5_FFFF_FFFF
  private static let highStops: UInt64 = 0x3000_0000_2000_0000

  /// Whether what looked like a value is what follows one: the quote before it was its end.
  private static func isClosing(_ byte: UInt8) -> Bool {
    switch byte {
    case ascii(","), ascii(";"), ascii("}"), ascii("]"), ascii(")"): true
    default: byte <= 0x20
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isWordByte || byte == ascii("-") || byte == ascii(".")
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case ascii("="), ascii(":"), ascii(" "), ascii("\""), ascii("'"), ascii("["), ascii("("),
      ascii("/"), ascii("#"):
      return true
    default: return false
    }
  }
}
