/// Names, each with a dense number in the order of first sight.
///
/// Finding a known name hashes its bytes and allocates nothing; a new one is copied once.
/// Never forgets: meant for sources, services and formats, which are few (see `limit`).
package struct NameTable: Sendable {
  /// Names beyond this many all get the last number, whose name is "…".
  package static let limit = 65_535

  private var slots: [UInt32]
  private var hashes: [UInt64] = []
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]

  package init() { slots = Array(repeating: .max, count: 64) }

  package var count: Int { hashes.count }

  /// The number of `name`, which is added if it is new.
  package mutating func intern(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let hash = unsafe Self.hash(name)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != .max {
      let index = Int(slots[slot])
      if hashes[index] == hash, unsafe equals(index, name) { return UInt32(index) }
      slot = (slot + 1) & (slots.count - 1)
    }
    if count >= Self.limit { return add("…", reserved: true) }
    if (count + 1) * 2 > slots.count {
      grow()
      slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
    }
    slots[slot] = UInt32(count)
    hashes.append(hash)
    // SAFETY: `name` is valid for the length of this call, and its bytes are copied.
    unsafe bytes.append(contentsOf: name)
    ends.append(bytes.count)
    return UInt32(count - 1)
  }

  package mutating func intern(_ name: String) -> UInt32 {
    var copy = name
    return copy.withUTF8 { unsafe intern($0) }
  }

  package func name(_ index: UInt32) -> String {
    String(decoding: bytes[ends[Int(index)]..<ends[Int(index) + 1]], as: UTF8.self)
  }

  /// The bytes of a name; a path need not be UTF-8.
  package func bytes(_ index: UInt32) -> ArraySlice<UInt8> {
    bytes[ends[Int(index)]..<ends[Int(index) + 1]]
  }

  private mutating func add(_ name: String, reserved: Bool) -> UInt32 {
    if count == Self.limit {
      hashes.append(0)
      bytes.append(contentsOf: name.utf8)
      ends.append(bytes.count)
    }
    return UInt32(Self.limit)
  }

  private func equals(_ index: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = ends[index]
    guard ends[index + 1] - start == name.count else { return false }
    for i in 0..<name.count where unsafe bytes[start + i] != name[i] { return false }
    return true
  }

  private mutating func grow() {
    let size = slots.count * 2
    slots = Array(repeating: .max, count: size)
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (size - 1)
      while slots[slot] != .max { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(index)
    }
  }

  /// FNV-1a, 64 bits: names are short.
  private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<name.count {
      hash = unsafe (hash ^ UInt64(name[index])) &* 0x100_0000_01b3
    }
    return hash ^ (hash >> 29)
  }
}

extension NameTable: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(column: bytes)
    encoder.encode(column: ends)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init()
    bytes = try decoder.decodeColumn()
    ends = try decoder.decodeColumn()
    guard ends.first == 0, ends.last == bytes.count, ends.count <= Self.limit + 2,
      zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw .invalid("names") }
    let nameCount = ends.count - 1
    hashes = (0..<nameCount).map { index in
      if index == Self.limit { return 0 }
      let name = Array(bytes(UInt32(index)))
      return unsafe name.withUnsafeBufferPointer { unsafe Self.hash($0) }
    }
    let findable = min(nameCount, Self.limit)
    var size = slots.count
    while findable * 2 > size { size *= 2 }
    slots = Array(repeating: .max, count: size)
    for index in 0..<findable {
      var slot = Int(truncatingIfNeeded: hashes[index]) & (size - 1)
      while slots[slot] != .max { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(index)
    }
  }
}

/// The names behind the identifiers of batches and control records.
///
/// Whoever produces batches (the live pipeline, a stream's reader) owns one; identifiers mean
/// something only together with it.
package struct EventNames: Sendable {
  package var sources = NameTable()
  package var services = NameTable()
  /// Number 0 is the empty name: no format.
  package var formats = NameTable()

  package init() { _ = formats.intern("") }
}
