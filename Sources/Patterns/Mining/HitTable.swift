internal import Events

/// What the hot path reads and writes of each pattern: where its events go, how many and when.
@safe
struct HitTable: ~Copyable {
  struct Entry {
    var hits: UInt64
    /// Number of the newest event, counted over the miner's life.
    var lastSeen: UInt64
    /// The pattern that stands for this one; itself unless merged.
    var successor: UInt32
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 256
  private(set) var count = 0
  /// When the pattern that was counted last had been seen before.
  private(set) var seenBefore: UInt64 = 0

  init() { unsafe entries = .allocate(capacity: capacity) }

  deinit { unsafe entries.deallocate() }

  subscript(_ id: UInt32) -> Entry {
    @inline(__always) get {
      precondition(Int(id) < count, "no such pattern")
      // SAFETY: checked above.
      return unsafe entries[Int(id)]
    }
    set {
      precondition(Int(id) < count, "no such pattern")
      unsafe entries[Int(id)] = newValue
    }
  }

  @inline(__always)
  func resolve(_ id: UInt32) -> UInt32 {
    var present = id
    while true {
      // SAFETY: ids come from this table, and successors are ids.
      let next = unsafe entries[Int(present)].successor
      if next == present { return present }
      present = next
    }
  }

  /// Counts an event of a pattern.
  /// - Returns: For how many events its values stand, 0 where they are not looked at.
  @inline(__always)
  mutating func count(_ id: UInt32, at time: UInt64) -> UInt32 {
    // SAFETY: `id` was resolved above.
    let entry = unsafe entries + Int(id)
    let hits = unsafe entry.pointee.hits &+ 1
    unsafe entry.pointee.hits = hits
    seenBefore = unsafe entry.pointee.lastSeen
    unsafe entry.pointee.lastSeen = time
    let stride = UInt64(1) &<< UInt64(truncatingIfNeeded: max(0, 58 &- hits.leadingZeroBitCount))
    return hits & (stride &- 1) == 0 ? UInt32(truncatingIfNeeded: stride) : 0
  }

  mutating func append(at time: UInt64) {
    if count == capacity {
      let larger = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
      unsafe larger.moveInitialize(from: entries, count: count)
      unsafe entries.deallocate()
      unsafe entries = larger
      capacity *= 2
    }
    unsafe entries.advanced(by: count).initialize(
      to: Entry(hits: 0, lastSeen: time, successor: UInt32(count)))
    count += 1
  }

  mutating func removeLast() { count -= 1 }

  /// Makes `from`'s events those of `into`.
  mutating func forward(_ from: UInt32, to into: UInt32) {
    self[from].successor = into
    self[into].hits += self[from].hits
    self[into].lastSeen = max(self[into].lastSeen, self[from].lastSeen)
  }

  /// Takes back a `forward`: what was counted of `child` before it is its own again.
  mutating func release(_ child: UInt32, from parent: UInt32) {
    self[child].successor = child
    self[parent].hits -= min(self[parent].hits, self[child].hits)
  }

  func copy() -> HitTable {
    var other = HitTable()
    unsafe other.entries.deallocate()
    unsafe other.entries = .allocate(capacity: capacity)
    unsafe other.entries.initialize(from: entries, count: count)
    other.capacity = capacity
    other.count = count
    return other
  }
}

extension HitTable {
  func encode(into encoder: inout StateEncoder) {
    let entries = (0..<UInt32(count)).map { self[$0] }
    encoder.encode(column: entries.map(\.hits))
    encoder.encode(column: entries.map(\.lastSeen))
    encoder.encode(column: entries.map(\.successor))
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    let hits = try decoder.decodeColumn(of: UInt64.self)
    let lastSeen = try decoder.decodeColumn(of: UInt64.self, count: hits.count)
    let successors = try decoder.decodeColumn(of: UInt32.self, count: hits.count)
    guard Self.leadsToEnds(successors) else { throw .invalid("successor") }
    self.init()
    for index in hits.indices {
      append(at: lastSeen[index])
      self[UInt32(index)].hits = hits[index]
      self[UInt32(index)].successor = successors[index]
    }
  }

  /// Whether every way along the links ends: `resolve` looks at nothing else.
  private static func leadsToEnds(_ successors: [UInt32]) -> Bool {
    var ends = [Bool](repeating: false, count: successors.count)
    var way: [Int] = []
    for start in successors.indices where !ends[start] {
      var present = start
      way.removeAll(keepingCapacity: true)
      while !ends[present] {
        way.append(present)
        let next = Int(successors[present])
        guard next < successors.count, way.count <= successors.count else { return false }
        if next == present { break }
        present = next
      }
      for passed in way { ends[passed] = true }
    }
    return true
  }
}
