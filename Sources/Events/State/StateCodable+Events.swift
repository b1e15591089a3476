extension RawRepresentable where Self: StateCodable, RawValue: StateCodable {
  package func encode(into encoder: inout StateEncoder) { encoder.encode(rawValue) }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    guard let value = Self(rawValue: try decoder.decode()) else {
      throw .invalid("raw value")
    }
    self = value
  }
}

extension Severity: StateCodable {}

extension Instant: StateCodable {
  package func encode(into encoder: inout StateEncoder) { encoder.encode(microseconds) }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(microseconds: try decoder.decode())
  }
}

extension PatternID: StateCodable {
  package func encode(into encoder: inout StateEncoder) { encoder.encode(rawValue) }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(rawValue: try decoder.decode())
  }
}

extension ServiceID: StateCodable {
  package func encode(into encoder: inout StateEncoder) { encoder.encode(rawValue) }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(rawValue: try decoder.decode())
  }
}

extension SourceID: StateCodable {
  package func encode(into encoder: inout StateEncoder) { encoder.encode(rawValue) }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init(rawValue: try decoder.decode())
  }
}

extension EventNames: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(sources)
    encoder.encode(services)
    encoder.encode(formats)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    self.init()
    sources = try decoder.decode()
    services = try decoder.decode()
    formats = try decoder.decode()
  }
}
