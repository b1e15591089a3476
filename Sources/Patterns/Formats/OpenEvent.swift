internal import Events

/// The event whose lines may still be coming; positions are in the buffer at hand.
struct OpenEvent {
  var record = EventRecord(
    rawOffset: 0, rawCount: 0, time: .distantPast, ingestTime: .distantPast,
    source: SourceID(rawValue: 0))
  /// Behind the last line of the event.
  var end = 0
  /// The first line's text, terminator left out.
  var textStart = 0
  var textEnd = 0
  /// What was read from the first line; meaningless if `isRewritten`.
  var recognition = Recognition()
  /// The text of the first line must be put together, or decoded, before it can be read.
  var isRewritten = false
  /// The program's own line goes on in the next line of its container.
  var isPartialLine = false
  /// The bare text of one more line, where the first says nothing.
  var isBare = false

  /// The front of the buffer is about to be cut off.
  mutating func shift(by count: Int) {
    record.rawOffset &-= UInt32(truncatingIfNeeded: count)
    end &-= count
    textStart &-= count
    textEnd &-= count
    recognition.messageStart &-= count
    recognition.messageEnd &-= count
    recognition.bodyStart &-= count
    recognition.bodyEnd &-= count
  }
}

/// The text of one line once its terminator, and what a container runtime put around it, are gone.
struct LineText {
  var start: Int
  var end: Int
  /// What the runtime says, if there is one.
  var container = ContainerLine()
  var isContained = false
  /// Lies behind the buffer's own bytes, decoded.
  var isDecoded = false
}
