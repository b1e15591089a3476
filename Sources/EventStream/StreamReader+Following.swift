package import Events

extension StreamReader {
  /// Waits until there is more to read than `next` has given, or until the time has run out, or
  /// `wake` was called.
  /// - Returns: Whether there is more.
  package func waitForMore(timeout: Duration) -> Bool {
    let clock = ContinuousClock()
    let start = clock.now
    var now = start
    var pace = FollowingPace(since: lastArrival)
    while true {
      let step = pace.step(at: now) { waiter.watch() }
      // Looked at with the watch set: what comes from here on ends the sleep.
      if step.looksWell ? hasMore() : hasBatch() {
        lastArrival = now
        return true
      }
      let left = timeout - (now - start)
      guard left > .zero else { return false }
      if waiter.sleep(timeout: min(left, step.pause), untilChange: step.isWatching) == .woken {
        return hasMore()
      }
      now = clock.now
    }
  }

  /// Ends the present or the next wait. Any thread may call it.
  package func wake() { waiter.wake() }

  private func hasBatch() -> Bool {
    segment.map { (try? $0.batch(at: position, epoch: epoch)) != nil } ?? hasMore()
  }

  private func hasMore() -> Bool {
    guard let segment else {
      guard (try? refresh()) != nil else { return false }
      return segments.segment(holding: place) != nil
    }
    return hasBatch() || segments.successor(of: segment.start) != nil
      || segments.hasAppeared(at: place)
      || ((try? segment.resume(from: position, end: nil, epoch: epoch)) ?? nil) != nil
      || needsRefresh(segment)
  }

  /// Whether the segment was replaced, or its last bytes were moved to another one.
  private func needsRefresh(_ segment: SegmentFile) -> Bool {
    guard let status = try? segment.file.status() else { return false }
    guard status.isRemoved || status.byteCount < position else { return false }
    guard (try? refresh()) != nil else { return false }
    return segments.last.map { $0 > segment.start || status.isRemoved && $0 == segment.start }
      ?? false
  }

  /// Behind the last event that was appended; looked up anew at each call, which costs the more
  /// the longer ago the last one was, and at most reading the headers of one segment.
  package var endOffset: UInt64 {
    updateTail()
    return tail?.summary.end.offset ?? startOffset
  }

  /// The largest event time in the stream; `nil` where it has no events.
  package var endTime: Instant? {
    updateTail()
    let latest = max(
      tail?.summary.maximumTime ?? .distantPast,
      segments.manifest.segments.map(\.maximumTime).max() ?? .distantPast)
    return latest == .distantPast ? nil : latest
  }

  private func updateTail() {
    if tail == nil || segments.hasAppeared(at: tail!.summary.end) || tail!.isRemoved {
      guard (try? refresh()) != nil, let last = segments.last else { return }
      if tail?.segment.start != last || tail!.isRemoved {
        tail = (try? segments.open(last, identity)).map { StreamTail($0) }
      }
    }
    tail?.advance()
  }
}

/// The end of a stream's last segment, found by its headers and remembered.
struct StreamTail {
  let segment: SegmentFile
  private(set) var summary: SegmentSummary
  private var position = SegmentFile.firstPosition

  init(_ segment: SegmentFile) {
    self.segment = segment
    summary = SegmentSummary(start: segment.start)
  }

  var isRemoved: Bool { (try? segment.file.status().isRemoved) ?? true }

  mutating func advance() {
    guard let byteCount = try? segment.file.status().byteCount else { return }
    while position < byteCount {
      if let header = try? segment.batchHeader(at: position) {
        let end = position + UInt64(header.totalByteCount)
        // The last one may be half written.
        if end >= byteCount, (try? segment.batch(at: position)) == nil { return }
        summary.add(header, endingAt: end)
        position = end
      } else if let next = (try? segment.resume(from: position, end: nil, epoch: 0)) ?? nil {
        // Appended meanwhile, as the reader has it too.
        if (try? segment.batchHeader(at: position)) == nil { position = next }
      } else {
        return
      }
    }
  }
}
