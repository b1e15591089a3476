internal import Events

/// The event whose lines may still be coming; positions are in the buffer at hand.
struct OpenEvent {
  var record: EventRecord
  /// Behind the last line of the event.
  var end: Int
  /// Behind the text of its first line, without terminator.
  var firstLineEnd: Int
  var recognition = Recognition()

  mutating func shift(by count: Int) {
    let shift = UInt32(truncatingIfNeeded: count)
    record.rawOffset &-= shift
    end &-= count
    firstLineEnd &-= count
    recognition.messageStart &-= count
    recognition.messageEnd &-= count
    recognition.bodyStart &-= count
    recognition.bodyEnd &-= count
  }
}
