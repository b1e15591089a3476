package import Events

/// The counts that the screens and reports show.
extension Detector {
  /// Start of the oldest of `count` minutes, of which the newest is the one of the clock.
  package func minuteWindowStart(count: Int) -> Instant? {
    guard clock.now != .min, origin != .min else { return nil }
    let minute = 60_000_000 as Int64
    let current = origin + (clock.now - origin) / minute * minute
    return Instant(microseconds: current - Int64(count - 1) * minute)
  }

  /// Events per minute of a service, or of all, oldest first; the last minute is not complete.
  /// - Parameter count: At most `CountRings.minuteCount` and the last three minutes.
  package func heat(of service: ServiceID?, minutes count: Int = 60) -> [UInt32] {
    guard let row = row(of: service), origin != .min else { return zeros(count) }
    return serviceRings.minutes(row + ServiceRow.all, count: count, until: currentTick)
  }

  /// Events per minute of a pattern in all services, oldest first.
  package func trend(of pattern: PatternID, minutes count: Int = 60) -> [UInt32] {
    var total = zeros(count)
    forEachSeries(of: pattern) { index in
      let counts = seriesRings.minutes(index, count: count, until: currentTick)
      for minute in 0..<count { total[minute] &+= counts[minute] }
    }
    return total
  }

  /// Events per 5 s of a pattern in all services over the last three minutes, oldest first.
  package func recentTrend(of pattern: PatternID) -> [UInt32] {
    var total = zeros(Int(CountRings.tickCount))
    forEachSeries(of: pattern) { index in
      for tick in 0..<total.count {
        total[tick] &+= seriesRings.count(
          index, at: currentTick - Int32(total.count - 1 - tick))
      }
    }
    return total
  }

  /// Events per minute of a pattern: over the last 30 s, and in the minutes before them; the latter
  /// `nil` while there is no past to compare with.
  package func rate(of pattern: PatternID) -> (now: Double, baseline: Double?) {
    guard origin != .min else { return (0, nil) }
    let counts = recentTrend(of: pattern)
    let now = currentTick
    var spoken: Int32 = .max
    forEachSeries(of: pattern) { spoken = min(spoken, series[$0].baselineFrom) }
    let recent = counts.suffix(6).reduce(0) { $0 + Double($1) }
    let first = firstUsable(spoken == .max ? now : spoken, now)
    guard counts.count - 6 - first >= Baseline.leastTicks else { return (recent * 2, nil) }
    let past = counts[first..<(counts.count - 6)]
    let sum = past.reduce(0) { $0 + Double($1) }
    return (recent * 2, sum / Double(past.count) * Double(CountRings.ticksPerMinute))
  }

  /// Events per second of a service, or of all, over the last 30 s that are complete.
  package func eventsPerSecond(of service: ServiceID?) -> Double {
    guard let row = row(of: service), origin != .min else { return 0 }
    return Double(serviceRings.sum(row + ServiceRow.all, recentTicks)) / 30
  }

  /// Share of a service's events at error or worse over the last three minutes, 0 to 1.
  package func errorShare(of service: ServiceID?) -> Double {
    guard let row = row(of: service), origin != .min else { return 0 }
    let span = max(0, currentTick - CountRings.tickCount + 1)...max(0, currentTick)
    let all = serviceRings.sum(row + ServiceRow.all, span)
    guard all > 0 else { return 0 }
    return Double(serviceRings.sum(row + ServiceRow.failed, span)) / Double(all)
  }

  /// Services that a pattern was seen in, lowest number first.
  package func services(of pattern: PatternID) -> [ServiceID] {
    var found: [UInt32] = []
    forEachSeries(of: pattern) { found.append(series[$0].service) }
    return found.sorted().map(ServiceID.init(rawValue:))
  }

  /// Events of a pattern in one service, as far back as the pair is remembered.
  package func count(of pattern: PatternID, in service: ServiceID) -> UInt64 {
    let index = table.find(pattern.rawValue, service.rawValue, in: series)
    return index < 0 ? 0 : series[Int(index)].count
  }

  /// Events of a service.
  package func count(of service: ServiceID) -> UInt64 {
    let index = Int(service.rawValue)
    return index < services.count ? services[index].count : 0
  }

  /// Services that spoke, lowest number first.
  package var knownServices: [ServiceID] {
    services.indices.filter { services[$0].isKnown }.map { ServiceID(rawValue: UInt32($0)) }
  }

  private var currentTick: Int32 { origin == .min ? 0 : max(0, tick(of: clock.now)) }

  /// The last six ticks but the one that is not over.
  private var recentTicks: ClosedRange<Int32> {
    let last = max(0, currentTick - 1)
    return max(0, last - 5)...last
  }

  private func row(of service: ServiceID?) -> Int? {
    guard let service else { return 0 }
    return Int(service.rawValue) < services.count ? ServiceRow.base(Int(service.rawValue)) : nil
  }

  private func zeros(_ count: Int) -> [UInt32] { [UInt32](repeating: 0, count: count) }

  private func forEachSeries(of pattern: PatternID, _ body: (Int) -> Void) {
    guard Int(pattern.rawValue) < patterns.count else { return }
    var index = patterns[Int(pattern.rawValue)].head
    while index >= 0 {
      body(Int(index))
      index = series[Int(index)].next
    }
  }
}
