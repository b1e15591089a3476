internal import Events
internal import Ingest
internal import Patterns

extension Stage {
  static let recognise = Stage(name: "recognise", about: "format, time, level, joining") { corpus in
    var recogniser = CorpusRecogniser()
    var spare = EventBatch()
    recogniser.run(corpus) { batch in
      let next = spare
      spare = batch
      next.removeAll()
      return next
    }
    recogniser.measurement.count = corpus.lineCount
    recogniser.measurement.byteCount = corpus.array.count
    return recogniser.measurement
  }
}

/// Recognises a corpus the way that the pipeline does: buffer by buffer, the rest carried over.
struct CorpusRecogniser {
  /// The recogniser's own time.
  var measurement = Measurement()
  var names = EventNames()

  /// - Parameter batch: Takes a batch of events, gives an empty one for what follows.
  mutating func run(_ corpus: Corpus, batch handOn: (EventBatch) -> EventBatch) {
    let now = Instant(seconds: 1_800_000_000)
    var recognizer = EventRecognizer(
      RecognizerOptions(
        library: .shipped(), source: SourceID(rawValue: names.sources.intern("bench")),
        serviceName: "bench", reference: now))
    let framer = LineFramer()
    var ends = LineEnds()
    var batch = EventBatch()
    var filled = 0
    var read = 0
    while true {
      if filled == batch.byteCapacity { batch.reserveBytes(batch.byteCapacity * 2) }
      let count = min(batch.byteCapacity - filled, corpus.array.count - read)
      // SAFETY: `count` bytes lie in the array from `read`, and fit the buffer from `filled`.
      unsafe corpus.array.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        unsafe (batch.bytes + filled).update(from: base + read, count: count)
      }
      ends.removeAll()
      unsafe framer.frame(batch.bytes, from: filled, to: filled + count, ends: &ends)
      let origin = BufferOrigin(generation: 0, sourceOffset: UInt64(read), index: filled)
      filled += count
      read += count
      let isFinal = count == 0
      let done = measurement.time {
        isFinal
          ? recognizer.flush(
            batch, filled: filled, isFinal: true, origin: origin, now: now, names: &names)
          : recognizer.recognize(
            batch, filled: filled, ends: ends, origin: origin, now: now, names: &names)
      }
      let rest = filled - done
      let sealed = batch
      // SAFETY: the rest lies behind what is done with, in a buffer that stays until it is copied.
      let carried = unsafe Array(UnsafeBufferPointer(start: sealed.bytes + done, count: rest))
      batch = handOn(sealed)
      batch.reserveBytes(max(EventBatch.targetByteCount, rest * 2))
      unsafe carried.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        unsafe batch.bytes.update(from: base, count: rest)
      }
      filled = rest
      if isFinal { return }
    }
  }
}
