internal import Events

extension Detector {
  private static let leastPast: UInt32 = 25
  private static let leastRecent = 10
  /// The median or the 85th percentile must have moved by so many bins, which is 2.5 times or more;
  /// the latter tells of every third call.
  private static let leastBins: UInt8 = 6
  private static let logValue = log(1e-7)
  /// Ticks after which what lasts is normal.
  private static let acceptedValueTicks: Int32 = 24

  /// Takes note of the number that an event holds.
  mutating func note(_ measure: MeasuredNumber, in batch: EventBatch) {
    // SAFETY: measures name events of their batch, and nobody changes it meanwhile.
    let record = unsafe UnsafePointer(batch.records + Int(measure.index))
    guard origin != .min else { return }
    let index = unsafe series(of: record)
    guard index >= 0 else { return }
    let at = Int(index)
    if series[at].measure < 0 {
      if let free = freeMeasures.popLast() {
        series[at].measure = free
      } else {
        guard measures.rowCount < MeasureTable.rowLimit else { return }
        series[at].measure = Int32(measures.rowCount)
        measures.addRow()
      }
    }
    let source = Int(unsafe record.pointee.source.rawValue)
    let time =
      EventClock.clamped(unsafe record.pointee.time.microseconds) &+ clock.skew(of: source)
    let isFirst = measures.add(Int(series[at].measure), measure.value, at: tick(of: time))
    if isFirst { measuredSeries.append(index) }
  }

  /// Lets go of the measure of a series that is no more.
  mutating func releaseMeasure(_ index: Int32) {
    let row = series[Int(index)].measure
    guard row >= 0 else { return }
    measures.clear(Int(row))
    freeMeasures.append(row)
    series[Int(index)].measure = -1
  }

  /// Whether what was measured has grown. What shrinks is no trouble.
  mutating func testValues(_ tick: Int32, _ end: Int64) {
    var findings: [ValueFinding] = []
    var kept = 0
    for index in measuredSeries.indices {
      let number = measuredSeries[index]
      let at = Int(number)
      let row = Int(series[at].measure)
      measures.settle(row, until: tick, keeps: !series[at].isSlow)
      let recent = Int(measures.recentCounts[row])
      if recent == 0 { continue }
      measuredSeries[kept] = number
      kept += 1
      guard recent >= Self.leastRecent, !series[at].isSlow,
        measures.pastCounts[row] >= Self.leastPast, end - series[at].firstSeen >= Self.leastAge,
        end >= series[at].echoUntil
      else { continue }
      let median = measures.medians[row]
      let high = measures.highs[row]
      let share: Double
      if measures.countAbove(row, median, by: Self.leastBins) * 2 > recent {
        share = 0.5
      } else if Double(measures.countAbove(row, high, by: Self.leastBins)) > 0.15 * Double(recent) {
        share = 0.85
      } else {
        continue
      }
      let probability = measures.logShift(row)
      guard probability < Self.logValue else { continue }
      findings.append(
        ValueFinding(
          logProbability: probability, index: number, share: share,
          usual: share == 0.5 ? median : high))
    }
    measuredSeries.removeLast(measuredSeries.count - kept)
    // The one that tells most comes first.
    findings.sort { ($0.logProbability, $0.index) < ($1.logProbability, $1.index) }
    for finding in findings { openValue(finding, tick, end) }
  }

  private struct ValueFinding {
    var logProbability: Double
    var index: Int32
    var share: Double
    var usual: UInt8
  }

  private mutating func openValue(_ finding: ValueFinding, _ tick: Int32, _ end: Int64) {
    let at = Int(finding.index)
    let (share, probability) = (finding.share, finding.logProbability)
    let row = Int(series[at].measure)
    series[at].isSlow = true
    open(
      .value, .pattern(PatternID(rawValue: series[at].pattern)), service: series[at].service,
      series: Int32(at), time: end, lastOffset: series[at].lastOffset,
      score: min(-probability / log(10), 12) / 4 + 1 + Self.weight(series[at].severity),
      severity: series[at].severity,
      evidence: .value(
        observedCount: Int(measures.recentCounts[row]),
        windowMicroseconds: Int64(MeasureTable.recentTicks) * DetectorOptions.tickMicroseconds,
        share: share, value: MeasureTable.value(of: measures.recentQuantile(row, share)),
        usual: MeasureTable.value(of: Int(finding.usual)), pastCount: Int(measures.pastCounts[row]),
        probability: exp(probability))
    ) { $0.windowTicks = MeasureTable.recentTicks }
  }

  /// A shift is over when both quantiles are near the old ones again, or has lasted long enough.
  mutating func valueIsOver(_ episode: Episode, _ tick: Int32, _ end: Int64) -> Int64? {
    guard let index = episode.series, series[Int(index)].measure >= 0 else { return end }
    let row = Int(series[Int(index)].measure)
    if tick - episode.openedTick >= Self.acceptedValueTicks {
      measures.accept(row)
      return end
    }
    let recent = Int(measures.recentCounts[row])
    guard recent > 0 else { return end - series[Int(index)].lastSeen >= Self.leastAge ? end : nil }
    let isHigh =
      measures.countAbove(row, measures.medians[row], by: Self.leastBins / 2) * 2 > recent
      || Double(measures.countAbove(row, measures.highs[row], by: Self.leastBins / 2))
        > 0.15 * Double(recent)
    return isHigh ? nil : end
  }
}
