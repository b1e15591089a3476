internal import Events

extension Detector {
  @inline(__always)
  mutating func observe(_ record: EventRecord, _ traits: [PatternTraits]) {
    let source = Int(record.source.rawValue)
    let (time, lag) = clock.place(
      record.time.microseconds, source: source, origin: record.timeOrigin)
    if clock.wasRebased, clock.takeRebase() { rebase() }
    if clock.turn != nil, let turn = clock.takeTurn() { turnBack(turn) }
    if clock.now >= wakeAt { wake() }
    if record.flags.contains(.part) { return }
    eventCount &+= 1
    if source >= abilities.count || !abilities[source].canFallSilent {
      heard(source)
    }

    let tick = tick(of: time)
    serviceRings.add(ServiceRow.all, at: tick)
    let service = Int(record.service.rawValue)
    guard service < Self.serviceLimit else { return }
    if service >= services.count || !services[service].isKnown { addService(service, time, tick) }
    if services[service].isResting { wakeService(service, time, tick) }
    let row = ServiceRow.base(service)
    serviceRings.add(row &+ ServiceRow.all, at: tick)
    if record.severity.rawValue >= Severity.warn.rawValue {
      serviceRings.add(row &+ ServiceRow.warned, at: tick)
      services[service].lastWarnOffset = offset
      if record.severity.rawValue >= Severity.error.rawValue {
        serviceRings.add(row &+ ServiceRow.failed, at: tick)
      }
    }
    touchService(service, time, lag, record.source.rawValue)

    let pattern = Int(record.pattern.rawValue)
    guard pattern < Self.patternLimit else { return }
    if pattern >= patterns.count { growPatterns(to: pattern) }
    let index = findSeries(record, time, tick)
    watch(index)
    seriesRings.add(index, at: tick)
    touchSeries(index, time, record.severity)
    if patterns[pattern].novelty.rawValue != PatternState.Novelty.known.rawValue {
      judgeNovelty(record, time, index, traits)
    }
  }

  @inline(__always)
  private mutating func touchService(
    _ service: Int, _ time: Int64, _ lag: Int64, _ source: UInt32
  ) {
    services[service].count &+= 1
    services[service].lastOffset = offset
    if time > services[service].lastSeen { services[service].lastSeen = time }
    if lag > services[service].lag { services[service].lag = lag }
    if !services[service].speaks(through: source) {
      let known = services[service].sources
      services[service].sources = (source, known.0, known.1, known.2)
    }
    if !services[service].isActive {
      services[service].isActive = true
      activeServices.append(UInt32(service))
      let row = ServiceRow.base(service)
      for index in row..<(row + ServiceRow.count) { serviceRings.settle(index, at: reachTick) }
    }
  }

  @inline(__always)
  private mutating func findSeries(_ record: EventRecord, _ time: Int64, _ tick: Int32) -> Int {
    let pattern = Int(record.pattern.rawValue)
    let latest = patterns[pattern].latest
    if latest >= 0, series[Int(latest)].service == record.service.rawValue { return Int(latest) }
    var index = table.find(record.pattern.rawValue, record.service.rawValue, in: series)
    if index < 0 { index = addSeries(record, time, tick) }
    patterns[pattern].latest = index
    return Int(index)
  }

  @inline(__always)
  private mutating func touchSeries(_ index: Int, _ time: Int64, _ severity: Severity) {
    series[index].count &+= 1
    series[index].lastOffset = offset
    if severity.rawValue > series[index].severity.rawValue { worsen(index, severity) }
    if series[index].isResting { wakeSeries(index, time) }
    let pause = time &- series[index].lastSeen
    if pause > 0 {
      series[index].lastSeen = time
      if pause >= GapRings.visitMicroseconds { visit(index, time) }
    }
    if !series[index].isActive { activate(index) }
  }

  @inline(never)
  private mutating func worsen(_ index: Int, _ severity: Severity) {
    if series[index].isActive, series[index].severity < .warn, severity >= .warn {
      activeTroubleCount += 1
    }
    series[index].severity = severity
  }

  /// The tick that a time lies in; what was before the first is -1.
  @inline(__always)
  func tick(of time: Int64) -> Int32 { Self.tick(of: time, origin: origin) }

  @inline(__always)
  static func tick(of time: Int64, origin: Int64) -> Int32 {
    let passed = time &- origin
    if passed < 0 { return -1 }
    return Int32(clamping: passed / DetectorOptions.tickMicroseconds)
  }

  func end(ofTick tick: Int32) -> Int64 {
    origin &+ (Int64(tick) + 1) &* DetectorOptions.tickMicroseconds
  }

  @inline(never)
  mutating func growPatterns(to pattern: Int) {
    patterns.append(
      contentsOf: repeatElement(PatternState(), count: pattern + 1 - patterns.count))
  }

