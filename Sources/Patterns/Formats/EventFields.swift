package import Events

/// One field that a format found in an event, with its value as the text writes it.
package struct EventField: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case text(String)
    /// A number as the text writes it.
    case number(String)
    case flag(Bool)
    /// A nested object or list, as JSON.
    case json(String)
  }
  package var name: String
  package var value: Value
}

/// The fields of an event beyond its time, level, service and message. Cold: reads the text again.
package func fields(
  of index: Int, in batch: EventBatch, library: FormatLibrary, names: borrowing EventNames
) -> [EventField] {
  let record = unsafe batch.records[index]
  if record.flags.contains(.part) { return [] }
  let format = names.formats.name(UInt32(record.format.rawValue))
  // A copy with padding behind it: scanners read ahead.
  var raw = unsafe Array(batch.raw(index))
  if raw.contains(0x1b) {
    let end = unsafe raw.withUnsafeMutableBufferPointer {
      unsafe removeColours($0.baseAddress!, 0, $0.count)
    }
    raw.removeLast(raw.count - end)
  }
  let count = raw.count
  raw += Array(repeating: 0, count: EventBatch.bytePadding)
  var result: [EventField] = []
  unsafe raw.withUnsafeBufferPointer { buffer in
    let bytes = unsafe LineBytes(buffer.baseAddress!)
    result = headerFields(bytes, count, format, library)
  }
  if record.structure != .text {
    let body = unsafe Array(batch.body(index)) + Array(repeating: 0, count: EventBatch.bytePadding)
    let bodyCount = Int(record.bodyCount)
    unsafe body.withUnsafeBufferPointer { buffer in
      let bytes = unsafe LineBytes(buffer.baseAddress!)
      result += structuredFields(bytes, 0, bodyCount, record.structure)
    }
  } else {
    unsafe raw.withUnsafeBufferPointer { buffer in
      let bytes = unsafe LineBytes(buffer.baseAddress!)
      result += requestFields(bytes, 0, count, known: result)
      result += pairFields(bytes, 0, count, known: result)
    }
  }
  return result
}

/// What the format named `format` finds in the first line of `bytes`.
private func headerFields(
  _ bytes: LineBytes, _ count: Int, _ format: String, _ library: FormatLibrary
) -> [EventField] {
  let context = TimestampContext(
    assumedZoneMicroseconds: 0, reference: Instant(microseconds: 0))
  let program = library.program
  var start = 0
  if count >= 3, bytes.half(0) & 0xff_ffff == 0xbf_bbef { start = 3 }
  while start < count, bytes[start] == 0 { start += 1 }
  var end = start
  while end < count, bytes[end] != 0x0a { end += 1 }
  if end > start, bytes[end - 1] == 0x0d { end -= 1 }
  if format == "journal-export" { return journalFields(bytes, start, count) }
  if format == "xml" { return markupFields(bytes, start, count) }
  var containers = ContainerReader()
  var container = ContainerLine()
  if containers.read(bytes, start, end, context, &container), !container.innerIsEscaped {
    start = container.innerStart
    end = container.innerEnd
  }
  var captures: [FieldCapture] = []
  var memo = TimeMemo()
  var result = Recognition()
  if format == "text" {
    var header = HeaderReader(bytes, start, end, context)
    _ = unsafe header.read(&memo, &result, &captures)
  } else if let index = program.formats.firstIndex(of: format) {
    for alternative in 0..<program.alternativeCount
    where program.tables.format(alternative) == index {
      captures.removeAll()
      if unsafe runFormat(
        program.tables, alternative, bytes, start, end, context, &memo, &result, &captures)
      {
        break
      }
      captures.removeAll()
    }
    if captures.isEmpty, !program.expressions.isEmpty {
      let expressions = ExpressionReader(program)
      for number in 0..<expressions.count where expressions.format(number) == index {
        if unsafe expressions.fits(number, bytes, start, end, context, &result, &captures) { break }
      }
    }
  }
  return captures.compactMap { capture in
    let text = bytes.text(capture.start, capture.end)
    if text.isEmpty || text == "-" { return nil }
    let name = HeaderField.name(capture.name) ?? program.names[Int(capture.name)]
    return EventField(
      name: name, value: isNumber(capture.scanner, text) ? .number(text) : .text(text))
  }
}

/// Whether the value may stand as a number in JSON.
private func isNumber(_ scanner: UInt8, _ text: String) -> Bool {
  switch ValueScanner(rawValue: scanner) {
  case .int, .number, .decimal, .status, .pri:
    let digits = text.utf8.drop(while: { $0 == ascii("-") })
    guard let first = digits.first, first.isDigit else { return false }
    // An address is no number.
    guard digits.allSatisfy({ $0.isDigit || $0 == ascii(".") }) else { return false }
    guard digits.last != ascii("."), digits.count(where: { $0 == ascii(".") }) < 2 else {
      return false
    }
    return first != 0x30 || digits.count == 1 || digits.dropFirst().first == ascii(".")
  default: return false
  }
}

func journalFields(_ bytes: LineBytes, _ start: Int, _ end: Int) -> [EventField] {
  var fields: [EventField] = []
  var i = start
  while i < end {
    var lineEnd = i
    while lineEnd < end, bytes[lineEnd] != 0x0a { lineEnd += 1 }
    var equals = i
    while equals < lineEnd, bytes[equals] != ascii("=") { equals += 1 }
    if equals < lineEnd {
      let name = bytes.text(i, equals).drop(while: { $0 == "_" }).lowercased()
      if name != "message" {
        fields.append(EventField(name: name, value: .text(bytes.text(equals + 1, lineEnd))))
      }
    }
    i = lineEnd + 1
  }
  return fields
}

extension LineBytes {
  /// The text of a range; what is no UTF-8 becomes U+FFFD.
  func text(_ from: Int, _ to: Int) -> String {
    // SAFETY: the caller's range lies in the buffer.
    unsafe String(
      decoding: UnsafeBufferPointer(start: base + from, count: max(0, to - from)), as: UTF8.self)
  }
}
