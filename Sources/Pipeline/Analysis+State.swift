internal import Detection
package import Events
internal import Patterns

extension Analysis {
  /// Raised with every change of what is written; states of another layout are not read.
  package static let stateVersion: UInt32 = 1
  /// `SPS1`: what a state begins with.
  private static let magic: UInt32 = 0x3153_5053

  /// The whole state, for a keyframe: between two batches, whatever was reported or not.
  package func encode() -> [UInt8] {
    var encoder = StateEncoder()
    encoder.encode(column: [Self.magic, Self.stateVersion])
    encoder.encode(options.fingerprint)
    encoder.encode(nextOffset)
    miner.encode(into: &encoder)
    detector.encode(into: &encoder)
    encoder.encode(totals)
    encoder.encode(translation)
    encoder.encode(reports)
    patternExamples.encode(into: &encoder)
    serviceExamples.encode(into: &encoder)
    encoder.encode(column: traits.map(\.rawValue))
    encoder.encode(column: versions)
    return encoder.bytes
  }

  /// Goes on from what `encode` gave, as if nothing had been between.
  package convenience init(decoding bytes: [UInt8], options: Options) throws(StateError) {
    var decoder = StateDecoder(bytes)
    guard try decoder.decodeColumn(of: UInt32.self) == [Self.magic, Self.stateVersion] else {
      throw .invalid("version")
    }
    guard try decoder.decode(String.self) == options.fingerprint else { throw .invalid("options") }
    self.init(options)
    nextOffset = try decoder.decode()
    miner = try TemplateMiner(decoding: &decoder, options: options.miner)
    detector = try Detector(decoding: &decoder, options: options.detector)
    totals = try decoder.decode()
    translation = try decoder.decode()
    reports = try decoder.decode()
    patternExamples = try Examples(decoding: &decoder, by: .pattern)
    serviceExamples = try Examples(decoding: &decoder, by: .service)
    traits = try decoder.decodeColumn(of: UInt16.self).map(PatternTraits.init(rawValue:))
    versions = try decoder.decodeColumn(count: traits.count)
    guard decoder.remainingByteCount == 0, traits.count == miner.patternCount,
      totals.patterns.count <= miner.patternCount,
      totals.services.count <= names.services.count, totals.sources.count <= names.sources.count
    else { throw .invalid("analysis") }
  }
}

extension Analysis.Options {
  /// Equal for equal options only.
  package var fingerprint: String { String(describing: self) }
}

extension AnomalyReport: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(anomaly)
    encoder.encode(patternKey)
    encoder.encode(template)
    encoder.encode(serviceName)
    encoder.encode(sourceName)
    encoder.encode(strings: examples)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    anomaly = try decoder.decode()
    patternKey = try decoder.decode()
    template = try decoder.decode()
    serviceName = try decoder.decode()
    sourceName = try decoder.decode()
    examples = try decoder.decodeStrings()
  }
}
