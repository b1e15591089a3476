internal import Events

/// Makes batches of their stored bytes again. Keeps its memory; one thread at a time.
///
/// The bytes have passed their checksum, and are not believed for that: whatever they are, the
/// result is a batch all of whose ranges lie within its buffer, or none.
@safe
final class BatchDecoder {
  private let zstd = Zstd()
  private var meta = Memory()
  private var columns = Memory()
  private var kinds: [EventKind] = []
  private var prototypes: [EventRecord] = []
  private var states: [SourceTrack] = []

  struct Malformed: Error {}

  /// The first section.
  func metaBytes(_ header: BatchHeader, _ payload: UnsafeRawPointer) throws(Malformed) -> [UInt8] {
    let count = Int(header.raw.meta)
    meta.reserve(count)
    try unsafe section(
      UnsafeRawBufferPointer(start: payload, count: Int(header.stored.meta)),
      compressed: header.compressed & 1 != 0,
      into: UnsafeMutableRawBufferPointer(start: meta.start, count: count))
    return unsafe Array(UnsafeRawBufferPointer(start: meta.start, count: count))
  }

  /// Fills an empty batch with what was stored.
  /// - Parameters:
  ///   - payload: `header.stored.sum` bytes.
  ///   - names: Where the batch's names get their numbers.
  func decode(
    _ header: BatchHeader, _ payload: UnsafeRawPointer, into batch: EventBatch,
    names: inout EventNames
  ) throws(Malformed) {
    var meta = ByteDecoder(try unsafe metaBytes(header, payload)[...])
    let sources = MetaCoding.names(&meta).map { names.sources.intern($0) }
    let services = MetaCoding.names(&meta).map { names.services.intern($0) }
    let formats = MetaCoding.names(&meta).map { names.formats.intern($0) }
    for _ in 0..<meta.count() {
      let local = meta.index(below: sources.count)
      let checkpoint = MetaCoding.checkpoint(&meta)
      guard !meta.failed else { throw Malformed() }
      batch.checkpoints.append(
        SourceCheckpoint(
          source: SourceID(rawValue: sources[local]), generation: checkpoint.generation,
          endOffset: checkpoint.endOffset, identity: checkpoint.identity))
    }
    let base = header.minimumTime.microseconds
    kinds.removeAll(keepingCapacity: true)
    prototypes.removeAll(keepingCapacity: true)
    for _ in 0..<meta.count() {
      guard let kind = MetaCoding.kind(&meta, sources, services, formats) else {
        throw Malformed()
      }
      kinds.append(kind)
      prototypes.append(kind.prototype)
    }
    states.removeAll(keepingCapacity: true)
    states += repeatElement(SourceTrack(time: base), count: sources.count)
    let unit = meta.varint()
    var lengths: [Int] = []
    for _ in 0..<Columns.count { lengths.append(meta.index(below: Int(header.raw.columns) + 1)) }
    guard !meta.failed, meta.isAtEnd, [1, 1000, 1_000_000].contains(unit),
      lengths.reduce(0, +) == Int(header.raw.columns), header.count == 0 || !kinds.isEmpty
    else { throw Malformed() }

    let columnCount = Int(header.raw.columns)
    columns.reserve(columnCount)
    let columnsAt = unsafe payload + Int(header.stored.meta)
    try unsafe section(
      UnsafeRawBufferPointer(start: columnsAt, count: Int(header.stored.columns)),
      compressed: header.compressed & 2 != 0,
      into: UnsafeMutableRawBufferPointer(start: columns.start, count: columnCount))

    let textCount = Int(header.raw.text)
    batch.reserveBytes(textCount)
    try unsafe section(
      UnsafeRawBufferPointer(
        start: columnsAt + Int(header.stored.columns), count: Int(header.stored.text)),
      compressed: header.compressed & 4 != 0,
      into: UnsafeMutableRawBufferPointer(start: batch.bytes, count: textCount))
    batch.byteCount = textCount
    // SAFETY: the padding lies behind the capacity, which is at least `textCount`.
    unsafe (batch.bytes + textCount).update(repeating: 0, count: EventBatch.bytePadding)

    batch.reserveRecords(Int(header.count))
    guard decodeColumns(header, lengths, unit: Int64(unit), into: batch) else { throw Malformed() }
    batch.setCount(Int(header.count))
    batch.firstOffset = header.start.offset
  }

