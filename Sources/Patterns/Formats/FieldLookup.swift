package import Events

/// Finds fields of events by their names, where they stand: `status`, `http.method`, `order_id`.
///
/// What `fields(of:in:library:names:)` lists, of equal names the first, those of a JSON object or of
/// logfmt pairs before those of a header; and what a text labels with the name, `took=15ms` or
/// `took: 15ms`, which is what a pattern's variables are named by. A pure function of the event, so
/// that no answer depends on what was mined. Nothing is copied but what has to be decoded.
///
/// One thread at a time, and one producer of batches.
@safe
package final class FieldLookup {
  /// Bytes of a text in which labels are looked for.
  private static let textLimit = 16_384

  /// Where a value lies: at `base`, or at `offset` of the decoded texts; a count of -1: nowhere.
  @safe private struct Found {
    var base: UnsafePointer<UInt8>?
    var offset = 0
    var count = -1
  }

  /// How the header of a format is read.
  private enum Header {
    case none, generic, journal, markup
    case declared(format: Int, alternatives: [Int])
  }

  package let names: [String]
  /// How many events were read, and of how many a field was found.
  package private(set) var readCount: UInt64 = 0
  package private(set) var foundCounts: [UInt64]
  private let searches: [ByteSearch]
  private let program: FormatProgram
  private lazy var expressions = ExpressionReader(program)
  /// By number of a name in the program: which wanted one it is.
  private let wantedNames: [Int]
  private let escapeSearch = ByteSearch([0x1b])
  /// By format of the producer.
  private var headers: [Header?] = []
  private var found: [Found]
  private var missingCount = 0
  private var decoded: [UInt8] = []
  /// A text without its colours.
  private var plain: [UInt8] = []
  private var captures: [FieldCapture] = []

  /// - Parameter names: Each once, none of them empty.
  package init(_ names: [String], library: FormatLibrary) {
    self.names = names
    searches = names.map { ByteSearch(Array($0.utf8)) }
    program = library.program
    wantedNames = program.names.map { names.firstIndex(of: $0) ?? -1 }
    found = names.map { _ in Found() }
    foundCounts = names.map { _ in 0 }
  }

  /// Looks for all names in an event.
  package func read(_ index: Int, of batch: EventBatch, names producer: EventNames) {
    missingCount = names.count
    for number in found.indices { found[number].count = -1 }
    decoded.removeAll(keepingCapacity: true)
    readCount += 1
    let record = unsafe batch.records[index]
    if record.flags.contains(.part) { return }
    let bytes = unsafe LineBytes(batch.bytes)
    if record.structure != .text {
      let start = Int(record.bodyOffset)
      readStructure(bytes, start, start + Int(record.bodyCount), record.structure)
    }
    if missingCount > 0 { readText(index, batch, record, producer) }
    for number in found.indices where found[number].count >= 0 { foundCounts[number] += 1 }
  }

  /// The value of a field in the event that was read last; `nil` where it has none. Valid until the
  /// next event is read, or the batch changes.
  package func value(_ number: Int) -> UnsafeBufferPointer<UInt8>? {
    let place = found[number]
    guard place.count >= 0 else { return nil }
    if let base = unsafe place.base {
      return unsafe UnsafeBufferPointer(start: base, count: place.count)
    }
    // SAFETY: nothing is decoded before the next event is read, so the memory stays where it is.
    return unsafe decoded.withUnsafeBufferPointer { texts in
      unsafe UnsafeBufferPointer(rebasing: texts[place.offset..<place.offset + place.count])
    }
  }

  private func take(_ number: Int, _ bytes: LineBytes, _ start: Int, _ end: Int) {
    guard found[number].count < 0, start <= end else { return }
    // SAFETY: the range lies in the buffer that the bytes stand for.
    unsafe found[number].base = bytes.base + start
    found[number].count = end - start
    missingCount -= 1
  }

  private func take(_ number: Int, decoded text: some Collection<UInt8>) {
    guard found[number].count < 0 else { return }
    unsafe found[number].base = nil
    found[number].offset = decoded.count
    found[number].count = text.count
    decoded.append(contentsOf: text)
    missingCount -= 1
  }

  // MARK: JSON and logfmt

  private func readStructure(_ bytes: LineBytes, _ start: Int, _ end: Int, _ structure: Structure) {
    var cursor = FieldCursor(bytes, start, end, structure)
    while missingCount > 0, cursor.next() {
      for number in found.indices where found[number].count < 0 {
        if isNamed(cursor, searches[number].needle, bytes) { take(number, cursor, bytes) }
      }
    }
  }

  /// Whether the keys from the outermost to the field, joined by dots, are the name.
  private func isNamed(_ cursor: FieldCursor, _ name: [UInt8], _ bytes: LineBytes) -> Bool {
    var end = name.count
    var level = cursor.depth
    while true {
      let key = cursor.key(at: level)
      guard key.count <= end else { return false }
      let start = end - key.count
      var i = key.count - 1
      while i >= 0 {
        guard bytes[key.lowerBound + i] == name[start + i] else { return false }
        i -= 1
      }
      if level == 0 { return start == 0 }
      guard start > 0, name[start - 1] == ascii(".") else { return false }
      end = start - 1
      level -= 1
    }
  }

  private func take(_ number: Int, _ cursor: FieldCursor, _ bytes: LineBytes) {
    switch cursor.kind {
    case .null: break
    case .escapedString:
      let capacity = cursor.valueEnd - cursor.valueStart
      // SAFETY: decoding never makes a text longer.
      let text = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        guard let output = buffer.baseAddress else { return }
        count = unsafe decodeJSONText(bytes, cursor.valueStart, cursor.valueEnd, output)
      }
      take(number, decoded: text)
    case .bool where cursor.keyStart == cursor.valueStart: take(number, decoded: "true".utf8)
    case .string, .number, .bool, .json:
      take(number, bytes, cursor.valueStart, cursor.valueEnd)
    }
  }

  // MARK: Headers and texts

  private func readText(
    _ index: Int, _ batch: EventBatch, _ record: EventRecord, _ producer: EventNames
  ) {
    let header = header(of: record.format, producer)
    if record.structure != .text, case .none = header {
      // SAFETY: the message lies in the batch's buffer.
      let message = unsafe batch.message(index)
      return unsafe readLabels(message)
    }
    var raw = unsafe batch.raw(index)
    if unsafe escapeSearch.firstIndex(in: raw) != nil { unsafe raw = withoutColours(raw) }
    guard let base = raw.baseAddress else { return }
    let bytes = unsafe LineBytes(base)
    readHeader(bytes, raw.count, header)
    if record.structure != .text { return unsafe readLabels(batch.message(index)) }
    if missingCount > 0 { readRequest(bytes, raw.count) }
    if missingCount > 0 { unsafe readLabels(raw) }
  }

  private func withoutColours(_ raw: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    plain.removeAll(keepingCapacity: true)
    unsafe plain.append(contentsOf: raw)
    plain.append(contentsOf: repeatElement(0, count: EventBatch.bytePadding))
    // SAFETY: nobody changes the copy before the next event is read.
    return unsafe plain.withUnsafeMutableBufferPointer { copy in
      let end = unsafe removeColours(copy.baseAddress!, 0, raw.count)
      return unsafe UnsafeBufferPointer(start: copy.baseAddress, count: end)
    }
  }

  private func header(of format: FormatID, _ producer: EventNames) -> Header {
    let number = Int(format.rawValue)
    if number < headers.count, let known = headers[number] { return known }
    while headers.count <= number { headers.append(nil) }
    let header: Header
    switch producer.formats.name(UInt32(format.rawValue)) {
    case "text": header = .generic
    case "journal-export": header = .journal
    case "xml": header = .markup
    case let name:
      if let index = program.formats.firstIndex(of: name) {
        header = .declared(
          format: index,
          alternatives: (0..<program.alternativeCount).filter {
            program.tables.format($0) == index
          })
      } else {
        header = .none
      }
    }
    headers[number] = header
    return header
  }

  private func readHeader(_ bytes: LineBytes, _ count: Int, _ header: Header) {
    if case .none = header { return }
    if case .journal = header { return take(journalFields(bytes, 0, count)) }
    if case .markup = header { return take(markupFields(bytes, 0, count)) }
    let context = TimestampContext(
      assumedZoneMicroseconds: 0, reference: Instant(microseconds: 0))
    var (start, end) = firstLine(bytes, count)
    var containers = ContainerReader()
    var container = ContainerLine()
    if containers.read(bytes, start, end, context, &container), !container.innerIsEscaped {
      start = container.innerStart
      end = container.innerEnd
    }
    captures.removeAll(keepingCapacity: true)
    var memo = TimeMemo()
    var result = Recognition()
    if case .declared(let format, let alternatives) = header {
      var fits = false
      for alternative in alternatives where !fits {
        captures.removeAll(keepingCapacity: true)
        fits = unsafe runFormat(
          program.tables, alternative, bytes, start, end, context, &memo, &result, &captures)
      }
      if !fits {
        captures.removeAll(keepingCapacity: true)
        for number in program.expressions.indices where expressions.format(number) == format {
          if unsafe expressions.fits(number, bytes, start, end, context, &result, &captures) {
            break
          }
        }
      }
    } else {
      var reader = HeaderReader(bytes, start, end, context)
      _ = unsafe reader.read(&memo, &result, &captures)
    }
    for capture in captures { take(capture, bytes) }
  }

  private func take(_ fields: [EventField]) {
    for field in fields {
      if case .text(let text) = field.value, let number = names.firstIndex(of: field.name) {
        take(number, decoded: text.utf8)
      }
    }
  }

  private func firstLine(_ bytes: LineBytes, _ count: Int) -> (start: Int, end: Int) {
    var start = 0
    if count >= 3, bytes.half(0) & 0xff_ffff == 0xbf_bbef { start = 3 }
    while start < count, bytes[start] == 0 { start += 1 }
    var end = start
    while end < count, bytes[end] != 0x0a { end += 1 }
    if end > start, bytes[end - 1] == 0x0d { end -= 1 }
    return (start, end)
  }

  private func take(_ capture: FieldCapture, _ bytes: LineBytes) {
    let count = capture.end - capture.start
    guard count > 1 || count == 1 && bytes[capture.start] != ascii("-") else { return }
    if let name = HeaderField.name(capture.name) {
      guard let number = names.firstIndex(of: name) else { return }
      take(number, bytes, capture.start, capture.end)
    } else {
      let number = wantedNames[Int(capture.name)]
      if number >= 0 { take(number, bytes, capture.start, capture.end) }
    }
  }

  private func readRequest(_ bytes: LineBytes, _ count: Int) {
    let asksForRequest = names.indices.contains { number in
      found[number].count < 0 && ["method", "path", "status", "client"].contains(names[number])
    }
    guard asksForRequest else { return }
    for field in requestFields(bytes, 0, count, known: []) {
      guard let number = names.firstIndex(of: field.name) else { continue }
      switch field.value {
      case .text(let text), .number(let text): take(number, decoded: text.utf8)
      case .flag, .json: break
      }
    }
  }

  /// `name=value`, `name: value` and `"name": "value"` anywhere in a text.
  private func readLabels(_ text: UnsafeBufferPointer<UInt8>) {
    guard let base = text.baseAddress else { return }
    let bytes = unsafe LineBytes(base)
    let text = unsafe UnsafeBufferPointer(start: base, count: min(text.count, Self.textLimit))
    for number in found.indices where found[number].count < 0 {
      var position = 0
      while let start = unsafe searches[number].firstIndex(in: text, from: position) {
        position = start + 1
        let nameEnd = start + searches[number].needle.count
        if let value = labelledValue(bytes, start, nameEnd, text.count) {
          take(number, bytes, value.lowerBound, value.upperBound)
          break
        }
      }
    }
  }
}

