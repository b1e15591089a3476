internal import Events
internal import Ingest
internal import Patterns

/// One source on its way from bytes to events: reads, frames, recognises, and keeps what is not
/// complete yet at the front of the next buffer.
final class SourceFeed {
  /// What one turn brought.
  enum Turn {
    /// Closed events, in the batch's own buffer.
    case events(EventBatch)
    /// Bytes came, but no event is complete yet.
    case progress
    case control(ControlRecord)
    case nothing
    case ended(SourceState)
  }

  let id: SourceID
  private var recognizer: EventRecognizer
  private let framer = LineFramer()
  private var ends = LineEnds(capacity: 256)
  /// Holds what was read and is not yet part of a closed event; `nil` where there is none.
  private var buffer: EventBatch?
  private var filled = 0
  private var framedTo = 0
  private var origin = BufferOrigin(generation: 0, sourceOffset: 0, index: 0)
  /// What an event of the past is dated by while no event of its source has told a time: the time
  /// at which the file was last written; `nil` for live sources, whose events are new.
  private let undatedTime: Instant?
  private var isDated = false
  /// When bytes last came, for closing an event after silence.
  private(set) var lastGrowth = Instant(microseconds: 0)
  /// What is to be said once the events before it are handed on.
  private var pendingTurn: Turn?
  private var needsFinalFlush = false
  private(set) var eventCount: UInt64 = 0
  private(set) var readByteCount: UInt64 = 0
  private(set) var unparsedCount: UInt64 = 0

  init(id: SourceID, recognizer: consuming EventRecognizer, undatedTime: Instant?) {
    self.id = id
    self.undatedTime = undatedTime
    self.recognizer = recognizer
  }

  /// Whether the next turn has something to say without reading.
  var hasMoreToSay: Bool { pendingTurn != nil || needsFinalFlush }

  /// An event or a line has begun and is not closed.
  var isOpen: Bool { buffer != nil && filled > 0 }
  var winner: FormatID { recognizer.winner }
  var formatsAside: [String] { recognizer.formatsAside }
  var assumedZoneWasUsed: Bool { recognizer.assumedZoneWasUsed }

  /// The text that waits, for showing it before it is an event; its last `limit` bytes' lines.
  func openText(limit: Int) -> [UInt8] {
    guard let buffer, filled > 0 else { return [] }
    return unsafe Array(
      UnsafeBufferPointer(start: buffer.bytes, count: min(filled, limit)))
  }

  /// Reads until the buffer is full or nothing more is there, and makes events of it.
  func turn(
    from sources: SourceSet, pool: BatchPool, now: Instant, names: inout EventNames
  ) -> Turn {
    if needsFinalFlush {
      needsFinalFlush = false
      if let events = flush(isFinal: true, pool: pool, now: now, names: &names) {
        return .events(events)
      }
    }
    if let turn = pendingTurn {
      pendingTurn = nil
      return turn
    }
    let batch = buffer ?? pool.take()
    buffer = batch
    var outcome: Turn = .nothing
    var grew = false
    var isFinal = false
    reading: while true {
      if filled >= batch.byteCapacity {
        // An open event fills the buffer: make room up to the size at which it is cut.
        guard !grew, batch.byteCapacity <= EventBatch.eventByteLimit * 2 else { break }
        batch.byteCount = filled
        batch.reserveBytes(batch.byteCapacity * 2)
      }
      // SAFETY: `filled < byteCapacity`, and the source writes at most the capacity it is given.
      switch unsafe sources.read(
        id, into: batch.bytes + filled, capacity: batch.byteCapacity - filled)
      {
      case .bytes(let count, let generation, let offset):
        if !grew || generation != origin.generation {
          origin = BufferOrigin(generation: generation, sourceOffset: offset, index: filled)
        }
        filled += count
        readByteCount += UInt64(count)
        grew = true
      case .nothing:
        break reading
      case .generationEnded:
        // An event goes on in the next file, but a line does not: its writer was cut off.
        isFinal = isInsideLine(of: batch)
        if !grew, !isFinal { outcome = .progress }
        break reading
      case .gap(let byteCount, let reason):
        outcome = .control(
          .gap(ingestTime: now, source: id, byteCount: byteCount, reason: reason))
        // What follows it does not belong to what came before.
        isFinal = filled > 0
        break reading
      case .ended(let state):
        outcome = .ended(state)
        isFinal = true
        break reading
      }
    }
    if grew { lastGrowth = now }
    if !grew, !isFinal {
      releaseIfEmpty(to: pool)
      return outcome
    }
    unsafe framer.frame(batch.bytes, from: framedTo, to: filled, ends: &ends)
    framedTo = filled
    batch.byteCount = filled
    let done = recognizer.recognize(
      batch, filled: filled, ends: ends, origin: origin, now: now, names: &names)
    needsFinalFlush = isFinal
    if case .nothing = outcome {} else { pendingTurn = outcome }
    if let events = takeEvents(done: done, pool: pool) { return .events(events) }
    return .progress
  }

