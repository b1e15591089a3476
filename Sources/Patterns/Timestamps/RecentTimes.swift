internal import Events

/// The newest hours that a source's times named, by the bytes that named them.
///
/// Lines that follow each other mostly lie in one hour: of such a time only the minute, the second, the
/// fraction and the zone are still to be read. Several are kept, since one source may write times in
/// several ways. It only ever saves work: what is not as remembered is read in full.
@safe
struct RecentTimes: @unchecked Sendable {
  // SAFETY of `@unchecked`: belongs to one recogniser, which one thread has at a time.

  /// A time up to its seconds, as three words, and what it means in UTC.
  ///
  /// Of `09:31:02` and `093102` the digits of minute and second are no part of it.
  private struct Entry {
    var word0: UInt64 = 0
    var word1: UInt64 = 0
    var word2: UInt64 = 0
    var mask0: UInt64 = ~0
    var mask1: UInt64 = 0
    var mask2: UInt64 = 0
    /// -1 in an entry that was never set; no text's time has so few bytes.
    var byteCount = -1
    var clock = Clock.whole
    var microseconds: Int64 = 0
    /// ` 2005]` where the year stands behind the clock, 0 elsewhere.
    var yearBehind: UInt64 = 0
    var yearAssumed = false
    /// An offset behind the fraction, ` +0200`: its bytes, how many they are, and what they say. 0 where
    /// there was none.
    var offset: UInt64 = 0
    var offsetByteCount = 0
    var offsetMicroseconds: Int64 = 0

    /// Whether the same offset stands at `i`, and no more of one.
    @inline(__always)
    func hasOffset(_ t: LineBytes, _ i: Int) -> Bool {
      guard offsetByteCount != 0 else { return false }
      let next = t[i &+ offsetByteCount]
      return (t.word(i) ^ offset) & ~(~0 &<< UInt64(truncatingIfNeeded: offsetByteCount &* 8)) == 0
        && !next.isWordByte && next != ascii(":")
    }

    /// Remembers the offset that stands at `from ..< to`, if one does.
    mutating func setOffset(_ t: LineBytes, _ from: Int, _ to: Int, _ parts: TimestampParts) {
      let sign = t[from] == 0x20 ? t[from &+ 1] : t[from]
      guard parts.hasZone, to &- from < 8, sign == ascii("+") || sign == ascii("-") else { return }
      offset = t.word(from)
      offsetByteCount = to &- from
      offsetMicroseconds = Int64(parts.zoneSeconds) &* 1_000_000
    }

    /// Minute and second, whose digits end at `end`, are read anew wherever they stand in a usual way.
    mutating func forgetSeconds(_ t: LineBytes, _ end: Int) {
      let isMarked = t[end &- 3] == ascii(":") && t[end &- 6] == ascii(":")
      let isCompact = (3...6).allSatisfy { t[end &- $0].isDigit }
      let wanted: Clock = isMarked ? .marked : isCompact ? .compact : .whole
      let seconds = RecentTimes.secondsInHour(t, end, wanted)
      guard wanted != .whole, seconds >= 0 else { return }
      clock = wanted
      microseconds &-= Int64(seconds) &* 1_000_000
      leaveOut(byteCount &- 1)
      leaveOut(byteCount &- 2)
      leaveOut(byteCount &- (isMarked ? 4 : 3))
      leaveOut(byteCount &- (isMarked ? 5 : 4))
    }

    /// The byte at `place` is not compared.
    private mutating func leaveOut(_ place: Int) {
      let bits: UInt64 = ~(0xff &<< UInt64(truncatingIfNeeded: (place & 7) &* 8))
      switch place &>> 3 {
      case 0: mask0 &= bits
      case 1: mask1 &= bits
      default: mask2 &= bits
      }
    }
  }

  /// How the minute and the second stand at the end of the bytes.
  private enum Clock {
    /// `31:02`, which is read anew.
    case marked
    /// `3102`, which is read anew.
    case compact
    /// In another way: they are compared with all the rest.
    case whole
  }

