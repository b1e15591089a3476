import Events
import TestSupport
import Testing

@testable import EventStream

struct MergeTests {
  private let files = MemoryFileSystem(byteLimit: 256 << 20)

  /// A stream of many small segments.
  private func makeWriter(_ maker: inout BatchMaker, batches: Int = 120) throws -> StreamWriter {
    var options = StreamOptions()
    options.segmentByteLimit = 4_000
    try record(batches, &maker, options)
    options.segmentByteLimit = 40_000
    return try StreamWriter(path: "/s", fileSystem: files, options: options, create: false)
  }

  private func record(_ batches: Int, _ maker: inout BatchMaker, _ options: StreamOptions) throws {
    let writer = try StreamWriter(path: "/s", fileSystem: files, options: options, create: true)
    for _ in 0..<batches {
      if maker.number(5) == 0 { try writer.append(maker.control(), names: maker.names) }
      try writer.append(maker.batch(eventCount: maker.number(12) + 1), names: maker.names)
    }
    try writer.close()
  }

  private func mergeAll(_ writer: StreamWriter) throws -> Int {
    var count = 0
    while let plan = writer.mergePlan(.all), let merged = try plan.prepare() {
      #expect(try writer.commit(merged))
      count += 1
    }
    return count
  }

  private func firstOffset(_ reader: StreamReader) throws -> UInt64? {
    while true {
      switch try reader.next() {
      case .batch(let batch): return batch.firstOffset
      case .control, .gap: continue
      case .atEnd: return nil
      }
    }
  }

  private func reader() throws -> StreamReader {
    try StreamReader(path: "/s", fileSystem: files)
  }

  private func segmentCount() throws -> Int { try files.names(inFolder: "/s/segments").count }

  @Test(
    arguments: [
      ([1, 1, 1], nil), ([1, 1, 1, 1], 0..<4), ([40, 1, 1, 1, 1], 1..<5), ([4, 1, 1, 1, 1], 1..<5),
      ([4, 4, 4, 1, 1, 1, 1], 0..<7), ([1, 1, nil, 1, 1, 1, 1], 3..<7), ([16, 16, 2], nil),
      ([16, 16, 16], 0..<3), ([20, 20, 20, 20, 20], 0..<3), ([], nil),
    ] as [([UInt64?], Range<Int>?)])
  func `what is merged is worth it`(_ byteCounts: [UInt64?], _ expected: Range<Int>?) {
    #expect(MergeChoice.sparing.range(byteCounts, byteLimit: 64) == expected)
  }

  /// Else what is to go after a day would stay as long as what came much later.
  @Test func `what is merged lies no further apart than it may`() throws {
    var options = StreamOptions()
    options.segmentAgeLimit = .seconds(3600)
    let writer = try StreamWriter(path: "/s", fileSystem: files, options: options, create: true)
    for hour in 0..<30 {
      let (batch, names) = NumberedEvents.batch(from: UInt64(hour), count: 1)
      for index in 0..<batch.count {
        batch.records[index].ingestTime = Instant(seconds: Int64(hour) * 3601)
      }
      try writer.append(batch, names: names)
    }
    #expect(writer.manifest.segments.count == 29)
    #expect(writer.mergePlan(spanLimit: .seconds(3 * 3600)) == nil)
    let plan = try #require(writer.mergePlan(spanLimit: .seconds(9 * 3600)))
    #expect(plan.range == 0..<9)
    while let plan = writer.mergePlan(spanLimit: .seconds(9 * 3600)),
      let merged = try plan.prepare()
    {
      try writer.commit(merged)
    }
    let spans = writer.manifest.segments.map {
      $0.lastIngestTime.microseconds(since: $0.firstIngestTime)
    }
    #expect(spans.count < 8 && spans.allSatisfy { $0 <= 9 * 3_600_000_000 })
  }

  @Test func `no event is written again and again for a few that came after it`() {
    var segments: [UInt64?] = []
    var written: UInt64 = 0
    for _ in 0..<4096 {
      segments.append(1)
      while let range = MergeChoice.sparing.range(segments, byteLimit: 64) {
        let sum = segments[range].reduce(0) { $0 + ($1 ?? 0) }
        written += sum
        segments.replaceSubrange(range, with: [sum])
      }
    }
    #expect(written <= 3 * 4096)
    #expect(segments.count < 4096 / 32 + 12)
    #expect(MergeChoice.all.range([40, 1, 1, nil, 1], byteLimit: 64) == 1..<3)
  }

