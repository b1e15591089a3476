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
  /// What is to be appended to the message.
  var suffixStart = 0
  var suffixEnd = 0
  /// Meaningless unless `isOdd`.
  var oddity = LineOddity()
  var isOdd = false
  /// The message holds JSON escapes.
  var isEscaped = false
  /// The text itself names a time; the container's does not count.
  var hasOwnTime = false
  /// The text of the first line must be put together, or decoded, before it can be read.
  var isRewritten = false
  /// The program's own line goes on in the next line of its container.
  var isPartialLine = false
  /// The bare text of one more line, where the first says nothing.
  var isBare = false
  /// Lines of other voices may stand between its own: it is one of the held.
  var isHeld = false

  /// The front of the buffer is about to be cut off.
  mutating func shift(by count: Int) {
    record.rawOffset &-= UInt32(truncatingIfNeeded: count)
    record.messageOffset &-= UInt32(truncatingIfNeeded: count)
    record.bodyOffset &-= UInt32(truncatingIfNeeded: count)
    end &-= count
    textStart &-= count
    textEnd &-= count
    suffixStart &-= count
    suffixEnd &-= count
  }

  /// Sets message and body.
  @inline(__always)
  mutating func setText(_ found: borrowing Recognition) {
    setMessage(found.messageStart, found.messageEnd)
    record.bodyOffset = UInt32(truncatingIfNeeded: found.bodyStart)
    record.bodyCount = UInt32(truncatingIfNeeded: found.bodyEnd &- found.bodyStart)
    isEscaped = found.messageIsEscaped
    suffixStart = found.suffixStart
    suffixEnd = found.suffixEnd
  }

  @inline(__always)
  mutating func setMessage(_ from: Int, _ to: Int) {
    record.messageOffset = UInt32(truncatingIfNeeded: from)
    record.messageCount = UInt32(truncatingIfNeeded: to &- from)
  }

  /// One range is message and body.
  mutating func setPlainText(_ from: Int, _ to: Int) {
    setMessage(from, to)
    record.bodyOffset = record.messageOffset
    record.bodyCount = record.messageCount
    isEscaped = false
    suffixEnd = suffixStart
  }
}

/// The text of one line once its terminator, and what a container runtime put around it, are gone.
struct LineText {
  var start: Int
  var end: Int
  /// A container runtime wrote it; what that says is in the recogniser's `container`.
  var isContained = false
  /// Lies behind the buffer's own bytes, decoded.
  var isDecoded = false
}

/// What was left out of a line before it was read.
struct LineOddity {
  /// Bytes before its text that are no text: a byte order mark, zeroes.
  var skipped = 0
  /// There were colours in it.
  var isColoured = false
}
