internal import Events
internal import Ingest

extension Stage {
  static let frame = Stage(name: "frame", about: "find where lines end") { corpus in
    var measurement = Measurement()
    let framer = LineFramer()
    var ends = LineEnds()
    var found = 0
    // SAFETY: every range handed to the framer lies in the array.
    unsafe corpus.array.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      measurement.time {
        var start = 0
        while start < bytes.count {
          let end = min(start + EventBatch.targetByteCount, bytes.count)
          ends.removeAll()
          unsafe framer.frame(base, from: start, to: end, ends: &ends)
          found += ends.count
          start = end
        }
      }
    }
    precondition(found == corpus.lineCount, "the framer and the corpus count alike")
    measurement.count = corpus.lineCount
    measurement.byteCount = corpus.array.count
    return measurement
  }
}
