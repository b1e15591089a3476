package import Events

/// Reads how long things took, and how large they were, from a sample of the events.
///
/// A pattern has at most one measure: a number behind a key or a word that says so, or before a
/// unit. Where it stands is found once; after that its key is looked for where it stood last. At
/// most `sampleLimit` events of a pattern are read in each `SampleSpan`, so busy streams cost no more
/// than quiet ones.
package struct MeasureReader: Sendable {
  package static let sampleLimit: UInt8 = 8
  /// Patterns with a larger number have no measure.
  static let patternLimit = 16_384
  /// The event of a pattern that is looked at first, and how many are.
  private static let firstLook: UInt8 = 4
  private static let lookLimit: UInt8 = 8
  /// Events in a row without their measure after which there is none.
  private static let missLimit: UInt8 = 32

  /// What is known of one pattern's measure.
  struct Place: Sendable {
    enum Stage: UInt8, Sendable { case unknown, found, none }
    var stage: Stage = .unknown
    /// Events seen while unknown, then events in a row without it.
    var count: UInt8 = 0
    /// Events read in the present span.
    var taken: UInt8 = 0
    var span: Int64 = .min
    /// Where the key stood last, and where it lies in `keyBytes`.
    var spot = FieldSpot()
    var key: Int32 = 0
  }

  var places: [Place] = []
  var keyBytes: [UInt8] = []
  var span = SampleSpan()
  /// By pattern: whether its next event is looked at; and those of which none is in this span.
  private var awake: [Bool] = []
  private var asleep: [Int32] = []

  package init() {}

  /// Appends the measures of a batch's events, whose patterns are set, in their order.
  package mutating func read(_ batch: EventBatch, into measures: inout [MeasuredNumber]) {
    // SAFETY: the batch does not change while its bytes are in use.
    let bytes = unsafe LineBytes(UnsafePointer(batch.bytes))
    for index in 0..<batch.count {
      // SAFETY: `index` lies below the batch's count, and a record is plain bits.
      let record = unsafe UnsafePointer(batch.records + index)
      if unsafe span.isOver(at: record.pointee.time) { begin(unsafe record.pointee.time) }
      let pattern = Int(unsafe record.pointee.pattern.rawValue)
      if isAwake(pattern) { unsafe read(pattern, record, index, batch, bytes, into: &measures) }
    }
  }

  /// Whether the next event of a pattern is to be looked at.
  @inline(__always)
  mutating func isAwake(_ pattern: Int) -> Bool {
    if pattern < awake.count { return awake[pattern] }
    if pattern < Self.patternLimit { grow(to: pattern) }
    return false
  }

  mutating func read(
    _ pattern: Int, _ record: UnsafePointer<EventRecord>, _ index: Int, _ batch: EventBatch,
    _ bytes: LineBytes, into measures: inout [MeasuredNumber]
  ) {
    if places[pattern].stage == .unknown { look(pattern, index, batch) }
    guard places[pattern].stage == .found else { return }
    if isLast(pattern) { sleep(pattern) }
    // SAFETY: the record is one of the batch's.
    let start = Int(unsafe record.pointee.rawOffset)
    let end = start &+ Int(unsafe record.pointee.rawCount)
    if let value = value(pattern, bytes, start, end) {
      places[pattern].count = 0
      measures.append(MeasuredNumber(index: Int32(index), value: value))
    } else {
      places[pattern].count &+= 1
      if places[pattern].count >= Self.missLimit {
        places[pattern].stage = .none
        awake[pattern] = false
      }
    }
  }

  @inline(never)
  private mutating func grow(to pattern: Int) {
    places.append(contentsOf: repeatElement(Place(), count: pattern + 1 - places.count))
    awake.append(contentsOf: repeatElement(true, count: places.count - awake.count))
    places[pattern].count = 1
  }

  @inline(never)
  mutating func begin(_ time: Instant) {
    span.begin(at: time)
    for pattern in asleep where places[Int(pattern)].stage == .found {
      awake[Int(pattern)] = true
    }
    asleep.removeAll(keepingCapacity: true)
  }

  private mutating func sleep(_ pattern: Int) {
    awake[pattern] = false
    asleep.append(Int32(pattern))
  }

  /// Takes one more event of a pattern in the present span; whether it is the last.
  private mutating func isLast(_ pattern: Int) -> Bool {
    if places[pattern].span != span.number {
      places[pattern].span = span.number
      places[pattern].taken = 0
    }
    places[pattern].taken &+= 1
    return places[pattern].taken >= Self.sampleLimit
  }

  /// What the measure of a pattern is called, if it has one.
  package func name(of pattern: PatternID) -> String? {
    let pattern = Int(pattern.rawValue)
    guard pattern < places.count, places[pattern].stage == .found else { return nil }
    return key(of: places[pattern]).name
  }

  private func key(of place: Place) -> MeasureKey {
    let start = Int(place.key)
    return MeasureKey(bytes: Array(keyBytes[start..<(start + Int(place.spot.byteCount))]))
  }

  private mutating func look(_ pattern: Int, _ index: Int, _ batch: EventBatch) {
    places[pattern].count &+= 1
    guard places[pattern].count >= Self.firstLook else { return }
    // SAFETY: the batch does not change while the span is in use.
    let raw = unsafe Span(_unsafeElements: batch.raw(index))
    if let (key, place) = MeasureKey.find(in: raw) {
      places[pattern].stage = .found
      places[pattern].key = Int32(keyBytes.count)
      keyBytes += key.bytes
      places[pattern].spot = FieldSpot(key.bytes[...], hint: Int32(clamping: place))
      places[pattern].count = 0
    } else if places[pattern].count >= Self.lookLimit {
      places[pattern].stage = .none
      awake[pattern] = false
    }
  }

  private mutating func value(
    _ pattern: Int, _ bytes: LineBytes, _ start: Int, _ end: Int
  ) -> Float? {
    let key = Int(places[pattern].key)
    guard let place = places[pattern].spot.place(in: bytes, start, end, keys: keyBytes, at: key)
    else { return nil }
    let number = place &- start &+ Int(places[pattern].spot.byteCount)
    // SAFETY: the event lies within the batch's bytes, which do not change while they are looked at.
    let raw = unsafe Span(
      _unsafeElements: UnsafeBufferPointer(start: bytes.base + start, count: end - start))
    return MeasureKey.number(in: raw, at: number)?.value
  }
}

