internal import Events

/// The parts of a batch's first section.
///
/// An events batch: names of sources, services and formats; checkpoints; kinds; the unit of time
/// and the lengths of the columns. A checkpoints batch: names of sources and checkpoints.
enum MetaCoding {
  static func put(
    _ local: LocalNames, of table: borrowing NameTable, to meta: inout ByteEncoder
  ) {
    meta.varint(UInt64(local.globals.count))
    for name in local.globals { meta.string(table.safeBytes(name)) }
  }

  static func names(_ meta: inout ByteDecoder) -> [[UInt8]] {
    var names: [[UInt8]] = []
    for _ in 0..<meta.count() { names.append(meta.string()) }
    return names
  }

  /// What a source's checkpoint says, but for whose it is.
  struct Checkpoint: Hashable {
    var generation: UInt32
    var endOffset: UInt64
    var identity: [UInt8]
  }

  static func put(_ checkpoint: Checkpoint, to meta: inout ByteEncoder) {
    meta.varint(UInt64(checkpoint.generation))
    meta.varint(checkpoint.endOffset)
    meta.string(checkpoint.identity)
  }

  static func checkpoint(_ meta: inout ByteDecoder) -> Checkpoint {
    Checkpoint(
      generation: UInt32(truncatingIfNeeded: meta.varint()), endOffset: meta.varint(),
      identity: meta.string())
  }

  static func put(
    _ kind: EventKind, service: Int, format: Int, to meta: inout ByteEncoder
  ) {
    meta.varint(UInt64(kind.localSource))
    meta.varint(UInt64(service))
    meta.varint(UInt64(format))
    meta.varint(UInt64(kind.generation))
    meta.varint(UInt64(kind.flags.rawValue))
    meta.varint(UInt64(kind.severity.rawValue))
    meta.varint(UInt64(kind.timeOrigin.rawValue))
    meta.varint(UInt64(kind.structure.rawValue))
  }

  /// - Parameter sources: The numbers of the batch's names, in their order; likewise the others.
  static func kind(
    _ meta: inout ByteDecoder, _ sources: [UInt32], _ services: [UInt32], _ formats: [UInt32]
  ) -> EventKind? {
    let source = meta.index(below: sources.count)
    let service = meta.index(below: services.count)
    let format = meta.index(below: formats.count)
    let generation = UInt32(truncatingIfNeeded: meta.varint())
    let flags = EventFlags(rawValue: UInt16(truncatingIfNeeded: meta.varint()))
    let severity = Severity(rawValue: UInt8(truncatingIfNeeded: meta.varint()))
    let timeOrigin = TimeOrigin(rawValue: UInt8(truncatingIfNeeded: meta.varint()))
    let structure = Structure(rawValue: UInt8(truncatingIfNeeded: meta.varint()))
    guard !meta.failed, let severity, let timeOrigin, let structure else { return nil }
    return EventKind(
      source: SourceID(rawValue: sources[source]), service: ServiceID(rawValue: services[service]),
      generation: generation, format: FormatID(rawValue: UInt16(formats[format])), flags: flags,
      severity: severity, timeOrigin: timeOrigin, structure: structure, localSource: source)
  }
}

extension NameTable {
  /// The bytes of a name; none where nobody has added it.
  func safeBytes(_ index: UInt32) -> ArraySlice<UInt8> { index < count ? bytes(index) : [] }

  mutating func intern(_ name: [UInt8]) -> UInt32 {
    unsafe name.withUnsafeBufferPointer { unsafe intern($0) }
  }
}
