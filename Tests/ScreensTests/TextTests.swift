import Detection
import Events
import Testing

@testable import Screens

@Suite struct NumberTextTests {
  @Test(
    arguments: [
      (0, "0"), (9_999, "9,999"), (10_000, "10.0k"), (40_997, "41.0k"), (99_949, "99.9k"),
      (99_960, "100k"), (238_459, "238k"), (999_499, "999k"), (999_500, "1.00M"),
      (9_651_204, "9.65M"), (96_512_040, "96.5M"), (1_234_567_890, "1.23G"), (UInt64.max, "18.4E"),
    ] as [(UInt64, String)])
  func `a count takes five characters at most`(_ value: UInt64, _ text: String) {
    #expect(NumberText.short(value) == text)
    #expect(text.count <= 5)
  }

  @Test func `a count with all digits has commas`() {
    #expect(NumberText.grouped(9_651_204) == "9,651,204")
    #expect(NumberText.grouped(999) == "999")
  }

  @Test(
    arguments: [
      (0, "0"), (0.04, "0.0"), (7.6, "7.6"), (99.96, "100"), (312, "312"), (999.4, "999"),
      (2680, "2.68k"), (12_345, "12.3k"), (-1, "0"), (.nan, "0"), (.infinity, "0"),
    ] as [(Double, String)])
  func `a rate is short whatever it is`(_ value: Double, _ text: String) {
    #expect(NumberText.rate(value) == text)
  }

  @Test(
    arguments: [
      (1_000, 1_000, "100.0%"), (999_999, 1_000_000, "<100.0%"), (1, 1_000_000, ">0.0%"),
      (0, 5, "0.0%"), (0, 0, "100.0%"), (386, 1000, "38.6%"), (1_001_000, 1_000_999, ">100.0%"),
    ] as [(UInt64, UInt64, String)])
  func `only all is a hundred percent, and only nothing is none`(
    _ part: UInt64, _ whole: UInt64, _ text: String
  ) {
    #expect(NumberText.percent(part, of: whole) == text)
  }

  @Test(
    arguments: [
      (1e-30, "<1e-9"), (2e-6, "2e-6"), (0.0095, "1e-2"), (0.03, "0.03"), (0, "<1e-9"), (2, "1.00"),
    ] as [(Double, String)])
  func `a small chance is a power of ten`(_ value: Double, _ text: String) {
    #expect(NumberText.probability(value) == text)
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1_406_601_953, "1.31 GiB"),
      (1_073_741_823, "1.00 GiB"), (UInt64.max, "16384 PiB"),
    ] as [(UInt64, String)])
  func `bytes are in powers of two`(_ value: UInt64, _ text: String) {
    #expect(NumberText.bytes(value) == text)
  }
}

@Suite struct TimeTextTests {
  static let berlin = ScreenZone(name: "Europe/Berlin") { _ in 7200 }

  @Test func `a moment is shown in UTC, in the zone, and relative to the clock`() {
    let moment = Instant(microseconds: 1_785_556_039_204_000)
    let utc = TimeText(clock: moment)
    #expect(utc.full(moment) == "2026-08-01T03:47:19.204Z")
    #expect(utc.precise(moment) == "03:47:19.204")
    let local = TimeText(style: .local, zone: Self.berlin, clock: moment)
    #expect(local.full(moment) == "2026-08-01T05:47:19.204+02:00")
    #expect(local.zoneLabel(at: moment) == "+02:00")
    let relative = TimeText(style: .relative, clock: moment)
    #expect(relative.precise(moment.advanced(byMicroseconds: -12_304_000)) == "-12.304s")
    #expect(relative.precise(moment.advanced(byMicroseconds: -372_000_000)) == "-6m12s")
  }

  @Test func `another day is named`() {
    let clock = Instant(microseconds: 1_785_556_039_204_000)
    let text = TimeText(clock: clock)
    #expect(text.dated(clock.advanced(byMicroseconds: -86_400_000_000)) == "07-31 03:47:19")
    #expect(text.dated(Instant(seconds: 0)) == "1970-01-01 00:00:00")
    #expect(text.full(Instant(seconds: -1)) == "1969-12-31T23:59:59.000Z")
    #expect(text.full(Instant(seconds: 951_782_400)) == "2000-02-29T00:00:00.000Z")
  }

  @Test(
    arguments: [
      (0, "0ms"), (500, "500us"), (12_300, "12ms"), (2_500_000, "2.5s"), (9_000_000, "9s"),
      (41_200_000, "41s"), (372_000_000, "6m12s"), (3_600_000_000, "1h"), (22_337_000_000, "6h12m"),
      (90_000_000_000, "1d1h"), (-12_000_000, "-12s"),
    ] as [(Int64, String)])
  func `a span is in its two largest units`(_ span: Int64, _ text: String) {
    #expect(TimeText.span(span) == text)
  }

  @Test func `no moment or span traps`() {
    let text = TimeText(clock: Instant(seconds: 0))
    for value in [Int64.min, -1, 0, 1, .max] {
      _ = text.full(Instant(microseconds: value))
      _ = text.dated(Instant(microseconds: value))
      _ = TimeText.span(value)
      _ = TimeText.words(value)
    }
  }
}

@Suite struct TimeFormTests {
  static let end = Instant(microseconds: 1_785_556_039_204_000)

