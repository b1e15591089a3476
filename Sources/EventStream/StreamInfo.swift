package import Events

/// What a stream is and holds, as of one moment, without decoding its events.
package struct StreamInfo: Hashable, Sendable {
  package var path: String
  package var startOffset: UInt64
  package var endOffset: UInt64
  /// Event times of the first and last moment; `nil` where it has no events.
  package var timeSpan: ClosedRange<Instant>?
  /// The same by the time of reception.
  package var ingestTimeSpan: ClosedRange<Instant>?
  /// Of the segments; oldest first.
  package var segments: [SegmentSummary]
  package var byteCount: UInt64
  /// Sources that the stream has checkpoints of, in order of their names.
  package var sources: [String]
  /// The process that writes it; `nil` where none does, or it does not say which.
  package var writerProcessID: Int32?
  package var isBeingWritten: Bool
}

/// Describes a stream; costs one look at each segment's summary and at the last segment's headers.
package func streamInfo(_ path: String, fileSystem: any FileSystem) throws(StreamError)
  -> StreamInfo
{
  let folder = StreamFolder(path: path, fileSystem: fileSystem)
  let reader = try StreamReader(path: path, fileSystem: fileSystem)
  let writer = folder.writerProcess()
  var segments: [SegmentSummary] = []
  var table = CheckpointTable()
  do {
    segments = try reader.summaries()
    table = try reader.lastCheckpoints()
  } catch {
    throw .unreadable(path: path, code: error.code)
  }
  func span(_ first: Instant?, _ last: Instant?) -> ClosedRange<Instant>? {
    guard let first, let last, first <= last else { return nil }
    return first...last
  }
  return StreamInfo(
    path: path, startOffset: reader.startOffset,
    endOffset: segments.last?.end.offset ?? reader.startOffset,
    timeSpan: span(
      segments.map(\.minimumTime).min(), segments.map(\.maximumTime).max()),
    ingestTimeSpan: span(
      segments.map(\.firstIngestTime).min(), segments.map(\.lastIngestTime).max()),
    segments: segments, byteCount: segments.reduce(0) { $0 + $1.byteCount },
    sources: table.byName.keys.sorted { $0.lexicographicallyPrecedes($1) }.map {
      String(decoding: $0, as: UTF8.self)
    }, writerProcessID: writer ?? nil, isBeingWritten: writer != nil)
}

/// The paths of the streams in a folder, in order of their names.
package func listStreams(_ path: String, fileSystem: any FileSystem) throws(StreamError)
  -> [String]
{
  let names: [String]
  do {
    names = try fileSystem.names(inFolder: path)
  } catch {
    if error.reason == .notFound { return [] }
    throw .unreadable(path: path, code: error.code)
  }
  return names.sorted().map { "\(path)/\($0)" }.filter {
    guard case .stream = try? StreamFolder(path: $0, fileSystem: fileSystem).contents() else {
      return false
    }
    return true
  }
}

extension StreamReader {
  /// Of all segments; those that the manifest does not know are read by their headers.
  fileprivate func summaries() throws(FileError) -> [SegmentSummary] {
    let known = segments.summaries
    var summaries: [SegmentSummary] = []
    for start in segments.all {
      if let summary = known[start], segments.successor(of: start) != nil {
        summaries.append(summary)
        continue
      }
      do {
        var tail = StreamTail(try segments.open(start, identity))
        tail.advance()
        summaries.append(tail.summary)
      } catch  where error.reason == .notFound {
        continue
      }
    }
    return summaries
  }

  /// Those that the last segment holds, found by its headers.
  fileprivate func lastCheckpoints() throws(FileError) -> CheckpointTable {
    var table = CheckpointTable()
    guard let last = segments.last else { return table }
    let segment = try segments.open(last, identity)
    let decoder = BatchDecoder()
    var position = SegmentFile.firstPosition
    while let header = try segment.batchHeader(at: position) {
      try segment.apply(header, at: position, to: &table, decoder)
      position += UInt64(header.totalByteCount)
    }
    return table
  }
}
