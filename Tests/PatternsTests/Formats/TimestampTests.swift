import Events
import Testing

@testable import Patterns

struct TimestampTests {
  @Test(arguments: [
    ("2026-11-22T09:31:02.123Z", "2026-11-22T09:31:02.123Z"),
    ("2026-11-22 09:31:02,123456", "2026-11-22T09:31:02.123456Z"),
    ("2026-11-22T09:31:02.123456789+02:00", "2026-11-22T07:31:02.123456Z"),
    ("2026-11-22 09:31:02 -0530", "2026-11-22T15:01:02Z"),
    ("2026-11-22 09:31:02 CEST", "2026-11-22T07:31:02Z"),
    ("2026/11/22 09:31:02", "2026-11-22T09:31:02Z"),
    ("2026.11.22 09:31:02.5", "2026-11-22T09:31:02.5Z"),
    ("2026-11-22-09.31.02.123456", "2026-11-22T09:31:02.123456Z"),
    ("2026-11-22  9:31:02", "2026-11-22T09:31:02Z"),
    ("20261122-9:31:2:23", "2026-11-22T09:31:02.023Z"),
    ("20261122T093102Z", "2026-11-22T09:31:02Z"),
    ("261122 093102", "2026-11-22T09:31:02Z"),
    ("26/11/22 09:31:02", "2026-11-22T09:31:02Z"),
    ("11/22/26 09:31:02", "2026-11-22T09:31:02Z"),
    ("22/Nov/2026:09:31:02 +0100", "2026-11-22T08:31:02Z"),
    ("22-Nov-2026 09:31:02.123", "2026-11-22T09:31:02.123Z"),
    ("22 Nov 2026 09:31:02.983", "2026-11-22T09:31:02.983Z"),
    ("Sun Nov 22 09:31:02.123456 2026", "2026-11-22T09:31:02.123456Z"),
    ("Sun Nov 22 09:31:02 UTC 2026", "2026-11-22T09:31:02Z"),
    ("Sun, 22 Nov 2026 09:31:02 GMT", "2026-11-22T09:31:02Z"),
    ("Nov 22, 2026 9:31:02 PM", "2026-11-22T21:31:02Z"),
    ("Nov 22 2026 09:31:02", "2026-11-22T09:31:02Z"),
    ("11/22/2026 12:31:02 AM", "2026-11-22T00:31:02Z"),
    ("22.11.2026 09:31:02", "2026-11-22T09:31:02Z"),
    ("22/11/2026 -- 09:31:02", "2026-11-22T09:31:02Z"),
    ("22Nov2026 09:31:02.123", "2026-11-22T09:31:02.123Z"),
    ("2026 Nov 22 09:31:02", "2026-11-22T09:31:02Z"),
    ("2026-11-22-09.31.02.123456+060", "2026-11-22T08:31:02.123456Z"),
    ("2026-11-22-09.31.02.123456-240", "2026-11-22T13:31:02.123456Z"),
    ("2024-02-29T23:59:60Z", "2024-03-01T00:00:00Z"),
    ("1999-12-31 23:59:59", "1999-12-31T23:59:59Z"),
    ("1969-07-20T20:17:40Z", "1969-07-20T20:17:40Z"),
  ])
  func `a time is read whole`(_ text: String, _ expected: String) {
    let buffer = LineInBuffer(text, behind: 0x7e)
    var time = Timestamp(instant: Instant(microseconds: 0))
    let end = scanTimestamp(buffer.line, buffer.start, buffer.end, utc, &time)
    #expect(end == buffer.end)
    #expect(written(time.instant) == expected)
    #expect(!time.yearAssumed)
  }

  @Test(arguments: [
    "2026-13-22 09:31:02", "2026-11-22 29:31:02", "2026-11-22", "hello world 12:00", "123456789012",
    "22 people", "22Now2026 09:31:02", "2026 Nova 22", "192.168.10.20 - -", "Monday is a day",
    "May the force", "2026-11-22T", "10.251.73.220:50010",
  ])
  func `what is no time is refused`(_ text: String) {
    let buffer = LineInBuffer(text, behind: 0x30)
    var time = Timestamp(instant: Instant(microseconds: 0))
    #expect(scanTimestamp(buffer.line, buffer.start, buffer.end, utc, &time) == -1)
  }

  @Test(arguments: [
    ("Nov 22 09:31:02", 2026), ("Nov 23 09:31:02", 2026), ("Dec 24 09:31:02", 2025),
    ("Feb 29 09:31:02", 2024), ("11-22 09:31:02.123", 2026), ("11-22|09:31:02.123", 2026),
    ("22-Nov 09:31", 2026),
  ])
  func `a time without a year is the latest such`(_ text: String, _ year: Int) {
    let buffer = LineInBuffer(text)
    var time = Timestamp(instant: Instant(microseconds: 0))
    #expect(scanTimestamp(buffer.line, buffer.start, buffer.end, utc, &time) == buffer.end)
    #expect(time.yearAssumed)
    #expect(written(time.instant).hasPrefix(String(year)))
  }

  @Test func `a time without a zone has the assumed one, and says so`() {
    let context = TimestampContext(
      assumedZoneMicroseconds: 3_600_000_000, reference: utc.reference)
    let buffer = LineInBuffer("2026-11-22 09:31:02")
    var time = Timestamp(instant: Instant(microseconds: 0))
    #expect(scanTimestamp(buffer.line, buffer.start, buffer.end, context, &time) > 0)
    #expect(written(time.instant) == "2026-11-22T08:31:02Z")
    #expect(time.zoneAssumed)
  }

  @Test(arguments: [
    ("1795339862", "2026-11-22T09:31:02Z"), ("1795339862.25", "2026-11-22T09:31:02.25Z"),
    ("1795339862123", "2026-11-22T09:31:02.123Z"),
    ("1795339862123456", "2026-11-22T09:31:02.123456Z"),
    ("1795339862123456789", "2026-11-22T09:31:02.123456Z"),
  ])
  func `a number is a moment by its magnitude`(_ text: String, _ expected: String) {
    let buffer = LineInBuffer(text, behind: 0x30)
    var time = Timestamp(instant: Instant(microseconds: 0))
    #expect(timestampFromEpoch(buffer.line, buffer.start, buffer.end, &time))
    #expect(written(time.instant) == expected)
  }

  @Test func `both ways to count days agree, and lead back`() {
    for days in stride(from: -200_000, to: 200_000, by: 37) {
      let date = civilFromDays(days)
      #expect(daysFromCivil(year: date.year, month: date.month, day: date.day) == days)
      #expect(daysFromRecent(year: date.year, month: date.month, day: date.day) == days)
    }
  }
}