  private static let placeCount = 1 << 5
  private static let placeShift: UInt64 = 64 - 5
  private let entries: UnsafeMutablePointer<Entry>

  /// Lives until `free`.
  static func allocate() -> RecentTimes {
    let count = placeCount + 1
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: count)
    unsafe entries.initialize(repeating: Entry(), count: count)
    return unsafe RecentTimes(entries: entries)
  }

  func free() { unsafe entries.deallocate() }

  /// Where times that begin alike are kept; short ones apart, since they are read by other rules.
  @inline(__always)
  private func entry(_ t: LineBytes, _ from: Int, isShort: Bool) -> UnsafeMutablePointer<Entry> {
    // Eight bytes tell dates apart, and the bit at ten whether a `T` stands before the clock; they hold no
    // minutes. The factor is the golden ratio's.
    let start = t.word(from) &+ UInt64(t[from &+ 10] & 0x40)
    let place = (start &* 0x9E37_79B9_7F4A_7C15) &>> Self.placeShift
    // SAFETY: there is one more entry than places.
    return unsafe entries + (isShort ? Self.placeCount : Int(truncatingIfNeeded: place))
  }

  /// Reads the time at `from` where its seconds are remembered.
  /// - Returns: The position behind it and its zone, or -1, which says nothing.
  @inline(__always)
  func scan(
    _ t: LineBytes, _ from: Int, _ to: Int, isShort: Bool, _ context: TimestampContext,
    _ result: inout Timestamp
  ) -> Int {
    let known = unsafe entry(t, from, isShort: isShort)
    // SAFETY: an entry is plain bits.
    guard unsafe t.word(from) & known.pointee.mask0 == known.pointee.word0,
      unsafe t.word(from &+ 8) & known.pointee.mask1 == known.pointee.word1,
      unsafe t.word(from &+ 16) & known.pointee.mask2 == known.pointee.word2
    else { return -1 }
    var i = from &+ (unsafe known.pointee.byteCount)
    if i <= from || t[i].isDigit { return -1 }
    let seconds = unsafe Self.secondsInHour(t, i, known.pointee.clock)
    if seconds < 0 { return -1 }
    var parts = TimestampParts()
    i = scanFraction(t, i, &parts)
    let microsecond = Int64(parts.microsecond)
    // Half a day's name.
    if t[i] == 0x20, t[i &+ 2] | 0x20 == ascii("m") { return -1 }
    var zone: Int64 = 0
    var hasZone = false
    switch t[i] {
    case ascii("Z") where !t[i &+ 1].isLetter:
      i &+= 1
      hasZone = true
    case ascii("+"), ascii("-"), 0x20:
      if unsafe known.pointee.hasOffset(t, i) {
        i &+= unsafe known.pointee.offsetByteCount
        zone = unsafe known.pointee.offsetMicroseconds
        hasZone = true
      } else {
        i = readZone(t, i, &zone, &hasZone)
      }
    case ascii("Z"), ascii("z"): i = readZone(t, i, &zone, &hasZone)
    default: break
    }
    guard i <= to else { return -1 }
    // The year may stand behind the clock.
    if unsafe known.pointee.yearBehind != 0 {
      guard !hasZone, i &+ 5 <= to, unsafe Self.yearBehind(t, i) == known.pointee.yearBehind
      else { return -1 }
      i &+= 5
    } else if !isShort, t[i] == 0x20, t[i &+ 1].isDigit, unsafe known.pointee.yearAssumed {
      return -1
    }
    let micros = unsafe known.pointee.microseconds &+ Int64(seconds) &* 1_000_000 &+ microsecond
    result.instant = Instant(
      microseconds: micros &- (hasZone ? zone : context.assumedZoneMicroseconds))
    result.zoneAssumed = !hasZone
    result.yearAssumed = unsafe known.pointee.yearAssumed
    return i
  }

  /// The seconds since the full hour that the digits before `end` name, or -1 where they are none of a clock.
  ///
  /// What stands between them was compared with the rest.
  @inline(__always)
  private static func secondsInHour(_ t: LineBytes, _ end: Int, _ clock: Clock) -> Int {
    // The digits of the minute in the lower half.
    var digits: UInt64
    switch clock {
    case .marked:
      digits = t.word(end &- 5)
      digits = digits & 0xffff | (digits &>> 8) & 0xffff_0000
    case .compact: digits = t.word(end &- 4) & 0xffff_ffff
    case .whole: return 0
    }
    digits ^= 0x3030_3030
    // Tens are 5 at most, units 9.
    if (digits | (digits &+ 0x767a_767a)) & 0x8080_8080 != 0 { return -1 }
    // Each byte: ten times itself and the byte behind it.
    let numbers = digits &* 10 &+ digits &>> 8
    return Int(UInt8(truncatingIfNeeded: numbers)) &* 60
      &+ Int(UInt8(truncatingIfNeeded: numbers &>> 16))
  }

  /// A blank, four bytes, and a bracket, which nothing can follow that belongs to the time.
  @inline(__always)
  private static func yearBehind(_ t: LineBytes, _ i: Int) -> UInt64 {
    t[i &+ 5] == ascii("]") ? t.word(i) & 0xffff_ffff_ffff : 0
  }

  /// Reads a zone apart, so that the parts of a time need not be in memory.
  @inline(__always)
  private func readZone(
    _ t: LineBytes, _ from: Int, _ microseconds: inout Int64, _ hasZone: inout Bool
  ) -> Int {
    // Between blanks stand words far more often than zones.
    if t[from] == 0x20, !t[from &+ 1].isUpper, t[from &+ 1] != ascii("+"),
      t[from &+ 1] != ascii("-")
    {
      return from
    }
    var parts = TimestampParts()
    let end = scanZone(t, from, &parts)
    microseconds = Int64(parts.zoneSeconds) &* 1_000_000
    hasZone = parts.hasZone
    return end
  }

  /// Remembers a time that was read in full, if nothing but a fraction, and a zone or a year, follows its
  /// seconds.
  func remember(
    _ t: LineBytes, _ from: Int, _ end: Int, isShort: Bool, _ parts: TimestampParts,
    _ context: TimestampContext, _ result: Timestamp
  ) {
    let byteCount = parts.secondsEnd &- from
    guard byteCount >= 12, byteCount <= 24, !t[parts.secondsEnd].isDigit,
      t[parts.secondsEnd &- 1].isDigit, t[parts.secondsEnd &- 2].isDigit
    else { return }
    var rest = TimestampParts()
    let fractionEnd = scanFraction(t, parts.secondsEnd, &rest)
    let behind = scanZone(t, fractionEnd, &rest)
    let hasYearBehind = !rest.hasZone && behind &+ 5 == end && fourDigits(t, behind &+ 1) >= 0
    let yearBehind = hasYearBehind ? Self.yearBehind(t, behind) : 0
    guard behind == end || yearBehind != 0 else { return }
    let zone =
      rest.hasZone ? Int64(rest.zoneSeconds) &* 1_000_000 : context.assumedZoneMicroseconds
    let bits1 = UInt64(truncatingIfNeeded: min(byteCount &- 8, 8) &* 8)
    let bits2 = UInt64(truncatingIfNeeded: max(byteCount &- 16, 0) &* 8)
    let mask1 = bits1 == 64 ? ~0 : ~(~0 &<< bits1)
    let mask2 = bits2 == 64 ? ~0 : ~(~0 &<< bits2)
    var entry = Entry(
      mask1: mask1, mask2: mask2, byteCount: byteCount,
      microseconds: result.instant.microseconds &+ zone &- Int64(rest.microsecond),
      yearBehind: yearBehind, yearAssumed: result.yearAssumed)
    entry.forgetSeconds(t, parts.secondsEnd)
    entry.setOffset(t, fractionEnd, behind, rest)
    entry.word0 = t.word(from) & entry.mask0
    entry.word1 = t.word(from &+ 8) & entry.mask1
    entry.word2 = t.word(from &+ 16) & entry.mask2
    unsafe self.entry(t, from, isShort: isShort).pointee = entry
  }
}
