import Events
import TestSupport
import Testing

@testable import Patterns

@Suite struct RecentTimesTests {
  static let seeds: [UInt64] = [1, 2, 3, 4]

  /// A date and clock, and what may stand behind it.
  private static let dates = [
    "2026-11-22T", "2026-11-22 ", "22/Nov/2026:", "Nov 22 ", "Nov  2 ", "1122 ", "261122 ",
    "Sun Nov 22 ", "2026/11/22 ", "20261122-", "11-22 ", "22.11.2026 ", "2026-11-22-",
    "22 Nov 2026 ", "20261122", "261122", "2026-11-22-",
    "Nov 22, 2026 ", "20261122T",
  ]
  private static let clocks = [
    "09:31:02", "09:31:03", "9:31:02", "9:3:2", "09.31.02", "093102", "09:31", "24:00:00",
    "09:31:60", "11:59:02", "09:45:10", "09:00:59", "09:59:00", "09:61:02", "09:31:61", "09:3a:02",
    "09:31-02", "09:31:0", "09:05:5:", "9:45:10", "24:30:01", "10:02:03", "094510", "093160",
    "096102", "243001",
  ]
  private static let tails = [
    "", ".1", ".12", ".123", ",123", ".1234", ".123456", ".123456789", ":123", ":1234", "3", "Z",
    ".5Z", "+02:00", "-0330", " +0000]", " +0000", " +00:00", "+02", "+02:00x", "+0200]", " +00001", " -0700", " UTC", " CEST ", " CST", " AM", " pm ", " am",
    " PM +01:00", " 2026", " 2026]", ".25 2026]", " UTC 2026]", " 202a]", " 2027]", " 1999 x",
    " 2026-", " UTC 2026", "Zx", "z", ".123Z", ".123+02", " + 1",
    " web-1 app", " Amy", " M", " 12 x", "] \"GET", ".", ". x", ",", ", 5",
  ]

  @Test(arguments: seeds)
  func `a time says the same, whatever times came before`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let recent = RecentTimes.allocate()
    defer { recent.free() }
    var remembering = utc
    remembering.recent = recent
    for round in 0..<20_000 {
      let text =
        Self.dates.randomElement(using: &random)! + Self.clocks.randomElement(using: &random)!
        + Self.tails.randomElement(using: &random)!
      let buffer = LineInBuffer(text, behind: [0x0a, 0x20, 0x31].randomElement(using: &random)!)
      for isShort in [false, true] {
        let scan = isShort ? scanShortTime : scanAnyTime
        var expected = Timestamp(instant: Instant(microseconds: 0))
        var found = expected
        let expectedEnd = scan(buffer.line, buffer.start, buffer.end, utc, &expected)
        let end = scan(buffer.line, buffer.start, buffer.end, remembering, &found)
        #expect(end == expectedEnd, "seed \(seed), round \(round): \(text)")
        guard end >= 0, end == expectedEnd else { continue }
        #expect(found.instant == expected.instant, "seed \(seed), round \(round): \(text)")
        #expect(found.zoneAssumed == expected.zoneAssumed)
        #expect(found.yearAssumed == expected.yearAssumed)
      }
    }
  }

  private func scanAnyTime(
    _ t: LineBytes, _ from: Int, _ to: Int, _ context: TimestampContext, _ result: inout Timestamp
  ) -> Int {
    scanTimestamp(t, from, to, context, &result)
  }
}
