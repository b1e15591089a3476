internal import Events

/// An anomaly that has not ended, and what its end is measured by.
struct Episode: Sendable {
  var anomaly: Anomaly
  /// Another episode has told it: followed to its end, but not reported.
  var isTold = false
  /// To be reported at the end of all input, if it is open by then.
  var isHeld = false
  /// A regular event that stopped coming: it may stay away for good.
  var isSilence: Bool {
    if case .silence = anomaly.evidence { return true }
    return false
  }
  /// A field held a value that it never held: nothing about it goes on.
  var isUnseenValue: Bool {
    if case .unseen = anomaly.evidence { return true }
    return false
  }
  /// The pair whose second step stays away.
  var flow: Int32?
  /// The series it is about, if it is about one.
  var series: Int32?
  /// The service it is about; `nil` for traffic and sources.
  var service: UInt32?
  /// The services that a loss of traffic is about.
  var droppedServices: [UInt32] = []
  /// What a tick held before.
  var expectedPerTick: Double = 0
  var dispersion: Double = 1
  /// Ticks of the window that opened it.
  var windowTicks: Int32 = 1
  /// ln of the probability above which a window is calm again.
  var logCalm: Double = 0
  /// The last that was seen of the subject before it dropped.
  var lastSeen: Int64 = .max
  /// Calm ticks in a row.
  var calmTicks: Int32 = 0
  var openedTick: Int32
}

extension Detector {
  /// Echoes of an episode's end (what was held up comes at once, what flared up is gone).
  static let echoMicroseconds: Int64 = 60_000_000

  /// Opens an episode and reports it, unless it says no more than others of its incident.
  mutating func open(
    _ kind: Anomaly.Kind, _ subject: Anomaly.Subject, service: UInt32?, series: Int32? = nil,
    time: Int64, lastOffset: UInt64?, score: Double, severity: Severity,
    weight: Double = 0, isRequest: Bool = false, isTold: Bool = false, isHeld: Bool = false,
    evidence: Anomaly.Evidence,
    configure: (inout Episode) -> Void = { _ in }
  ) {
    var anomaly = Anomaly(
      number: anomalyCount + 1, kind: kind, subject: subject,
      service: service.map(ServiceID.init(rawValue:)), time: Instant(microseconds: time),
      offset: offset, lastOffset: lastOffset, score: score, severity: severity,
      evidence: evidence)
    var isTold = isTold || isHeld
    if !isTold { isTold = !report(&anomaly, weight: weight, isRequest: isRequest) }
    var episode = Episode(
      anomaly: anomaly, series: series, service: service, openedTick: openTick)
    episode.isTold = isTold
    episode.isHeld = isHeld
    configure(&episode)
    episodes.append(episode)
    if episodes.count > Self.openLimit { close(at: 0, time: time) }
  }

  /// Puts an anomaly into its incident, and out if that learns something by it.
  mutating func report(
    _ anomaly: inout Anomaly, weight: Double, isRequest: Bool = false
  ) -> Bool {
    guard join(&anomaly, weight: weight, isRequest: isRequest) else { return false }
    anomalyCount += 1
    anomaly.number = anomalyCount
    noteTold(anomaly, weight: weight)
    opened.append(anomaly)
    return true
  }

  /// Ends the episode at `index` and tells its subject.
  mutating func close(at index: Int, time: Int64) {
    var episode = episodes.remove(at: index)
    episode.anomaly.end = max(episode.anomaly.time, Instant(microseconds: time))
    noteEnd(of: episode.anomaly, at: episode.anomaly.end!)
    if !episode.isTold {
      closed.append(episode.anomaly)
      if closed.count > Self.recentLimit { closed.removeFirst(closed.count - Self.recentLimit) }
      recent.append(episode.anomaly)
      if recent.count > Self.recentLimit { recent.removeFirst(recent.count - Self.recentLimit) }
    }
    if episode.isUnseenValue || episode.anomaly.kind == .sequence { return }
    let echoUntil = time + Self.echoMicroseconds
    if let series = episode.series {
      let series = Int(series)
      switch episode.anomaly.kind {
      case .burst: self.series[series].isBursting = false
      case .drop:
        self.series[series].isDropping = false
        self.series[series].isSilent = false
      case .value: self.series[series].isSlow = false
      case .new, .level, .sequence, .clock: break
      }
      self.series[series].echoUntil = max(self.series[series].echoUntil, echoUntil)
    } else if let service = episode.service {
      switch episode.anomaly.kind {
      case .drop: services[Int(service)].isDropping = false
      case .level: services[Int(service)].isShifted = false
      case .new, .burst, .value, .sequence, .clock: break
      }
      services[Int(service)].echoUntil = max(services[Int(service)].echoUntil, echoUntil)
    }
  }

  /// How bad a severity makes an anomaly, in the unit of the score. Words that say what failed
  /// tell more than a level, or the status of an answer.
  static func weight(_ severity: Severity, failureWord: Bool = false) -> Double {
    let words = failureWord ? 2.0 : 0
    return switch severity {
    case .fatal: 7 + words
    case .error: 4.5 + words
    case .warn: 3 + words
    case .unknown, .trace, .debug, .info, .notice: words
    }
  }
}