  @Test func `merged segments hold the same events, controls and checkpoints in fewer bytes`()
    throws
  {
    var maker = BatchMaker(seed: 11)
    var writer: StreamWriter? = try makeWriter(&maker)
    let before = try readAll(try reader()).flattened
    let (segments, byteCount, table) = (try segmentCount(), writer!.byteCount, writer!.table)
    #expect(try mergeAll(writer!) > 0)
    #expect(try segmentCount() < segments / 2)
    #expect(writer!.byteCount < byteCount)
    #expect(try readAll(try reader()).flattened == before)
    let check = try checkStream("/s", fileSystem: files, isThorough: true)
    #expect(check.damage.isEmpty)
    try writer!.close()
    writer = nil
    let again = try StreamWriter(path: "/s", fileSystem: files, create: false)
    #expect(again.table == table)
    #expect(try readAll(try reader()).flattened == before)
    // Any offset is found in them.
    let seeking = try reader()
    for offset in stride(from: 0, to: again.nextOffset, by: 37) {
      seeking.seek(toOffset: offset)
      let found = try firstOffset(seeking)
      #expect(found == offset)
    }
  }

  @Test(arguments: 0..<20)
  func `a reader goes on through merges, wherever it stands`(_ seed: UInt64) throws {
    var maker = BatchMaker(seed: seed)
    let writer = try makeWriter(&maker)
    let whole = try readAll(try reader()).flattened
    let slow = try reader()
    var found: [Plain] = []
    var isAtEnd = false
    while !isAtEnd {
      switch try slow.next() {
      case .batch(let batch): found.append(.batch(PlainBatch(batch, slow.names)))
      case .control(let record): found.append(.control(PlainControl(record, slow.names)))
      case .gap(let from, let to, let reason): found.append(.gap(from, to, reason))
      case .atEnd: isAtEnd = true
      }
      if maker.number(10) == 0, let plan = writer.mergePlan(.all),
        let merged = try plan.prepare()
      {
        try writer.commit(merged)
      }
      if maker.number(20) == 0 { _ = slow.endOffset }
    }
    let isSame = found.flattened == whole
    #expect(isSame)
  }

  @Test func `a merge that was ended before the manifest knew is passed over, and made again`()
    throws
  {
    var maker = BatchMaker(seed: 5)
    var writer: StreamWriter? = try makeWriter(&maker)
    let options = writer!.options
    let before = try readAll(try reader()).flattened
    let merged = try #require(try writer!.mergePlan(.all)?.prepare())
    let folder = StreamFolder(path: "/s", fileSystem: files)
    try files.rename(
      folder.mergingPath(merged.summary.start),
      to: "\(folder.segmentsPath)/\(Layout.segmentName(merged.summary.start))")
    #expect(try readAll(try reader()).flattened == before)
    try writer!.close()
    writer = nil
    let again = try StreamWriter(path: "/s", fileSystem: files, options: options, create: false)
    #expect(try readAll(try reader()).flattened == before)
    #expect(try mergeAll(again) > 0)
    #expect(try readAll(try reader()).flattened == before)
  }

  @Test func `what is damaged is left as it is`() throws {
    var maker = BatchMaker(seed: 6)
    let writer = try makeWriter(&maker)
    let second = writer.manifest.segments[1]
    let path = "/s/segments/\(Layout.segmentName(second.start))"
    try files.open(path, .readWrite).writeFully([0xff, 0xff], at: second.byteCount / 2)
    let before = try readAll(try reader()).flattened
    let plan = try #require(writer.mergePlan(.all))
    #expect(try plan.prepare() == nil)
    #expect(try readAll(try reader()).flattened == before)
    #expect(try files.names(inFolder: "/s/segments").allSatisfy { $0.hasSuffix(".spl") })
  }

  @Test func `a pinned range and what came after it stay`() throws {
    var maker = BatchMaker(seed: 8)
    let writer = try makeWriter(&maker)
    let pinned = writer.manifest.segments[3].start.offset + 1
    try setStreamPins(
      [StreamPin(range: pinned..<pinned + 2, name: "an outage")], "/s", fileSystem: files)
    #expect(streamPins("/s", fileSystem: files).map(\.name) == ["an outage"])
    try writer.prune(byteLimit: 1, ageLimit: nil, now: .distantPast)
    #expect(writer.startOffset == pinned - 1)
    try setStreamPins([], "/s", fileSystem: files)
    try writer.prune(byteLimit: 1, ageLimit: nil, now: .distantPast)
    #expect(writer.startOffset > pinned)
  }
}