  /// - Returns: Whether all numbers make sense.
  private func decodeColumns(
    _ header: BatchHeader, _ lengths: [Int], unit: Int64, into batch: EventBatch
  ) -> Bool {
    var start = unsafe UnsafePointer(columns.bytes)
    func column(_ index: Int) -> ColumnReader {
      let reader = unsafe ColumnReader(start, count: lengths[index])
      unsafe start += lengths[index]
      return reader
    }
    var kindColumn = column(0)
    var timeColumn = column(1)
    var countColumn = column(2)
    var leadColumn = column(3)
    var trailColumn = column(4)
    var exceptions = column(5)

    let count = Int(header.count)
    let limit = UInt64(batch.byteCount)
    let records = unsafe batch.records
    var rawEnd: Int64 = 0
    var decodedEnd: Int64 = 0
    var ingestTime = header.minimumTime.microseconds
    var nextException = exceptions.isAtEnd ? UInt64.max : exceptions.number()
    var wrong = false

    unsafe kinds.withUnsafeMutableBufferPointer { kinds in
      unsafe prototypes.withUnsafeBufferPointer { prototypes in
        unsafe states.withUnsafeMutableBufferPointer { states in
          for index in 0..<count {
            let kindIndex = kindColumn.number()
            guard kindIndex < UInt64(kinds.count) else {
              wrong = true
              return
            }
            // SAFETY: `kindIndex` was checked; a kind's source is below the count of states;
            // the batch has room for `count` records.
            let kind = unsafe kinds.baseAddress! + Int(kindIndex)
            let state = unsafe states.baseAddress! + kind.pointee.localSource
            let record = unsafe records + index
            unsafe record.initialize(to: prototypes[Int(kindIndex)])

            let time = unsafe state.pointee.time &+ unzigzag(timeColumn.number()) &* unit
            unsafe state.pointee.time = time
            unsafe record.pointee.time = Instant(microseconds: time)

            var unexpected: UInt8 = 0
            if nextException == 0 {
              unexpected = exceptions.byte()
            } else {
              nextException &-= 1
            }
            var rawStart = rawEnd
            if unexpected & Exceptions.rawOffset != 0 {
              rawStart &+= unzigzag(exceptions.number())
            }
            let rawCount = countColumn.number()
            rawEnd = rawStart &+ Int64(bitPattern: rawCount)
            wrong = wrong || !lies(rawStart, rawEnd, limit)
            unsafe record.pointee.rawOffset = UInt32(truncatingIfNeeded: rawStart)
            unsafe record.pointee.rawCount = UInt32(truncatingIfNeeded: rawCount)

            if unexpected & Exceptions.ingestTime != 0 {
              ingestTime &+= unzigzag(exceptions.number())
            }
            unsafe record.pointee.ingestTime = Instant(microseconds: ingestTime)
            var end = unsafe state.pointee.endOffset &+ rawCount
            if unexpected & Exceptions.sourceEnd != 0 {
              end &+= UInt64(bitPattern: unzigzag(exceptions.number()))
            }
            unsafe state.pointee.endOffset = end
            unsafe record.pointee.sourceEndOffset = end
            if unexpected & Exceptions.lineCount != 0 {
              let lineCount = exceptions.number()
              wrong = wrong || lineCount > UInt64(UInt32.max)
              unsafe record.pointee.lineCount = UInt32(truncatingIfNeeded: lineCount)
            }

            let decoded = unsafe kind.pointee.isDecoded
            let lower = decoded ? decodedEnd : rawStart
            let upper = decoded ? decodedEnd : rawEnd
            var layout = unsafe kind.pointee.layout
            layout.messageLead &+= unzigzag(leadColumn.number())
            layout.messageTrail &+= unzigzag(trailColumn.number())
            if unsafe kind.pointee.structure == .text {
              layout.bodyLead = layout.messageLead
              layout.bodyTrail = layout.messageTrail
            }
            if unexpected & Exceptions.body != 0 {
              layout.bodyLead &+= unzigzag(exceptions.number())
              layout.bodyTrail &+= unzigzag(exceptions.number())
            }
            unsafe kind.pointee.layout = layout
            let messageStart = lower &+ layout.messageLead
            let messageEnd = upper &- layout.messageTrail
            let bodyStart = lower &+ layout.bodyLead
            let bodyEnd = upper &- layout.bodyTrail
            wrong =
              wrong || !lies(messageStart, messageEnd, limit) || !lies(bodyStart, bodyEnd, limit)
            unsafe record.pointee.messageOffset = UInt32(truncatingIfNeeded: messageStart)
            unsafe record.pointee.messageCount = UInt32(
              truncatingIfNeeded: messageEnd &- messageStart)
            unsafe record.pointee.bodyOffset = UInt32(truncatingIfNeeded: bodyStart)
            unsafe record.pointee.bodyCount = UInt32(truncatingIfNeeded: bodyEnd &- bodyStart)
            if decoded { decodedEnd = max(messageEnd, bodyEnd) }

            if unexpected != 0 {
              nextException = exceptions.isAtEnd ? UInt64.max : exceptions.number()
            }
            if wrong { return }
          }
        }
      }
    }
    return !wrong && kindColumn.isWhole && timeColumn.isWhole && countColumn.isWhole
      && leadColumn.isWhole && trailColumn.isWhole && exceptions.isWhole
  }

  private func section(
    _ stored: UnsafeRawBufferPointer, compressed: Bool, into raw: UnsafeMutableRawBufferPointer
  ) throws(Malformed) {
    if compressed {
      guard unsafe zstd.decompress(stored, into: raw) else { throw Malformed() }
    } else {
      guard stored.count == raw.count else { throw Malformed() }
      unsafe raw.copyMemory(from: stored)
    }
  }
}

/// Whether a range lies within the first `limit` bytes.
@inline(__always)
private func lies(_ start: Int64, _ end: Int64, _ limit: UInt64) -> Bool {
  start >= 0 && end >= start && UInt64(bitPattern: end) <= limit
}

extension EventKind {
  /// A record with what the kind knows.
  fileprivate var prototype: EventRecord {
    var record = EventRecord(
      rawOffset: 0, rawCount: 0, time: .distantPast, ingestTime: .distantPast, source: source)
    record.service = service
    record.generation = generation
    record.format = format
    record.flags = flags
    record.severity = severity
    record.timeOrigin = timeOrigin
    record.structure = structure
    return record
  }
}
