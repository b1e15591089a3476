internal import Events

/// The newest seconds that a source's times named, by the bytes that named them.
///
/// Lines that follow each other mostly lie in one second: of such a time only the fraction and the zone are
/// still to be read. Several are kept, since one source may write times in several ways. It only ever
/// saves work: what is not as remembered is read in full.
@safe
struct RecentTimes: @unchecked Sendable {
  // SAFETY of `@unchecked`: belongs to one recogniser, which one thread has at a time.

  /// A time up to its seconds, as three words, and what it means in UTC.
  private struct Entry {
    var word0: UInt64 = 0
    var word1: UInt64 = 0
    var word2: UInt64 = 0
    var mask1: UInt64 = 0
    var mask2: UInt64 = 0
    /// -1 in an entry that was never set; no text's time has so few bytes.
    var byteCount = -1
    var microseconds: Int64 = 0
    var yearAssumed = false
  }

  private static let shapeCount = 32
  private let entries: UnsafeMutablePointer<Entry>

  /// Lives until `free`.
  static func allocate() -> RecentTimes {
    let count = shapeCount + 1
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: count)
    unsafe entries.initialize(repeating: Entry(), count: count)
    return unsafe RecentTimes(entries: entries)
  }

  func free() { unsafe entries.deallocate() }

  /// Where times of one shape are kept; short ones apart, since they are read by other rules.
  @inline(__always)
  private func entry(_ t: LineBytes, _ from: Int, isShort: Bool) -> UnsafeMutablePointer<Entry> {
    // These two bytes tell the usual shapes apart.
    let shape = Int(t[from &+ 4]) &+ 3 &* Int(t[from &+ 10])
    // SAFETY: there is one more entry than shapes.
    return unsafe entries + (isShort ? Self.shapeCount : shape & (Self.shapeCount &- 1))
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
    guard unsafe t.word(from) == known.pointee.word0,
      unsafe t.word(from &+ 8) & known.pointee.mask1 == known.pointee.word1,
      unsafe t.word(from &+ 16) & known.pointee.mask2 == known.pointee.word2
    else { return -1 }
    var i = from &+ (unsafe known.pointee.byteCount)
    if i <= from || t[i].isDigit { return -1 }
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
    case ascii("Z"), ascii("z"), ascii("+"), ascii("-"), 0x20: i = readZone(t, i, &zone, &hasZone)
    default: break
    }
    guard i <= to else { return -1 }
    // The year may stand behind the clock.
    if !isShort, t[i] == 0x20, t[i &+ 1].isDigit, unsafe known.pointee.yearAssumed { return -1 }
    let micros = unsafe known.pointee.microseconds &+ microsecond
    result.instant = Instant(
      microseconds: micros &- (hasZone ? zone : context.assumedZoneMicroseconds))
    result.zoneAssumed = !hasZone
    result.yearAssumed = unsafe known.pointee.yearAssumed
    return i
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

  /// Remembers a time that was read in full, if nothing but a fraction and a zone follows its seconds.
  func remember(
    _ t: LineBytes, _ from: Int, _ end: Int, isShort: Bool, _ parts: TimestampParts,
    _ context: TimestampContext, _ result: Timestamp
  ) {
    let byteCount = parts.secondsEnd &- from
    guard byteCount >= 12, byteCount <= 24, !t[parts.secondsEnd].isDigit,
      t[parts.secondsEnd &- 1].isDigit, t[parts.secondsEnd &- 2].isDigit
    else { return }
    var rest = TimestampParts()
    let behind = scanZone(t, scanFraction(t, parts.secondsEnd, &rest), &rest)
    guard behind == end else { return }
    let zone =
      rest.hasZone ? Int64(rest.zoneSeconds) &* 1_000_000 : context.assumedZoneMicroseconds
    let bits1 = UInt64(truncatingIfNeeded: min(byteCount &- 8, 8) &* 8)
    let bits2 = UInt64(truncatingIfNeeded: max(byteCount &- 16, 0) &* 8)
    let mask1 = bits1 == 64 ? ~0 : ~(~0 &<< bits1)
    let mask2 = bits2 == 64 ? ~0 : ~(~0 &<< bits2)
    unsafe entry(t, from, isShort: isShort).pointee = Entry(
      word0: t.word(from), word1: t.word(from &+ 8) & mask1, word2: t.word(from &+ 16) & mask2,
      mask1: mask1, mask2: mask2, byteCount: byteCount,
      microseconds: result.instant.microseconds &+ zone &- Int64(rest.microsecond),
      yearAssumed: result.yearAssumed)
  }
}
