internal import Events

/// What followed what: the last events that carried an identifier, and pairs of steps of which the
/// second follows the first. A step is a step and the slot that the identifier was in.
///
/// Bounded by `visitLimit` and `pairLimit`. Where more identifiers come than there is room for, some
/// are followed and others not, by a part of their hash, so that whoever is followed is so through
/// all of its events.
struct FlowTable: Sendable {
  static let pairLimit = 64
  static let visitLimit = 4096
  private static let visitMask: Int64 = 4095
  private static let bucketMask = 4095
  /// Events of one identifier that are looked back at.
  private static let chainLimit = 24
  /// How long a second step may take, by the class of its pair.
  static let deadlines: [Int64] = [
    5_000_000, 10_000_000, 20_000_000, 60_000_000,
  ]
  static let slowest: UInt8 = 3
  private static let firstCount = 64
  private static let rejectedCount = 256
  /// Events of one moment may come in any order.
  private static let disorder: Int64 = 3_000_000

  /// One event that carried an identifier.
  struct Visit: Sendable {
    var hash: UInt32 = 0
    /// Negative: of a step that is no more.
    var step: Int32 = -1
    var time: Int64 = 0
    var offset: UInt64 = 0
    /// The pairs whose second step has followed, as bits.
    var met: UInt64 = 0
    /// The number of an older one that may be of the same identifier.
    var previous: Int64 = -1
  }

  /// Numbers from `head` on are held, at their remainder.
  private(set) var visits: [Visit] = []
  private var buckets: [Int64] = []
  private(set) var head: Int64 = 0
  private(set) var tail: Int64 = 0
  /// By class: the first visit whose deadline has not passed.
  private var cursors: [Int64] = [0, 0, 0, 0]
  /// Identifiers whose hash ends in this many zeros are followed.
  private var sampleBits: UInt32 = 0
  private(set) var pairs: [FlowPair] = []
  /// By the last bits of a first step: the pairs that begin with such, as bits.
  private var firsts = [UInt64](repeating: 0, count: FlowTable.firstCount)
  /// Pairs that turned out to be none, each at a place of its own: not tried again until another
  /// takes it.
  private var rejected = [UInt64](repeating: .max, count: FlowTable.rejectedCount)
  /// First steps of pairs that want an example to watch.
  private var wanted: [Int32] = []

  var isEmpty: Bool { tail == 0 }

  // MARK: Events

  /// Takes in an event that carries an identifier.
  mutating func visit(_ hash: UInt32, _ step: Int32, at time: Int64, offset: UInt64) {
    if visits.isEmpty {
      visits = Array(repeating: Visit(), count: Self.visitLimit)
      buckets = Array(repeating: -1, count: Self.visitLimit)
    }
    let bucket = Int(truncatingIfNeeded: hash >> 8) & Self.bucketMask
    var number = buckets[bucket]
    var steps = 0
    var wasHere = false
    var first: Int64 = -1
    var latest: Int64 = -1
    while number >= head, steps < Self.chainLimit {
      let at = Int(number & Self.visitMask)
      if visits[at].hash == hash {
        if visits[at].step == step {
          wasHere = true
        } else {
          meet(number, at, step, time)
          if latest < 0 { latest = number }
          first = number
        }
        steps += 1
      }
      number = visits[at].previous
    }
    if wasHere { return }
    if latest >= 0 { propose(latest, step) }
    if first >= 0, first != latest { propose(first, step) }
    let isFollowed = hash & (1 &<< sampleBits &- 1) == 0
    guard isFollowed || latest >= 0 else { return }
    guard tail - head < Int64(Self.visitLimit) else {
      sampleBits = min(sampleBits + 1, 16)
      return
    }
    let at = Int(tail & Self.visitMask)
    visits[at] = Visit(
      hash: hash, step: step, time: time, offset: offset, previous: buckets[bucket])
    if latest >= 0 { meetBefore(at, latest) }
    buckets[bucket] = tail
    tail += 1
    if !wanted.isEmpty { watch(step, offset) }
  }