  struct Case: Sendable {
    var text: String
    var expected: String?
    var isLocal = false
    static let all = [
      Case(text: "03:41", expected: "2026-08-01T03:41:00.000Z"),
      Case(text: "03:41:07", expected: "2026-08-01T03:41:07.000Z"),
      // Not yet come today: yesterday's.
      Case(text: "21:35", expected: "2026-07-31T21:35:00.000Z"),
      Case(text: "05:41", expected: "2026-08-01T03:41:00.000Z", isLocal: true),
      Case(text: "2026-08-01T03:41:07Z", expected: "2026-08-01T03:41:07.000Z"),
      Case(text: "2026-08-01T05:41:07.25+02:00", expected: "2026-08-01T03:41:07.250Z"),
      Case(text: "2026-08-01 03:41", expected: "2026-08-01T03:41:00.000Z"),
      Case(text: "2026-08-01 05:41", expected: "2026-08-01T03:41:00.000Z", isLocal: true),
      Case(text: "2026-08-01", expected: "2026-08-01T00:00:00.000Z"),
      Case(text: "-15m", expected: "2026-08-01T03:32:19.204Z"),
      Case(text: "+1h30m", expected: "2026-08-01T05:17:19.204Z"),
      Case(text: "-500ms", expected: "2026-08-01T03:47:18.704Z"),
      Case(text: "25:00", expected: nil), Case(text: "2026-02-30", expected: nil),
      Case(text: "-15", expected: nil), Case(text: "-", expected: nil),
      Case(text: "noon", expected: nil), Case(text: "", expected: nil),
      Case(text: "#", expected: nil),
      Case(text: "#-1", expected: nil), Case(text: "2026-08-01T03:41+2", expected: nil),
    ]
  }

  @Test(arguments: Case.all)
  func `a place is read as people write it`(_ form: Case) {
    let zone = TimeText(
      style: form.isLocal ? .local : .utc, zone: TimeTextTests.berlin, clock: Self.end)
    let result = TimeForm(form.text, clock: Self.end, end: Self.end, text: zone)
    var text: String?
    if case .time(let time) = result { text = TimeText().full(time) }
    #expect(text == form.expected, "\(form.text)")
  }

  @Test(
    arguments: [("#8861002", 8_861_002), ("8,861,002", 8_861_002), ("0", 0)] as [(String, UInt64)])
  func `an offset is a number`(_ text: String, _ offset: UInt64) {
    #expect(TimeForm(text, clock: nil, end: nil, text: TimeText()) == .offset(offset))
  }
}

@Suite struct AnomalySentenceTests {
  private func anomaly(_ evidence: Anomaly.Evidence) -> Anomaly {
    Anomaly(
      number: 1, kind: .burst, subject: .service(ServiceID(rawValue: 0)),
      service: ServiceID(rawValue: 0), time: Instant(seconds: 0), offset: 0, lastOffset: nil,
      score: 1, severity: .error, evidence: evidence)
  }

  struct Case: Sendable {
    var evidence: Anomaly.Evidence
    var badge: String
    var why: String
    static let all = [
      Case(
        evidence: .burst(
          observedCount: 6, windowMicroseconds: 15_000_000, expectedCount: 0.2, largestBefore: 1,
          baselineMicroseconds: 180_000_000, probability: 2e-7),
        badge: "UP x30", why: "6 in 15 s, 0.2 expected, never above 1 in 3 min; p=2e-7"),
      Case(
        evidence: .burst(
          observedCount: 5, windowMicroseconds: 5_000_000, expectedCount: 0, largestBefore: 0,
          baselineMicroseconds: 0, probability: 0),
        badge: "UP", why: "5 in 5 s, 0 expected; p<1e-9"),
      Case(
        evidence: .new(observedCount: 1, novelty: 0.0123), badge: "NEW",
        why: "first seen; chance that the next event is new: 1.2%"),
      Case(
        evidence: .drop(
          observedCount: 0, windowMicroseconds: 30_000_000, expectedCount: 36.7,
          probability: 1e-12),
        badge: "GONE", why: "none in 30 s, 36.7 expected; p<1e-9"),
      Case(
        evidence: .silence(
          silentMicroseconds: 41_000_000, usualMicroseconds: 2_000_000,
          longestMicroseconds: 3_100_000),
        badge: "GONE", why: "silent for 41 s, usually every 2 s, never above 3.1 s"),
      Case(
        evidence: .level(
          observedCount: 40, ofCount: 100, windowMicroseconds: 60_000_000, expectedShare: 0.02,
          probability: 1e-20),
        badge: "WORSE", why: "40 of 100 in 60 s at warn or worse, 2.0% expected; p<1e-9"),
      Case(
        evidence: .clock(offsetMicroseconds: -7_200_000_000), badge: "CLOCK",
        why: "its times lie 2 h behind those of the others"),
    ]
  }

  @Test(arguments: Case.all)
  func `an anomaly says what came, what was expected and which test says so`(_ sentence: Case) {
    #expect(AnomalySentence.badge(for: anomaly(sentence.evidence)) == sentence.badge)
    #expect(AnomalySentence.why(anomaly(sentence.evidence)) == sentence.why)
  }

  @Test func `a line names the service once`() {
    let names = AnomalySentence.Names(
      pattern: { _ in "p" }, service: { _ in "shop" }, source: { _ in "s" })
    #expect(
      AnomalySentence.line(anomaly(.new(observedCount: 1, novelty: 0)), names: names)
        == "NEW  shop: all events (first seen; chance that the next event is new: below 0.1%)")
  }
}
