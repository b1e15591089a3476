/// A number as logs write it, with its unit: `12`, `-0.25`, `1.5e3`, `15ms`, `2.5 MB`, `1m30s`, `95%`.
///
/// Times are in milliseconds and sizes in bytes, so that values compare whatever their units.
package struct ReadNumber: Hashable, Sendable {
  package enum Unit: String, Hashable, Sendable {
    case none = ""
    case milliseconds = "ms"
    case bytes = "B"
    case percent = "%"
  }

  package var value: Double
  package var unit: Unit

  /// `nil` where the text is anything else than one number with or without a known unit.
  package init?(_ text: UnsafeBufferPointer<UInt8>) {
    var reader = unsafe Reader(text: text)
    guard let first = reader.number() else { return nil }
    value = first
    unit = .none
    if reader.isAtEnd { return }
    guard let (factor, unit) = reader.unit() else { return nil }
    value *= factor
    self.unit = unit
    // `1h2m3.5s`
    while !reader.isAtEnd {
      guard unit == .milliseconds, let next = reader.number(), let part = reader.unit(),
        part.unit == .milliseconds
      else { return nil }
      value += next * part.factor
    }
  }

  package init?(_ text: String) {
    var copy = text
    guard let number = copy.withUTF8({ bytes in unsafe ReadNumber(bytes) }) else { return nil }
    self = number
  }
}

@safe private struct Reader {
  let text: UnsafeBufferPointer<UInt8>
  let count: Int
  var position = 0

  init(text: UnsafeBufferPointer<UInt8>) {
    unsafe self.text = unsafe text
    count = text.count
  }

  var isAtEnd: Bool { position == count }

  /// 0 at the end.
  private var byte: UInt8 {
    guard position < count else { return 0 }
    // SAFETY: `position` lies within the text.
    return unsafe text[position]
  }

  mutating func number() -> Double? {
    var isNegative = false
    if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") {
      isNegative = byte == UInt8(ascii: "-")
      position += 1
    }
    var mantissa: UInt64 = 0
    var exponent = 0
    var digitCount = 0
    var isFraction = false
    while true {
      if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else if byte &- 0x30 < 10 {
        digitCount += 1
        // Digits beyond what a double holds move the point only.
        if mantissa < 100_000_000_000_000_000 {
          mantissa = mantissa * 10 + UInt64(byte &- 0x30)
          if isFraction { exponent -= 1 }
        } else if !isFraction {
          exponent += 1
        }
      } else {
        break
      }
      position += 1
    }
    guard digitCount > 0 else { return nil }
    if byte | 0x20 == UInt8(ascii: "e") {
      let mark = position
      position += 1
      let sign = byte
      if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
      var written = 0
      var exponentDigits = 0
      while byte &- 0x30 < 10 {
        written = min(written * 10 + Int(byte &- 0x30), 1000)
        exponentDigits += 1
        position += 1
      }
      if exponentDigits == 0 {
        position = mark
      } else {
        exponent += sign == UInt8(ascii: "-") ? -written : written
      }
    }
    let value = Self.scaled(Double(mantissa), by: exponent)
    guard value.isFinite else { return nil }
    return isNegative ? -value : value
  }

  /// Exact where both factors are, which is so for all numbers of up to 15 digits.
  private static func scaled(_ value: Double, by exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<min(exponent.magnitude, 330) { power *= 10 }
    return exponent < 0 ? value / power : value * power
  }

  private static let units: [([UInt8], factor: Double, unit: ReadNumber.Unit)] = {
    let times: [(String, Double)] = [
      ("ns", 1e-6), ("us", 1e-3), ("µs", 1e-3), ("μs", 1e-3), ("ms", 1), ("msec", 1), ("s", 1e3),
      ("sec", 1e3), ("m", 6e4), ("min", 6e4), ("h", 3.6e6),
    ]
    let sizes: [(String, Double)] = [
      ("B", 1), ("b", 1), ("bytes", 1), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9),
      ("TB", 1e12), ("K", 1024), ("M", 1_048_576), ("G", 1_073_741_824), ("KiB", 1024),
      ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
    ]
    return times.map { (Array($0.utf8), $1, .milliseconds) }
      + sizes.map { (Array($0.utf8), $1, .bytes) } + [(Array("%".utf8), 1, .percent)]
  }()

  mutating func unit() -> (factor: Double, unit: ReadNumber.Unit)? {
    if byte == 0x20 { position += 1 }
    let start = position
    while byte > 0x20, byte &- 0x30 >= 10 { position += 1 }
    let count = position - start
    for (name, factor, unit) in Self.units where name.count == count {
      var i = 0
      while i < count, unsafe text[start + i] == name[i] { i += 1 }
      if i == count { return (factor, unit) }
    }
    return nil
  }
}
