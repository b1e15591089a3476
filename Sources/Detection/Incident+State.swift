package import Events

extension Anomaly.Kind: StateCodable {}

extension Incident: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(number)
    encoder.encode(start)
    encoder.encode(last)
    encoder.encode(end)
    encoder.encode(offset)
    encoder.encode(kinds)
    encoder.encode(services)
    encoder.encode(first)
    encoder.encode(worst)
    encoder.encode(worstScore)
    encoder.encode(severity)
    encoder.encode(toldCount)
    encoder.encode(foldedCount)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    number = try decoder.decode()
    start = try decoder.decode()
    last = try decoder.decode()
    end = try decoder.decode()
    offset = try decoder.decode()
    kinds = try decoder.decode()
    services = try decoder.decode()
    first = try decoder.decode()
    worst = try decoder.decode()
    worstScore = try decoder.decode()
    severity = try decoder.decode()
    toldCount = try decoder.decode()
    foldedCount = try decoder.decode()
  }
}

extension ToldService: StateCodable {
  func encode(into encoder: inout StateEncoder) {
    encoder.encode(service)
    encoder.encode(weight)
    encoder.encode(kinds)
    encoder.encode(hasDropped)
  }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    service = try decoder.decode()
    weight = try decoder.decode()
    kinds = try decoder.decode()
    hasDropped = try decoder.decode()
  }
}
