internal import Events

/// Makes the stored bytes of batches. Keeps its memory; one thread at a time.
///
/// A batch is stored in three sections, each compressed where that helps: *meta* (names,
/// checkpoints, kinds), *columns* (what varies from event to event) and *text* (the batch's
/// buffer, unchanged). Whoever wants only checkpoints reads only the first.
@safe
final class BatchEncoder {
  private let zstd: Zstd
  private var kinds = KindTable()
  private var sources = LocalNames()
  private var services = LocalNames()
  private var formats = LocalNames()
  private var columns = Memory()
  private var joined = Memory()
  private var states = Memory()
  /// The header's place, then the payload of the last batch, then zeros up to a multiple of 8.
  private(set) var output = Memory()

  /// - Parameter compressionLevel: zstd's; `nil` for the fast one of what is being recorded.
  init(compressionLevel: Int32? = nil) { zstd = Zstd(level: compressionLevel) }

  /// Stores a batch of events.
  /// - Returns: Its header, but for the place in the stream.
  func encode(_ batch: EventBatch, names: borrowing EventNames) throws(StreamError) -> BatchHeader {
    guard batch.byteCount <= BatchLimits.byteCount, batch.count <= BatchLimits.eventCount else {
      throw .tooLarge(byteCount: batch.byteCount)
    }
    forget()
    var header = BatchHeader(kind: .events)
    header.count = UInt32(batch.count)
    let unit = summarize(batch, in: &header)
    let lengths = encodeColumns(batch, unit: unit, base: header.minimumTime)

    var meta = ByteEncoder()
    let checkpoints = batch.checkpoints.map { (sources.local($0.source.rawValue), $0) }
    for name in sources.globals {
      header.sourceBits |= SourceBits.bit(names.sources.safeBytes(name))
    }
    MetaCoding.put(sources, of: names.sources, to: &meta)
    MetaCoding.put(services, of: names.services, to: &meta)
    MetaCoding.put(formats, of: names.formats, to: &meta)
    meta.varint(UInt64(checkpoints.count))
    for (source, checkpoint) in checkpoints {
      meta.varint(UInt64(source))
      MetaCoding.put(
        .init(
          generation: checkpoint.generation, endOffset: checkpoint.endOffset,
          identity: checkpoint.identity), to: &meta)
    }
    meta.varint(UInt64(kinds.count))
    for index in 0..<kinds.count {
      let kind = unsafe kinds.kinds[index]
      MetaCoding.put(
        kind, service: services.local(kind.service.rawValue),
        format: formats.local(UInt32(kind.format.rawValue)), to: &meta)
      header.severityBits |= 1 << kind.severity.rawValue
    }
    meta.varint(unit)
    for length in lengths { meta.varint(UInt64(length)) }

    unsafe assemble(
      meta: meta.bytes,
      columns: UnsafeRawBufferPointer(start: joined.start, count: lengths.reduce(0, +)),
      text: UnsafeRawBufferPointer(start: batch.bytes, count: batch.byteCount), in: &header)
    return header
  }

  /// Stores bytes of another kind in the first section.
  func encode(_ kind: BatchHeader.Kind, meta: [UInt8], count: Int) -> BatchHeader {
    var header = BatchHeader(kind: kind)
    header.count = UInt32(count)
    unsafe assemble(
      meta: meta, columns: UnsafeRawBufferPointer(start: nil, count: 0),
      text: UnsafeRawBufferPointer(start: nil, count: 0), in: &header)
    return header
  }

  private func forget() {
    kinds.removeAll()
    sources.removeAll()
    services.removeAll()
    formats.removeAll()
  }

  /// Fills in the bounds of the times.
  /// - Returns: The largest of a second, a millisecond and a microsecond in which they are whole.
  private func summarize(_ batch: EventBatch, in header: inout BatchHeader) -> UInt64 {
    guard batch.count > 0 else { return 1 }
    let records = unsafe batch.records
    var smallest = Int64.max
    var largest = Int64.min
    var unit: Int64 = 1_000_000
    for index in 0..<batch.count {
      // SAFETY: `index` is below the count of the batch.
      let time = unsafe records[index].time.microseconds
      smallest = min(smallest, time)
      largest = max(largest, time)
      // Divisors that the compiler knows cost a fraction of others.
      if unit == 1_000_000, time % 1_000_000 != 0 { unit = 1000 }
      if unit == 1000, time % 1000 != 0 { unit = 1 }
    }
    if largest.subtractingReportingOverflow(smallest).overflow { unit = 1 }
    header.minimumTime = Instant(microseconds: smallest)
    header.maximumTime = Instant(microseconds: largest)
    unsafe header.firstIngestTime = records[0].ingestTime
    unsafe header.lastIngestTime = records[batch.count - 1].ingestTime
    return UInt64(unit)
  }

