internal import Detection

/// The test behind an anomaly, in words: what it compares, and when it speaks.
enum AnomalyTest {
  static func sentence(_ evidence: Anomaly.Evidence) -> String {
    switch evidence {
    case .new:
      "first of its kind in a service known for a minute; trouble at once, the rest at the third "
        + "in 20 s; chance by Good and Turing"
    case .burst:
      "count against what the last minutes predict (negative binomial), and its share of the "
        + "service; budget: 0.1 false alarms in 10 min over all"
    case .drop:
      "count against what the last minutes predict (negative binomial, p below 1e-5), 0.35 times "
        + "at most, and its share of the service"
    case .silence:
      "a clock that stopped: gaps of nearly one length, silent for 2.2 times the longest and six "
        + "deviations"
    case .level:
      "share at warn or worse against the last minutes (likelihood ratio G2, p below 1e-6), 3 times "
        + "at least"
    case .value:
      "numbers of the last 20 s against those before (Kolmogorov-Smirnov, p below 1e-7), median or "
        + "85th percentile 2.5 times"
    case .unseen:
      "second sight of a value in a field that hardly ever has new ones (unseen mass by Good and "
        + "Turing)"
    case .broken:
      "share of events that were followed by the next step of the same id, against that before "
        + "(binomial)"
    case .turnedBack:
      "32 events in a row more than a minute behind the newest, and no other source to go by; the "
        + "clock goes back with them"
    case .clock:
      "newest time of the source against that of the others; it moves the clock no more"
    }
  }
}
