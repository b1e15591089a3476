package import Events

/// Reads a stream from any place on, and follows it while it grows.
///
/// Any number of readers, in any process, at any time; they take no lock and leave no trace. One
/// thread at a time, but for `wake`.
package final class StreamReader {
  let folder: StreamFolder
  let identity: StreamIdentity
  let waiter: StreamWaiter
  private let decoder = BatchDecoder()

  /// What the numbers in the reader's batches and control records mean. It only grows.
  package private(set) var names = EventNames()

  /// The place behind what was handed out last.
  package internal(set) var place: StreamPosition
  var segments: SegmentList
  /// The segment that holds `place`; `nil` where it must be found yet.
  var segment: SegmentFile?
  /// Where in it reading goes on.
  var position = SegmentFile.firstPosition
  /// Of the last batch read; behind it, a smaller one is left over from a writer before.
  var epoch: UInt32 = 0
  /// Control records that were read with the last one handed out.
  private var controls: [ControlRecord] = []
  /// Of `place`, the number of control records is known too: not after a seek by offset.
  private var knowsControl = true
  private var quietEndCount = 0
  /// The end, as far as it was asked for.
  var tail: StreamTail?
  /// When a wait last ended because there was more.
  var lastArrival: ContinuousClock.Instant?

  /// Begins at the stream's beginning.
  package init(path: String, fileSystem: any FileSystem) throws(StreamError) {
    folder = StreamFolder(path: path, fileSystem: fileSystem)
    switch try folder.contents() {
    case .missing, .unborn: throw .notFound(path: path)
    case .foreign: throw .foreign(path: path)
    case .stream(let identity): self.identity = identity
    }
    waiter = fileSystem.makeWaiter(forFolder: folder.segmentsPath)
    segments = SegmentList(folder)
    try segments.refresh()
    place = segments.start
  }

  /// The first offset that is still there.
  package var startOffset: UInt64 { segments.start.offset }

  /// Goes to the event with this offset, or to the first one behind it. What is handed out next
  /// begins with exactly that event; control records right before it may come first.
  package func seek(toOffset offset: UInt64) {
    seek(to: StreamPosition(offset: offset, control: 0))
    knowsControl = false
  }

  /// Goes to a place between two events or control records, as `place` gave it.
  package func seek(to newPlace: StreamPosition) {
    place = newPlace
    segment = nil
    controls = []
    knowsControl = true
  }

  /// - Parameter recycled: A batch that is not needed any more and may be used for the answer.
  package func next(reusing recycled: EventBatch? = nil) throws(StreamError) -> StreamItem {
    if !controls.isEmpty { return takeControl() }
    while true {
      guard let segment = try openSegment() else { return .atEnd }
      guard let header = try read(segment, at: position) else {
        if try moveOn(from: segment) { continue }
        return .atEnd
      }
      if let gap = gap(before: header) { return gap }
      position += UInt64(header.totalByteCount)
      epoch = header.epoch
      if isPast(header) {
        place.control = max(place.control, header.end.control)
        continue
      }
      knowsControl = true
      let payload = unsafe segment.payload
      switch header.kind {
      case .checkpoints, .end: continue
      case .events:
        guard let batch = unsafe events(header, payload, reusing: recycled) else { continue }
        return .batch(batch)
      case .controls:
        guard let records = unsafe controlRecords(header, payload) else { continue }
        controls = records
        return takeControl()
      }
    }
  }

  /// Whether all of a batch lies before the place that is read from.
  private func isPast(_ header: BatchHeader) -> Bool {
    guard header.end.offset <= place.offset else { return false }
    return header.kind != .controls || header.start.offset < place.offset
      || header.end.control <= place.control
  }

  private func events(
    _ header: BatchHeader, _ payload: UnsafeRawPointer, reusing recycled: EventBatch?
  ) -> EventBatch? {
    let batch =
      recycled
      ?? EventBatch(byteCapacity: Int(header.raw.text), recordCapacity: Int(header.count))
    batch.removeAll()
    guard (try? unsafe decoder.decode(header, payload, into: batch, names: &names)) != nil else {
      return nil
    }
    if header.start.offset < place.offset {
      batch.removeFirst(Int(place.offset - header.start.offset))
    }
    place = header.end
    return batch
  }

  private func takeControl() -> StreamItem {
    place.control += 1
    return .control(controls.removeFirst())
  }

  /// Those that have not been handed out.
  private func controlRecords(_ header: BatchHeader, _ payload: UnsafeRawPointer)
    -> [ControlRecord]?
  {
    guard let bytes = try? unsafe decoder.metaBytes(header, payload) else { return nil }
    var meta = ByteDecoder(bytes[...])
    var records: [ControlRecord] = []
    for _ in 0..<header.count {
      guard let record = ControlCoding.record(&meta, names: &names) else { return nil }
      records.append(record)
    }
    guard meta.isAtEnd else { return nil }
    let known = place.control > header.start.control ? place.control - header.start.control : 0
    return Array(records.dropFirst(Int(known)))
  }

  /// What is missing between the last thing handed out and a batch; the next call comes back to
  /// the batch.
  private func gap(before header: BatchHeader) -> StreamItem? {
    let missesEvents = header.start.offset > place.offset
    let missesControls = header.start.control > place.control
    guard missesEvents || missesControls else { return nil }
    if !knowsControl, !missesEvents {
      place.control = header.start.control
      return nil
    }
    let from = place.offset
    let reason: GapReason = place < segments.start ? .retention : .damaged
    place = StreamPosition(
      offset: max(place.offset, header.start.offset),
      control: max(place.control, header.start.control))
    return .gap(from: from, to: place.offset, reason: reason)
  }

  /// A spoilt sector is a spoilt batch, and no reason to stop.
  private func read(_ segment: SegmentFile, at position: UInt64) throws(StreamError)
    -> BatchHeader?
  {
    if let end = segments.end(of: segment), position >= end { return nil }
    return try? segment.batch(at: position, epoch: epoch)
  }

  /// Goes on where the batch at `position` does not verify.
  /// - Returns: Whether there is something to go on with.
  private func moveOn(from segment: SegmentFile) throws(StreamError) -> Bool {
    if segments.successor(of: segment.start) == nil {
      // The next segment begins exactly here, unless the last bytes were moved to it.
      let status = try? segment.file.status()
      let isRemoved = status?.isRemoved ?? false
      let isCut = status.map { $0.byteCount < position } ?? false
      quietEndCount += 1
      if isRemoved || isCut || quietEndCount % 32 == 0 || segments.hasAppeared(at: place) {
        try refresh()
      }
      if self.segment == nil { return true }
      if isRemoved, segments.last.map({ $0 >= segment.start }) ?? false {
        self.segment = nil
        return true
      }
    }
    guard let successor = segments.successor(of: segment.start) else {
      return resume(segment, end: nil)
    }
    if self.segment == nil { return true }
    // Batches may have been appended before the successor was made and after they were looked for.
    if try read(segment, at: position) != nil { return true }
    if resume(segment, end: segments.end(of: segment) ?? .max) { return true }
    try open(successor)
    return true
  }

  private func resume(_ segment: SegmentFile, end: UInt64?) -> Bool {
    guard let next = try? segment.resume(from: position, end: end, epoch: epoch) else {
      return false
    }
    // What is behind may have been appended since `position` was looked at; then so was what is
    // there, before it, and nothing is missing.
    if (try? read(segment, at: position)) == nil { position = next }
    return true
  }

  /// Looks which segments there are. One that was merged into another is let go: what it holds is
  /// in that one. One that retention gave up is read to its end.
  func refresh() throws(StreamError) {
    try segments.refresh()
    guard let segment, place >= segments.start, (try? segment.file.status().isRemoved) ?? false
    else { return }
    self.segment = nil
  }

  private func openSegment() throws(StreamError) -> SegmentFile? {
    // Retention may take a segment between finding its name and opening it, not for ever.
    for _ in 0..<8 {
      if let segment { return segment }
      if !segments.holds(place) { try refresh() }
      guard let start = segments.segment(holding: place) else { return nil }
      try open(start)
    }
    return segment
  }

  /// Begins to read a segment; there is none afterwards where it has been removed.
  private func open(_ start: StreamPosition) throws(StreamError) {
    do {
      let opened = try segments.open(start, identity)
      segment = opened
      epoch = 0
      position = try opened.position(before: place)
    } catch {
      guard error.reason == .notFound else {
        throw .unreadable(path: folder.path, code: error.code)
      }
      segment = nil
      try refresh()
    }
  }
}