  /// Fills `joined` with the columns, one behind the other.
  /// - Returns: Their lengths.
  private func encodeColumns(_ batch: EventBatch, unit: UInt64, base: Instant) -> [Int] {
    let count = batch.count
    let room = count * Columns.numberLimit
    columns.reserve(5 * room + count * Columns.exceptionLimit)
    let area = unsafe columns.bytes
    var kindColumn = unsafe ColumnWriter(area)
    var timeColumn = unsafe ColumnWriter(area + room)
    var countColumn = unsafe ColumnWriter(area + 2 * room)
    var leadColumn = unsafe ColumnWriter(area + 3 * room)
    var trailColumn = unsafe ColumnWriter(area + 4 * room)
    var exceptions = unsafe ColumnWriter(area + 5 * room)

    let records = unsafe UnsafePointer(batch.records)
    let unit = Int64(unit)
    var states = unsafe self.states.start.assumingMemoryBound(to: SourceTrack.self)
    var table = unsafe kinds.kinds
    var last = EventKind.Key.none
    var kindIndex = -1
    var rawEnd: Int64 = 0
    var decodedEnd: Int64 = 0
    var ingestTime = base.microseconds
    var expected: UInt64 = 0

    for index in 0..<count {
      // SAFETY: `index` is below the count of the batch; kinds and states are those of the
      // numbers that the table gave; each column has room for the most that an event may add.
      let record = unsafe records + index
      let key = unsafe EventKind.Key(record)
      if key != last {
        last = key
        kindIndex = kinds.find(key)
        if kindIndex < 0 {
          kindIndex = unsafe addKind(record.pointee, time: base)
          unsafe table = kinds.kinds
          unsafe states = self.states.start.assumingMemoryBound(to: SourceTrack.self)
        }
      }
      let kind = unsafe table + kindIndex
      let state = unsafe states + kind.pointee.localSource
      kindColumn.put(UInt64(truncatingIfNeeded: kindIndex))

      let time = unsafe record.pointee.time.microseconds
      var delta = unsafe time &- state.pointee.time
      // Divisors that the compiler knows cost a fraction of others.
      if unit == 1000 { delta /= 1000 } else if unit == 1_000_000 { delta /= 1_000_000 }
      timeColumn.put(zigzag(delta))
      unsafe state.pointee.time = time

      let rawStart = unsafe Int64(record.pointee.rawOffset)
      let rawCount = unsafe Int64(record.pointee.rawCount)
      countColumn.put(UInt64(bitPattern: rawCount))
      var unexpected: UInt8 = rawStart == rawEnd ? 0 : Exceptions.rawOffset
      let rawStartError = rawStart - rawEnd
      rawEnd = rawStart + rawCount

      let lower: Int64
      let upper: Int64
      let decoded = unsafe kind.pointee.isDecoded
      if decoded {
        lower = decodedEnd
        upper = decodedEnd
      } else {
        lower = rawStart
        upper = rawEnd
      }
      let messageStart = unsafe Int64(record.pointee.messageOffset)
      let messageEnd = unsafe messageStart + Int64(record.pointee.messageCount)
      let messageLead = messageStart - lower
      let messageTrail = upper - messageEnd
      leadColumn.put(zigzag(unsafe messageLead - kind.pointee.layout.messageLead))
      trailColumn.put(zigzag(unsafe messageTrail - kind.pointee.layout.messageTrail))
      unsafe kind.pointee.layout.messageLead = messageLead
      unsafe kind.pointee.layout.messageTrail = messageTrail

      let bodyStart = unsafe Int64(record.pointee.bodyOffset)
      let bodyEnd = unsafe bodyStart + Int64(record.pointee.bodyCount)
      let bodyLead = bodyStart - lower
      let bodyTrail = upper - bodyEnd
      let isText = unsafe record.pointee.structure == .text
      let bodyLeadError = unsafe bodyLead - (isText ? messageLead : kind.pointee.layout.bodyLead)
      let bodyTrailError =
        unsafe bodyTrail - (isText ? messageTrail : kind.pointee.layout.bodyTrail)
      unsafe kind.pointee.layout.bodyLead = bodyLead
      unsafe kind.pointee.layout.bodyTrail = bodyTrail
      if bodyLeadError | bodyTrailError != 0 { unexpected |= Exceptions.body }
      if decoded { decodedEnd = max(messageEnd, bodyEnd) }

      let ingest = unsafe record.pointee.ingestTime.microseconds
      let end = unsafe record.pointee.sourceEndOffset
      let endError = unsafe end &- (state.pointee.endOffset &+ UInt64(bitPattern: rawCount))
      unsafe state.pointee.endOffset = end
      let lineCount = unsafe record.pointee.lineCount
      if ingest != ingestTime { unexpected |= Exceptions.ingestTime }
      if endError != 0 { unexpected |= Exceptions.sourceEnd }
      if lineCount != 1 { unexpected |= Exceptions.lineCount }

      if unexpected == 0 {
        expected &+= 1
        continue
      }
      exceptions.put(expected)
      expected = 0
      exceptions.put(byte: unexpected)
      if unexpected & Exceptions.rawOffset != 0 { exceptions.put(zigzag(rawStartError)) }
      if unexpected & Exceptions.ingestTime != 0 {
        exceptions.put(zigzag(ingest &- ingestTime))
        ingestTime = ingest
      }
      if unexpected & Exceptions.sourceEnd != 0 {
        exceptions.put(zigzag(Int64(bitPattern: endError)))
      }
      if unexpected & Exceptions.lineCount != 0 { exceptions.put(UInt64(lineCount)) }
      if unexpected & Exceptions.body != 0 {
        exceptions.put(zigzag(bodyLeadError))
        exceptions.put(zigzag(bodyTrailError))
      }
    }

    let ends = unsafe [
      kindColumn.next - area, timeColumn.next - (area + room), countColumn.next - (area + 2 * room),
      leadColumn.next - (area + 3 * room), trailColumn.next - (area + 4 * room),
      exceptions.next - (area + 5 * room),
    ]
    joined.reserve(ends.reduce(0, +))
    var position = 0
    for (index, length) in ends.enumerated() {
      // SAFETY: the lengths are those of the areas, and `joined` has room for their sum.
      unsafe (joined.bytes + position).update(from: area + index * room, count: length)
      position += length
    }
    return ends
  }

