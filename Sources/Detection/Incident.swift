package import Events

/// Anomalies that belong together: they came close upon one another, whoever they are about.
package struct Incident: Hashable, Sendable {
  /// Services that are named; beyond, they are only told by their anomalies.
  package static let serviceLimit = 32
  /// Incidents that are kept for the screen after they ended.
  package static let recentLimit = 64

  /// From 1, in the order of opening.
  package var number: Int
  /// The first anomaly's time, and that of the last or of the end of the last one.
  package var start: Instant
  package var last: Instant
  /// `nil` while more may belong to it.
  package var end: Instant?
  /// What makes it known in the stream.
  package var offset: UInt64
  /// Kinds and services in the order in which they changed.
  package var kinds: [Anomaly.Kind] = []
  package var services: [ServiceID] = []
  /// Numbers of the first and of the worst anomaly.
  package var first: Int
  package var worst: Int
  package var worstScore: Double
  package var severity: Severity = .unknown
  /// Anomalies that were told, and those that say no more than these.
  package var toldCount = 0
  package var foldedCount = 0
}

/// What an incident has told of one service.
struct ToldService: Sendable {
  var service: UInt32
  /// The most telling new pattern.
  var weight = -1.0
  var kinds: [Anomaly.Kind] = []
  /// All of it has gone quiet.
  var hasDropped = false
}

extension Anomaly {
  fileprivate var isServiceDrop: Bool {
    if case .service = subject { return kind == .drop }
    return false
  }
}

extension Detector {
  /// What comes this long after the last change, or its end, is another incident.
  private static let incidentPause: Int64 = 30_000_000
  /// No incident lasts longer; what goes on is another.
  private static let incidentLimit: Int64 = 900_000_000
  /// Reports of one incident, and those within which each service may tell each kind.
  private static let toldLimit = 12
  private static let freshLimit = 4
  /// What follows ranks below what came first, the later the lower.
  private static let followerSeconds = 20.0
  private static let leastPart = 0.3

  /// Makes an anomaly part of the present incident, or of a new one.
  /// - Returns: Whether it says something that the incident's others have not.
  mutating func join(_ anomaly: inout Anomaly, weight: Double, isRequest: Bool) -> Bool {
    let time = anomaly.time.microseconds
    endIncident(by: time)
    if incident == nil {
      incidentCount += 1
      toldServices.removeAll()
      troubleStart = .max
      toldRequestWeight = -1
      incident = Incident(
        number: incidentCount, start: anomaly.time, last: anomaly.time, offset: offset, first: 0,
        worst: 0, worstScore: -.infinity)
    }
    anomaly.incident = incidentCount
    if troubleStart != .max {
      let seconds = Double(max(0, time - troubleStart)) / 1_000_000
      anomaly.score *= max(Self.followerSeconds / (Self.followerSeconds + seconds), Self.leastPart)
    } else if weight > 0 || anomaly.kind != .new {
      troubleStart = time
    }
    // Each proxy on the way writes the same answer once more.
    let isEcho = isRequest && anomaly.kind == .new && weight <= toldRequestWeight
    let isTold = !isEcho && isWorthTelling(anomaly, weight)
    if isTold, isRequest, weight > 0 { toldRequestWeight = max(toldRequestWeight, weight) }
    if isEcho { noteVoice(anomaly, weight: weight) }
    note(anomaly, isTold: isTold)
    return isTold
  }

  /// Whether a service speaks for the first time, or of something worse, or of another kind.
  private func isWorthTelling(_ anomaly: Anomaly, _ weight: Double) -> Bool {
    guard let incident, incident.toldCount < Self.toldLimit else { return false }
    guard let service = anomaly.service else { return true }
    // Among trouble, what is only new is no more than a sign of it.
    if anomaly.kind == .new, weight == 0, incident.toldCount >= Self.freshLimit { return false }
    guard let told = toldServices.first(where: { $0.service == service.rawValue }) else {
      return true
    }
    if anomaly.kind == .new, weight > 0, weight > told.weight { return true }
    if !incident.kinds.contains(anomaly.kind) { return true }
    if anomaly.isServiceDrop, !told.hasDropped { return true }
    return incident.toldCount < Self.freshLimit && !told.kinds.contains(anomaly.kind)
  }

  private mutating func note(_ anomaly: Anomaly, isTold: Bool) {
    guard var incident else { return }
    incident.last = max(incident.last, anomaly.time)
    incident.start = min(incident.start, anomaly.time)
    incident.severity = max(incident.severity, anomaly.severity)
    if !incident.kinds.contains(anomaly.kind) { incident.kinds.append(anomaly.kind) }
    if let service = anomaly.service, !incident.services.contains(service),
      incident.services.count < Incident.serviceLimit
    {
      incident.services.append(service)
    }
    if isTold { incident.toldCount += 1 } else { incident.foldedCount += 1 }
    self.incident = incident
  }

  /// Takes note of a report that was given its number.
  mutating func noteTold(_ anomaly: Anomaly, weight: Double) {
    guard incident != nil else { return }
    if incident!.first == 0 { incident!.first = anomaly.number }
    if anomaly.score > incident!.worstScore {
      incident!.worstScore = anomaly.score
      incident!.worst = anomaly.number
    }
    noteVoice(anomaly, weight: weight)
  }

  /// The service of an anomaly has spoken in the incident.
  private mutating func noteVoice(_ anomaly: Anomaly, weight: Double) {
    guard let service = anomaly.service?.rawValue else { return }
    var index = toldServices.firstIndex { $0.service == service }
    if index == nil {
      index = toldServices.count
      toldServices.append(ToldService(service: service))
    }
    if anomaly.kind == .new {
      toldServices[index!].weight = max(toldServices[index!].weight, weight)
    }
    if anomaly.isServiceDrop { toldServices[index!].hasDropped = true }
    if !toldServices[index!].kinds.contains(anomaly.kind) {
      toldServices[index!].kinds.append(anomaly.kind)
    }
  }

  /// An episode is over: what comes soon after belongs to it, as its echo.
  mutating func noteEnd(of anomaly: Anomaly, at time: Instant) {
    guard anomaly.kind != .new, incident?.number == anomaly.incident else { return }
    incident!.last = max(incident!.last, time)
  }

  /// Ends the present incident, if nothing of it goes on and nothing was added for a while.
  mutating func endIncident(by time: Int64) {
    guard var ended = incident else { return }
    let isTooLong = time - ended.start.microseconds > Self.incidentLimit
    guard time - ended.last.microseconds > Self.incidentPause else {
      if isTooLong { close(ended) }
      return
    }
    let goesOn = episodes.contains {
      $0.anomaly.incident == ended.number && $0.anomaly.kind != .new && !$0.isSilence
    }
    if goesOn, !isTooLong { return }
    ended.last = max(ended.last, ended.start)
    close(ended)
  }

  /// Ends the present incident, whatever goes on.
  mutating func breakIncident() {
    if let ended = incident { close(ended) }
  }

  private mutating func close(_ ended: Incident) {
    var ended = ended
    ended.end = ended.last
    incident = nil
    closedIncidents.append(ended)
    if closedIncidents.count > Incident.recentLimit { closedIncidents.removeFirst() }
    recentIncidents.append(ended)
    if recentIncidents.count > Incident.recentLimit { recentIncidents.removeFirst() }
  }

  /// Incidents that ended since the last call, in order.
  package mutating func takeClosedIncidents() -> [Incident] {
    defer { closedIncidents.removeAll() }
    return closedIncidents
  }

  /// The incident that more may yet belong to.
  package var openIncident: Incident? { incident }
}
