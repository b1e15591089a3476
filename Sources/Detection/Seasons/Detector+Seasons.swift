internal import Events

/// What happens at the same time of other hours, days and weeks.
extension Detector {
  /// From the middle of a baseline to the end of its window.
  private static let baselineLag: Int64 = 110_000_000
  private static let recordLimit = 1024
  private static let hourMinutes: Int64 = 60
  private static let dayMinutes: Int64 = 1440
  /// Hours and days back in which the same minute is looked at.
  private static let hoursBack: Int64 = 3
  private static let daysBack: Int64 = 8
  /// Bursts that come closer together than these minutes are told by other means.
  private static let leastPause: Int64 = 2

  /// Learns the hours of services as they end.
  mutating func closeHours(_ end: Int64) {
    let hour = HourTable.hour(of: end)
    guard hour != season.hour else { return }
    let isWhole = season.isWhole && season.hour + 1 == hour
    for index in services.indices where services[index].isKnown {
      season.hours.close(
        &services[index].hours, hour: season.hour, count: services[index].count, isWhole: isWhole)
    }
    // The first hour has begun before anything was heard.
    season.isWhole = season.hour != .min
    season.hour = hour
  }

  /// How many times as many events as in its baseline a window of a service should hold, going by the
  /// same hours of earlier weeks.
  func seasonFactor(_ service: Int, _ end: Int64) -> Double {
    season.hours.factor(
      services[service].hours, from: HourTable.hour(of: end - Self.baselineLag),
      to: HourTable.hour(of: end))
  }

  /// Takes note of a burst of a series.
  /// - Returns: Whether it is one of those that come by the clock: as large at the same minute of
  ///   the hours or days before, or as long after the last as that after the one before.
  mutating func noteBurst(_ index: Int32, count: Int, _ end: Int64) -> Bool {
    let minute = (end - 1) / 60_000_000
    let before = season.bursts.filter {
      $0.series == index && count <= 2 * Int($0.count) + 5 && minute - $0.minute >= Self.leastPause
    }
    func isNear(_ pause: Int64, _ period: Int64, _ limit: Int64) -> Bool {
      let turns = (pause + period / 2) / period
      return turns >= 1 && turns <= limit && (pause - turns * period).magnitude <= 1
    }
    var isUsual = before.contains {
      let pause = minute - $0.minute
      return isNear(pause, Self.hourMinutes, Self.hoursBack)
        || isNear(pause, Self.dayMinutes, Self.daysBack)
    }
    if let last = before.last, let other = before.dropLast().last {
      let pause = minute - last.minute
      let earlier = last.minute - other.minute
      if (pause - earlier).magnitude <= UInt64(max(1, earlier / 10)) { isUsual = true }
    }
    season.bursts.append(
      BurstRecord(series: index, minute: minute, count: UInt32(clamping: count)))
    if season.bursts.count > Self.recordLimit { season.bursts.removeFirst() }
    return isUsual
  }

  /// A series is no more, or another.
  mutating func moveBursts(_ index: Int32, to target: Int32?) {
    guard let target else { return season.bursts.removeAll { $0.series == index } }
    for place in season.bursts.indices where season.bursts[place].series == index {
      season.bursts[place].series = target
    }
  }
}

/// What is known of the clock on the wall.
struct Season: Sendable {
  var hours = HourTable()
  /// The present hour, from 1970 on, and whether it was heard from its beginning.
  var hour: Int64 = .min
  var isWhole = false
  /// The last bursts of all series, oldest first.
  var bursts: [BurstRecord] = []

  mutating func beginPresent() {
    hours.beginPresent()
    hour = .min
    isWhole = false
  }
}

/// One burst that was seen, told or not.
struct BurstRecord: Sendable {
  var series: Int32
  /// From 1970 on.
  var minute: Int64
  var count: UInt32
}

extension Season: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(hours)
    encoder.encode(hour)
    encoder.encode(isWhole)
    encoder.encode(bursts)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    hours = try decoder.decode()
    hour = try decoder.decode()
    isWhole = try decoder.decode()
    bursts = try decoder.decode()
  }
}

extension BurstRecord: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(series)
    encoder.encode(minute)
    encoder.encode(count)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    series = try decoder.decode()
    minute = try decoder.decode()
    count = try decoder.decode()
  }
}