  private func addKind(_ record: EventRecord, time: Instant) -> Int {
    let known = sources.globals.count
    let localSource = sources.local(record.source.rawValue)
    if localSource == known {
      states.reserve(
        (known + 1) * MemoryLayout<SourceTrack>.stride,
        keeping: known * MemoryLayout<SourceTrack>.stride)
      // SAFETY: room was made above, and a state is plain bits.
      unsafe (states.start.assumingMemoryBound(to: SourceTrack.self) + known).initialize(
        to: SourceTrack(time: time.microseconds))
    }
    _ = services.local(record.service.rawValue)
    _ = formats.local(UInt32(record.format.rawValue))
    return kinds.append(
      EventKind(
        source: record.source, service: record.service, generation: record.generation,
        format: record.format, flags: record.flags, severity: record.severity,
        timeOrigin: record.timeOrigin, structure: record.structure, localSource: localSource))
  }

  /// Compresses the sections into `output` and describes them in the header.
  private func assemble(
    meta: [UInt8], columns: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer,
    in header: inout BatchHeader
  ) {
    let room =
      BatchHeader.byteCount + Zstd.bound(meta.count) + Zstd.bound(columns.count)
      + Zstd.bound(text.count) + 8
    output.reserve(room)
    header.raw = .init(
      meta: UInt32(meta.count), columns: UInt32(columns.count), text: UInt32(text.count))
    var position = BatchHeader.byteCount
    unsafe meta.withUnsafeBytes {
      header.stored.meta = unsafe add($0, bit: 1, at: &position, &header)
    }
    unsafe header.stored.columns = add(columns, bit: 2, at: &position, &header, isNumbers: true)
    unsafe header.stored.text = add(text, bit: 4, at: &position, &header)
    header.payloadChecksum = unsafe crc32c(
      UnsafeRawBufferPointer(
        start: output.start + BatchHeader.byteCount, count: header.stored.sum))
    // SAFETY: eight bytes more than the sections need were reserved.
    unsafe (output.bytes + position).update(repeating: 0, count: header.totalByteCount - position)
  }

  /// - Returns: Bytes written at `position`, which moves behind them.
  private func add(
    _ section: UnsafeRawBufferPointer, bit: UInt8, at position: inout Int,
    _ header: inout BatchHeader, isNumbers: Bool = false
  ) -> UInt32 {
    guard section.count > 0 else { return 0 }
    // SAFETY: `output` has room for the bound of every section.
    let target = unsafe UnsafeMutableRawBufferPointer(
      start: output.start + position, count: Zstd.bound(section.count))
    // Short sections do not pay for zstd's own header.
    if section.count >= 64,
      let count = unsafe zstd.compress(section, into: target, isNumbers: isNumbers)
    {
      header.compressed |= bit
      position += count
      return UInt32(count)
    }
    unsafe target.copyMemory(from: section)
    position += section.count
    return UInt32(section.count)
  }
}

/// Which of a stream's names a batch uses, numbered in order of first use.
struct LocalNames {
  private(set) var globals: [UInt32] = []
  private var locals: [Int32] = []

  mutating func local(_ global: UInt32) -> Int {
    let index = Int(global)
    if index >= locals.count {
      locals += repeatElement(-1, count: index + 1 - locals.count)
    }
    if locals[index] < 0 {
      locals[index] = Int32(globals.count)
      globals.append(global)
    }
    return Int(locals[index])
  }

  mutating func removeAll() {
    for global in globals { locals[Int(global)] = -1 }
    globals.removeAll(keepingCapacity: true)
  }
}

/// One bit of 64 per source name, so that a batch without a source can be passed over.
enum SourceBits {
  static func bit(_ name: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return 1 << (hash >> 58)
  }
}
