package import Events

/// A place in the stream, as a person names it.
package enum TimeForm: Hashable, Sendable {
  case offset(UInt64)
  case time(Instant)

  /// Reads `HH:MM[:SS]` (the latest such, not after `end`), RFC 3339 with or without its zone, `-15m`
  /// before and `+15m` behind `clock`, `#offset` or an integer.
  /// - Parameter text: Its zone decides what a time without one means.
  package init?(_ text: String, clock: Instant?, end: Instant?, text zone: TimeText) {
    let trimmed = text.split(separator: " ").joined(separator: " ")
    let bytes = Array(trimmed.utf8)
    guard let first = bytes.first else { return nil }
    if first == 0x23 {
      guard let offset = Self.integer(bytes[1...]) else { return nil }
      self = .offset(offset)
    } else if let offset = Self.integer(bytes[...]) {
      self = .offset(offset)
    } else if first == 0x2D || first == 0x2B {
      guard let clock, let span = Self.span(bytes[1...]) else { return nil }
      self = .time(clock.advanced(byMicroseconds: first == 0x2D ? -span : span))
    } else if let time = Self.dayTime(bytes, end: end ?? clock, zone: zone)
      ?? Self.full(bytes, zone)
    {
      self = .time(time)
    } else {
      return nil
    }
  }

  /// Digits, with commas between them as the screens write them.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    UInt64(String(decoding: bytes.filter { $0 != 0x2C }, as: UTF8.self))
  }

  /// `15m`, `1h30m`, `90s`, `2d`, `500ms`
  private static func span(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let units: [(String, Int64)] = [
      ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000),
      ("d", 86_400_000_000), ("w", 604_800_000_000),
    ]
    var total: Int64 = 0
    var rest = bytes
    while !rest.isEmpty {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      let letters = rest.dropFirst(digits.count).prefix { !(0x30...0x39).contains($0) }
      guard let count = Int64(String(decoding: digits, as: UTF8.self)), count < 1_000_000_000,
        let unit = units.first(where: { $0.0 == String(decoding: letters, as: UTF8.self) })
      else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: unit.1)
      guard !overflow else { return nil }
      total = total &+ product
      rest = rest.dropFirst(digits.count + letters.count)
    }
    return bytes.isEmpty ? nil : total
  }

  private static func dayTime(_ bytes: [UInt8], end: Instant?, zone: TimeText) -> Instant? {
    let fields = bytes.split(separator: 0x3A, omittingEmptySubsequences: false)
    guard let end, (2...3).contains(fields.count) else { return nil }
    let numbers = fields.compactMap {
      $0.count <= 2 ? Int(String(decoding: $0, as: UTF8.self)) : nil
    }
    guard numbers.count == fields.count else { return nil }
    let offset = Int64(zone.offsetSeconds(end)) * 1_000_000
    let day = CivilTime(end.advanced(byMicroseconds: offset))
    guard
      let time = CivilTime.instant(
        year: day.year, month: day.month, day: day.day, hour: numbers[0], minute: numbers[1],
        second: numbers.count == 3 ? numbers[2] : 0)
    else { return nil }
    let today = time.advanced(byMicroseconds: -offset)
    return today <= end ? today : today.advanced(byMicroseconds: -86_400_000_000)
  }

  private static func full(_ bytes: [UInt8], _ zone: TimeText) -> Instant? {
    // 2026-08-01T03:47[:19[.204]][Z|+02:00]
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      return Int(String(decoding: bytes[range], as: UTF8.self))
    }
    guard bytes.count >= 10, bytes[4] == 0x2D, bytes[7] == 0x2D, let year = number(0..<4),
      let month = number(5..<7), let day = number(8..<10)
    else { return nil }
    var (hour, minute, second, microsecond) = (0, 0, 0, 0)
    var index = 10
    if bytes.count >= 16 {
      guard bytes[10] == 0x54 || bytes[10] == 0x74 || bytes[10] == 0x20, bytes[13] == 0x3A,
        let h = number(11..<13), let m = number(14..<16)
      else { return nil }
      (hour, minute, index) = (h, m, 16)
      if index + 3 <= bytes.count, bytes[index] == 0x3A {
        guard let s = number(index + 1..<index + 3) else { return nil }
        (second, index) = (s, index + 3)
        if index < bytes.count, bytes[index] == 0x2E || bytes[index] == 0x2C {
          let digits = bytes[(index + 1)...].prefix { (0x30...0x39).contains($0) }
          guard !digits.isEmpty else { return nil }
          let text = String(decoding: digits.prefix(6), as: UTF8.self)
          microsecond = Int(text + String(repeating: "0", count: 6 - text.count)) ?? 0
          index += 1 + digits.count
        }
      }
    }
    guard
      let time = CivilTime.instant(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second,
        microsecond: microsecond)
    else { return nil }
    let rest = Array(bytes[index...].filter { $0 != 0x3A && $0 != 0x20 })
    if rest.isEmpty {
      return time.advanced(byMicroseconds: -Int64(zone.offsetSeconds(time)) * 1_000_000)
    }
    if rest == [0x5A] || rest == [0x7A] { return time }
    guard rest.count == 5, rest[0] == 0x2B || rest[0] == 0x2D,
      let digits = Int(String(decoding: rest[1...], as: UTF8.self)), digits >= 0
    else { return nil }
    let minutes = Int64(digits / 100 * 60 + digits % 100) * (rest[0] == 0x2D ? -1 : 1)
    return time.advanced(byMicroseconds: -minutes * 60_000_000)
  }
}
