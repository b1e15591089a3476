internal import Events

/// Which values the fields of many series have held: of each at most `valueLimit`, with counts.
///
/// Source of what gives way to what: Space-Saving, Metwally and others (2005). A field that goes on
/// to hold new values is a name of things, not a kind, and is not looked at any more.
struct CategoryTable: Sendable {
  /// Fields that are looked at; those of later series are not.
  static let rowLimit = 4096
  static let valueLimit = 24
  /// Values of a field before one can be new.
  static let leastLines: UInt32 = 40
  /// The chance that the next value is new, by Good and Turing, from which a field is no kind.
  private static let unseenLimit = 0.02
  /// Sights of a value closer together than this are one.
  private static let momentSpan: Int64 = 1_000_000
  /// Lines after which a value that has not come again gives way to the next new one.
  private static let candidateLines: UInt32 = 64

  /// One field of one series.
  struct Row: Sendable {
    var lines: UInt32 = 0
    /// Values first seen after `leastLines`.
    var lateCount: UInt32 = 0
    var used: UInt8 = 0
    var isDead = false
    /// New values that were told: each makes the next harder to believe.
    var toldCount: UInt8 = 0
    /// Moments at which the value that is perhaps new has come; 0: there is none.
    var sights: UInt8 = 0
    var candidate: UInt32 = 0
    /// Lines before it, and values known then.
    var linesBefore: UInt32 = 0
    var valuesBefore: UInt8 = 0
    var firstTime: Int64 = 0
    var lastTime: Int64 = 0
  }

  private(set) var rows: [Row] = []
  private var hashes: [UInt32] = []
  private var counts: [UInt32] = []
  /// Rows of a series, `categoryLimit` for each that has some; negative: none.
  private(set) var blocks: [Int32] = []
  private var freeRows: [Int32] = []
  private var freeBlocks: [Int32] = []

  var blockCount: Int { blocks.count / SeenValue.categoryLimit }

  mutating func addBlock() -> Int32? {
    if let free = freeBlocks.popLast() { return free }
    guard blockCount < Self.rowLimit else { return nil }
    blocks.append(contentsOf: repeatElement(-1, count: SeenValue.categoryLimit))
    return Int32(blockCount - 1)
  }

  mutating func release(_ block: Int32) {
    for place in places(of: block) {
      if blocks[place] >= 0 { release(row: blocks[place]) }
      blocks[place] = -1
    }
    freeBlocks.append(block)
  }

  private func places(of block: Int32) -> Range<Int> {
    let start = Int(block) * SeenValue.categoryLimit
    return start..<(start + SeenValue.categoryLimit)
  }

  private mutating func release(row: Int32) {
    rows[Int(row)] = Row()
    rows[Int(row)].isDead = true
    freeRows.append(row)
  }

  /// The row of a field; `nil` where there are too many, or it is no kind.
  mutating func row(_ block: Int32, _ slot: Int) -> Int? {
    let place = Int(block) * SeenValue.categoryLimit + slot
    if blocks[place] >= 0 { return Int(blocks[place]) }
    guard blocks[place] == -1 else { return nil }
    if let free = freeRows.popLast() {
      rows[Int(free)] = Row()
      blocks[place] = free
    } else {
      guard rows.count < Self.rowLimit else { return nil }
      blocks[place] = Int32(rows.count)
      rows.append(Row())
      hashes.append(contentsOf: repeatElement(0, count: Self.valueLimit))
      counts.append(contentsOf: repeatElement(0, count: Self.valueLimit))
    }
    return Int(blocks[place])
  }

  /// A field that turned out to be none gives its row to another.
  private mutating func bury(_ row: Int) {
    if let place = blocks.firstIndex(of: Int32(row)) { blocks[place] = -2 }
    release(row: Int32(row))
  }

  /// What a value was to its field.
  enum Sight { case known, new, again }

  /// Takes a value in.
  mutating func add(_ row: Int, _ hash: UInt32, at time: Int64) -> Sight {
    rows[row].lines += 1
    let start = row * Self.valueLimit
    for index in start..<(start + Int(rows[row].used)) where hashes[index] == hash {
      counts[index] &+= 1
      guard rows[row].sights > 0, rows[row].candidate == hash,
        time - rows[row].lastTime >= Self.momentSpan
      else { return .known }
      rows[row].lastTime = time
      rows[row].sights = min(rows[row].sights + 1, 100)
      return .again
    }
    let isLate = rows[row].lines > Self.leastLines
    if isLate { propose(row, hash, time) }
    insert(row, hash)
    if isLate, !rows[row].isDead { rows[row].lateCount += 1 }
    return isLate ? .new : .known
  }

