import Events
import Testing

@testable import Patterns

/// One event as a recogniser gave it, as texts and plain values.
struct ReadEvent: Equatable {
  var raw: [UInt8]
  var message: String
  var body: String
  var time: Instant
  var timeOrigin: TimeOrigin
  var severity: Severity
  var service: String
  var format: String
  var lineCount: UInt32
  var flags: EventFlags
  var sourceEndOffset: UInt64
}

/// What `recognizeAll` gives back: the events, and the fields where they were asked for.
struct ReadSource {
  var events: [ReadEvent] = []
  var fields: [[EventField]] = []
}

/// The first place where two readings of a text differ, in words.
func firstDifference(_ a: [ReadEvent], _ b: [ReadEvent]) -> String? {
  for index in 0..<max(a.count, b.count) {
    let one = index < a.count ? a[index] : nil
    let other = index < b.count ? b[index] : nil
    if one == other { continue }
    return "event \(index): \(text(one)) / \(text(other))"
  }
  return nil
}

private func text(_ event: ReadEvent?) -> String {
  guard var event else { return "none" }
  let raw = String(decoding: event.raw.prefix(1000), as: UTF8.self)
  event.raw = []
  return "\(raw.debugDescription) \(event)"
}

let library = FormatLibrary.shipped()

/// Reads `text` as one source, handed over in pieces of the sizes that `nextSize` gives.
func recognizeAll(
  _ text: [UInt8], joins: Bool = true, withFields: Bool = false, library: FormatLibrary = library,
  nextSize: () -> Int = { 64 * 1024 }
) -> ReadSource {
  var names = EventNames()
  let now = Instant(seconds: 1_795_600_000)
  var recognizer = EventRecognizer(
    RecognizerOptions(
      library: library, source: SourceID(rawValue: 0), serviceName: "source", reference: now,
      joinsLines: joins))
  var result = ReadSource()
  var carried: [UInt8] = []
  var offset = 0
  while true {
    let size = min(nextSize(), text.count - offset)
    let piece = carried + text[offset..<offset + size]
    offset += size
    let batch = EventBatch(byteCapacity: max(piece.count, 16), recordCapacity: 4)
    batch.append(bytes: piece, count: piece.count)
    var ends = LineEnds()
    for (index, byte) in piece.enumerated() where byte == 0x0a { ends.append(UInt32(index + 1)) }
    let origin = BufferOrigin(
      generation: 0, sourceOffset: UInt64(offset - piece.count), index: 0)
    let isLast = offset == text.count
    var done = recognizer.recognize(
      batch, filled: piece.count, ends: ends, origin: origin, now: now, names: &names)
    if isLast {
      // The rest is moved to the front of the next buffer, as the pipeline does.
      collect(batch, names, withFields, library, &result)
      let rest = Array(piece[done...])
      let last = EventBatch(byteCapacity: max(rest.count, 16))
      last.append(bytes: rest, count: rest.count)
      let lastOrigin = BufferOrigin(
        generation: 0, sourceOffset: UInt64(offset - rest.count), index: 0)
      done = recognizer.flush(
        last, filled: rest.count, isFinal: true, origin: lastOrigin, now: now, names: &names)
      precondition(done == rest.count, "the last flush leaves nothing")
      collect(last, names, withFields, library, &result)
      return result
    }
    collect(batch, names, withFields, library, &result)
    carried = Array(piece[done...])
  }
}

private func collect(
  _ batch: EventBatch, _ names: EventNames, _ withFields: Bool, _ library: FormatLibrary,
  _ result: inout ReadSource
) {
  if let index = eventWithOtherStates(batch) {
    Issue.record("other states were noted of \(String(decoding: batch.raw(index), as: UTF8.self))")
  }
  for index in 0..<batch.count {
    let record = batch.records[index]
    result.events.append(
      ReadEvent(
        raw: Array(batch.raw(index)),
        message: String(decoding: batch.message(index), as: UTF8.self),
        body: String(decoding: batch.body(index), as: UTF8.self), time: record.time,
        timeOrigin: record.timeOrigin, severity: record.severity,
        service: names.services.name(record.service.rawValue),
        format: names.formats.name(UInt32(record.format.rawValue)), lineCount: record.lineCount,
        flags: record.flags, sourceEndOffset: record.sourceEndOffset))
    if withFields {
      result.fields.append(fields(of: index, in: batch, library: library, names: names))
    }
  }
}

/// `2026-11-22T09:31:02.123Z`, digits of the fraction as needed; for comparing with what is written.
func written(_ instant: Instant) -> String {
  let micros = instant.microseconds
  let days = Int((micros >= 0 ? micros : micros - 86_399_999_999) / 86_400_000_000)
  let rest = Int(micros - Int64(days) * 86_400_000_000)
  let date = civilFromDays(days)
  func padded(_ number: Int, _ count: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
  let seconds = rest / 1_000_000
  var text =
    "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
    + "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
  if rest % 1_000_000 != 0 {
    var fraction = padded(rest % 1_000_000, 6)
    while fraction.last == "0" { fraction.removeLast() }
    text += "." + fraction
  }
  return text + "Z"
}

/// The first event of which other states were noted than stand in its fields.
private func eventWithOtherStates(_ batch: EventBatch) -> Int? {
  if batch.stateCount == 0 { return nil }
  var noted = NotedStates(batch)
  var tokenizer = Tokenizer()
  return (0..<batch.count).first { index in
    let record = batch.records[index]
    var partial = PartialKey(tail: 0)
    guard noted.add(of: index, to: &partial), !record.isAllFields else { return false }
    tokenizer.removeAll()
    tokenizer.scanFields(batch.bytes, record)
    let wanted = MessageKey(tokenizer.tokens, tokenizer.count, tail: 0)
    return MessageKey(partial).value != wanted.value || record.structure == .text
  }
}
