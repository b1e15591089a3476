package import EventStream
package import Events

/// Why results cannot be appended to a stream.
package enum DerivedStreamProblem: Error, Hashable, Sendable {
  /// It records sources of its own.
  case recording
  /// It holds the results of something else, in words of whoever made it.
  case other(String)
}

/// A stream of results: one event for each, its bytes the line of JSON that says it.
///
/// Results of a stream depend on that stream alone, so whoever makes them again, from the beginning or
/// from a kept state, makes the same ones in the same order. How far they were written stands in the
/// same batch as the results (`SourceCheckpoint`); what comes again up to there is passed over. So each
/// is written exactly once, through any kill.
package final class DerivedStream {
  /// One result.
  package struct Result: Sendable {
    /// Where in its origin it became known; never less than that of the result before it.
    package var position: UInt64
    package var time: Instant
    package var severity: Severity
    package var service: String
    /// A line of JSON with its end.
    package var line: [UInt8]
    /// What of the line is its message; `nil`: all of it.
    package var message: Range<Int>?

    package init(
      position: UInt64, time: Instant, severity: Severity, service: String, line: [UInt8],
      message: Range<Int>? = nil
    ) {
      self.position = position
      self.time = time
      self.severity = severity
      self.service = service
      self.line = line
      self.message = message
    }
  }

  /// Where the last result that was written stands: its position, and how many are there with it.
  private struct Place: Comparable {
    var position: UInt64
    var count: UInt32

    static func < (a: Place, b: Place) -> Bool {
      a.position != b.position ? a.position < b.position : a.count < b.count
    }
  }

  /// What the checkpoint of results begins with: no file is known by such an identity.
  private static let mark = "spate results: "

  private let writer: StreamWriter
  private let origin: String
  private let identity: [UInt8]
  private var names = EventNames()
  private var batch = EventBatch(byteCapacity: 16 * 1024, recordCapacity: 64)
  private let written: Place
  private var place = Place(position: 0, count: 0)
  /// Results that were there already, and those that were added.
  package private(set) var knownCount: UInt64 = 0
  package private(set) var addedCount: UInt64 = 0

  /// - Parameters:
  ///   - origin: What the results are of; becomes the name of their source.
  ///   - identity: How they are made. Another way makes other results, which would not go on from these.
  package init(
    _ writer: StreamWriter, origin: String, identity: String
  ) throws(DerivedStreamProblem) {
    self.writer = writer
    self.origin = origin
    self.identity = Array((Self.mark + identity).utf8.prefix(4096))
    let known = writer.checkpoints
    guard let (_, checkpoint) = known.first else {
      guard writer.nextOffset == 0 else { throw .recording }
      written = Place(position: 0, count: 0)
      return
    }
    guard known.count == 1, checkpoint.identity.starts(with: Self.mark.utf8) else {
      throw .recording
    }
    guard checkpoint.identity == self.identity else {
      throw .other(
        String(decoding: checkpoint.identity.dropFirst(Self.mark.utf8.count), as: UTF8.self))
    }
    written = Place(position: checkpoint.endOffset, count: checkpoint.generation)
  }

  /// The position from which on results have to be made again; `nil`: all of them.
  package var resumePosition: UInt64? { written.count == 0 ? nil : written.position }

  /// Takes the next result, to be written by `flush`.
  ///
  /// Its own time is also that of its receipt: no clock is in the stream, and one that is made again is
  /// the same.
  package func append(_ result: Result) {
    if result.position > place.position {
      place = Place(position: result.position, count: 1)
    } else {
      place.count += 1
    }
    guard place > written else {
      knownCount += 1
      return
    }
    addedCount += 1
    let count = result.line.count
    let start = unsafe result.line.withUnsafeBufferPointer { line in
      // SAFETY: a line is not empty, and its bytes are copied.
      unsafe batch.append(bytes: line.baseAddress!, count: count)
    }
    var record = EventRecord(
      rawOffset: UInt32(start), rawCount: UInt32(count), time: result.time, ingestTime: result.time,
      source: SourceID(rawValue: names.sources.intern(origin)))
    record.bodyCount = UInt32(count - 1)
    let message = result.message ?? 0..<count - 1
    record.messageOffset = UInt32(start + message.lowerBound)
    record.messageCount = UInt32(message.count)
    record.service = ServiceID(rawValue: names.services.intern(result.service))
    record.format = FormatID(rawValue: UInt16(names.formats.intern("json")))
    record.severity = result.severity
    record.timeOrigin = .parsed
    record.structure = .json
    record.sourceEndOffset = place.position
    batch.append(record)
  }

  /// Writes what was taken, with how far it goes.
  package func flush() throws(StreamError) {
    guard batch.count > 0 else { return }
    batch.checkpoints = [
      SourceCheckpoint(
        source: SourceID(rawValue: names.sources.intern(origin)), generation: place.count,
        endOffset: place.position, identity: identity)
    ]
    try writer.append(batch, names: names)
    batch.removeAll()
  }

  package func close() throws(StreamError) {
    try flush()
    try writer.close()
  }
}
