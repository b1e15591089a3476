internal import Detection
internal import Events
internal import Pipeline

/// How much an anomaly asks for.
enum Attention: Sendable {
  case full
  /// Somebody knows of it.
  case acknowledged
  /// Its like is not to be told.
  case muted
}

/// What people said of the stream, beside what the snapshot says.
extension ScreenModel {
  func topic(of anomaly: Anomaly, _ snapshot: Snapshot) -> Annotations.Topic {
    let subject: String =
      switch anomaly.subject {
      case .pattern(let id): "pattern:" + (snapshot.pattern(id)?.key ?? "")
      case .service(let id): "service:" + snapshot.serviceName(id)
      case .source(let id): "source:" + (snapshot.sources.first { $0.id == id }?.name ?? "")
      case .traffic: "traffic"
      }
    return Annotations.Topic(kind: anomaly.kind, subject: subject)
  }

  func episode(of anomaly: Anomaly, _ snapshot: Snapshot) -> Annotations.Episode {
    Annotations.Episode(topic: topic(of: anomaly, snapshot), offset: anomaly.offset)
  }

  func attention(_ anomaly: Anomaly, _ snapshot: Snapshot) -> Attention {
    if annotations.muted.isEmpty, annotations.acknowledged.isEmpty { return .full }
    let episode = self.episode(of: anomaly, snapshot)
    if annotations.muted.contains(episode.topic) { return .muted }
    return annotations.acknowledged.contains(episode) ? .acknowledged : .full
  }

  /// What asks for attention: neither muted nor acknowledged, newest first.
  func pressing(_ snapshot: Snapshot) -> [Anomaly] {
    snapshot.anomalies.filter { attention($0, snapshot) == .full }
  }

  func mutedAnomalies(_ snapshot: Snapshot) -> Set<Int> {
    if annotations.muted.isEmpty { return [] }
    return Set(snapshot.anomalies.filter { attention($0, snapshot) == .muted }.map(\.number))
  }

  // MARK: What is selected

  func anomaly(_ number: Int, _ snapshot: Snapshot) -> Anomaly? {
    snapshot.anomalies.first { $0.number == number }
  }

  func members(of incident: Incident, _ snapshot: Snapshot) -> [Anomaly] {
    snapshot.anomalies.filter { $0.incident == incident.number }
  }

  /// The anomaly on the selected line of the list; for an incident its worst.
  func selectedAnomaly(_ snapshot: Snapshot) -> Anomaly? {
    switch anomalies.selectedRow {
    case .anomaly(let number, _, _): return anomaly(number, snapshot)
    case .incident(let number):
      guard let incident = snapshot.incidents.first(where: { $0.number == number }) else {
        return nil
      }
      return anomaly(incident.worst, snapshot) ?? members(of: incident, snapshot).last
    case .muted, nil: return nil
    }
  }

  /// The incident that the keys mean on this screen: the selected one, that of the pattern that is
  /// open, or the newest that asks for attention.
  func selectedIncident(_ snapshot: Snapshot) -> Incident? {
    let number: Int?
    switch view {
    case .anomalies: number = selectedAnomaly(snapshot)?.incident
    case .pattern(let id): number = newestAnomaly(of: id, snapshot)?.incident
    default: number = pressing(snapshot).first?.incident ?? snapshot.incidents.first?.number
    }
    return snapshot.incidents.first { $0.number == number }
  }

  func newestAnomaly(of pattern: PatternID, _ snapshot: Snapshot) -> Anomaly? {
    snapshot.anomalies.first { $0.subject == .pattern(pattern) }
  }
}
