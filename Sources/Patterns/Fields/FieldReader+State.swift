package import Events

extension FieldReader: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(places)
    encoder.encode(slots)
    encoder.encode(column: keyBytes)
    encoder.encode(learners)
    encoder.encode(span.number)
    encoder.encode(sampledCount)
    encoder.encode(limit)
    encoder.encode(turns)
    encoder.encode(column: work)
    encoder.encode(column: recent.map(\.hash))
    encoder.encode(column: recent.map(\.pattern))
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    places = try decoder.decode()
    slots = try decoder.decode()
    keyBytes = try decoder.decodeColumn()
    learners = try decoder.decode()
    span = try SampleSpan(number: try decoder.decode())
    sampledCount = try decoder.decode()
    limit = try decoder.decode()
    turns = try decoder.decode()
    guard turns >= 1 else { throw .invalid("turns") }
    work = try decoder.decodeColumn(count: places.count)
    let hashes = try decoder.decodeColumn(of: UInt32.self, count: Self.recentCount)
    let patterns = try decoder.decodeColumn(of: UInt32.self, count: Self.recentCount)
    for index in recent.indices {
      recent[index] = RecentIdentifier(hash: hashes[index], pattern: patterns[index])
    }
    for place in places where place.stage == .found {
      guard place.slots >= 0, Int(place.slots) + SeenValue.slotCount <= slots.count else {
        throw .invalid("fields")
      }
    }
    for index in slots.indices {
      let start = Int(slots[index].key)
      let end = start + Int(slots[index].spot.byteCount)
      guard start >= 0, end <= keyBytes.count, slots[index].nameStart <= slots[index].nameEnd,
        Int(slots[index].nameEnd) <= FieldKey.byteLimit
      else { throw .invalid("field") }
      slots[index].spot = FieldSpot(keyBytes[start..<end], hint: slots[index].spot.hint)
    }
    guard learners.count <= Self.learnerLimit,
      learners.allSatisfy({ Int($0.pattern) < places.count })
    else { throw .invalid("learners") }
    wakeAll()
  }
}

extension FieldReader.Place.Stage: StateCodable {}

extension FieldReader.Place: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(stage)
    encoder.encode(count)
    encoder.encode(taken)
    encoder.encode(span)
    encoder.encode(slots)
    encoder.encode(categoryCount)
    encoder.encode(alone)
    encoder.encode(isTied)
    encoder.encode(rest)
    encoder.encode(restCount)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    stage = try decoder.decode()
    count = try decoder.decode()
    taken = try decoder.decode()
    span = try decoder.decode()
    slots = try decoder.decode()
    categoryCount = try decoder.decode()
    guard Int(categoryCount) <= SeenValue.categoryLimit else { throw .invalid("fields") }
    alone = try decoder.decode()
    isTied = try decoder.decode()
    rest = try decoder.decode()
    restCount = try decoder.decode()
    guard restCount <= 8 else { throw .invalid("rest") }
  }
}

extension FieldReader.Slot: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(key)
    encoder.encode(spot.byteCount)
    encoder.encode(nameStart)
    encoder.encode(nameEnd)
    encoder.encode(misses)
    encoder.encode(spot.hint)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init()
    key = try decoder.decode()
    spot.byteCount = try decoder.decode()
    nameStart = try decoder.decode()
    nameEnd = try decoder.decode()
    misses = try decoder.decode()
    spot.hint = try decoder.decode()
    guard spot.hint >= 0 else { throw .invalid("hint") }
  }
}

extension FieldLearner: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(pattern)
    encoder.encode(looks)
    encoder.encode(candidates)
    encoder.encode(span)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(
      pattern: try decoder.decode(), looks: try decoder.decode(),
      candidates: try decoder.decode())
    span = try decoder.decode()
  }
}

extension FieldLearner.Candidate: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(column: key.bytes)
    encoder.encode(key.name.lowerBound)
    encoder.encode(key.name.upperBound)
    encoder.encode(spot.hint)
    encoder.encode(categoryCount)
    encoder.encode(identifierCount)
    encoder.encode(otherCount)
    encoder.encode(hasDigit)
    encoder.encode(column: distinct)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    let bytes = try decoder.decodeColumn(of: UInt8.self)
    let start = try decoder.decode(Int.self)
    let end = try decoder.decode(Int.self)
    guard start >= 0, start <= end, end <= bytes.count, bytes.count <= FieldKey.byteLimit else {
      throw .invalid("key")
    }
    self.init(key: FieldKey(bytes: bytes, name: start..<end), hint: try decoder.decode())
    categoryCount = try decoder.decode()
    identifierCount = try decoder.decode()
    otherCount = try decoder.decode()
    hasDigit = try decoder.decode()
    distinct = try decoder.decodeColumn()
  }
}
