internal import Events

extension Detector {
  /// A pattern must have been there this long for its absence to mean something, one that tells of
  /// trouble longer: trouble that ends is no anomaly unless it had become usual.
  static let leastAge: Int64 = 60_000_000
  static let leastAgeOfTrouble: Int64 = 300_000_000
  /// A silence this long is the new normal.
  private static let silenceLimit: Int64 = 900_000_000

  /// An event came after a pause.
  @inline(never)
  mutating func visit(_ index: Int, _ time: Int64) {
    let gap = time - series[index].visitStart
    series[index].visitStart = time
    if series[index].isSilent {
      if let episode = episodes.firstIndex(where: {
        $0.series == Int32(index) && $0.anomaly.kind == .drop
      }) {
        close(at: episode, time: time)
      }
    } else {
      gaps.add(index, gap, count: Int(series[index].gapCount))
      series[index].gapCount &+= 1
    }
    // What came without rhythm is looked at again after a few more.
    if series[index].deadline == .max, !Series.isLookedAt(series[index].gapCount) {
      return
    }
    if let rhythm = gaps.rhythm(index, count: Int(series[index].gapCount)) {
      series[index].deadline = time + rhythm.limit
      noteRegular(index)
      leastDeadline = min(leastDeadline, series[index].deadline)
    } else {
      series[index].deadline = .max
    }
  }

  /// Reports what came regularly and has not come by `limit`.
  mutating func breakSilences(upTo limit: Int64) {
    guard leastDeadline <= limit else { return }
    var due: [(deadline: Int64, index: Int32)] = []
    leastDeadline = .max
    var kept = 0
    for place in regularSeries.indices {
      let index = regularSeries[place]
      let deadline = series[Int(index)].deadline
      if deadline == .max {
        series[Int(index)].isRegular = false
        continue
      }
      regularSeries[kept] = index
      kept += 1
      let lag = services[Int(series[Int(index)].service)].lag
      let end = deadline + max(0, lag - options.latenessMicroseconds)
      if end <= limit { due.append((end, index)) } else { leastDeadline = min(leastDeadline, end) }
    }
    regularSeries.removeLast(regularSeries.count - kept)
    due.sort { $0 < $1 }
    for (deadline, index) in due { fallSilent(Int(index), at: deadline) }
  }

  private mutating func fallSilent(_ index: Int, at time: Int64) {
    series[index].deadline = .max
    let service = Int(series[index].service)
    let age = time - series[index].firstSeen
    let isTrouble = series[index].severity >= .warn
    guard age >= (isTrouble ? Self.leastAgeOfTrouble : Self.leastAge),
      !services[service].isDropping,
      !series[index].isDropping, time >= series[index].echoUntil,
      let rhythm = gaps.rhythm(index, count: Int(series[index].gapCount))
    else { return }
    let ability = ability(service, at: time)
    guard ability != .none else { return }
    series[index].isSilent = true
    series[index].isDropping = true
    let silent = time - series[index].visitStart
    let lastSeen = series[index].lastSeen
    // Whatever stopped, stopped: what the service misses after that is the same silence.
    let isTold = episodes.contains {
      $0.service == UInt32(service) && $0.anomaly.kind == .drop
        && (!$0.isTold || $0.isHeld)
    }
    open(
      .drop, .pattern(PatternID(rawValue: series[index].pattern)),
      service: series[index].service, series: Int32(index), time: time,
      lastOffset: series[index].lastOffset,
      score: 6 + Self.weight(series[index].severity), severity: series[index].severity,
      isTold: isTold, isHeld: !isTold && ability == .unproven,
      evidence: .silence(
        silentMicroseconds: silent, usualMicroseconds: rhythm.usual,
        longestMicroseconds: rhythm.longest)
    ) { $0.lastSeen = lastSeen }
  }

  /// Reports what was held back and is still open: the sources ended together, but for what fell
  /// silent a moment before.
  mutating func releaseHeld(newest: Int64) {
    for index in episodes.indices where episodes[index].isHeld {
      let last = episodes[index].lastSeen
      guard newest - last <= Self.heldSpan,
        episodes[index].anomaly.time.microseconds <= newest
      else { continue }
      var anomaly = episodes[index].anomaly
      episodes[index].isHeld = false
      episodes[index].isTold = !report(&anomaly, weight: 0)
      episodes[index].anomaly = anomaly
    }
  }

  /// Sources whose ends lie further apart are not of one time.
  private static let heldSpan: Int64 = 60_000_000

  /// Silence that has lasted is forgotten.
  mutating func acceptSilence(_ episode: Episode, at time: Int64) -> Bool {
    guard let index = episode.series, series[Int(index)].isSilent,
      time - episode.anomaly.time.microseconds >= Self.silenceLimit
    else { return false }
    series[Int(index)].gapCount = 0
    return true
  }
}