  /// Makes a first step the one of which the bytes are kept, in case that nothing follows.
  private mutating func watch(_ step: Int32, _ offset: UInt64) {
    guard let place = wanted.firstIndex(of: step) else { return }
    wanted.remove(at: place)
    for index in pairs.indices where pairs[index].from == step && pairs[index].isLearned {
      if pairs[index].watched == nil { pairs[index].watched = offset }
    }
  }

  /// Offsets of events of which the bytes may be asked for.
  var exampleOffsets: [UInt64] {
    var offsets: [UInt64] = []
    for pair in pairs where pair.isLearned && !pair.isFree {
      if let watched = pair.watched { offsets.append(watched) }
      if let example = pair.example { offsets.append(example) }
    }
    return offsets
  }

  /// The identifier of an older event has come to another step.
  private mutating func meet(_ number: Int64, _ at: Int, _ step: Int32, _ time: Int64) {
    guard let pair = pair(visits[at].step, step), visits[at].met & (1 << UInt64(pair)) == 0,
      number >= pairs[pair].start
    else { return }
    let lag = max(0, time - visits[at].time)
    guard lag <= Self.deadlines[Int(pairs[pair].pace)] else { return }
    visits[at].met |= 1 << UInt64(pair)
    pairs[pair].add(lag: lag)
  }

  /// What came a moment before a first step is its second, too.
  private mutating func meetBefore(_ at: Int, _ latest: Int64) {
    var number = latest
    var steps = 0
    while number >= head, steps < Self.chainLimit {
      let other = Int(number & Self.visitMask)
      if visits[other].hash == visits[at].hash,
        visits[at].time - visits[other].time <= Self.disorder,
        let pair = pair(visits[at].step, visits[other].step)
      {
        visits[at].met |= 1 << UInt64(pair)
        pairs[pair].add(lag: 0)
      }
      steps += 1
      number = visits[other].previous
    }
  }

  // MARK: Pairs

  @inline(__always)
  private func pair(_ from: Int32, _ to: Int32) -> Int? {
    guard from >= 0 else { return nil }
    var left = firsts[Int(from) & (Self.firstCount - 1)]
    while left != 0 {
      let index = left.trailingZeroBitCount
      if pairs[index].from == from, pairs[index].to == to { return index }
      left &= left &- 1
    }
    return nil
  }

  /// The pairs were changed.
  private mutating func indexPairs() {
    for place in firsts.indices { firsts[place] = 0 }
    for index in pairs.indices where !pairs[index].isFree {
      firsts[Int(pairs[index].from) & (Self.firstCount - 1)] |= 1 << UInt64(index)
    }
  }

  /// Looks at a pair that may be a flow, if there is room.
  private mutating func propose(_ number: Int64, _ step: Int32) {
    let from = visits[Int(number & Self.visitMask)].step
    // Two steps of one moment come in any order: they are one pair.
    let key = Self.key(from, step)
    guard from >= 0, rejected[Self.rejectedPlace(key)] != key, pair(from, step) == nil,
      pair(step, from) == nil
    else { return }
    var added = FlowPair(from: from, to: step)
    // What was held before is not of this pair.
    added.start = tail
    if let free = pairs.firstIndex(where: \.isFree) {
      pairs[free] = added
    } else if pairs.count < Self.pairLimit {
      pairs.append(added)
    } else {
      return
    }
    indexPairs()
  }

