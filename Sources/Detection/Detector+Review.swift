internal import Events

extension Detector {
  /// Ticks of one level after which it is the normal one.
  private static let acceptedTicks: Int32 = 12
  /// Calm ticks in a row that end a burst, and back ones that end a drop.
  private static let calmTicks: Int32 = 2
  private static let returnTicks = 3
  private static let returnPart = 0.6
  /// What is new is so for this long at most, and until it has not come for that long.
  private static let newSpan: Int64 = 300_000_000
  private static let recoverySpan: Int64 = 1_800_000_000
  private static let newQuiet: Int64 = 60_000_000

  /// Looks at all open episodes once a tick, and ends those that are over.
  mutating func reviewEpisodes(_ tick: Int32, _ end: Int64) {
    var index = 0
    while index < episodes.count {
      if let time = isOver(index, tick, end) { close(at: index, time: time) } else { index += 1 }
    }
  }

  /// When the episode ended, if it did.
  private mutating func isOver(_ index: Int, _ tick: Int32, _ end: Int64) -> Int64? {
    let episode = episodes[index]
    switch episode.anomaly.kind {
    case .new: return newIsOver(episode, end)
    case .burst: return burstIsOver(index, episode, tick, end)
    case .drop:
      if let series = episode.series {
        if self.series[Int(series)].isSilent { return acceptSilence(episode, at: end) ? end : nil }
        return seriesDropIsOver(episode, Int(series), tick, end)
      }
      return serviceDropIsOver(episode, tick, end)
    case .level: return levelIsOver(index, tick, end)
    case .value where episode.isUnseenValue:
      return end - episode.anomaly.time.microseconds >= Self.unseenSpan ? end : nil
    case .value: return valueIsOver(episode, tick, end)
    case .sequence: return flowIsOver(episode, tick, end)
    case .clock: return end
    }
  }

  private func newIsOver(_ episode: Episode, _ end: Int64) -> Int64? {
    let opened = episode.anomaly.time.microseconds
    guard let index = episode.series else { return end }
    let quiet = series[Int(index)].lastSeen
    if end - quiet >= Self.newQuiet { return quiet }
    return end - opened >= Self.newSpan ? end : nil
  }

  private mutating func burstIsOver(
    _ index: Int, _ episode: Episode, _ tick: Int32, _ end: Int64
  ) -> Int64? {
    let at = Int(episode.series!)
    let count = seriesRings.sum(at, (tick - episode.windowTicks + 1)...tick)
    let mean = episode.expectedPerTick * Double(episode.windowTicks)
    let prediction = CountPrediction(
      baselineSum: mean * 8, baselineTicks: 8, windowTicks: 1, dispersion: episode.dispersion)
    if prediction.logUpperTail(Double(count)) > episode.logCalm {
      episodes[index].calmTicks += 1
      if episodes[index].calmTicks >= Self.calmTicks { return end }
      return nil
    }
    episodes[index].calmTicks = 0
    flag(at, tick, 1)
    guard tick - episode.openedTick >= Self.acceptedTicks else { return nil }
    accept(episode, at, from: episode.openedTick - episode.windowTicks + 1, end)
    return end
  }

  private mutating func seriesDropIsOver(
    _ episode: Episode, _ at: Int, _ tick: Int32, _ end: Int64
  ) -> Int64? {
    let expected = episode.expectedPerTick * Double(Self.returnTicks)
    let count = seriesRings.sum(at, (tick - Int32(Self.returnTicks) + 1)...tick)
    if Double(count) >= max(1, Self.returnPart * expected) { return end }
    flag(at, tick, 1)
    guard tick - episode.openedTick >= 2 * Self.acceptedTicks else { return nil }
    accept(episode, at, from: episode.openedTick, end)
    return end
  }

  /// What has lasted is normal from here on; the way back will be no anomaly.
  private mutating func accept(_ episode: Episode, _ at: Int, from tick: Int32, _ end: Int64) {
    series[at].baselineFrom = tick
    series[at].flagged = 0
    series[at].formerPerTick = Float(episode.expectedPerTick)
    series[at].formerUntil = end + Self.recoverySpan
  }

  private mutating func serviceDropIsOver(
    _ episode: Episode, _ tick: Int32, _ end: Int64
  ) -> Int64? {
    let affected = episode.droppedServices + (episode.service.map { [$0] } ?? [])
    let window = (tick - Int32(Self.returnTicks) + 1)...tick
    let count = affected.reduce(0) {
      $0 + serviceRings.sum(ServiceRow.base(Int($1)) + ServiceRow.all, window)
    }
    let isBack =
      Double(count) >= max(1, Self.returnPart * episode.expectedPerTick * Double(Self.returnTicks))
    let isNormal = tick - episode.openedTick >= 2 * Self.acceptedTicks
    for service in affected {
      let at = Int(service)
      services[at].flagged |= 1 << UInt64(tick % CountRings.tickCount)
      guard isBack || isNormal else { continue }
      if isNormal {
        services[at].baselineFrom = episode.openedTick
        services[at].flagged = 0
      }
      services[at].isDropping = false
      services[at].echoUntil = max(services[at].echoUntil, end + Self.echoMicroseconds)
    }
    return isBack || isNormal ? end : nil
  }
}
