internal import Events

/// Values that a field has never held.
extension Detector {
  /// How often new values come is taken over so many minutes.
  static let arrivalMinutes: Int64 = 10
  /// New values in ten minutes that the budget is for, at least.
  private static let leastArrivals = 10.0
  /// The same value in other fields and patterns is no news for so long.
  private static let repeatSpan: Int64 = 600_000_000
  private static let toldLimit = 32
  /// A report stays open this long: what comes again is known.
  static let unseenSpan: Int64 = 60_000_000

  /// Takes note of the kind of an event, by one of its fields.
  mutating func note(
    category value: SeenValue, of record: UnsafePointer<EventRecord>, at offset: UInt64
  ) {
    guard origin != .min else { return }
    let index = unsafe series(of: record)
    guard index >= 0 else { return }
    let at = Int(index)
    if series[at].categories < 0 {
      guard let block = categories.addBlock() else { return }
      series[at].categories = block
    }
    guard let row = categories.row(series[at].categories, Int(value.slot)) else { return }
    // SAFETY: the record lies in the batch that is being looked at.
    let source = Int(unsafe record.pointee.source.rawValue)
    let time =
      EventClock.clamped(unsafe record.pointee.time.microseconds) &+ clock.skew(of: source)
    switch categories.add(row, value.hash, at: time) {
    case .known: return
    case .new: countArrival(at: time)
    case .again: judge(row, value, at, unsafe record.pointee, time, offset)
    }
  }

  /// A budget of false alarms needs to know how many chances there are.
  private mutating func countArrival(at time: Int64) {
    let minute = time / 60_000_000
    if minute > arrivalMinute {
      let passed = min(minute - arrivalMinute, Self.arrivalMinutes)
      arrivals.removeFirst(Int(passed))
      arrivals.append(contentsOf: repeatElement(0, count: Int(passed)))
      arrivalMinute = minute
    }
    arrivals[arrivals.count - 1] &+= 1
  }

  private mutating func judge(
    _ row: Int, _ value: SeenValue, _ at: Int, _ record: EventRecord, _ time: Int64,
    _ offset: UInt64
  ) {
    let found = categories.rows[row]
    let lines = Int(found.lines - found.linesBefore)
    // A value that took another's place has that one's count, too.
    let holding = min(max(Int(found.sights), categories.candidateCount(row)), lines)
    let chances = max(Self.leastArrivals, Double(arrivals.reduce(0, &+)))
    let limit = log(options.falseAlarmBudget / chances) - log(10) * Double(found.toldCount)
    let chance = categories.logChance(row)
    guard chance < limit, clock.now - series[at].firstSeen >= Self.leastAge else { return }
    toldValues.removeAll { time - $0.time > Self.repeatSpan }
    let isTold = toldValues.contains { $0.hash == value.hash }
    categories.accept(row, isTold: !isTold)
    guard !isTold else { return }
    toldValues.append(ToldValue(hash: value.hash, time: time))
    if toldValues.count > Self.toldLimit { toldValues.removeFirst() }
    let present = self.offset
    self.offset = offset
    open(
      .value, .pattern(record.pattern), service: record.service.rawValue, series: Int32(at),
      time: max(time, origin), lastOffset: offset,
      score: min(-chance / log(10), 12) / 4 + 1 + Self.weight(record.severity),
      severity: record.severity,
      evidence: .unseen(
        slot: Int(value.slot), observedCount: holding, ofCount: lines,
        windowMicroseconds: time - found.firstTime,
        pastCount: Int(found.linesBefore), knownCount: Int(found.valuesBefore),
        probability: exp(chance)))
    self.offset = present
  }

  /// Lets go of the fields of a series that is no more.
  mutating func releaseCategories(_ index: Int32) {
    let block = series[Int(index)].categories
    guard block >= 0 else { return }
    categories.release(block)
    series[Int(index)].categories = -1
  }
}

/// A value that was reported as new.
struct ToldValue: Sendable, StateCodable {
  var hash: UInt32
  var time: Int64

  init(hash: UInt32, time: Int64) {
    self.hash = hash
    self.time = time
  }

  func encode(into encoder: inout StateEncoder) {
    encoder.encode(hash)
    encoder.encode(time)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    hash = try decoder.decode()
    time = try decoder.decode()
  }
}
