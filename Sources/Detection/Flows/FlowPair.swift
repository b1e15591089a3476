internal import Events

/// Two steps of which the second may follow the first, by an identifier that both carry.
struct FlowPair: Sendable {
  /// Ticks that are held one by one.
  static let tickCount: Int32 = 12
  /// First steps after which a pair is a flow or none, and the part of them that was followed.
  static let leastSteps: UInt32 = 25
  static let leastShare = 0.9
  /// First steps of the past after which all of it is halved.
  private static let pastLimit: UInt32 = 4000
  private static let lagBinCount = 20
  /// Offsets of first steps without a second that are kept.
  static let exampleCount = 3

  /// Negative: the place is free.
  var from: Int32
  var to: Int32

  /// Numbers of the series that they are of.
  var fromSeries: Int { Int(from) / SeenValue.identifierLimit }
  var toSeries: Int { Int(to) / SeenValue.identifierLimit }
  /// Class of the time that the second step may take.
  var pace: UInt8 = FlowTable.slowest
  var hasPace = false
  var isLearned = false
  var isBroken = false
  /// The first visit that is counted.
  var start: Int64 = 0
  /// First steps that are due, and those that were followed, before those of the ring.
  var pastDue: UInt32 = 0
  var pastMet: UInt32 = 0
  /// The same since the pair was learned, all told.
  var totalDue: UInt64 = 0
  var totalMet: UInt64 = 0
  /// The same by tick.
  var due = [UInt16](repeating: 0, count: Int(FlowPair.tickCount))
  var met = [UInt16](repeating: 0, count: Int(FlowPair.tickCount))
  var tick: Int32 = -1
  /// How long second steps took, in octaves from a millisecond on.
  var lags = [UInt16](repeating: 0, count: FlowPair.lagBinCount)
  /// First steps that were not followed, latest last.
  var unanswered: [UInt64] = []
  /// A first step that may yet be followed, and the last such that was not.
  var watched: UInt64?
  var example: UInt64?

  /// What comes in the place of the second step.
  var substitutes = Substitutes()

  init(from: Int32, to: Int32) {
    self.from = from
    self.to = to
  }

  var isFree: Bool { from < 0 }

  mutating func add(lag: Int64) {
    let milliseconds = UInt64(max(0, lag) / 1000)
    let bin = min(Self.lagBinCount - 1, 64 - milliseconds.leadingZeroBitCount)
    lags[bin] = lags[bin] == .max ? .max : lags[bin] + 1
  }

  /// Second steps of which it is known how long they took.
  var lagCount: Int { lags.reduce(0) { $0 + Int($1) } }

  /// The ring holds a first step without its second.
  var isMissing: Bool {
    for place in due.indices where due[place] != met[place] { return true }
    return false
  }

  /// Milliseconds within which 99 of 100 second steps came, as an upper edge.
  var usualLag: Int64 {
    let all = lags.reduce(0) { $0 + Int($1) }
    var left = all - all / 100
    for bin in lags.indices {
      left -= Int(lags[bin])
      if left <= 0 { return 1 << Int64(bin) }
    }
    return 1 << Int64(Self.lagBinCount)
  }

  /// Goes on to a tick; what leaves the ring becomes the past, unless it is part of an anomaly.
  mutating func begin(_ now: Int32) {
    let first = max(tick + 1, now - Self.tickCount + 1)
    if tick >= 0, first <= now {
      for passed in first...now { leave(Int(passed % Self.tickCount)) }
    }
    tick = now
  }

  private mutating func leave(_ place: Int) {
    if !isBroken {
      pastDue += UInt32(due[place])
      pastMet += UInt32(met[place])
      if pastDue > Self.pastLimit {
        pastDue /= 2
        pastMet /= 2
      }
    }
    due[place] = 0
    met[place] = 0
  }

  mutating func count(isMet: Bool, offset: UInt64) {
    let place = Int(tick % Self.tickCount)
    totalDue += 1
    if offset == watched {
      watched = nil
      if !isMet { example = offset }
    }
    if due[place] < .max { due[place] += 1 }
    if isMet {
      totalMet += 1
      if met[place] < due[place] { met[place] += 1 }
      return
    }
    unanswered.append(offset)
    if unanswered.count > Self.exampleCount { unanswered.removeFirst() }
  }

  /// The last ticks: first steps that were due, and those that were followed.
  func window(_ ticks: Int32) -> (due: Int, met: Int) {
    var sum = (due: 0, met: 0)
    for passed in max(0, tick - ticks + 1)...max(0, tick) {
      sum.due += Int(due[Int(passed % Self.tickCount)])
      sum.met += Int(met[Int(passed % Self.tickCount)])
    }
    return sum
  }

  mutating func clearWindow() {
    clearTicks()
    pastDue = 0
    pastMet = 0
    totalDue = 0
    totalMet = 0
    unanswered.removeAll()
    watched = nil
    example = nil
  }

  /// What the ring holds belongs to an anomaly that is over.
  mutating func clearTicks() {
    for place in due.indices {
      due[place] = 0
      met[place] = 0
    }
  }

  /// What has lasted is the past from now on.
  mutating func accept() {
    pastDue = 0
    pastMet = 0
    isLearned = false
  }

  mutating func beginPresent(_ visit: Int64) {
    let (due, met) = (pastDue, pastMet)
    clearWindow()
    (pastDue, pastMet) = (due, met)
    start = visit
    tick = -1
    isBroken = false
  }
}

extension FlowPair: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(from)
    encoder.encode(to)
    encoder.encode(pace)
    encoder.encode(hasPace)
    encoder.encode(isLearned)
    encoder.encode(isBroken)
    encoder.encode(start)
    encoder.encode(pastDue)
    encoder.encode(pastMet)
    encoder.encode(totalDue)
    encoder.encode(totalMet)
    encoder.encode(column: due)
    encoder.encode(column: met)
    encoder.encode(tick)
    encoder.encode(column: lags)
    encoder.encode(column: unanswered)
    encoder.encode(watched)
    encoder.encode(substitutes)
    encoder.encode(example)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(from: try decoder.decode(), to: try decoder.decode())
    pace = try decoder.decode()
    hasPace = try decoder.decode()
    isLearned = try decoder.decode()
    isBroken = try decoder.decode()
    start = try decoder.decode()
    pastDue = try decoder.decode()
    pastMet = try decoder.decode()
    totalDue = try decoder.decode()
    totalMet = try decoder.decode()
    due = try decoder.decodeColumn(count: Int(Self.tickCount))
    met = try decoder.decodeColumn(count: Int(Self.tickCount))
    tick = try decoder.decode()
    lags = try decoder.decodeColumn(count: Self.lagBinCount)
    unanswered = try decoder.decodeColumn()
    watched = try decoder.decode()
    substitutes = try decoder.decode()
    example = try decoder.decode()
    guard pace <= FlowTable.slowest, pastMet <= pastDue, totalMet <= totalDue,
      zip(met, due).allSatisfy({ $0 <= $1 }), unanswered.count <= Self.exampleCount
    else { throw .invalid("flow") }
  }
}
