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
  private var marks: [Int32] = []
  private var touched: [UInt32] = []

  init(by key: Key) { self.key = key }

  /// Takes note of a batch; to be called when the reports that it brought were made.
  /// - Parameter count: How many patterns, or services, there are.
  mutating func add(_ batch: EventBatch, firstOffset: UInt64, count: Int) {
    while marks.count < min(count, Self.limit) {
      marks.append(-1)
      first.append([])
      latest.append([])
      latestOffsets.append(0)
    }
    let known = marks.count
    let isByPattern = key == .pattern
    // SAFETY: numbers below `known` index the buffer, which is used inside the closure only.
    unsafe marks.withUnsafeMutableBufferPointer { marks in
      for index in 0..<batch.count {
        let number =
          unsafe isByPattern
          ? batch.records[index].pattern.rawValue : batch.records[index].service.rawValue
        guard number < known else { continue }
        if unsafe marks[Int(number)] < 0 {
          touched.append(number)
          if first[Int(number)].isEmpty {
            first[Int(number)] = unsafe Array(batch.raw(index).prefix(Self.byteLimit))
          }
        }
        unsafe marks[Int(number)] = Int32(index)
      }
    }
    for number in touched {
      let index = Int(marks[Int(number)])
      marks[Int(number)] = -1
      latest[Int(number)].removeAll(keepingCapacity: true)
      unsafe latest[Int(number)].append(contentsOf: batch.raw(index).prefix(Self.byteLimit))
      latestOffsets[Int(number)] = firstOffset + UInt64(index)
    }
    touched.removeAll(keepingCapacity: true)
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
    marks = Array(repeating: -1, count: first.count)
  }
}