  private static func key(_ from: Int32, _ to: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: from)) << 32 | UInt64(UInt32(bitPattern: to))
  }

  /// Fibonacci hashing.
  private static func rejectedPlace(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 32) & (rejectedCount - 1)
  }

  /// A pair turned out to be none.
  mutating func reject(_ index: Int) {
    let key = Self.key(pairs[index].from, pairs[index].to)
    rejected[Self.rejectedPlace(key)] = key
    drop(index)
  }

  /// Makes a pair's place free.
  private mutating func drop(_ index: Int) {
    pairs[index] = FlowPair(from: -1, to: -1)
    indexPairs()
  }

  /// Changes what is known of a pair, but not what it is of.
  mutating func update(_ index: Int, _ body: (inout FlowPair) -> Void) { body(&pairs[index]) }

  /// A step is no more: the pairs that it was in are none.
  mutating func forget(_ step: Int32) {
    for index in pairs.indices where pairs[index].from == step || pairs[index].to == step {
      drop(index)
    }
    for index in pairs.indices { pairs[index].substitutes.rename(step, to: -1) }
    rename(step, to: -1)
  }

  /// A step turned out to be another.
  mutating func merge(_ step: Int32, into target: Int32) {
    for index in pairs.indices where pairs[index].from == step || pairs[index].to == step {
      let from = pairs[index].from == step ? target : pairs[index].from
      let to = pairs[index].to == step ? target : pairs[index].to
      if from == to || pair(from, to) != nil {
        drop(index)
      } else {
        pairs[index].from = from
        pairs[index].to = to
        indexPairs()
      }
    }
    for index in pairs.indices { pairs[index].substitutes.rename(step, to: target) }
    rename(step, to: target)
  }

  private mutating func rename(_ step: Int32, to target: Int32) {
    var number = head
    while number < tail {
      let at = Int(number & Self.visitMask)
      if visits[at].step == step { visits[at].step = target }
      number += 1
    }
  }

  // MARK: Time

  /// Counts the first steps whose second is due by `limit` or never comes.
  /// - Parameter isOfOneService: Whether two steps are the same service's.
  mutating func settle(
    until limit: Int64, tick: Int32, isOfOneService: (Int32, Int32) -> Bool
  ) {
    guard tail > head || pairs.contains(where: { !$0.isFree }) else { return }
    for index in pairs.indices where !pairs[index].isFree { pairs[index].begin(tick) }
    for pace in 0...Int(Self.slowest) {
      var watched: UInt64 = 0
      for index in pairs.indices where !pairs[index].isFree && Int(pairs[index].pace) == pace {
        watched |= 1 << UInt64(index)
      }
      let start = cursors[pace]
      let end = due(from: start, by: limit - Self.deadlines[pace])
      cursors[pace] = end
      if watched == 0 { continue }
      for cursor in start..<end {
        let step = visits[Int(cursor & Self.visitMask)].step
        var left =
          step < 0 ? 0 : watched & firsts[Int(step) & (Self.firstCount - 1)]
        while left != 0 {
          let index = left.trailingZeroBitCount
          if pairs[index].from == step, cursor >= pairs[index].start {
            let isMet = isMet(index, cursor, tick, isOfOneService)
            if !pairs[index].isFree {
              pairs[index].count(
                isMet: isMet, offset: visits[Int(cursor & Self.visitMask)].offset)
            }
          }
          left &= left &- 1
        }
      }
    }
    head = cursors[Int(Self.slowest)]
    wanted.removeAll(keepingCapacity: true)
    for index in pairs.indices
    where !pairs[index].isFree && pairs[index].isLearned && pairs[index].watched == nil {
      wanted.append(pairs[index].from)
    }
    if sampleBits > 0, tail - head < Int64(Self.visitLimit / 4) { sampleBits -= 1 }
  }

  /// The first visit from `start` on that is later than `time`.
  private func due(from start: Int64, by time: Int64) -> Int64 {
    let visits = visits.span
    var cursor = start
    while cursor < tail, visits[Int(cursor & Self.visitMask)].time <= time { cursor += 1 }
    return cursor
  }

  /// Whether a first step was followed by the second one of a pair, or by what comes in its place.
  private mutating func isMet(
    _ index: Int, _ number: Int64, _ tick: Int32, _ isOfOneService: (Int32, Int32) -> Bool
  ) -> Bool {
    let visit = visits[Int(number & Self.visitMask)]
    let isMet = visit.met & (1 << UInt64(index)) != 0
    // Of those that are known to be kept, some tell enough.
    if isMet, pairs[index].isLearned, visit.offset & 7 != 0 { return true }
    if isMet { pairs[index].substitutes.noteLook() }
    let (from, to) = (pairs[index].from, pairs[index].to)
    let limit = visit.time + Self.deadlines[Int(pairs[index].pace)]
    var isAnswered = isMet
    var other = buckets[Int(truncatingIfNeeded: visit.hash >> 8) & Self.bucketMask]
    var steps = 0
    while other > number, steps < Self.chainLimit {
      let later = visits[Int(other & Self.visitMask)]
      other = later.previous
      steps += 1
      guard later.hash == visit.hash, later.step >= 0, later.time <= limit, later.step != from,
        later.step != to, isOfOneService(later.step, to)
      else { continue }
      if isMet {
        pairs[index].substitutes.noteBeside(later.step)
        continue
      }
      let isNew = pairs[index].substitutes.noteAlone(
        later.step, tick, isLearned: pairs[index].isLearned)
      if isNew, accept(later.step, of: index) { return false }
      if pairs[index].substitutes.isAccepted(later.step) { isAnswered = true }
    }
    return isAnswered
  }

  /// Two steps stand for each other: they make one pair, by the one that comes more often.
  /// - Returns: Whether the pair is no more.
  private mutating func accept(_ step: Int32, of index: Int) -> Bool {
    if let other = pair(pairs[index].from, step) {
      if pairs[other].lagCount > pairs[index].lagCount, !pairs[index].isLearned {
        reject(index)
        return true
      }
      if !pairs[other].isBroken { reject(other) }
    }
    if !pairs[index].isLearned {
      // What was counted so far did not know of it.
      pairs[index].start = tail
      pairs[index].clearWindow()
    }
    return false
  }

  /// A pair is known well enough to say how long its second step may take.
  mutating func setPace(_ index: Int, _ pace: UInt8) {
    pairs[index].pace = pace
    pairs[index].start = tail
    pairs[index].clearWindow()
  }

  /// What was learned stays; what was going on is over.
  mutating func beginPresent() {
    head = tail
    cursors = [tail, tail, tail, tail]
    wanted = []
    for index in pairs.indices where !pairs[index].isFree {
      if pairs[index].isLearned { pairs[index].beginPresent(tail) } else { drop(index) }
    }
  }
}