  private func isInsideLine(of batch: EventBatch) -> Bool {
    guard filled > 0 else { return false }
    // SAFETY: the source has written `filled` bytes.
    return unsafe batch.bytes[filled - 1] != UInt8(ascii: "\n")
  }

  /// Closes the open event: nothing more of it has come for a while.
  func closeOpenEvent(pool: BatchPool, now: Instant, names: inout EventNames) -> EventBatch? {
    guard recognizer.holdsEvents else { return nil }
    return flush(isFinal: false, pool: pool, now: now, names: &names)
  }

  /// Whether the source goes on while some of those that speak in it may be silent.
  var hasVoices: Bool { recognizer.hasVoices }

  /// Closes the events of those who have been silent since `limit`, in a source that others share.
  func closeSilentVoices(
    since limit: Instant, pool: BatchPool, now: Instant, names: inout EventNames
  ) -> EventBatch? {
    guard let buffer, recognizer.holdsEvents else { return nil }
    buffer.byteCount = filled
    let done = recognizer.flushSilent(
      since: limit, buffer, filled: filled, origin: origin, now: now, names: &names)
    return takeEvents(done: done, pool: pool)
  }

  private func flush(
    isFinal: Bool, pool: BatchPool, now: Instant, names: inout EventNames
  ) -> EventBatch? {
    guard let buffer else { return nil }
    buffer.byteCount = filled
    let done = recognizer.flush(
      buffer, filled: filled, isFinal: isFinal, origin: origin, now: now, names: &names)
    return takeEvents(done: done, pool: pool)
  }

  /// Seals the batch if it holds events, and moves what is left to the next buffer.
  private func takeEvents(done: Int, pool: BatchPool) -> EventBatch? {
    guard let batch = buffer else { return nil }
    ends.removeAll()
    guard batch.count > 0 else {
      if done > 0 {
        let rest = filled - done
        unsafe batch.bytes.update(from: batch.bytes + done, count: rest)
        move(by: done, rest: rest)
      }
      releaseIfEmpty(to: pool)
      return nil
    }
    let rest = filled - done
    if rest > 0 {
      let next = pool.take()
      next.reserveBytes(rest)
      unsafe next.bytes.update(from: batch.bytes + done, count: rest)
      buffer = next
    } else {
      buffer = nil
    }
    move(by: done, rest: rest)
    if let undatedTime, !isDated { date(batch, by: undatedTime) }
    for index in 0..<batch.count {
      if unsafe batch.records[index].flags.contains(.unparsed) { unparsedCount += 1 }
    }
    eventCount += UInt64(batch.count)
    return batch
  }

  /// Banners come before the first dated line: they take its time. Where there is none in sight,
  /// the wall clock would be wrong by as much as the file is old.
  private func date(_ batch: EventBatch, by undatedTime: Instant) {
    let first = (0..<batch.count).first {
      unsafe batch.records[$0].timeOrigin == .parsed
    }
    let time = first.map { unsafe batch.records[$0].time } ?? undatedTime
    for index in 0..<(first ?? batch.count) {
      unsafe batch.records[index].time = time
      if first != nil { unsafe batch.records[index].timeOrigin = .inherited }
    }
    isDated = first != nil
  }

  private func move(by done: Int, rest: Int) {
    filled = rest
    framedTo -= done
    origin = BufferOrigin(
      generation: origin.generation, sourceOffset: origin.sourceOffset,
      index: origin.index - done)
  }

  private func releaseIfEmpty(to pool: BatchPool) {
    guard filled == 0, let batch = buffer else { return }
    pool.give(batch)
    buffer = nil
  }
}
