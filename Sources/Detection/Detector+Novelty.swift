internal import Events

extension Detector {
  /// Three events within the first, or four within the second, make an unseen pattern a new one.
  private static let noveltySpan: Int64 = 20_000_000
  private static let slowNoveltySpan: Int64 = 60_000_000
  /// What has not come that often by then is rare, not new.
  private static let candidateSpan: Int64 = 120_000_000
  /// Ticks in which new patterns are counted for the estimate.
  private static let novelTicks: Int32 = 24

  /// An event of a pattern that is not known yet.
  @inline(never)
  mutating func judgeNovelty(
    _ record: EventRecord, _ time: Int64, _ index: Int, _ traits: [PatternTraits]
  ) {
    let pattern = Int(record.pattern.rawValue)
    let service = Int(record.service.rawValue)
    let chance = noveltyChance(service, time)
    if patterns[pattern].novelty == .unseen {
      patterns[pattern].firstSeen = time
      serviceRings.add(ServiceRow.base(service) + ServiceRow.new, at: tick(of: time))
      let heard = time - services[service].firstSeen
      patterns[pattern].novelty = heard < options.learningMicroseconds ? .known : .candidate
      if patterns[pattern].novelty == .known { return }
    }
    let before = patterns[pattern].recent
    patterns[pattern].recent = (time, before.0, before.1)
    if time - patterns[pattern].firstSeen > Self.candidateSpan {
      patterns[pattern].novelty = .known
      return
    }
    let hasFailureWord =
      pattern < traits.count && traits[pattern].contains(.hasFailureWord)
    guard
      record.severity >= .error || hasFailureWord || time - before.1 <= Self.noveltySpan
        || time - before.2 <= Self.slowNoveltySpan
    else { return }
    patterns[pattern].novelty = .known
    open(
      .new, .pattern(record.pattern), service: record.service.rawValue, series: Int32(index),
      time: time, lastOffset: offset,
      score: -log(chance) / log(10)
        + Self.weight(record.severity, failureWord: hasFailureWord),
      severity: record.severity,
      evidence: .new(observedCount: Int(series[index].count), novelty: chance))
  }

  /// Good and Turing's estimate that the next event of a service is of a pattern not seen yet, from
  /// its last two minutes. While patterns are still being learned it is large.
  private func noveltyChance(_ service: Int, _ time: Int64) -> Double {
    let row = ServiceRow.base(service)
    let now = tick(of: time)
    let span = max(0, now - Self.novelTicks + 1)...max(0, now)
    let new = Double(serviceRings.sum(row + ServiceRow.new, span))
    let all = Double(max(1, serviceRings.sum(row + ServiceRow.all, span)))
    return min(1, (new + 0.5) / all)
  }
}
