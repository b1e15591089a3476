internal import Events

extension Detector {
  /// Two events within this time make an unseen pattern that tells of trouble a new one; within the
  /// second, where only its words and not its severity do.
  private static let troubleSpan: Int64 = 15_000_000
  private static let wordSpan: Int64 = 8_000_000
  /// So many new patterns of a service within this time are no chance, and each is told at once.
  private static let clusterSpan: Int64 = 5_000_000
  private static let clusterCount = 3
  private static let turnProbability = 2e-4
  /// Harmless ones must come within this.
  private static let turnSpan: Int64 = 3_000_000
  private static let turnTicks = 0.6
  /// What is harmless and new after such a report is part of it for this long.
  private static let signSpan: Int64 = 60_000_000
  /// Events closer together than this are of one moment.
  private static let momentSpan: Int64 = 500_000
  /// Three moments within the first, or four within the second, make an unseen pattern a new one.
  private static let noveltySpan: Int64 = 20_000_000
  private static let slowNoveltySpan: Int64 = 60_000_000
  /// Where new patterns are that usual, one more that is harmless says nothing.
  private static let largestChance = 0.1
  private static let largestChanceOfTrouble = 0.3
  private static let fewNew: UInt32 = 2
  /// What has not come that often by then is rare, not new.
  private static let candidateSpan: Int64 = 60_000_000
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
    let previous = patterns[pattern].lastSeen
    patterns[pattern].lastSeen = time
    if time - patterns[pattern].firstSeen > Self.candidateSpan {
      patterns[pattern].novelty = .known
      return
    }
    let words = pattern < traits.count ? traits[pattern] : []
    let hasFailureWord = words.contains(.hasFailureWord)
    let isTrouble =
      record.severity >= .error || hasFailureWord || words.contains(.isFailedRequest)
    let isAmongNew = isAmongNew(service, time)
    let span = record.severity >= .error ? Self.troubleSpan : Self.wordSpan
    if record.severity == .fatal || words.contains(.isGrave)
      || (isTrouble && (isAmongNew || time - previous <= span) && !isUnsettled(service, time))
      || (hasComeOften(pattern, time) && (isTrouble || chance <= Self.largestChance))
    {
      // What says in words that it failed tells more than that a request did.
      let isRequest = !hasFailureWord && words.contains(.isRequest)
      let severity =
        words.contains(.isFailedRequest) ? max(record.severity, .error) : record.severity
      return tellNew(
        index, time, offset, chance, severity, hasFailureWord, isRequest: isRequest)
    }
    note(
      NewSign(
        series: Int32(index), time: time, offset: offset, hasFailureWord: hasFailureWord,
        isTrouble: isTrouble || record.severity >= .warn), of: service)
    if isAmongNew { tellFirstSign(of: service, time, chance) }
  }

  /// Keeps the first of several new things that a service says, or the first bad one.
  private mutating func note(_ sign: NewSign, of service: Int) {
    guard sign.time >= services[service].signHold else { return }
    if let known = services[service].newSign, sign.time - known.time <= Self.clusterSpan,
      known.isTrouble || !sign.isTrouble
    {
      return
    }
    services[service].newSign = sign
  }

  /// Takes note of one more event; whether there were enough at different moments.
  private mutating func hasComeOften(_ pattern: Int, _ time: Int64) -> Bool {
    let before = patterns[pattern].recent
    // What a job says all at once is said once.
    guard time - before.0 >= Self.momentSpan else { return false }
    patterns[pattern].recent = (time, before.0, before.1)
    return time - before.1 <= Self.noveltySpan || time - before.2 <= Self.slowNoveltySpan
  }

  /// Among several new things that a service says, one stands for all. Where none is bad, they must
  /// come all at once: it restarts, reloads or stops.
  private mutating func tellFirstSign(of service: Int, _ time: Int64, _ chance: Double) {
    guard let first = services[service].newSign,
      patterns[Int(series[Int(first.series)].pattern)].novelty == .candidate
    else { return }
    let at = Int(first.series)
    if !first.isTrouble {
      guard time - first.time <= Self.turnSpan else { return }
    }
    services[service].newSign = nil
    services[service].signHold = time + Self.signSpan
    tellNew(at, time, first.offset, chance, series[at].severity, first.hasFailureWord)
  }

  private mutating func tellNew(
    _ index: Int, _ time: Int64, _ lastOffset: UInt64, _ chance: Double, _ severity: Severity,
    _ hasFailureWord: Bool, isRequest: Bool = false
  ) {
    let pattern = series[index].pattern
    patterns[Int(pattern)].novelty = .known
    let weight = Self.weight(severity, failureWord: hasFailureWord)
    open(
      .new, .pattern(PatternID(rawValue: pattern)), service: series[index].service,
      series: Int32(index), time: time, lastOffset: lastOffset,
      score: min(-log(chance) / log(10), 3) + weight, severity: severity, weight: weight,
      isRequest: isRequest, evidence: .new(observedCount: Int(series[index].count), novelty: chance)
    )
  }

  /// Whether a service says several things for the first time, more than it did before.
  ///
  /// New patterns are taken to come at random, as often as in the two minutes before, those in which
  /// the service was learned left out; three in a moment must then be most improbable.
  private func isAmongNew(_ service: Int, _ time: Int64) -> Bool {
    let now = tick(of: time)
    let first = tick(of: time - Self.clusterSpan)
    let row = ServiceRow.base(service) + ServiceRow.new
    let learned = tick(of: services[service].firstSeen + options.learningMicroseconds)
    let start = max(learned, first - Self.novelTicks)
    guard start < first, serviceRings.sum(row, first...now) >= Self.clusterCount else {
      return false
    }
    let before = Double(serviceRings.sum(row, start...(first - 1))) + 0.5
    let expected = before / Double(first - start) * Self.turnTicks
    // The leading term of the tail of three or more.
    return expected * expected * expected / 6 < Self.turnProbability
  }

  /// Whether much of what a service says is new, so that trouble which is new tells little yet.
  private func isUnsettled(_ service: Int, _ time: Int64) -> Bool {
    let now = tick(of: time)
    let span = max(0, now - Self.novelTicks + 1)...max(0, now)
    return serviceRings.sum(ServiceRow.base(service) + ServiceRow.new, span) > Self.fewNew
      && noveltyChance(service, time) > Self.largestChanceOfTrouble
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
