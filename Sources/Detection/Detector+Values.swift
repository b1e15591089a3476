internal import Events

extension Detector {
  private static let leastPast: UInt32 = 25
  private static let leastRecent = 5
  /// The median or the 85th percentile must have moved by so many bins, which is 2.5 times or more;
  /// the latter tells of every third call.
  private static let leastBins: UInt8 = 6
  /// A shift of all values by twice is believed where it is all the clearer and lasts longer.
  private static let leastBinsOfAll: UInt8 = 4
  private static let logValue = log(1e-7)
  private static let logClear = log(1e-9)
  /// Large values in fewer than so many ticks are one hitch.
  private static let leastHighTicks = 3
  private static let leastHigh = 4
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
    var findings: [(index: Int32, shift: Shift)] = []
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
      if let shift = shift(row, tick) { findings.append((index: number, shift: shift)) }
    }
    measuredSeries.removeLast(measuredSeries.count - kept)
    // The one that tells most comes first.
    findings.sort { ($0.shift.logProbability, $0.index) < ($1.shift.logProbability, $1.index) }
    for finding in findings { openValue(Int(finding.index), tick, end, finding.shift) }
  }

  private struct Shift {
    var share: Double
    var count: Int
    var usual: UInt8
    var ticks: Int32
    var logProbability: Double
  }

  /// Whether half of the recent values, or more than the 15 of 100 that may, are far above those of
  /// the past.
  private func shift(_ row: Int, _ tick: Int32) -> Shift? {
    let recent = measures.recentCount(row, until: tick)
    guard recent >= Self.leastRecent else { return nil }
    let median = measures.medians[row]
    let high = measures.highs[row]
    if measures.countAbove(row, median, by: Self.leastBinsOfAll, until: tick) * 2 > recent {
      let isFar = measures.countAbove(row, median, by: Self.leastBins, until: tick) * 2 > recent
      let bins = isFar ? Self.leastBins : Self.leastBinsOfAll
      let ticks = measures.ticks(row, above: median, by: bins, until: tick)
      let probability = measures.logShift(row, until: tick)
      if probability < (isFar ? Self.logValue : Self.logClear),
        ticks.high >= Self.leastHighTicks + (isFar ? 0 : 1)
      {
        return Shift(
          share: 0.5, count: recent, usual: median, ticks: ticks.all, logProbability: probability)
      }
    }
    let count = measures.countAbove(row, high, by: Self.leastBins, until: tick)
    guard count >= Self.leastHigh, Double(count) > 0.15 * Double(recent) else { return nil }
    let ticks = measures.ticks(row, above: high, by: Self.leastBins, until: tick)
    guard ticks.high >= Self.leastHighTicks else { return nil }
    let probability = Self.logMissing(
      count, of: recent, pastMissing: measures.pastAbove(row, high, by: Self.leastBins),
      ofPast: measures.pastCounts[row])
    guard probability < Self.logValue else { return nil }
    return Shift(
      share: 0.85, count: recent, usual: high, ticks: ticks.all, logProbability: probability)
  }

  private mutating func openValue(_ at: Int, _ tick: Int32, _ end: Int64, _ shift: Shift) {
    let probability = shift.logProbability
    let row = Int(series[at].measure)
    series[at].isSlow = true
    open(
      .value, .pattern(PatternID(rawValue: series[at].pattern)), service: series[at].service,
      series: Int32(at), time: end, lastOffset: series[at].lastOffset,
      score: min(-probability / log(10), 12) / 4 + 1 + Self.weight(series[at].severity),
      severity: series[at].severity,
      evidence: .value(
        observedCount: shift.count,
        windowMicroseconds: Int64(shift.ticks) * DetectorOptions.tickMicroseconds,
        share: shift.share,
        value: MeasureTable.value(of: measures.recentQuantile(row, shift.share, until: tick)),
        usual: MeasureTable.value(of: Int(shift.usual)), pastCount: Int(measures.pastCounts[row]),
        probability: exp(probability))
    ) { $0.windowTicks = shift.ticks }
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
      measures.countAbove(row, measures.medians[row], by: Self.leastBins / 2, until: .max) * 2
      > recent
      || Double(measures.countAbove(row, measures.highs[row], by: Self.leastBins / 2, until: .max))
        > 0.15 * Double(recent)
    return isHigh ? nil : end
  }
}
