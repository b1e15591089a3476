extension EventBatch {
  /// Appends a copy of one event of another batch, with its raw and its decoded bytes.
  package func appendCopy(of index: Int, in other: EventBatch) {
    let original = unsafe other.records[index]
    var record = original
    record.rawOffset = UInt32(
      unsafe append(bytes: other.bytes + Int(original.rawOffset), count: Int(original.rawCount)))
    let rawEnd = original.rawOffset + original.rawCount
    // What lies in the raw bytes moved with them; what was decoded lies elsewhere and is copied.
    let bodyIsRaw =
      original.bodyOffset >= original.rawOffset
      && original.bodyOffset + original.bodyCount <= rawEnd
    if bodyIsRaw {
      record.bodyOffset = record.rawOffset &+ (original.bodyOffset &- original.rawOffset)
    } else {
      record.bodyOffset = UInt32(
        unsafe append(bytes: other.bytes + Int(original.bodyOffset), count: Int(original.bodyCount))
      )
    }
    let messageEnd = original.messageOffset + original.messageCount
    if original.messageOffset >= original.rawOffset && messageEnd <= rawEnd {
      record.messageOffset = record.rawOffset &+ (original.messageOffset &- original.rawOffset)
    } else if original.messageOffset >= original.bodyOffset
      && messageEnd <= original.bodyOffset + original.bodyCount
    {
      record.messageOffset = record.bodyOffset &+ (original.messageOffset &- original.bodyOffset)
    } else {
      record.messageOffset = UInt32(
        unsafe append(
          bytes: other.bytes + Int(original.messageOffset), count: Int(original.messageCount)))
    }
    append(record)
  }

  /// A batch of its own with copies of some events; offsets go along, checkpoints do not.
  package func slice(_ range: Range<Int>) -> EventBatch {
    let copy = EventBatch(
      byteCapacity: max(1024, range.count * 256), recordCapacity: max(16, range.count))
    for index in range { copy.appendCopy(of: index, in: self) }
    if let firstOffset { copy.firstOffset = firstOffset + UInt64(range.lowerBound) }
    return copy
  }
}
