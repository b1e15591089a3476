package import Events

extension Detector {
  /// Appends everything but the options, and what is derived or only room to work in.
  package func encode(into encoder: inout StateEncoder) {
    clock.encode(into: &encoder)
    encoder.encode(origin)
    encoder.encode(openTick)
    encoder.encode(wakeAt)
    encoder.encode(leastDeadline)
    encoder.encode(offset)
    encoder.encode(eventCount)
    encoder.encode(tickedTime)
    encoder.encode(newestEventTime)
    encoder.encode(patterns: patterns)
    encoder.encode(series: series)
    encoder.encode(seriesRings)
    encoder.encode(gaps)
    encoder.encode(column: freeSeries)
    encoder.encode(services)
    encoder.encode(serviceRings)
    encoder.encode(column: activeServices)
    encoder.encode(abilities)
    encoder.encode(episodes)
    encoder.encode(opened)
    encoder.encode(closed)
    encoder.encode(recent)
    encoder.encode(anomalyCount)
    encoder.encode(measures)
    encoder.encode(column: freeMeasures)
    encoder.encode(flowTable)
    encoder.encode(season)
    encoder.encode(categories)
    encoder.encode(column: arrivals)
    encoder.encode(arrivalMinute)
    encoder.encode(toldValues)
    encoder.encode(isCold)
    encoder.encode(incident)
    encoder.encode(incidentCount)
    encoder.encode(toldServices)
    encoder.encode(troubleStart)
    encoder.encode(toldRequestWeight)
    encoder.encode(closedIncidents)
    encoder.encode(recentIncidents)
  }

  package init(
    decoding decoder: inout StateDecoder, options: DetectorOptions
  ) throws(StateError) {
    self.init(options)
    try clock.restore(from: &decoder)
    origin = try decoder.decode()
    openTick = try decoder.decode()
    wakeAt = try decoder.decode()
    leastDeadline = try decoder.decode()
    offset = try decoder.decode()
    eventCount = try decoder.decode()
    tickedTime = try decoder.decode()
    newestEventTime = try decoder.decode()
    patterns = try decoder.decodePatternStates()
    series = try decoder.decodeSeries()
    seriesRings = try decoder.decode()
    gaps = try decoder.decode()
    freeSeries = try decoder.decodeColumn()
    services = try decoder.decode()
    serviceRings = try decoder.decode()
    activeServices = try decoder.decodeColumn()
    abilities = try decoder.decode()
    episodes = try decoder.decode()
    opened = try decoder.decode()
    closed = try decoder.decode()
    recent = try decoder.decode()
    anomalyCount = try decoder.decode()
    measures = try decoder.decode()
    freeMeasures = try decoder.decodeColumn()
    flowTable = try decoder.decode()
    season = try decoder.decode()
    categories = try decoder.decode()
    arrivals = try decoder.decodeColumn(count: Int(Self.arrivalMinutes))
    arrivalMinute = try decoder.decode()
    toldValues = try decoder.decode()
    isCold = try decoder.decode()
    incident = try decoder.decode()
    incidentCount = try decoder.decode()
    toldServices = try decoder.decode()
    troubleStart = try decoder.decode()
    toldRequestWeight = try decoder.decode()
    closedIncidents = try decoder.decode()
    recentIncidents = try decoder.decode()
    try checkSeries()
    try checkServices()
    table.rebuild(for: series)
    addWaitingRows(series.count)
    listSeries()
  }

  /// Throws where a number names a pattern, service or series that is not there, or a list has no
  /// end.
  private func checkSeries() throws(StateError) {
    func isLink(_ link: Int32) -> Bool { link == Series.none || series.indices.contains(Int(link)) }
    for state in patterns where !isLink(state.head) || !isLink(state.latest) {
      throw .invalid("pattern")
    }
    for one in series {
      let isFree = one.pattern == .max
      guard isFree || one.pattern < UInt32(patterns.count), one.service < UInt32(services.count),
        isLink(one.next)
      else { throw .invalid("series") }
    }
    var visits = 0
    for state in patterns {
      var link = state.head
      while link >= 0 {
        visits += 1
        guard visits <= series.count else { throw .invalid("list of series") }
        link = series[Int(link)].next
      }
    }
    guard seriesRings.rowCount == series.count, gaps.rowCount == series.count,
      freeSeries.allSatisfy({ series.indices.contains(Int($0)) }),
      series.indices.allSatisfy({ seriesRings.newest($0) <= reachTick }),
      series.allSatisfy({ $0.measure < measures.rowCount }),
      flowTable.pairs.allSatisfy({ $0.fromSeries < series.count && $0.toSeries < series.count }),
      series.allSatisfy({ $0.categories < categories.blockCount }),
      freeMeasures.allSatisfy({ (0..<measures.rowCount).contains(Int($0)) })
    else { throw .invalid("series") }
  }

  private func checkServices() throws(StateError) {
    guard serviceRings.rowCount == (services.count + 1) * ServiceRow.count,
      activeServices.allSatisfy({ services.indices.contains(Int($0)) })
    else { throw .invalid("services") }
    for service in services {
      guard service.hours < season.hours.rowCount else { throw .invalid("hours") }
      if let sign = service.newSign, !series.indices.contains(Int(sign.series)) {
        throw .invalid("sign")
      }
      for source in service.knownSources where !abilities.indices.contains(Int(source)) {
        throw .invalid("source")
      }
    }
    for episode in episodes {
      if let number = episode.series, !series.indices.contains(Int(number)) {
        throw .invalid("episode")
      }
      let named = episode.droppedServices + (episode.service.map { [$0] } ?? [])
      for service in named where !services.indices.contains(Int(service)) {
        throw .invalid("episode")
      }
    }
  }
}
