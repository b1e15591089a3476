import Events
import Testing

@testable import EventStream

/// What a stream must hold, kept beside it while it is written.
struct StreamModel {
  struct Entry {
    var item: Plain
    var end: StreamPosition
    /// All checkpoints once the entry is in the stream.
    var table: CheckpointTable
  }

  var path = "/s"
  var options = StreamOptions()
  var maker: BatchMaker
  private(set) var entries: [Entry] = []
  /// How many of them a power cut may not take.
  private(set) var durableCount = 0
  private(set) var oldestStart: StreamPosition = .start
  private(set) var mergeCount = 0

  init(seed: UInt64) {
    maker = BatchMaker(seed: seed)
    options.segmentByteLimit = 6_000
    options.unsyncedByteLimit = 5_000
  }

  var end: StreamPosition { entries.last?.end ?? .start }

  /// Does one thing at random. An error of the stream is thrown on, and then nothing is expected
  /// to have changed.
  mutating func step(_ writer: StreamWriter) throws(StreamError) {
    switch maker.number(12) {
    case 0, 1:
      let record = maker.control()
      try writer.append(record, names: maker.names)
      add(.control(PlainControl(record, maker.names)), [], events: 0, controls: 1)
    case 2, 3:
      try writer.sync()
    case 4 where maker.generator.chance(1, in: 4):
      let limit = UInt64(maker.number(20_000))
      // Where that fails, the beginning may have moved or not.
      let start = writer.startPlace(
        afterPruningTo: limit, ageLimit: nil, now: .distantFuture
      ).offset
      oldestStart = max(oldestStart, StreamPosition(offset: start, control: .max))
      try writer.prune(byteLimit: limit, ageLimit: nil, now: .distantFuture)
    case 4 where maker.generator.chance(1, in: 2):
      guard let plan = writer.mergePlan(.all, byteLimit: 30_000) else { break }
      if let merged = try plan.prepare() {
        try writer.commit(merged)
        mergeCount += 1
      }
    default:
      let batch = maker.batch(eventCount: maker.number(25) + 1)
      try writer.append(batch, names: maker.names)
      add(
        .batch(PlainBatch(batch, maker.names)), batch.checkpoints, events: batch.count, controls: 0)
    }
    note(writer)
  }

  /// Takes in what the writer says is durable.
  mutating func note(_ writer: StreamWriter) {
    let durable = writer.durable.place
    while durableCount < entries.count, entries[durableCount].end <= durable { durableCount += 1 }
    oldestStart = max(oldestStart, writer.manifest.start)
  }

  private mutating func add(
    _ item: Plain, _ checkpoints: [SourceCheckpoint], events: UInt64, controls: UInt64
  ) {
    var table = entries.last?.table ?? CheckpointTable()
    table.apply(checkpoints, names: maker.names)
    entries.append(
      Entry(
        item: item,
        end: StreamPosition(offset: end.offset + events, control: end.control + controls),
        table: table))
  }

  private mutating func add(
    _ item: Plain, _ checkpoints: [SourceCheckpoint], events: Int, controls: UInt64
  ) {
    add(item, checkpoints, events: UInt64(events), controls: controls)
  }

  /// Checks that a stream holds a beginning of what was appended, with nothing missing before
  /// that and nothing that was durable missing at all.
  /// - Returns: How many entries it holds; behind its start.
  @discardableResult
  func check(_ fileSystem: any FileSystem, isWhole: Bool, _ message: String) throws -> Int {
    let reader = try StreamReader(path: path, fileSystem: fileSystem)
    let start = reader.place
    let first = entries.firstIndex { $0.end > start } ?? entries.count
    let read = try readAll(reader).flattened
    // Merging makes other batches of the same events: what is compared is events and controls.
    var last = first
    var count = 0
    while last < entries.count, count < read.count {
      count += [entries[last].item].flattened.count
      last += 1
    }
    #expect(start <= max(oldestStart, .start), "\(message): begins at \(start)")
    #expect(count == read.count, "\(message): a part of a batch, or more than was appended")
    #expect(last >= durableCount, "\(message): \(last) of \(durableCount) durable entries")
    if isWhole { #expect(last == entries.count, "\(message): \(last) of \(entries.count)") }
    let isSame = read == entries[first..<last].map(\.item).flattened
    #expect(isSame, "\(message): other entries")
    #expect(last == 0 || reader.place == entries[last - 1].end, "\(message)")
    return last
  }

  /// Forgets what a power cut took.
  mutating func truncate(to count: Int) {
    entries.removeLast(entries.count - count)
    durableCount = min(durableCount, count)
  }

  func checkCheckpoints(_ writer: StreamWriter, _ message: String) {
    #expect(writer.table == entries.last?.table ?? CheckpointTable(), "\(message): checkpoints")
    #expect(writer.endPosition == end, "\(message): end")
  }
}
