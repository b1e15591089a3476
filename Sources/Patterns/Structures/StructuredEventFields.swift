internal import Events

/// The fields of a JSON object or logfmt line, nested names joined by dots, escapes decoded.
///
/// Cold: for `parse --json` and the screens. A key that the text repeats comes as often.
func structuredFields(
  _ bytes: LineBytes, _ start: Int, _ end: Int, _ structure: Structure
) -> [EventField] {
  var cursor = FieldCursor(bytes, start, end, structure)
  var fields: [EventField] = []
  while cursor.next() {
    let name = (0...cursor.depth).map { text(bytes, cursor.key(at: $0), isEscaped: true) }
    fields.append(EventField(name: name.joined(separator: "."), value: value(bytes, cursor)))
  }
  return fields
}

private func value(_ bytes: LineBytes, _ cursor: FieldCursor) -> EventField.Value {
  let range = cursor.valueStart..<cursor.valueEnd
  switch cursor.kind {
  case .string: return .text(text(bytes, range, isEscaped: false))
  case .escapedString: return .text(text(bytes, range, isEscaped: true))
  case .number:
    let written = text(bytes, range, isEscaped: false)
    return isDecimalNumber(bytes, range.lowerBound, range.upperBound)
      ? .number(written) : .text(written)
  case .bool:
    return .flag(!bytes.spells("false", at: range.lowerBound, end: range.upperBound))
  case .null: return .json("null")
  case .json: return .json(text(bytes, range, isEscaped: false))
  }
}

/// The text of a range of bytes; what is no UTF-8 becomes U+FFFD.
private func text(_ bytes: LineBytes, _ range: Range<Int>, isEscaped: Bool) -> String {
  // SAFETY: decoding never makes a text longer, so the buffer holds what is written to it.
  unsafe String(unsafeUninitializedCapacity: range.count) { buffer in
    guard let output = buffer.baseAddress else { return 0 }
    if isEscaped {
      return unsafe decodeJSONText(bytes, range.lowerBound, range.upperBound, output)
    }
    for i in range { unsafe output[i - range.lowerBound] = bytes[i] }
    return range.count
  }
}
