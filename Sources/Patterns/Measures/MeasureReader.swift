package import Events

/// Reads how long things took, and how large they were, from a sample of the events.
///
/// A pattern has at most one measure: a number behind a key or a word that says so, or before a
/// unit. Where it stands is found once; after that its key is looked for where it stood last. At
/// most `sampleLimit` events of a pattern are read in each `sampleMicroseconds` of event time, so
/// busy streams cost no more than quiet ones.
package struct MeasureReader: Sendable {
  package static let sampleLimit: UInt8 = 8
  static let sampleMicroseconds: Int64 = 5_000_000
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
    /// Where the key stood last, from the event's first byte.
    var hint: Int32 = 0
    var key: MeasureKey?
  }

  var places: [Place] = []

  package init() {}

  /// Appends the measures of a batch's events, whose patterns are set, in their order.
  package mutating func read(_ batch: EventBatch, into measures: inout [MeasuredNumber]) {
    for index in 0..<batch.count {
      let pattern = Int(unsafe batch.records[index].pattern.rawValue)
      guard pattern < Self.patternLimit else { continue }
      while places.count <= pattern { places.append(Place()) }
      switch places[pattern].stage {
      case .none: continue
      case .unknown: look(pattern, index, batch)
      case .found: break
      }
      guard places[pattern].stage == .found, isWanted(pattern, unsafe batch.records[index].time)
      else { continue }
      // SAFETY: the batch does not change while the span is in use.
      let raw = unsafe Span(_unsafeElements: batch.raw(index))
      if let value = value(pattern, raw) {
        places[pattern].count = 0
        measures.append(MeasuredNumber(index: Int32(index), value: value))
      } else {
        places[pattern].count &+= 1
        if places[pattern].count >= Self.missLimit {
          places[pattern].stage = .none
          places[pattern].key = nil
        }
      }
    }
  }

  /// What the measure of a pattern is called, if it has one.
  package func name(of pattern: PatternID) -> String? {
    let pattern = Int(pattern.rawValue)
    return pattern < places.count ? places[pattern].key?.name : nil
  }

  private mutating func look(_ pattern: Int, _ index: Int, _ batch: EventBatch) {
    places[pattern].count &+= 1
    guard places[pattern].count >= Self.firstLook else { return }
    // SAFETY: the batch does not change while the span is in use.
    let raw = unsafe Span(_unsafeElements: batch.raw(index))
    if let (key, place) = MeasureKey.find(in: raw) {
      places[pattern].stage = .found
      places[pattern].key = key
      places[pattern].hint = Int32(clamping: place)
      places[pattern].count = 0
    } else if places[pattern].count >= Self.lookLimit {
      places[pattern].stage = .none
    }
  }

  private mutating func isWanted(_ pattern: Int, _ time: Instant) -> Bool {
    let span = time.microseconds / Self.sampleMicroseconds
    if places[pattern].span != span {
      places[pattern].span = span
      places[pattern].taken = 0
    }
    guard places[pattern].taken < Self.sampleLimit else { return false }
    places[pattern].taken &+= 1
    return true
  }

  private mutating func value(_ pattern: Int, _ raw: Span<UInt8>) -> Float? {
    guard let key = places[pattern].key,
      let place = key.place(in: raw, hint: Int(places[pattern].hint))
    else { return nil }
    places[pattern].hint = Int32(clamping: place)
    return MeasureKey.number(in: raw, at: place + key.bytes.count)?.value
  }
}

extension MeasureReader: StateCodable {
  package func encode(into encoder: inout StateEncoder) { encoder.encode(places) }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    places = try decoder.decode()
  }
}

extension MeasureReader.Place.Stage: StateCodable {}

extension MeasureReader.Place: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(stage)
    encoder.encode(count)
    encoder.encode(taken)
    encoder.encode(span)
    encoder.encode(hint)
    encoder.encode(column: key?.bytes ?? [])
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    stage = try decoder.decode()
    count = try decoder.decode()
    taken = try decoder.decode()
    span = try decoder.decode()
    hint = try decoder.decode()
    let bytes = try decoder.decodeColumn(of: UInt8.self)
    key = bytes.isEmpty ? nil : MeasureKey(bytes: bytes)
    guard (stage == .found) == (key != nil) else { throw .invalid("measure") }
  }
}