  /// A value never seen may be the beginning of something, if the field does not do that all the
  /// time.
  private mutating func propose(_ row: Int, _ hash: UInt32, _ time: Int64) {
    let before = rows[row].lines - 1
    let start = row * Self.valueLimit
    var singles: UInt32 = 0
    for index in start..<(start + Int(rows[row].used)) where counts[index] == 1 { singles += 1 }
    let isKind =
      Double(max(singles, rows[row].lateCount)) < Self.unseenLimit * Double(before)
      || max(singles, rows[row].lateCount) == 0
    if rows[row].sights > 1, before - rows[row].linesBefore < Self.candidateLines { return }
    rows[row].sights = isKind ? 1 : 0
    rows[row].candidate = hash
    rows[row].linesBefore = before
    rows[row].valuesBefore = rows[row].used
    rows[row].firstTime = time
    rows[row].lastTime = time
  }

  private mutating func insert(_ row: Int, _ hash: UInt32) {
    let start = row * Self.valueLimit
    let used = Int(rows[row].used)
    if used < Self.valueLimit {
      hashes[start + used] = hash
      counts[start + used] = 1
      rows[row].used += 1
      return
    }
    guard Double(rows[row].lateCount) < Self.unseenLimit * Double(rows[row].lines),
      rows[row].lines > Self.leastLines
    else { return bury(row) }
    var smallest = start
    for index in start..<(start + used) where counts[index] < counts[smallest] {
      smallest = index
    }
    hashes[smallest] = hash
    counts[smallest] &+= 1
  }

  /// ln of the chance that a value of the old kind, once seen, comes so often so soon: each of its
  /// sights falls among the lines since the first, rather than among those and all before.
  func logChance(_ row: Int) -> Double {
    let row = rows[row]
    let since = Double(row.lines - row.linesBefore - 1)
    let before = Double(max(row.linesBefore, 1))
    // What has come among as many lines again has had its time to come before: it is a drift.
    guard 2 * since <= before else { return 0 }
    let weighed = Self.caution * since
    return Double(row.sights - 1) * log(weighed / (weighed + before))
  }

  /// Lines that held the value that is perhaps new.
  func candidateCount(_ row: Int) -> Int {
    let start = row * Self.valueLimit
    for index in start..<(start + Int(rows[row].used)) where hashes[index] == rows[row].candidate {
      return Int(counts[index])
    }
    return Int(rows[row].sights)
  }

  /// How much more often than once in all lines before a value may come that was not there.
  private static let caution = 2.0

  /// The value that was perhaps new is one of the known from now on.
  mutating func accept(_ row: Int, isTold: Bool) {
    rows[row].sights = 0
    if isTold { rows[row].toldCount = min(rows[row].toldCount + 1, 100) }
  }

  /// What was learned stays; what was going on is over.
  mutating func beginPresent() {
    for row in rows.indices { rows[row].sights = 0 }
  }
}

extension CategoryTable: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(rows)
    encoder.encode(column: hashes)
    encoder.encode(column: counts)
    encoder.encode(column: blocks)
    encoder.encode(column: freeRows)
    encoder.encode(column: freeBlocks)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    rows = try decoder.decode()
    hashes = try decoder.decodeColumn(count: rows.count * Self.valueLimit)
    counts = try decoder.decodeColumn(count: hashes.count)
    blocks = try decoder.decodeColumn()
    freeRows = try decoder.decodeColumn()
    freeBlocks = try decoder.decodeColumn()
    guard blocks.count % SeenValue.categoryLimit == 0,
      blocks.allSatisfy({ $0 < rows.count }), rows.allSatisfy({ $0.used <= Self.valueLimit }),
      freeRows.allSatisfy({ rows.indices.contains(Int($0)) }),
      freeBlocks.allSatisfy({ (0..<blockCount).contains(Int($0)) })
    else { throw .invalid("categories") }
  }
}

extension CategoryTable.Row: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(lines)
    encoder.encode(lateCount)
    encoder.encode(used)
    encoder.encode(isDead)
    encoder.encode(toldCount)
    encoder.encode(sights)
    encoder.encode(candidate)
    encoder.encode(linesBefore)
    encoder.encode(valuesBefore)
    encoder.encode(firstTime)
    encoder.encode(lastTime)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    lines = try decoder.decode()
    lateCount = try decoder.decode()
    used = try decoder.decode()
    isDead = try decoder.decode()
    toldCount = try decoder.decode()
    sights = try decoder.decode()
    candidate = try decoder.decode()
    linesBefore = try decoder.decode()
    valuesBefore = try decoder.decode()
    firstTime = try decoder.decode()
    lastTime = try decoder.decode()
    guard sights == 0 || lines > linesBefore else { throw .invalid("category") }
  }
}