/// The value behind a name between `start` and `nameEnd`, if it is a label there.
private func labelledValue(
  _ bytes: LineBytes, _ start: Int, _ nameEnd: Int, _ end: Int
) -> Range<Int>? {
  let before = start > 0 ? bytes[start - 1] : 0x20
  guard !before.isWordByte, before != ascii("-"), before != ascii(".") else { return nil }
  var i = nameEnd
  if i < end, before == ascii("\""), bytes[i] == ascii("\"") { i += 1 }
  guard i + 1 < end else { return nil }
  if bytes[i] == ascii("=") {
    i += 1
    guard bytes[i] > 0x20, bytes[i] != ascii("=") else { return nil }
  } else if bytes[i] == ascii(":") {
    i += 1
    while i < end, bytes[i].isBlank { i += 1 }
    guard i < end, bytes[i] != ascii(":") else { return nil }
  } else {
    return nil
  }
  let from: Int
  var to: Int
  if bytes[i] == ascii("\"") {
    from = i + 1
    to = scanQuoted(bytes, from, end)
  } else {
    from = i
    to = i
    let isQuery = before == ascii("?") || before == ascii("&")
    while to < end, !endsValue(bytes[to]), !(isQuery && bytes[to] == ascii("&")) { to += 1 }
  }
  return to > from ? from..<to : nil
}