extension MeasureReader: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(span.number)
    encoder.encode(places)
    encoder.encode(column: keyBytes)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    span = try SampleSpan(number: try decoder.decode())
    places = try decoder.decode()
    keyBytes = try decoder.decodeColumn()
    for index in places.indices where places[index].stage == .found {
      let start = Int(places[index].key)
      let end = start + Int(places[index].spot.byteCount)
      guard start >= 0, start < end, end <= keyBytes.count else { throw .invalid("measure") }
      places[index].spot = FieldSpot(keyBytes[start..<end], hint: places[index].spot.hint)
    }
    awake = places.map { $0.stage != .none }
    for index in places.indices
    where places[index].stage == .found && places[index].span == span.number
      && places[index].taken >= Self.sampleLimit
    {
      sleep(index)
    }
  }
}

extension MeasureReader.Place.Stage: StateCodable {}

extension MeasureReader.Place: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(stage)
    encoder.encode(count)
    encoder.encode(taken)
    encoder.encode(span)
    encoder.encode(spot.hint)
    encoder.encode(spot.byteCount)
    encoder.encode(key)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    stage = try decoder.decode()
    count = try decoder.decode()
    taken = try decoder.decode()
    span = try decoder.decode()
    spot.hint = try decoder.decode()
    spot.byteCount = try decoder.decode()
    key = try decoder.decode()
    guard spot.hint >= 0 else { throw .invalid("hint") }
  }
}
