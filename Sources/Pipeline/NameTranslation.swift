internal import Events

/// Numbers services and sources by their first appearance in what is analysed.
///
/// Whoever makes batches numbers names as it meets them, which is not the order of the stream:
/// a reader of the same stream would number them otherwise, and analyses would differ.
struct NameTranslation: Sendable {
  private(set) var names = EventNames()
  private var services: [UInt32] = []
  private var sources: [UInt32] = []

  /// From here on numbers come from somebody else, with names of their own.
  mutating func changeProducer() {
    services.removeAll()
    sources.removeAll()
  }

  /// Renumbers the events of a batch.
  mutating func apply(to batch: EventBatch, names producer: EventNames) {
    for index in 0..<batch.count {
      let service = unsafe Int(batch.records[index].service.rawValue)
      let source = unsafe Int(batch.records[index].source.rawValue)
      if service >= services.count || services[service] == .max {
        learn(service: service, producer)
      }
      if source >= sources.count || sources[source] == .max { learn(source: source, producer) }
      unsafe batch.records[index].service.rawValue = services[service]
      unsafe batch.records[index].source.rawValue = sources[source]
    }
  }

  mutating func apply(to record: ControlRecord, names producer: EventNames) -> ControlRecord {
    switch record {
    case .tick, .option: return record
    case .gap(let time, let source, let byteCount, let reason):
      return .gap(
        ingestTime: time, source: translate(source, producer), byteCount: byteCount, reason: reason)
    case .source(let time, let source, let state):
      return .source(ingestTime: time, source: translate(source, producer), state: state)
    }
  }

  private mutating func translate(_ source: SourceID, _ producer: EventNames) -> SourceID {
    let number = Int(source.rawValue)
    if number >= sources.count || sources[number] == .max { learn(source: number, producer) }
    return SourceID(rawValue: sources[number])
  }

  private mutating func learn(service: Int, _ producer: EventNames) {
    while services.count <= service { services.append(.max) }
    services[service] = names.services.intern(producer.services.name(UInt32(service)))
  }

  private mutating func learn(source: Int, _ producer: EventNames) {
    while sources.count <= source { sources.append(.max) }
    sources[source] = names.sources.intern(producer.sources.name(UInt32(source)))
  }
}

extension NameTranslation: StateCodable {
  /// Appends the names; the numbers of a producer mean nothing later.
  func encode(into encoder: inout StateEncoder) { encoder.encode(names) }

  init(decoding decoder: inout StateDecoder) throws(StateError) {
    names = try decoder.decode()
  }
}
