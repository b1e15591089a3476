/// Days from 1970-01-01 to a date of the Gregorian calendar.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
@inline(__always)
func daysFromCivil(year: Int, month: Int, day: Int) -> Int {
  // Years begin in March, so that the leap day is the last of its year.
  let shifted = month <= 2 ? year &- 1 : year
  let era = (shifted >= 0 ? shifted : shifted &- 399) / 400
  let yearOfEra = shifted &- era &* 400
  let monthFromMarch = month > 2 ? month &- 3 : month &+ 9
  let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ day &- 1
  let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
  return era &* 146_097 &+ dayOfEra &- 719_468
}

/// As `daysFromCivil`, quickly for the years in which every fourth is a leap year.
@inline(__always)
func daysFromRecent(year: Int, month: Int, day: Int) -> Int {
  guard year &- 1970 < 130, year >= 1970 else {
    return daysFromCivil(year: year, month: month, day: day)
  }
  // Days before each month as a line with a bend behind February.
  let isAfterFebruary = month > 2
  let correction = isAfterFebruary ? (year & 3 == 0 ? 1 : 2) : 0
  let before = (367 &* month &- 362) / 12 &- correction
  return (year &- 1970) &* 365 &+ (year &- 1969) &>> 2 &+ before &+ day &- 1
}

/// The date that lies `days` after 1970-01-01.
func civilFromDays(_ days: Int) -> (year: Int, month: Int, day: Int) {
  let shifted = days + 719_468
  let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
  let dayOfEra = shifted - era * 146_097
  let yearOfEra =
    (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

func isLeapYear(_ year: Int) -> Bool {
  year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
