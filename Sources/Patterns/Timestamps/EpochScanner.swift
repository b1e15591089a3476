internal import Events

/// Reads a number as a moment since 1970: seconds (with a fraction), milli-, micro- or nanoseconds,
/// told apart by magnitude. Moments before 2001 and after 2286 are taken for other numbers.
/// - Returns: Whether all of `from ..< to` is such a number.
func timestampFromEpoch(
  _ p: UnsafePointer<UInt8>, _ from: Int, _ to: Int, _ result: inout Timestamp
) -> Bool {
  unsafe timestampFromEpoch(LineBytes(p), from, to, &result)
}

/// As above, for scanners that hold `LineBytes`.
func timestampFromEpoch(
  _ t: LineBytes, _ from: Int, _ to: Int, _ result: inout Timestamp
) -> Bool {
  var i = from
  var whole: Int64 = 0
  while i < to, t[i].isDigit, i &- from < 19 {
    whole = whole &* 10 &+ Int64(t[i] &- 0x30)
    i &+= 1
  }
  let digitCount = i &- from
  let unit: Int64
  switch digitCount {
  case 10: unit = 1_000_000
  case 13: unit = 1000
  case 16: unit = 1
  case 19: unit = 0
  default: return false
  }
  guard t[from] != 0x30 else { return false }
  var micros = unit == 0 ? whole / 1000 : whole &* unit
  if i < to {
    guard t[i] == ascii("."), i &+ 1 < to else { return false }
    i &+= 1
    var scale = unit
    while i < to, t[i].isDigit {
      scale /= 10
      micros &+= Int64(t[i] &- 0x30) &* scale
      i &+= 1
    }
    guard i == to else { return false }
  }
  result.instant = Instant(microseconds: micros)
  result.zoneAssumed = false
  result.yearAssumed = false
  return true
}
