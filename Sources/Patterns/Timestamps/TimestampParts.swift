internal import Events

/// A time as it is being read, part by part.
struct TimestampParts {
  /// -1: the text names none.
  var year = -1
  var month = 0
  var day = 0
  var hour = 0
  var minute = 0
  var second = 0
  var microsecond = 0
  /// How far the zone lies ahead of UTC; meaningless unless `hasZone`.
  var zoneSeconds = 0
  var hasZone = false
  /// Behind the seconds' digits; 0 where the text names no seconds.
  var secondsEnd = 0

  /// Whether the parts make a time, which is then in `result`.
  @inline(__always)
  func finish(_ context: TimestampContext, _ result: inout Timestamp) -> Bool {
    guard month &- 1 < 12, month > 0, day > 0, day <= 31, hour <= 24, minute < 60, second <= 60
    else { return false }
    let actualYear = year >= 0 ? year : context.year(month: month, day: day)
    let days = daysFromRecent(year: actualYear, month: month, day: day)
    let seconds = days &* 86_400 &+ hour &* 3600 &+ minute &* 60 &+ second
    var micros = Int64(seconds) &* 1_000_000 &+ Int64(microsecond)
    if hasZone {
      micros &-= Int64(zoneSeconds) &* 1_000_000
    } else {
      micros &-= context.assumedZoneMicroseconds
    }
    result.instant = Instant(microseconds: micros)
    result.zoneAssumed = !hasZone
    result.yearAssumed = year < 0
    return true
  }
}
