/// The columns that a batch's records become, in the order in which they are stored.
///
/// Each event adds one number to each of the first five; most are small, and many zero:
///
/// | column | what |
/// | --- | --- |
/// | kind | the number of its `EventKind` |
/// | time | event time less that of the event before it in its source, in units of the batch |
/// | count | raw bytes |
/// | lead | where the message begins, less the same of the last event of the kind |
/// | trail | how far before the end it ends, less the same of the last event of the kind |
///
/// What is otherwise not as expected (see `Exceptions`) stands in the sixth column, for the
/// events where that is so: how many events were as expected in between, which of it, and what.
enum Columns {
  static let count = 6
  /// Bytes that one event may add to one of the first five columns...
  static let numberLimit = 10
  /// ...and to the sixth.
  static let exceptionLimit = 5 + 1 + 6 * 10
}

/// What may be unexpected about an event, as bits.
enum Exceptions {
  /// The raw bytes do not begin where those of the event before end.
  static let rawOffset: UInt8 = 1
  /// The ingest time is not that of the event before.
  static let ingestTime: UInt8 = 2
  /// The event's end in its source is not the last one's end plus the raw bytes.
  static let sourceEnd: UInt8 = 4
  /// It has more lines or fewer than one.
  static let lineCount: UInt8 = 8
  /// The body is not the message (text), or not laid out like the last of the kind (others).
  static let body: UInt8 = 16
}

/// Writes numbers to one column.
@safe struct ColumnWriter {
  private(set) var next: UnsafeMutablePointer<UInt8>

  init(_ start: UnsafeMutablePointer<UInt8>) { unsafe next = start }

  @inline(__always)
  mutating func put(byte: UInt8) {
    // SAFETY: the encoder gives every column room for the most that its events may add.
    unsafe next.pointee = byte
    unsafe next += 1
  }

  @inline(__always)
  mutating func put(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      put(byte: UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    put(byte: UInt8(truncatingIfNeeded: rest))
  }
}

/// Reads them. Past the end of the column it gives zeros for ever, and `failed` says so.
@safe struct ColumnReader {
  private var next: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  private(set) var failed = false

  init(_ start: UnsafePointer<UInt8>, count: Int) {
    unsafe next = start
    unsafe end = start + count
  }

  var isAtEnd: Bool { unsafe next == end }
  /// All was read, and no more than that.
  var isWhole: Bool { isAtEnd && !failed }

  @inline(__always)
  mutating func byte() -> UInt8 {
    guard unsafe next < end else {
      failed = true
      return 0
    }
    // SAFETY: `next` lies before the end of the column.
    let value = unsafe next.pointee
    unsafe next += 1
    return value
  }

  @inline(__always)
  mutating func number() -> UInt64 {
    let first = byte()
    return first < 0x80 ? UInt64(first) : longNumber(first)
  }

  private mutating func longNumber(_ first: UInt8) -> UInt64 {
    var value = UInt64(first & 0x7f)
    var shift: UInt64 = 7
    while shift < 64 {
      let byte = byte()
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    failed = true
    return 0
  }
}
