package import Events

extension FieldReader: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(places)
    encoder.encode(slots)
    encoder.encode(column: keyBytes)
    encoder.encode(learners)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    places = try decoder.decode()
    slots = try decoder.decode()
    keyBytes = try decoder.decodeColumn()
    learners = try decoder.decode()
    for place in places where place.stage == .found {
      guard place.slots >= 0, Int(place.slots) + SeenValue.slotCount <= slots.count else {
        throw .invalid("fields")
      }
    }
    for index in slots.indices {
      let start = Int(slots[index].key)
      let end = start + Int(slots[index].byteCount)
      guard start >= 0, end <= keyBytes.count, slots[index].nameStart <= slots[index].nameEnd,
        Int(slots[index].nameEnd) <= FieldKey.byteLimit
      else { throw .invalid("field") }
      slots[index].restoreWord(from: keyBytes[start..<end])
    }
    guard learners.count <= Self.learnerLimit,
      learners.allSatisfy({ Int($0.pattern) < places.count })
    else { throw .invalid("learners") }
  }
}

extension FieldReader.Place.Stage: StateCodable {}

extension FieldReader.Place: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(stage)
    encoder.encode(count)
    encoder.encode(taken)
    encoder.encode(hasCategories)
    encoder.encode(hasIdentifiers)
    encoder.encode(span)
    encoder.encode(slots)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    stage = try decoder.decode()
    count = try decoder.decode()
    taken = try decoder.decode()
    hasCategories = try decoder.decode()
    hasIdentifiers = try decoder.decode()
    span = try decoder.decode()
    slots = try decoder.decode()
  }
}

extension FieldReader.Slot: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(key)
    encoder.encode(byteCount)
    encoder.encode(nameStart)
    encoder.encode(nameEnd)
    encoder.encode(misses)
    encoder.encode(hint)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    key = try decoder.decode()
    byteCount = try decoder.decode()
    nameStart = try decoder.decode()
    nameEnd = try decoder.decode()
    misses = try decoder.decode()
    hint = try decoder.decode()
    guard hint >= 0 else { throw .invalid("hint") }
  }
}

extension FieldLearner: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(pattern)
    encoder.encode(looks)
    encoder.encode(candidates)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(
      pattern: try decoder.decode(), looks: try decoder.decode(),
      candidates: try decoder.decode())
  }
}

extension FieldLearner.Candidate: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(column: key.bytes)
    encoder.encode(key.name.lowerBound)
    encoder.encode(key.name.upperBound)
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
    key = FieldKey(bytes: bytes, name: start..<end)
    categoryCount = try decoder.decode()
    identifierCount = try decoder.decode()
    otherCount = try decoder.decode()
    hasDigit = try decoder.decode()
    distinct = try decoder.decodeColumn()
  }
}