extension FlowTable: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(head)
    encoder.encode(tail)
    encoder.encode(cursors)
    encoder.encode(sampleBits)
    encoder.encode(pairs)
    encoder.encode(column: wanted)
    encoder.encode(column: rejected)
    let held = (head..<tail).map { visits[Int($0 & Self.visitMask)] }
    encoder.encode(column: held.map(\.hash))
    encoder.encode(column: held.map(\.step))
    encoder.encode(column: held.map(\.time))
    encoder.encode(column: held.map(\.offset))
    encoder.encode(column: held.map(\.met))
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    head = try decoder.decode()
    tail = try decoder.decode()
    cursors = try decoder.decode()
    sampleBits = try decoder.decode()
    pairs = try decoder.decode()
    wanted = try decoder.decodeColumn()
    rejected = try decoder.decodeColumn(count: Self.rejectedCount)
    guard head >= 0, tail >= head, tail - head <= Int64(Self.visitLimit),
      cursors.count == Self.deadlines.count, cursors.allSatisfy({ (head...tail).contains($0) }),
      cursors[Int(Self.slowest)] == head, sampleBits <= 16, pairs.count <= Self.pairLimit
    else { throw .invalid("flows") }
    let hashes = try decoder.decodeColumn(of: UInt32.self, count: Int(tail - head))
    let step = try decoder.decodeColumn(of: Int32.self, count: hashes.count)
    let times = try decoder.decodeColumn(of: Int64.self, count: hashes.count)
    let offsets = try decoder.decodeColumn(of: UInt64.self, count: hashes.count)
    let met = try decoder.decodeColumn(of: UInt64.self, count: hashes.count)
    indexPairs()
    guard tail > 0 else { return }
    visits = Array(repeating: Visit(), count: Self.visitLimit)
    buckets = Array(repeating: -1, count: Self.visitLimit)
    // The chains follow from the order in which they were made.
    for index in hashes.indices {
      let bucket = Int(truncatingIfNeeded: hashes[index] >> 8) & Self.bucketMask
      visits[Int((head + Int64(index)) & Self.visitMask)] = Visit(
        hash: hashes[index], step: step[index], time: times[index], offset: offsets[index],
        met: met[index], previous: buckets[bucket])
      buckets[bucket] = head + Int64(index)
    }
  }
}