  @inline(never)
  private mutating func addService(_ service: Int, _ time: Int64, _ tick: Int32) {
    if service >= services.count {
      let added = service + 1 - services.count
      services.append(contentsOf: repeatElement(ServiceState(), count: added))
      serviceRings.addRows(added * ServiceRow.count)
    }
    services[service].firstSeen = time
    services[service].lastSeen = time
    // Its first tick is not a whole one; nor has it spoken in those that closed before it came.
    services[service].baselineFrom = max(tick, openTick) + 1
  }

  /// - Returns: The new series; when there are too many, the longest unseen ones are given up first.
  @inline(never)
  private mutating func addSeries(_ record: EventRecord, _ time: Int64, _ tick: Int32) -> Int32 {
    if series.count - freeSeries.count >= Self.seriesLimit { evictSeries() }
    let pattern = Int(record.pattern.rawValue)
    var added = Series(
      pattern: record.pattern.rawValue, service: record.service.rawValue, time: time, tick: tick,
      severity: record.severity)
    added.next = patterns[pattern].head
    // A pattern is zero, not unknown, in the ticks in which its service spoke without it.
    let service = services[Int(record.service.rawValue)]
    added.baselineFrom = service.baselineFrom
    added.dispersion = service.dispersion
    let index: Int32
    if let free = freeSeries.popLast() {
      index = free
      series[Int(free)] = added
    } else {
      index = Int32(series.count)
      series.append(added)
      seriesRings.addRows(1)
      addWaitingRows(1)
      gaps.addRow()
    }
    patterns[pattern].head = index
    table.insert(index, in: series)
    return index
  }

  /// Gives up an eighth of the series: those unseen for longest that are in no anomaly.
  private mutating func evictSeries() {
    let busy = Set(episodes.compactMap(\.series))
    let candidates = series.indices.filter {
      series[$0].pattern != .max && !busy.contains(Int32($0))
    }
    let oldest = candidates.sorted {
      (series[$0].lastSeen, $0) < (series[$1].lastSeen, $1)
    }
    for index in oldest.prefix(Self.seriesLimit / 8) { release(Int32(index)) }
    for service in services.indices { services[service].newSign = nil }
    listSeries()
    table.rebuild(series)
  }

  /// Takes a series out of its pattern's list and frees its place. The table is rebuilt after.
  mutating func release(_ index: Int32) {
    let pattern = Int(series[Int(index)].pattern)
    var link = patterns[pattern].head
    if link == index {
      patterns[pattern].head = series[Int(index)].next
    } else {
      while link >= 0 {
        let next = series[Int(link)].next
        if next == index {
          series[Int(link)].next = series[Int(index)].next
          break
        }
        link = next
      }
    }
    patterns[pattern].latest = Series.none
    releaseMeasure(index)
    releaseCategories(index)
    forgetFlows(index)
    moveBursts(index, to: nil)
    series[Int(index)].pattern = .max
    seriesRings.clear(Int(index))
    freeSeries.append(index)
  }

  /// The source of an event is one that can speak.
  @inline(never)
  private mutating func heard(_ source: Int) {
    if source >= abilities.count {
      abilities.append(contentsOf: repeatElement(.reading, count: source + 1 - abilities.count))
    }
    if !abilities[source].canFallSilent { abilities[source] = .live }
  }

  mutating func sourceChanged(_ source: SourceID, _ state: SourceState) {
    let index = Int(source.rawValue)
    if index >= abilities.count {
      abilities.append(contentsOf: repeatElement(.reading, count: index + 1 - abilities.count))
    }
    switch state {
    case .reachedEnd: abilities[index] = .atEnd
    case .ended, .exited, .signalled, .failed:
      abilities[index] = state == .ended ? .ended : .gone
      clock.sourceEnded(index)
      // What is missing now that one of its sources is gone is no drop of the service.
      let hold = clock.now == .min ? 0 : clock.now
      for service in services.indices {
        let known = services[service].sources
        let ended = source.rawValue
        if known.0 == ended || known.1 == ended || known.2 == ended || known.3 == ended {
          services[service].holdUntil =
            hold + Int64(CountRings.tickCount) * DetectorOptions.tickMicroseconds
        }
      }
    }
  }

  /// Whether it means something that a service says nothing.
  func ability(_ service: Int, at time: Int64) -> ServiceAbility {
    let sources = services[service].sources
    var speaks = false
    var isAtEnd = false
    var ended = false
    func look(_ source: UInt32) {
      guard source != .max else { return }
      switch abilities[Int(source)] {
      case .reading, .live: speaks = true
      case .atEnd: isAtEnd = true
      case .ended: ended = true
      case .gone: break
      }
    }
    look(sources.0)
    look(sources.1)
    look(sources.2)
    look(sources.3)
    guard speaks else { return isAtEnd || ended ? .unproven : .none }
    if time < services[service].holdUntil { return .none }
    return isAtEnd ? .unproven : .full
  }
}
