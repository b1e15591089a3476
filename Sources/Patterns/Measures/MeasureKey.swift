/// The text before a measure: `"duration_ms": `, ` took `, ` rt=`.
struct MeasureKey: Hashable, Sendable {
  /// From the byte before the key's first letter to the byte before the number.
  var bytes: [UInt8]

  private static let byteLimit = 32
  /// Last words of keys that name a measure, the best first.
  private static let words: [[UInt8]] = [
    "ms", "duration", "took", "elapsed", "latency", "rt", "urt", "seconds", "sec", "secs", "millis",
    "micros", "runtime", "time", "delay", "lag", "wait", "cost", "bytes", "size",
  ].map { Array($0.utf8) }
  private static let sizeWords = 2

  /// The key as people write it.
  var name: String {
    String(decoding: bytes.filter { Self.isKeyByte($0) }, as: UTF8.self)
  }

  /// The first measure of an event, durations before sizes, and where its key stands.
  static func find(in raw: Span<UInt8>) -> (key: MeasureKey, place: Int)? {
    var found: (key: MeasureKey, place: Int)?
    var index = 1
    while index < raw.count {
      guard isDigit(raw[index]), isSeparator(raw[index - 1]),
        let number = number(in: raw, at: index)
      else {
        index += 1
        continue
      }
      if let place = keyStart(in: raw, before: index), index - place <= byteLimit {
        var key = MeasureKey(bytes: [])
        for at in place..<index { key.bytes.append(raw[at]) }
        let rank = number.hasUnit ? 0 : key.rank
        if let rank, rank < words.count - sizeWords { return (key, place) }
        if rank != nil, found == nil { found = (key, place) }
      }
      index = number.end
    }
    return found
  }

  /// The place of its last word among those that name a measure.
  private var rank: Int? {
    let letters = bytes.filter { Self.isKeyByte($0) }
    guard let name = letters.split(whereSeparator: { !Self.isLetter($0) }).last else { return nil }
    // The last word of `durationMs` begins with its last capital letter; a long one is known at the
    // end of any.
    let hump = name.indices.dropFirst().last { name[$0] < 0x60 && name[$0 - 1] > 0x60 }
    let whole = name.map { $0 | 0x20 }
    let last = name[(hump ?? name.startIndex)...].map { $0 | 0x20 }
    return Self.words.firstIndex { word in
      word == last || word == whole
        || (word.count >= Self.tellingCount && whole.suffix(word.count).elementsEqual(word))
    }
  }

  /// Letters of a word that is part of no other.
  private static let tellingCount = 7

  /// The number at a place, its end, and whether a unit of time follows; `nil` where it is part of
  /// a date, an address, a version or a word.
  static func number(
    in raw: Span<UInt8>, at start: Int
  ) -> (value: Float, end: Int, hasUnit: Bool)? {
    var index = start
    var value: UInt64 = 0
    var scale: UInt64 = 1
    let limit = min(raw.count, start + 18)
    while index < limit {
      // SAFETY: the index lies below the count.
      let digit = unsafe raw[unchecked: index] &- 0x30
      guard digit < 10 else { break }
      value = value &* 10 &+ UInt64(digit)
      index &+= 1
    }
    if index < limit, index &+ 1 < raw.count, raw[index] == UInt8(ascii: "."),
      isDigit(raw[index &+ 1])
    {
      index &+= 1
      while index < limit {
        // SAFETY: the index lies below the count.
        let digit = unsafe raw[unchecked: index] &- 0x30
        guard digit < 10 else { break }
        value = value &* 10 &+ UInt64(digit)
        scale = scale &* 10
        index &+= 1
      }
    }
    guard index > start else { return nil }
    let unit = self.unit(in: raw, at: index)
    let end = index + unit.count
    if end < raw.count, unit.count == 0 {
      let next = raw[end]
      let isPart =
        isKeyByte(next) || isDigit(next) || next == UInt8(ascii: ":") || next == UInt8(ascii: "/")
        || (next == UInt8(ascii: ".") && end + 1 < raw.count && isDigit(raw[end + 1]))
      if isPart { return nil }
    }
    return (Float(Double(value) / Double(scale) * (unit.factor ?? 1)), end, unit.factor != nil)
  }

  /// A unit of time, with a space before it or not, and what makes milliseconds of it.
  private static func unit(
    in raw: Span<UInt8>, at start: Int
  ) -> (count: Int, factor: Double?) {
    var index = start
    if index < raw.count, raw[index] == UInt8(ascii: " ") { index += 1 }
    let first = index
    while index < raw.count, index - first < 3, isLetter(raw[index]) { index += 1 }
    let last = index > first ? raw[index - 1] : 0
    let factor: Double? =
      if index - first == 1, last == UInt8(ascii: "s") {
        1000
      } else if index - first == 2, last == UInt8(ascii: "s") {
        switch raw[first] {
        case UInt8(ascii: "m"): 1
        case UInt8(ascii: "u"): 0.001
        case UInt8(ascii: "n"): 0.000_001
        default: nil
        }
      } else { nil }
    return factor == nil ? (0, nil) : (index - start, factor)
  }

  /// Where the key before a number begins, with the byte before it: a word, then `=`, `:`, a
  /// space or quotes.
  private static func keyStart(in raw: Span<UInt8>, before number: Int) -> Int? {
    var index = number - 1
    while index >= 0, number - index <= 4, isSeparator(raw[index]) { index -= 1 }
    let end = index
    while index >= 0, isKeyByte(raw[index]) { index -= 1 }
    guard end - index >= 2, !(index >= 0 && isDigit(raw[index])) else { return nil }
    return max(index, 0)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\""): true
    default: false
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
