internal import Events

extension StreamWriter {
  /// The oldest small segments that are worth becoming one; `nil` where there are none.
  ///
  /// Whole segments are given up: what limits the stream must not be kept too long by a large one.
  /// - Parameters:
  ///   - byteLimit: What they have together, at most; `nil`: what a segment may have.
  ///   - spanLimit: Between the first and the last reception of their events, at most.
  package func mergePlan(
    _ choice: MergeChoice = .sparing, byteLimit: UInt64? = nil, spanLimit: Duration? = nil
  ) -> SegmentMerge? {
    let byteCounts = manifest.segments.enumerated().map { index, segment -> UInt64? in
      let isLast = index + 1 == manifest.segments.count
      let next = isLast ? self.segment.start : manifest.segments[index + 1].start
      // What does not reach to the next one is damaged, or was not read to its end.
      return segment.end == next ? segment.byteCount : nil
    }
    let limit = min(byteLimit ?? .max, options.segmentByteLimit)
    let segments = manifest.segments
    let range = choice.range(byteCounts, byteLimit: limit) { row in
      guard let spanLimit else { return true }
      var whole = segments[row.lowerBound]
      for segment in segments[row.dropFirst()] { whole.absorb(segment) }
      guard whole.firstIngestTime <= whole.lastIngestTime else { return true }
      let span = whole.lastIngestTime.microseconds(since: whole.firstIngestTime)
      return .microseconds(span) <= spanLimit
    }
    guard let range else { return nil }
    return SegmentMerge(
      folder: folder, identity: identity, segments: Array(manifest.segments[range]), epoch: epoch)
  }

  /// Puts a segment that was prepared in the place of those that it stands for.
  ///
  /// It takes the name of the first in one step. From there on the others say what it says too,
  /// and readers pass over them; they go once the manifest names it. A crash in between costs
  /// some space.
  /// - Returns: Whether it was; not where retention was faster.
  @discardableResult
  package func commit(_ merged: MergedSegment) throws(StreamError) -> Bool {
    try checkUsable()
    let files = folder.fileSystem
    let temporary = folder.mergingPath(merged.summary.start)
    let count = merged.starts.count
    guard let first = manifest.segments.firstIndex(where: { $0.start == merged.starts[0] }),
      first + count <= manifest.segments.count,
      manifest.segments[first..<first + count].map(\.start) == merged.starts,
      manifest.segments[first + count - 1].end == merged.summary.end
    else {
      try? files.remove(temporary)
      return false
    }
    let path = "\(folder.segmentsPath)/\(Layout.segmentName(merged.summary.start))"
    do {
      try files.rename(temporary, to: path)
      try files.syncFolder(folder.segmentsPath)
    } catch {
      throw StreamError(error, path: path, operation: .rename)
    }
    let old = manifest
    manifest.segments.replaceSubrange(first..<first + count, with: [merged.summary])
    do {
      try writeManifest()
    } catch {
      manifest = old
      throw error
    }
    for start in merged.starts.dropFirst() {
      try? files.remove("\(folder.segmentsPath)/\(Layout.segmentName(start))")
    }
    return true
  }
}
