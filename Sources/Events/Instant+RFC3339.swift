extension Instant {
  /// Year, month, day and so on of the moment in UTC.
  package struct Civil: Hashable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var microsecond: Int
  }

  /// The parts of the moment's date and time, shifted by a zone's offset from UTC.
  ///
  /// Source: days to civil date, H. Hinnant, "chrono-compatible low-level date algorithms" (2013).
  package func civil(zoneMicroseconds: Int64 = 0) -> Civil {
    let shifted = advanced(byMicroseconds: zoneMicroseconds).microseconds
    let days = Int(shifted.dividedDown(by: 86_400_000_000))
    let rest = Int(shifted - Int64(days) * 86_400_000_000)
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return Civil(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
      hour: rest / 3_600_000_000, minute: rest / 60_000_000 % 60, second: rest / 1_000_000 % 60,
      microsecond: rest % 1_000_000)
  }

  /// `2026-11-22T09:31:02.123Z`: with as many digits behind the second as it needs, 0, 3 or 6.
  package var rfc3339: String {
    guard self != .distantPast, self != .distantFuture else { return "" }
    let c = civil()
    var text = "\(c.year.padded(4))-\(c.month.padded(2))-\(c.day.padded(2))"
    text += "T\(c.hour.padded(2)):\(c.minute.padded(2)):\(c.second.padded(2))"
    if c.microsecond % 1000 != 0 {
      text += ".\(c.microsecond.padded(6))"
    } else if c.microsecond != 0 {
      text += ".\((c.microsecond / 1000).padded(3))"
    }
    return text + "Z"
  }
}

extension Int64 {
  fileprivate func dividedDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

extension Int {
  /// Decimal digits with zeros before them, at least `width` in all.
  package func padded(_ width: Int) -> String {
    let digits = String(magnitude)
    let zeros = String(repeating: "0", count: Swift.max(0, width - digits.count))
    return (self < 0 ? "-" : "") + zeros + digits
  }
}
