internal import Events

/// How many events services have had in each hour of the week.
struct HourTable: Sendable {
  /// Services of which it is kept; others have no seasons.
  static let rowLimit = 256
  static let hourCount = 168
  static let hourMicroseconds: Int64 = 3_600_000_000
  /// Events of an hour without which a service gets no row.
  private static let leastCount: UInt64 = 200
  /// What a new week counts for.
  private static let freshPart: Float = 0.3

  /// By row and hour of the week; negative: not known yet.
  private var rates: [Float] = []
  /// Events before the present hour, by row.
  private var countsBefore: [UInt64] = []

  var rowCount: Int { countsBefore.count }

  /// Takes in a whole hour of a service.
  /// - Parameter count: Its events up to the end of that hour.
  mutating func close(_ row: inout Int32, hour: Int64, count: UInt64, isWhole: Bool) {
    if row < 0 {
      guard rowCount < Self.rowLimit, count >= Self.leastCount else { return }
      row = Int32(rowCount)
      rates.append(contentsOf: repeatElement(-1, count: Self.hourCount))
      countsBefore.append(count)
      return
    }
    let at = Int(row)
    let place = at * Self.hourCount + Self.hourOfWeek(hour)
    let fresh = Float(count &- countsBefore[at])
    countsBefore[at] = count
    guard isWhole else { return }
    let old = rates[place]
    rates[place] = old < 0 ? fresh : old + Self.freshPart * (fresh - old)
  }

  /// How many times as many events as before come in an hour, by the weeks before; 1 where that is
  /// not known.
  func factor(_ row: Int32, from before: Int64, to hour: Int64) -> Double {
    guard row >= 0, before != hour else { return 1 }
    let start = Int(row) * Self.hourCount
    let old = rates[start + Self.hourOfWeek(before)]
    let new = rates[start + Self.hourOfWeek(hour)]
    guard old > 0, new >= 0 else { return 1 }
    return min(max(Double(new / old), Self.leastFactor), Self.largestFactor)
  }

  private static let leastFactor = 0.25
  private static let largestFactor = 4.0

  static func hour(of time: Int64) -> Int64 {
    let passed = time % hourMicroseconds
    return (time - (passed < 0 ? passed + hourMicroseconds : passed)) / hourMicroseconds
  }

  private static func hourOfWeek(_ hour: Int64) -> Int {
    let place = Int(hour % Int64(hourCount))
    return place < 0 ? place + hourCount : place
  }

  /// The counts of all services begin anew.
  mutating func beginPresent() {
    for row in countsBefore.indices { countsBefore[row] = 0 }
  }
}

extension HourTable: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(column: rates)
    encoder.encode(column: countsBefore)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    rates = try decoder.decodeColumn()
    countsBefore = try decoder.decodeColumn()
    guard rates.count == countsBefore.count * Self.hourCount else { throw .invalid("hours") }
  }
}
