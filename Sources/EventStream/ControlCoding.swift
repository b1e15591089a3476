internal import Events

/// Control records as bytes: the whole of a controls batch, in its first section.
enum ControlCoding {
  private static let tick: UInt64 = 0
  private static let gap: UInt64 = 1
  private static let option: UInt64 = 2
  private static let source: UInt64 = 3

  static func put(
    _ record: ControlRecord, names: borrowing EventNames, to meta: inout ByteEncoder
  ) {
    switch record {
    case .tick(let ingestTime, let elapsed):
      meta.varint(tick)
      meta.signed(ingestTime.microseconds)
      meta.signed(elapsed)
    case .gap(let ingestTime, let source, let byteCount, let reason):
      meta.varint(gap)
      meta.signed(ingestTime.microseconds)
      meta.string(names.sources.safeBytes(source.rawValue))
      meta.varint(byteCount == nil ? 0 : 1)
      meta.varint(byteCount ?? 0)
      meta.string(reason.utf8)
    case .option(let ingestTime, let name, let value):
      meta.varint(option)
      meta.signed(ingestTime.microseconds)
      meta.string(name.utf8)
      meta.string(value.utf8)
    case .source(let ingestTime, let source, let state):
      meta.varint(Self.source)
      meta.signed(ingestTime.microseconds)
      meta.string(names.sources.safeBytes(source.rawValue))
      put(state, to: &meta)
    }
  }

  /// - Returns: `nil` where the bytes are no control record.
  static func record(_ meta: inout ByteDecoder, names: inout EventNames) -> ControlRecord? {
    let code = meta.varint()
    let ingestTime = Instant(microseconds: meta.signed())
    let record: ControlRecord?
    switch code {
    case tick:
      record = .tick(ingestTime: ingestTime, elapsedMicroseconds: meta.signed())
    case gap:
      let source = SourceID(rawValue: names.sources.intern(meta.string()))
      let isKnown = meta.varint() != 0
      let byteCount = meta.varint()
      record = .gap(
        ingestTime: ingestTime, source: source, byteCount: isKnown ? byteCount : nil,
        reason: text(&meta))
    case option:
      let name = text(&meta)
      record = .option(ingestTime: ingestTime, name: name, value: text(&meta))
    case source:
      let source = SourceID(rawValue: names.sources.intern(meta.string()))
      record = state(&meta).map { .source(ingestTime: ingestTime, source: source, state: $0) }
    default:
      record = nil
    }
    return meta.failed ? nil : record
  }

  private static func put(_ state: SourceState, to meta: inout ByteEncoder) {
    switch state {
    case .reachedEnd: meta.varint(0)
    case .ended: meta.varint(1)
    case .exited(let status):
      meta.varint(2)
      meta.signed(Int64(status))
    case .signalled(let signal):
      meta.varint(3)
      meta.signed(Int64(signal))
    case .failed(let reason):
      meta.varint(4)
      meta.string(reason.utf8)
    }
  }

  private static func state(_ meta: inout ByteDecoder) -> SourceState? {
    switch meta.varint() {
    case 0: .reachedEnd
    case 1: .ended
    case 2: .exited(status: Int32(truncatingIfNeeded: meta.signed()))
    case 3: .signalled(signal: Int32(truncatingIfNeeded: meta.signed()))
    case 4: .failed(reason: text(&meta))
    default: nil
    }
  }

  private static func text(_ meta: inout ByteDecoder) -> String {
    String(decoding: meta.string(), as: UTF8.self)
  }
}
