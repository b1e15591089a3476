internal import Events

/// Raw bytes of the first and the latest event by pattern, or by service, for reports where no
/// stream is at hand.
///
/// The latest are brought up to date once a batch, so that an event costs one store. Numbers
/// beyond the first `limit` keep none.
struct Examples: Sendable {
  enum Key: Sendable { case pattern, service }

  /// Bytes kept of one example.
  static let byteLimit = 8192
  static let limit = 20_000

  let key: Key
  private(set) var first: [[UInt8]] = []
  private(set) var latest: [[UInt8]] = []
  /// Stream offsets of `latest`.
  private(set) var latestOffsets: [UInt64] = []
  /// By number: the batch in which it was last found.
  private var marks: [UInt32] = []
  private var batchNumber: UInt32 = 0
  /// Numbers that came for the first time.
  private var fresh: [UInt32] = []

  init(by key: Key) { self.key = key }

  /// Takes note of a batch; to be called when the reports that it brought were made.
  /// - Parameter count: How many patterns, and services, there are.
  static func add(
    _ batch: EventBatch, firstOffset: UInt64, toPatterns patterns: inout Examples,
    toServices services: inout Examples, count: (patterns: Int, services: Int)
  ) {
    patterns.begin(count.patterns)
    services.begin(count.services)
    // The last of each comes first.
    var index = batch.count - 1
    while index >= 0 {
      // SAFETY: `index` lies below the batch's count, and a record is plain bits.
      let record = unsafe batch.records + index
      patterns.see(unsafe record.pointee.pattern.rawValue, index, batch, firstOffset)
      services.see(unsafe record.pointee.service.rawValue, index, batch, firstOffset)
      index -= 1
    }
    patterns.takeFirst(batch)
    services.takeFirst(batch)
  }

  private mutating func begin(_ count: Int) {
    while marks.count < min(count, Self.limit) {
      marks.append(batchNumber)
      first.append([])
      latest.append([])
      latestOffsets.append(0)
    }
    batchNumber &+= 1
  }

  @inline(__always)
  private mutating func see(
    _ number: UInt32, _ index: Int, _ batch: EventBatch, _ firstOffset: UInt64
  ) {
    guard number < marks.count, marks[Int(number)] != batchNumber else { return }
    take(Int(number), index, batch, firstOffset)
  }

  @inline(never)
  private mutating func take(
    _ number: Int, _ index: Int, _ batch: EventBatch, _ firstOffset: UInt64
  ) {
    marks[number] = batchNumber
    if first[number].isEmpty { fresh.append(UInt32(number)) }
    latestOffsets[number] = firstOffset + UInt64(index)
    latest[number].removeAll(keepingCapacity: true)
    // SAFETY: the batch does not change while its bytes are copied.
    let bytes = unsafe UnsafeBufferPointer(rebasing: batch.raw(index).prefix(Self.byteLimit))
    unsafe latest[number].append(contentsOf: bytes)
  }

  private mutating func takeFirst(_ batch: EventBatch) {
    for number in fresh {
      let index = (0..<batch.count).first { index in
        // SAFETY: `index` lies below the batch's count, and a record is plain bits.
        let record = unsafe batch.records[index]
        return number
          == (key == .pattern ? record.pattern.rawValue : record.service.rawValue)
      }
      guard let index else { continue }
      first[Int(number)] = unsafe Array(batch.raw(index).prefix(Self.byteLimit))
    }
    fresh.removeAll(keepingCapacity: true)
  }
}

extension Examples {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(strings: first)
    // Many patterns are seen once.
    encoder.encode(strings: latest.indices.map { latest[$0] == first[$0] ? [] : latest[$0] })
    encoder.encode(column: latestOffsets)
  }

  init(decoding decoder: inout StateDecoder, by key: Key) throws(StateError) {
    self.key = key
    first = try decoder.decodeStrings()
    latest = try decoder.decodeStrings()
    latestOffsets = try decoder.decodeColumn(count: first.count)
    guard latest.count == first.count, first.count <= Self.limit else { throw .invalid("examples") }
    for index in latest.indices where latest[index].isEmpty { latest[index] = first[index] }
    marks = Array(repeating: 0, count: first.count)
  }
}
