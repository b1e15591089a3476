internal import Events

/// What a text's time leaves out and the source supplies.
struct TimestampContext: Sendable {
  static let microsecondsPerDay: Int64 = 86_400_000_000

  /// How far the zone assumed for texts without one lies ahead of UTC.
  var assumedZoneMicroseconds: Int64
  /// A time without a year is the latest such that lies at most a day behind this.
  let reference: Instant
  /// The day of `reference`, for a time without a date.
  let referenceDays: Int
  let referenceYear: Int
  /// What the lines before said, where the same lines' reader asks again and again.
  var recent: RecentTimes?

  init(assumedZoneMicroseconds: Int64, reference: Instant) {
    self.assumedZoneMicroseconds = assumedZoneMicroseconds
    self.reference = reference
    let day = Self.microsecondsPerDay
    let micros = reference.microseconds
    referenceDays = Int(micros >= 0 ? micros / day : (micros - day + 1) / day)
    referenceYear = civilFromDays(referenceDays).year
  }

  /// The year that a date without one most likely means.
  @inline(__always)
  func year(month: Int, day: Int) -> Int {
    var year = referenceYear
    if daysFromCivil(year: year, month: month, day: day) > referenceDays &+ 1 { year &-= 1 }
    if month == 2, day == 29 {
      while !isLeapYear(year) { year &-= 1 }
    }
    return year
  }
}
