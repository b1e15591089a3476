import Detection
import Events
import Pipeline

/// A shop's stream in the minutes of an outage, the same numbers every time.
enum Fixture {
  /// 2026-08-01T03:47:19Z
  static let clock = Instant(microseconds: 1_785_556_039_204_000)

  static let serviceNames = ["edge-nginx", "order-api", "cart-svc", "payment-svc", "syslog"]

  private static func ago(_ seconds: Double) -> Instant {
    clock.advanced(byMicroseconds: -Int64(seconds * 1_000_000))
  }

  private struct Spec {
    var template: String
    var service: UInt32
    var severity: Severity
    var count: UInt64
    var rate: Double
    var base: Double?
    var trend: [UInt32]
    var score = 0.0
    var anomaly: Int?
  }

  private static func flat(_ level: UInt32) -> [UInt32] {
    (0..<14).map { level + [0, 1, 0, 2, 1, 0, 1, 1, 0, 2, 0, 1, 1, 0][$0] * (level / 12 + 1) }
  }

  private static func specs() -> [Spec] {
    [
      Spec(
        template: "GET <path> 200", service: 0, severity: .info, count: 238_459, rate: 662.4,
        base: 664.2, trend: flat(660)),
      Spec(
        template: "item added to cart cart=<uuid> sku=<id> qty=<num>", service: 2, severity: .info,
        count: 79_891, rate: 221.9, base: 222.3, trend: flat(220)),
      Spec(
        template: "order <num> created for user <num>", service: 1, severity: .info, count: 104_500,
        rate: 290.3, base: 289.2, trend: flat(290)),
      Spec(
        template: "captured payment <num> amount=<num> EUR in <dur>", service: 3, severity: .info,
        count: 49_334, rate: 137.0, base: 198.0,
        trend: [198, 197, 199, 200, 196, 198, 197, 150, 140, 138, 137, 139, 137, 137], score: 12,
        anomaly: 3),
      Spec(
        template: "query on table <word> took <dur>", service: 1, severity: .debug, count: 56_284,
        rate: 156.3, base: 156.1, trend: flat(156)),
      Spec(
        template: "session refreshed user=<num> ttl=<dur> addr=<ip:port>", service: 2,
        severity: .debug, count: 49_325, rate: 137.0, base: 137.0, trend: flat(137)),
      Spec(
        template: "capture failed for payment <num> after <dur>", service: 3, severity: .error,
        count: 4_092, rate: 312.0, base: 7.6,
        trend: [7, 8, 7, 9, 8, 7, 8, 7, 90, 280, 320, 331, 310, 312], score: 98.7, anomaly: 2),
      Spec(
        template: "published event <word> partition=<num> offset=<num>", service: 1,
        severity: .info, count: 46_278, rate: 128.6, base: 128.3, trend: flat(128)),
      Spec(
        template: "sshd[<num>]: Connection closed by <ip> port <num>", service: 4, severity: .info,
        count: 38_703, rate: 107.5, base: 105.6, trend: flat(107)),
      Spec(
        template: "CRON[<num>]: (root) CMD (<path>)", service: 4, severity: .notice, count: 29_258,
        rate: 81.3, base: 81.5, trend: flat(81)),
      Spec(
        template: "webhook <id> type=charge.succeeded verified", service: 3, severity: .info,
        count: 28_920, rate: 80.3, base: 80.2, trend: flat(80)),
      Spec(
        template: "agent[<num>]: heartbeat ok seq=<num>", service: 4, severity: .info,
        count: 40_997, rate: 0, base: 113.9,
        trend: [114, 113, 115, 114, 113, 114, 114, 113, 114, 60, 0, 0, 0, 0], score: 88,
        anomaly: 0),
      Spec(
        template: "sshd[<num>]: Failed password for invalid user <word> from <ip> port <num> ssh2",
        service: 4, severity: .warn, count: 21_926, rate: 60.9, base: 58.7, trend: flat(60)),
      Spec(
        template: "connection pool exhausted pool=<str> active=<num> max=<num> waiters=<num>",
        service: 2, severity: .error, count: 1_992, rate: 221.3, base: nil,
        trend: [0, 0, 0, 0, 0, 0, 0, 0, 0, 120, 180, 240, 220, 221], score: 100, anomaly: 1),
      Spec(
        template: "slow query on table <word> took <dur>", service: 1, severity: .warn, count: 17,
        rate: 0.1, base: 0.1, trend: [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
      Spec(
        template: "Benutzer <word> hat größere Menge bestellt: 日本語の名前 <num> 🙂", service: 1,
        severity: .unknown, count: 3, rate: 0, base: 0, trend: flat(0)),
    ]
  }

  private static func anomalies() -> [Anomaly] {
    var gone = Anomaly(
      number: 4, kind: .drop, subject: .pattern(PatternID(rawValue: 11)),
      service: ServiceID(rawValue: 4), time: ago(319), offset: 645_100, lastOffset: 644_000,
      score: 88, severity: .info,
      evidence: .silence(
        silentMicroseconds: 41_000_000, usualMicroseconds: 526_000, longestMicroseconds: 3_100_000))
    gone.end = nil
    let new = Anomaly(
      number: 3, kind: .new, subject: .pattern(PatternID(rawValue: 13)),
      service: ServiceID(rawValue: 2), time: ago(615), offset: 620_000, lastOffset: 620_000,
      score: 100, severity: .error, evidence: .new(observedCount: 1, novelty: 0.0003))
    let up = Anomaly(
      number: 2, kind: .burst, subject: .pattern(PatternID(rawValue: 6)),
      service: ServiceID(rawValue: 3), time: ago(676), offset: 610_000, lastOffset: 609_990,
      score: 98.7, severity: .error,
      evidence: .burst(
        observedCount: 78, windowMicroseconds: 15_000_000, expectedCount: 1.9, largestBefore: 6,
        baselineMicroseconds: 180_000_000, probability: 1e-30))
    var down = Anomaly(
      number: 1, kind: .drop, subject: .pattern(PatternID(rawValue: 3)),
      service: ServiceID(rawValue: 3), time: ago(398), offset: 605_000, lastOffset: 604_000,
      score: 12, severity: .info,
      evidence: .drop(
        observedCount: 22, windowMicroseconds: 15_000_000, expectedCount: 49.5, probability: 2e-6))
    down.end = ago(200)
    return [gone, new, up, down]
  }

  static func snapshot(mode: Snapshot.Mode = .live) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.mode = mode
    snapshot.streamName = "shop"
    snapshot.clock = clock
    snapshot.startTime = ago(22_337)
    snapshot.endTime = mode == .live ? clock : clock.advanced(byMicroseconds: 372_000_000)
    snapshot.eventsPerSecond = 2680
    snapshot.eventTimeRate = 2566
    snapshot.lagMicroseconds = 12_300
    snapshot.window.bucketCount = 60
    snapshot.window.start = ago(3600 + 19.204)
    snapshot.anomalies = anomalies()
    for index in snapshot.anomalies.indices { snapshot.anomalies[index].incident = 1 }
    snapshot.incidents = [incident(start: ago(676), last: ago(319))]
    snapshot.patterns = specs().enumerated().map { index, spec in
      var row = PatternRow(
        id: PatternID(rawValue: UInt32(index)), number: index + 1,
        key: "7f3a9c12\(String(0xabc0_0000 + index * 7919, radix: 16))", template: spec.template,
        severity: spec.severity, count: spec.count)
      row.ratePerMinute = spec.rate
      row.baselinePerMinute = spec.base
      row.trend = spec.trend
      row.services = [ServiceID(rawValue: spec.service)]
      row.firstSeen = ago(spec.base == nil ? 615 : 22_300 - Double(index) * 61)
      row.lastSeen = ago(spec.rate == 0 ? 319 : Double(index) * 0.37)
      row.firstOffset = UInt64(index * 40)
      // The events of the fixture come round every seven.
      let kind = patternKinds.firstIndex(of: UInt32(index)) ?? 0
      row.lastOffset = 789_971 - 789_971 % 7 + UInt64(kind)
      row.anomaly = spec.anomaly
      row.score = spec.score
      return row
    }
    snapshot.patterns[8].services.append(ServiceID(rawValue: 0))
    snapshot.eventCount = snapshot.patterns.reduce(0) { $0 + $1.count }
    snapshot.cursorOffset = snapshot.eventCount
    snapshot.endOffset = mode == .live ? snapshot.eventCount : snapshot.eventCount + 41_310
    snapshot.services = serviceNames.enumerated().map { index, name in
      service(index, name, snapshot)
    }
    snapshot.totalHeat = (0..<60).map { bucket in
      snapshot.services.reduce(0) { $0 + $1.heat[bucket] }
    }
    snapshot.sources = serviceNames.enumerated().map { index, name in
      SourceStatus(
        id: SourceID(rawValue: UInt32(index)), name: "/var/log/shop/\(name).log",
        state: "following", eventCount: 1000, readByteCount: 139_000, knownByteCount: 139_000,
        formatName: "nginx", zoneName: "UTC")
    }
    snapshot.storage.path = "/home/ada/.local/state/spate/streams/shop"
    snapshot.storage.byteCount = 1_406_601_953
    snapshot.storage.byteLimit = 2_147_483_648
    snapshot.storage.keptSince = ago(22_337)
    return snapshot
  }

  private static func service(_ index: Int, _ name: String, _ snapshot: Snapshot) -> ServiceRow {
    let levels: [UInt32] = [54_000, 38_000, 20_000, 9_000, 17_000]
    let heat = (0..<60).map { bucket -> UInt32 in
      let wave = UInt32((bucket * 7 + index * 13) % 11) * levels[index] / 120
      switch index {
      case 2 where bucket >= 50: return levels[index] * 2 + wave
      case 3 where bucket >= 49: return levels[index] * 3 + wave
      case 4 where bucket >= 54: return 1200
      default: return levels[index] / 2 + wave
      }
    }
    return ServiceRow(
      id: ServiceID(rawValue: UInt32(index)), name: name,
      eventCount: [238_459, 207_082, 131_208, 82_346, 130_884][index],
      eventsPerSecond: [911, 642, 455, 272, 286][index],
      errorShare: [0.028, 0.004, 0.291, 0.386, 0][index], heat: heat,
      anomaly: [nil, nil, 1, 2, 0][index])
  }

  // MARK: Events

  /// Patterns of the events, by their offset's rest.
  private static let patternKinds: [UInt32] = [2, 0, 6, 5, 12, 13, 15]

  private static let traceLines = [
    "java.util.concurrent.TimeoutException: no response from api.stripe.example within 30000 ms",
    "    at com.acme.payment.gateway.StripeClient.capture(StripeClient.java:211)",
    "    at com.acme.payment.service.PaymentService.capture(PaymentService.java:97)",
    "    at com.acme.payment.api.PaymentController.capture(PaymentController.java:344)",
    "    ... 5 more",
  ]

  /// The event at an offset; what it says follows from the offset alone.
  static func event(_ offset: UInt64) -> EventRow {
    let kind = Int(offset % 7)
    let texts = [
      "order \(7_000_000 + offset) created for user 47064 total_cents=27869 items=1",
      "10.2.179.63 GET /api/v1/search?q=lamp 200 15804 0.041",
      "capture failed for payment \(55_000_000 + offset) after 30012ms",
      "session refreshed user=71031 ttl=3600s addr=10.3.9.156:50199",
      "sshd[2795]: Failed password for invalid user postgres from 10.2.157.247 port 51022 ssh2",
      "connection pool exhausted pool=redis-main active=64 max=64 waiters=188",
      "Benutzer Jörg hat größere Menge bestellt: 日本語の名前 12 🙂",
    ]
    let services = [
      "order-api", "edge-nginx", "payment-svc", "cart-svc", "syslog", "cart-svc", "order-api",
    ]
    let severities: [Severity] = [.info, .info, .error, .debug, .warn, .error, .unknown]
    let time = clock.advanced(byMicroseconds: -(790_000 - Int64(offset)) * 23_000)
    var lines = [Array("03:47:19.204 \(texts[kind])".utf8)]
    if kind == 2 { lines += traceLines.map { Array($0.utf8) } }
    if kind == 6 { lines = [lines[0] + [0xFF, 0x07, 0x1B, 0x5B, 0x33, 0x31, 0x6D, 0x78]] }
    return EventRow(
      offset: offset, time: time, timeOrigin: kind == 6 ? .inherited : .parsed,
      ingestTime: time.advanced(byMicroseconds: 4_000), flags: kind == 6 ? .unparsed : [],
      severity: severities[kind], service: services[kind],
      source: "/var/log/shop/\(services[kind]).log", format: kind == 6 ? "" : "log4j",
      pattern: PatternID(rawValue: patternKinds[kind]), message: texts[kind], lines: lines)
  }

  static func passes(_ event: EventRow, _ filter: EventFilter) -> Bool {
    event.severity >= filter.minimumSeverity
      && (filter.onlyPatterns.isEmpty || filter.onlyPatterns.contains(event.pattern))
      && !filter.hiddenPatterns.contains(event.pattern)
      && filter.matching.allSatisfy {
        event.message.contains($0.hasPrefix("(?i)") ? String($0.dropFirst(4)) : $0)
      }
      && (filter.identifier.map { event.message.contains($0) } ?? true)
      && filter.notMatching.allSatisfy { !event.message.contains($0) }
  }

  /// What the main loop would answer, from a stream of events `0..<endOffset`.
  static func answer(_ query: EventQuery, endOffset: UInt64) -> EventPage {
    var before: [EventRow] = []
    var offset = min(query.offset, endOffset)
    let scanLimit: UInt64 = 500
    let lowest = offset > scanLimit ? offset - scanLimit : 0
    while offset > lowest, before.count < query.before {
      offset -= 1
      let event = event(offset)
      if passes(event, query.filter) { before.append(event) }
    }
    let reachesStart = offset == lowest && before.count < query.before
    var rows = Array(before.reversed())
    offset = query.offset
    let highest = min(endOffset, offset + scanLimit)
    var count = 0
    while offset < highest, count < query.after {
      let event = event(offset)
      if passes(event, query.filter) {
        rows.append(event)
        count += 1
      }
      offset += 1
    }
    return EventPage(
      query: query, rows: rows, reachesStart: reachesStart, reachesEnd: offset >= highest)
  }

  static func answer(_ query: SearchQuery, endOffset: UInt64) -> EventRow? {
    var offset = query.offset
    for _ in 0..<500 {
      if query.forward {
        offset += 1
        if offset >= endOffset { return nil }
      } else {
        if offset == 0 { return nil }
        offset -= 1
      }
      let event = event(offset)
      if passes(event, query.filter) { return event }
    }
    return nil
  }

  static func detail(_ id: PatternID, exampleCount: Int) -> PatternDetail {
    let variables = [
      PatternDetail.Variable(
        type: "num", name: nil, distinctCount: 4092, distinctIsExact: true,
        topValues: [("40117312", 1), ("87101155", 1)], quantiles: nil),
      PatternDetail.Variable(
        type: "dur", name: nil, distinctCount: 1101, distinctIsExact: false,
        topValues: [("30000ms", 212), ("29871ms", 40)], quantiles: (29.55, 30.05, 30.09)),
      PatternDetail.Variable(
        type: "word", name: "host", distinctCount: 2, distinctIsExact: true,
        topValues: [("node-a", 2500), ("node-b", 1592)], quantiles: nil),
      PatternDetail.Variable(
        type: "num", name: "timeout", distinctCount: 1, distinctIsExact: true,
        topValues: [("30000", 4092)], quantiles: nil),
    ]
    let examples = (0..<exampleCount).map { event(789_966 - UInt64($0) * 7) }
    var detail = PatternDetail(
      pattern: id, variables: variables, examples: examples,
      expression: "^capture failed for payment (\\d+) after (\\d+ms)$",
      grok: "capture failed for payment %{INT:payment} after %{DURATION:dur}")
    detail.mergedTemplates = ["capture failed for payment <num> after never"]
    return detail
  }
}
