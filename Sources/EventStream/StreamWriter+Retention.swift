package import Events

extension StreamWriter {
  /// Where the stream would begin if it were pruned so.
  ///
  /// Whoever analyses the stream keeps the state as of that place before `prune`.
  /// - Parameters:
  ///   - byteLimit: What the stream may have on the disk; `nil` for any number.
  ///   - ageLimit: How long ago an event may have been received; `nil` for ever.
  package func startPlace(
    afterPruningTo byteLimit: UInt64?, ageLimit: Duration?, now: Instant
  ) -> StreamPosition {
    start(prunedCount(byteLimit, ageLimit, now))
  }

  /// Where the stream begins now.
  package var startPlace: StreamPosition { manifest.start }

  /// Where the stream begins without its first segments.
  private func start(_ droppedCount: Int) -> StreamPosition {
    guard droppedCount > 0 else { return manifest.start }
    return droppedCount < manifest.segments.count
      ? manifest.segments[droppedCount].start : summary.start
  }

  /// Drops whole segments, oldest first, until the rest is within the limits. The segment that is
  /// appended to stays.
  package func prune(byteLimit: UInt64?, ageLimit: Duration?, now: Instant) throws(StreamError) {
    try drop(prunedCount(byteLimit, ageLimit, now))
  }

  /// Drops the segments that lie before a place whole.
  package func prune(before place: StreamPosition) throws(StreamError) {
    let ends = manifest.segments.indices.map { start($0 + 1) }
    try drop(ends.prefix { $0 <= place }.count)
  }

  /// Makes room by giving up what can be made again.
  package func removeKeyframes() { folder.removeKeyframes() }

  private func drop(_ count: Int) throws(StreamError) {
    try checkUsable()
    guard count > 0 else { return }
    let dropped = manifest.segments[..<count]
    let old = manifest
    manifest.start = start(count)
    manifest.segments.removeFirst(count)
    // The new beginning is durable before anything goes; a crash in between leaves files that the
    // next writer removes.
    do {
      try writeManifest()
    } catch {
      manifest = old
      throw error
    }
    for segment in dropped {
      try? folder.fileSystem.remove(
        "\(folder.segmentsPath)/\(Layout.segmentName(segment.start))")
    }
    folder.removeStates(before: manifest.start)
  }

  private func prunedCount(_ byteLimit: UInt64?, _ ageLimit: Duration?, _ now: Instant) -> Int {
    var left = byteCount
    var count = 0
    let pins = streamPins(folder.path, fileSystem: folder.fileSystem)
    let pinned = pins.map(\.range.lowerBound).min() ?? .max
    for segment in manifest.segments {
      // Whole segments from the front: what is pinned keeps what came after it.
      if segment.end.offset > pinned { break }
      let age = now.microseconds(since: segment.lastIngestTime)
      let isOld = ageLimit.map { segment.lastIngestTime != .distantPast && .microseconds(age) > $0 }
      guard left > byteLimit ?? .max || isOld ?? false else { break }
      left -= min(left, segment.byteCount)
      count += 1
    }
    return count
  }
}
