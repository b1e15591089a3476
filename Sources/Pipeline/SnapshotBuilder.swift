internal import Detection
internal import Events
package import Patterns

/// Makes snapshots of an analysis; keeps texts that do not change between them.
package final class SnapshotBuilder {
  private let namedPatterns: NamedPatterns?
  private var texts: [TextEntry?] = []

  private struct TextEntry {
    var version: UInt32
    var template: String
    var key: String
    var named: NamedPattern?
  }

  package init(namedPatterns: NamedPatterns?) { self.namedPatterns = namedPatterns }

  /// - Parameter minuteCount: How many minutes heat shows.
  package func build(_ analysis: Analysis, minuteCount: Int = 60) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.window.bucketCount = minuteCount
    let totals = analysis.totals
    let detector = analysis.detector
    snapshot.clock = detector.now
    // The detector keeps what a trend shows in steps of five seconds.
    snapshot.trendStepMicroseconds = 5_000_000
    snapshot.eventTimeRate = detector.eventsPerSecond(of: nil)
    snapshot.cursorOffset = analysis.nextOffset
    snapshot.eventCount = totals.eventCount
    snapshot.partCount = totals.partCount
    snapshot.unparsedCount = totals.unparsedCount
    snapshot.lateCount = detector.lateCount
    snapshot.gapCount = totals.gapCount
    snapshot.window.start =
      detector.minuteWindowStart(count: snapshot.window.bucketCount) ?? Instant(microseconds: 0)
    snapshot.anomalies =
      (detector.recentAnomalies + detector.openAnomalies).sorted { $0.number > $1.number }
    snapshot.actCount = analysis.actCount
    snapshot.incidents =
      (detector.openIncident.map { [$0] } ?? []) + detector.recentIncidents.reversed()
    snapshot.totalHeat = detector.heat(of: nil, minutes: snapshot.window.bucketCount)
    var openOfService: [ServiceID: Int] = [:]
    var openOfPattern: [PatternID: Int] = [:]
    for (index, anomaly) in snapshot.anomalies.enumerated() where anomaly.end == nil {
      if let service = anomaly.service {
        openOfService[service] = worse(openOfService[service], index, snapshot.anomalies)
      }
      if case .pattern(let id) = anomaly.subject {
        let id = analysis.miner.resolve(id)
        openOfPattern[id] = worse(openOfPattern[id], index, snapshot.anomalies)
      }
    }
    snapshot.services = detector.knownServices.map { id in
      ServiceRow(
        id: id, name: analysis.names.services.name(id.rawValue),
        eventCount: Int(id.rawValue) < totals.services.count
          ? totals.services[Int(id.rawValue)] : 0,
        eventsPerSecond: detector.eventsPerSecond(of: id),
        errorShare: detector.errorShare(of: id),
        heat: detector.heat(of: id, minutes: snapshot.window.bucketCount),
        anomaly: openOfService[id])
    }
    snapshot.patterns = totals.resolved(analysis.miner.resolve).map { id, counts in
      row(id, counts, analysis, anomaly: openOfPattern[id], snapshot.anomalies)
    }
    return snapshot
  }

  private func worse(_ one: Int?, _ other: Int, _ anomalies: [Anomaly]) -> Int {
    guard let one else { return other }
    return anomalies[one].score >= anomalies[other].score ? one : other
  }

  private func row(
    _ id: PatternID, _ counts: PatternTotals, _ analysis: Analysis, anomaly: Int?,
    _ anomalies: [Anomaly]
  ) -> PatternRow {
    let text = text(of: id, analysis)
    var row = PatternRow(
      id: id, number: Int(id.rawValue) + 1, key: text.key, template: text.template,
      severity: counts.severity, count: counts.count)
    row.name = text.named?.name
    row.meaning = text.named?.meaning
    let rate = analysis.detector.rate(of: id)
    row.ratePerMinute = rate.now
    row.baselinePerMinute = rate.baseline
    row.trend = analysis.detector.recentTrend(of: id)
    row.services = analysis.detector.services(of: id)
    if row.services.isEmpty { row.services = [counts.mainService] }
    row.firstSeen = counts.firstTime
    row.lastSeen = counts.lastTime
    row.firstOffset = counts.firstOffset
    row.lastOffset = counts.lastOffset
    row.anomaly = anomaly
    row.score = anomaly.map { 1000 + anomalies[$0].score } ?? Self.score(counts, rate)
    return row
  }

  /// Ranks what no detector spoke of: by level first, then by how much the rate moved.
  private static func score(_ counts: PatternTotals, _ rate: (now: Double, baseline: Double?))
    -> Double
  {
    let level = Double(max(0, Int(counts.severity.rawValue) - Int(Severity.notice.rawValue))) * 10
    guard let baseline = rate.baseline, baseline > 0 || rate.now > 0 else { return level }
    let moved = (rate.now - baseline).magnitude / (baseline + 10).squareRoot()
    return level + min(moved, 9)
  }

  private func text(of id: PatternID, _ analysis: Analysis) -> TextEntry {
    let index = Int(id.rawValue)
    while texts.count <= index { texts.append(nil) }
    let version = analysis.version(of: id)
    if let entry = texts[index], entry.version == version { return entry }
    let template = analysis.miner.template(id)
    var entry = TextEntry(
      version: version, template: template, key: KeyText.of(analysis.miner.key(id)), named: nil)
    if let namedPatterns, let example = analysis.examples(of: id).first {
      entry.named = unsafe example.withUnsafeBufferPointer {
        unsafe namedPatterns.name(forTemplate: template, example: $0)
      }
    }
    texts[index] = entry
    return entry
  }
}

/// The stable id of a pattern as text.
package enum KeyText {
  /// 16 hexadecimal digits.
  package static func of(_ key: UInt64) -> String {
    let digits = String(key, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
