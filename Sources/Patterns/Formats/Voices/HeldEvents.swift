internal import Events

/// An event between whose lines those of others may stand.
struct HeldEvent {
  var open: OpenEvent
  /// No more lines come to it.
  var isComplete = false
}

/// The events of a source whose voices take turns, in the order of their first lines, until they can
/// be handed on.
///
/// Events whose lines lie between each other's are handed on together, so that what was handed on is
/// always a front of the source without a hole: reading goes on behind it after a kill.
struct HeldEvents {
  /// Lines of one event without another's between them.
  private struct Piece {
    var start: Int
    var end: Int
    let event: Int
  }

  /// Those before `head` are done with.
  private var events: [HeldEvent] = []
  private var head = 0
  /// The number of the event at `head`; they count up over the source.
  private var firstNumber = 0
  private var pieces: [Piece] = []
  private var pieceHead = 0
  private var scratch: [UInt8] = []

  var count: Int { events.count - head }

  /// Where the first byte stands that was not handed on.
  var start: Int { Int(events[head].open.record.rawOffset) }

  subscript(number: Int) -> OpenEvent {
    get { events[head + number - firstNumber].open }
    set { events[head + number - firstNumber].open = newValue }
  }

  /// Takes up an event whose first line is at hand.
  /// - Returns: Its number.
  mutating func begin(_ open: OpenEvent, _ start: Int, _ end: Int) -> Int {
    let number = firstNumber + count
    events.append(HeldEvent(open: open))
    pieces.append(Piece(start: start, end: end, event: number))
    return number
  }

  /// Notes that a line belongs to an event.
  mutating func extend(_ number: Int, _ start: Int, _ end: Int) {
    let last = pieces.count - 1
    if pieces[last].event == number {
      pieces[last].end = end
    } else {
      pieces.append(Piece(start: start, end: end, event: number))
    }
  }

  mutating func complete(_ number: Int) { events[head + number - firstNumber].isComplete = true }

  /// The front of the buffer is about to be cut off.
  mutating func shift(by byteCount: Int) {
    events.removeFirst(head)
    pieces.removeFirst(pieceHead)
    head = 0
    pieceHead = 0
    for index in events.indices { events[index].open.shift(by: byteCount) }
    for index in pieces.indices {
      pieces[index].start -= byteCount
      pieces[index].end -= byteCount
    }
  }

  /// How many events of the front can be handed on together; 0 where none can.
  func readyCount() -> Int {
    var index = head
    var end = 0
    while index < events.count, events[index].isComplete {
      end = max(end, events[index].open.end)
      index += 1
      if index == events.count || Int(events[index].open.record.rawOffset) >= end {
        return index - head
      }
    }
    return 0
  }

  /// Takes the event at the front, all of whose lines stand together.
  mutating func takeFirst() -> OpenEvent {
    let open = events[head].open
    head += 1
    pieceHead += 1
    firstNumber += 1
    compact()
    return open
  }

  /// Takes events off the front after moving the lines of each together in `batch`.
  ///
  /// All of them end, as their source is read, where the last of them does.
  mutating func takeGroup(_ count: Int, in batch: EventBatch) -> [OpenEvent] {
    var group = events[head..<head + count].map(\.open)
    var order = Array(group.indices)
    // A line without an end stays the last.
    if let torn = group.firstIndex(where: { $0.record.flags.contains(.unterminated) }) {
      order.append(order.remove(at: torn))
    }
    moveTogether(&group, order, batch)
    let last = group.map { ($0.record.generation, $0.record.sourceEndOffset) }.max(by: <)!
    for index in group.indices {
      group[index].record.generation = last.0
      group[index].record.sourceEndOffset = last.1
    }
    head += count
    firstNumber += count
    compact()
    return order.map { group[$0] }
  }

  /// Sorts the bytes of a group by event.
  private mutating func moveTogether(
    _ group: inout [OpenEvent], _ order: [Int], _ batch: EventBatch
  ) {
    let start = self.start
    let end = group.reduce(start) { max($0, $1.end) }
    scratch.removeAll(keepingCapacity: true)
    // SAFETY: the group's lines fill this range of the buffer.
    unsafe scratch.append(
      contentsOf: UnsafeBufferPointer(start: batch.bytes + start, count: end - start))
    var places = Array(repeating: 0, count: group.count)
    var place = start
    for index in order {
      places[index] = place
      let moved = Int(group[index].record.rawOffset) - place
      place += Int(group[index].record.rawCount)
      group[index].shift(by: moved)
      group[index].end = place
    }
    precondition(place == end, "the lines of a group fill its bytes")
    while pieceHead < pieces.count, pieces[pieceHead].end <= end {
      let piece = pieces[pieceHead]
      let count = piece.end - piece.start
      let index = piece.event - firstNumber
      unsafe scratch.withUnsafeBufferPointer {
        // SAFETY: both ranges lie in the group's, as the sum above shows.
        unsafe (batch.bytes + places[index]).update(
          from: $0.baseAddress! + (piece.start - start), count: count)
      }
      places[index] += count
      pieceHead += 1
    }
  }

  private mutating func compact() {
    if head > 32, head * 2 > events.count {
      events.removeFirst(head)
      head = 0
    }
    if pieceHead > 32, pieceHead * 2 > pieces.count {
      pieces.removeFirst(pieceHead)
      pieceHead = 0
    }
  }
}
