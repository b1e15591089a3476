internal import Events

/// The event whose lines may still be coming; positions are in the buffer at hand.
struct OpenEvent {
  var record: EventRecord
  /// Behind the last line of the event.
  var end: Int
  var recognition: Recognition

  /// The front of the buffer is about to be cut off.
  mutating func shift(by count: Int) {
    record.rawOffset &-= UInt32(truncatingIfNeeded: count)
    end &-= count
    recognition.messageStart &-= count
    recognition.messageEnd &-= count
    recognition.bodyStart &-= count
    recognition.bodyEnd &-= count
  }
}
