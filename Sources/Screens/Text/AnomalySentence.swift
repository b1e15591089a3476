package import Detection
package import Events

/// Says an anomaly in words and numbers: for screens, reports and JSON.
package enum AnomalySentence {
  /// The names behind the identifiers, where whoever asks has them.
  package struct Names {
    package var pattern: (PatternID) -> String
    package var service: (ServiceID) -> String
    package var source: (SourceID) -> String

    package init(
      pattern: @escaping (PatternID) -> String, service: @escaping (ServiceID) -> String,
      source: @escaping (SourceID) -> String
    ) {
      self.pattern = pattern
      self.service = service
      self.source = source
    }
  }

  /// The word on the screen: `NEW`, `UP x41`, `DOWN`, `GONE`.
  package static func badge(for anomaly: Anomaly) -> String {
    switch anomaly.evidence {
    case .new: return "NEW"
    case .burst(let observed, _, let expected, _, _, _):
      // Beside nothing, any ratio is as good as any other.
      return expected < 0.01 ? "UP" : "UP " + NumberText.ratio(Double(observed) / expected)
    case .drop(let observed, _, _, _): return observed == 0 ? "GONE" : "DOWN"
    case .silence: return "GONE"
    case .level: return "WORSE"
    case .value(_, _, _, let value, let usual, _, _):
      return "SLOW " + NumberText.ratio(value / usual)
    case .unseen: return "NEW VALUE"
    case .broken: return "BROKEN"
    case .clock, .turnedBack: return "CLOCK"
    }
  }

  /// What came, what was expected, which test says so: `6 in 15 s, 0.2 expected, never above 1 in
  /// 3 min`.
  /// - Parameter next: The pattern that should have followed, where it is at hand.
  package static func why(_ anomaly: Anomaly, next: String? = nil) -> String {
    switch anomaly.evidence {
    case .new(let observed, let novelty):
      return (observed <= 1 ? "first seen" : "first seen, \(count(observed)) by now")
        + "; chance that the next event is new: \(percent(novelty))"
    case .burst(let observed, let window, let expected, let largest, let baseline, let chance):
      return
        "\(count(observed)) in \(TimeText.words(window)), \(NumberText.plain(expected)) expected"
        + (baseline > 0 ? ", never above \(count(largest)) in \(TimeText.words(baseline))" : "")
        + "; \(test(chance))"
    case .drop(let observed, let window, let expected, let chance):
      return "\(observed == 0 ? "none" : count(observed)) in \(TimeText.words(window)), "
        + "\(NumberText.plain(expected)) expected; \(test(chance))"
    case .silence(let silent, let usual, let longest):
      return "silent for \(TimeText.words(silent)), usually every \(TimeText.words(usual)), "
        + "never above \(TimeText.words(longest))"
    case .level(let observed, let all, let window, let share, let chance):
      return "\(count(observed)) of \(count(all)) in \(TimeText.words(window)) at warn or worse, "
        + "\(percent(share)) expected; \(test(chance))"
    case .value(let observed, let window, let share, let value, let usual, let past, let chance):
      let part = share == 0.5 ? "half" : "15%"
      // Half of all is told by how far the distributions lie apart, a part of them by its count.
      return "\(part) of \(count(observed)) sampled in \(TimeText.words(window)) above "
        + "\(NumberText.plain(value)); \(part) of \(count(past)) before above "
        + "\(NumberText.plain(usual)); \(share == 0.5 ? "KS " : "")\(test(chance))"
    case .unseen(_, let observed, let all, let window, let past, let known, let chance):
      return "\(count(observed)) of \(count(all)) sampled in \(TimeText.words(window)), none of "
        + "\(count(past)) before, which held \(count(known)) \(known == 1 ? "value" : "values"); "
        + "\(test(chance))"
    case .broken(
      _, _, let missing, let all, let window, let within, let usual, let substitutes, let chance):
      return "\(count(missing)) of \(count(all)) in \(TimeText.words(window)) not followed by "
        + (next.map { "“\($0)”" } ?? "their next step")
        + (substitutes == 0 ? "" : ", or what comes in its place,")
        + " within \(TimeText.words(within)); "
        + "before, \(percent(usual)) were; \(test(chance))"
    case .clock(let offset):
      return
        "its times lie \(TimeText.words(Int64(clamping: offset.magnitude))) \(offset < 0 ? "behind" : "ahead of") "
        + "those of the others"
    case .turnedBack(let microseconds):
      return
        "its times go back by \(TimeText.words(microseconds)) and go on from there; what came before is "
        + "the past by which this is judged"
    }
  }

  /// Who it is about: the template, the service, the source, or all traffic.
  package static func subject(of anomaly: Anomaly, names: Names) -> String {
    switch anomaly.subject {
    case .pattern(let id): names.pattern(id)
    case .service(let id): "all of \(names.service(id))"
    case .source(let id): names.source(id)
    case .traffic: "several services at once"
    }
  }

  /// One line for a report.
  package static func line(_ anomaly: Anomaly, names: Names) -> String {
    let service = anomaly.service.map { names.service($0) + ": " } ?? ""
    let subject: String =
      if case .service = anomaly.subject { "all events" } else {
        Self.subject(of: anomaly, names: names)
      }
    return "\(badge(for: anomaly))  \(service)\(subject) (\(why(anomaly)))"
  }

  private static func test(_ chance: Double) -> String {
    let text = NumberText.probability(chance)
    return text.hasPrefix("<") ? "p" + text : "p=" + text
  }

  private static func count(_ value: Int) -> String { NumberText.grouped(UInt64(max(value, 0))) }

  private static func percent(_ share: Double) -> String {
    share < 0.001 ? "below 0.1%" : NumberText.percent(share)
  }
}
