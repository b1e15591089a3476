internal import Events
internal import Patterns

/// Prints events in one form, as they come or sorted by time.
struct EventPrinter {
  enum Form {
    case text, raw
    /// With the fields that the library's formats find.
    case json(FormatLibrary)
  }

  /// Bytes of events that are held to be sorted; beyond, they are printed as they come.
  private static let heldByteLimit = 64 << 20

  private struct Held {
    var batch: EventBatch
    var offset: UInt64?
    var names: EventNames
  }

  private let form: Form
  private let console: Console
  private var sortsByTime: Bool
  private var seam = RawSeam()
  private var held: [Held] = []
  private var heldByteCount = 0
  private(set) var count = 0

  init(_ form: Form, sortsByTime: Bool, _ console: Console) {
    self.form = form
    self.sortsByTime = sortsByTime
    self.console = console
  }

  /// - Parameter offset: Place in the stream, where there is one.
  mutating func print(
    _ batch: EventBatch, _ index: Int, offset: UInt64?, names: EventNames
  ) throws {
    count += 1
    guard sortsByTime else { return try write(batch, index, offset, names) }
    held.append(Held(batch: batch.slice(index..<index + 1), offset: offset, names: names))
    heldByteCount += held[held.count - 1].batch.byteCapacity
    if heldByteCount > Self.heldByteLimit {
      try finish()
      sortsByTime = false
      Console.error("spate: too many events to sort: the others are in the order of the input")
    }
  }

  /// Prints what is held.
  mutating func finish() throws {
    let sorted = held.enumerated().sorted { a, b in
      let (s, t) = unsafe (a.element.batch.records[0].time, b.element.batch.records[0].time)
      return s != t ? s < t : a.offset < b.offset
    }
    held = []
    for (_, event) in sorted { try write(event.batch, 0, event.offset, event.names) }
  }

  private mutating func write(
    _ batch: EventBatch, _ index: Int, _ offset: UInt64?, _ names: EventNames
  ) throws {
    switch form {
    case .raw:
      if seam.needsLineEnd(before: index, in: batch) {
        try console.write(CollectionOfOne(UInt8(ascii: "\n")))
      }
      try unsafe console.write(batch.raw(index))
    case .json(let library):
      let fields = EventText.fields(of: index, in: batch, library, names)
      try console.write(
        EventText.json(batch, index, names: names, fields: fields, offset: offset))
    case .text: try console.write(EventText.line(batch, index, names: names))
    }
  }
}

/// Where one event's raw bytes meet the next one's.
///
/// A line that its writer never ended has no line end. What is printed behind it must not run into
/// it, unless it is the very next of the source's bytes: a part of an event above the size limit, or
/// a line that was finished later.
struct RawSeam {
  /// What was printed last, if it has no line end.
  private var open: EventRecord?

  mutating func needsLineEnd(before index: Int, in batch: EventBatch) -> Bool {
    let endsLine = unsafe batch.raw(index).last == UInt8(ascii: "\n")
    // Nearly every event: nothing is copied for it.
    if endsLine, open == nil { return false }
    let next = unsafe batch.records[index]
    defer { open = endsLine ? nil : next }
    guard let open else { return false }
    return open.source != next.source || open.generation != next.generation
      || open.sourceEndOffset &+ UInt64(next.rawCount) != next.sourceEndOffset
  }
}
