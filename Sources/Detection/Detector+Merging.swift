internal import Events

extension Detector {
  /// Two patterns turn out to be one: everything that is known of `from` becomes known of `into`.
  mutating func mergeSeries(_ from: UInt32, _ into: UInt32) {
    var index = patterns[Int(from)].head
    patterns[Int(from)].head = Series.none
    patterns[Int(from)].latest = Series.none
    while index >= 0 {
      let next = series[Int(index)].next
      let target = table.find(into, series[Int(index)].service, in: series)
      if target >= 0 { fold(index, into: target) } else { rename(index, into) }
      index = next
    }
    let older = patterns[Int(from)]
    patterns[Int(into)].firstSeen = min(patterns[Int(into)].firstSeen, older.firstSeen)
    if older.novelty == .known || patterns[Int(into)].novelty == .unseen {
      patterns[Int(into)].novelty = older.novelty
      patterns[Int(into)].recent = older.recent
    }
    patterns[Int(from)].novelty = .known
    listSeries()
    table.rebuild(series)
  }

  private mutating func rename(_ index: Int32, _ into: UInt32) {
    series[Int(index)].pattern = into
    series[Int(index)].next = patterns[Int(into)].head
    patterns[Int(into)].head = index
    for episode in episodes.indices where episodes[episode].series == index {
      episodes[episode].anomaly.subject = .pattern(PatternID(rawValue: into))
    }
  }

  private mutating func fold(_ index: Int32, into target: Int32) {
    let from = series[Int(index)]
    let at = Int(target)
    seriesRings.merge(Int(index), into: at)
    if from.count > series[at].count / 8 {
      // Two rhythms laid over each other are none; the larger one stays if the other is rare.
      if series[at].count <= from.count / 8 {
        gaps.copy(Int(index), to: at)
        series[at].gapCount = from.gapCount
        series[at].deadline = from.deadline
      } else {
        series[at].gapCount = 0
        series[at].deadline = .max
      }
    }
    series[at].count += from.count
    series[at].firstSeen = min(series[at].firstSeen, from.firstSeen)
    if from.lastSeen > series[at].lastSeen {
      series[at].lastSeen = from.lastSeen
      series[at].visitStart = from.visitStart
    }
    series[at].lastOffset = max(series[at].lastOffset, from.lastOffset)
    series[at].baselineFrom = max(series[at].baselineFrom, from.baselineFrom)
    series[at].dropTick = openTick
    series[at].flagged |= from.flagged
    series[at].echoUntil = max(series[at].echoUntil, from.echoUntil)
    series[at].severity = max(series[at].severity, from.severity)
    if from.isActive { series[at].isActive = true }
    moveEpisodes(index, to: target)
    if services[Int(from.service)].newSign?.series == index {
      services[Int(from.service)].newSign = nil
    }
    releaseMeasure(index)
    releaseCategories(index)
    mergeFlows(index, into: target)
    moveBursts(index, to: target)
    series[Int(index)].pattern = .max
    freeSeries.append(index)
  }

  /// The episodes of a series that was folded into another: the other's now, or over.
  private mutating func moveEpisodes(_ index: Int32, to target: Int32) {
    let at = Int(target)
    var position = 0
    while position < episodes.count {
      guard episodes[position].series == index else {
        position += 1
        continue
      }
      let kind = episodes[position].anomaly.kind
      let isTold = episodes.contains { $0.series == target && $0.anomaly.kind == kind }
      // What was new or missing is neither, when it is the same as something that is there.
      if isTold || kind == .drop || kind == .new || kind == .value || kind == .sequence {
        close(at: position, time: max(series[at].lastSeen, 0))
        continue
      }
      episodes[position].series = target
      episodes[position].anomaly.subject = .pattern(PatternID(rawValue: series[at].pattern))
      if kind == .burst { series[at].isBursting = true }
      position += 1
    }
  }
}
