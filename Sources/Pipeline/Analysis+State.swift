internal import Detection
package import Events
internal import Patterns

extension Analysis {
  /// Raised with every change of what is written; states of another layout are not read.
  package static let stateVersion: UInt32 = 8
  /// `SPS1`: what a state begins with.
  private static let magic: UInt32 = 0x3153_5053

  /// The whole state, for a keyframe: between two batches, whatever was reported or not.
  package func encode() -> [UInt8] {
    var encoder = StateEncoder()
    encoder.encode(column: [Self.magic, Self.stateVersion])
    encoder.encode(options.parts)
    encoder.encode(nextOffset)
    miner.encode(into: &encoder)
    detector.encode(into: &encoder)
    encoder.encode(totals)
    encoder.encode(translation)
    encoder.encode(reports)
    patternExamples.encode(into: &encoder)
    serviceExamples.encode(into: &encoder)
    measureReader.encode(into: &encoder)
    fieldReader.encode(into: &encoder)
    let flowOffsets = flowExamples.keys.sorted()
    encoder.encode(column: flowOffsets)
    encoder.encode(strings: flowOffsets.map { flowExamples[$0] ?? [] })
    encoder.encode(column: traits.map(\.rawValue))
    encoder.encode(column: versions)
    return encoder.bytes
  }

  /// Goes on from what `encode` gave, as if nothing had been between.
  /// - Parameter isLasting: A state from another build of the program will do, and one that holds
  ///   more than is asked for.
  package convenience init(
    decoding bytes: [UInt8], options: Options, isLasting: Bool = false
  ) throws(StateError) {
    var decoder = StateDecoder(bytes)
    guard try decoder.decodeColumn(of: UInt32.self) == [Self.magic, Self.stateVersion] else {
      throw .invalid("version")
    }
    let parts = try decoder.decode([String].self)
    guard parts == options.parts || isLasting && options.accepts(parts) else {
      throw .invalid("options")
    }
    self.init(options)
    nextOffset = try decoder.decode()
    miner = try TemplateMiner(decoding: &decoder, options: options.miner)
    detector = try Detector(decoding: &decoder, options: options.detector)
    totals = try decoder.decode()
    translation = try decoder.decode()
    reports = try decoder.decode()
    patternExamples = try Examples(decoding: &decoder, by: .pattern)
    serviceExamples = try Examples(decoding: &decoder, by: .service)
    measureReader = try MeasureReader(decoding: &decoder)
    fieldReader = try FieldReader(decoding: &decoder)
    let flowOffsets = try decoder.decodeColumn(of: UInt64.self)
    let flowEvents = try decoder.decodeStrings()
    for (offset, event) in zip(flowOffsets, flowEvents) { flowExamples[offset] = event }
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
  package var fingerprint: String { parts.joined(separator: " ") }

  /// What states of the stream's beginning have in common that this analysis can go on from.
  package var lastingKind: String { parts[1] }

  /// Descriptions of the engine, the miner's and the detector's options, and what is wanted.
  fileprivate var parts: [String] {
    [
      engine, String(describing: miner), String(describing: detector), "detects \(detects)",
      "keeps examples \(keepsExamples)",
    ]
  }

  /// Whether a state of these options, whatever engine made it, is one of this analysis too.
  fileprivate func accepts(_ other: [String]) -> Bool {
    guard other.count == parts.count, other[1] == parts[1] else { return false }
    return !detects || other[2] == parts[2] && other[3] == "detects true"
  }
}

extension AnomalyReport: StateCodable {
  package func encode(into encoder: inout StateEncoder) {
    encoder.encode(anomaly)
    encoder.encode(patternKey)
    encoder.encode(template)
    encoder.encode(serviceName)
    encoder.encode(measureName)
    encoder.encode(value)
    encoder.encode(nextTemplate)
    encoder.encode(sourceName)
    encoder.encode(strings: examples)
  }

  package init(decoding decoder: inout StateDecoder) throws(StateError) {
    anomaly = try decoder.decode()
    patternKey = try decoder.decode()
    template = try decoder.decode()
    serviceName = try decoder.decode()
    measureName = try decoder.decode()
    value = try decoder.decode()
    nextTemplate = try decoder.decode()
    sourceName = try decoder.decode()
    examples = try decoder.decodeStrings()
  }
}
