internal import Events

extension Tokenizer {
  /// Adds what the fields of a JSON or logfmt body say to the tokens of its message.
  ///
  /// Where there is no message, `removeAll` is to be called before. Beside a message only states count (`status`, `level`, `method`): ids and measures come and go
  /// without making another pattern. Without one, the fields are the message: every key counts, and
  /// every value that is no state is a variable.
  mutating func scanFields(_ bytes: UnsafePointer<UInt8>, _ record: EventRecord) {
    let start = Int(record.bodyOffset)
    let end = start &+ Int(record.bodyCount)
    let isWhole = record.isAllFields
    let states = StateKeys.shared
    var cursor = FieldCursor(unsafe LineBytes(bytes), start, end, record.structure)
    while cursor.next(), count < Self.fieldTokenLimit {
      let isState = unsafe states.contains(bytes, cursor.keyStart, cursor.keyEnd)
      if !isState && !isWhole { continue }
      let hasStateValue =
        isState && (cursor.kind == .string || cursor.kind == .number)
        && (unsafe isStateValue(bytes, cursor.valueStart, cursor.valueEnd))
      if !hasStateValue && !isWhole { continue }
      let length = cursor.valueEnd &- cursor.valueStart
      var token = Token(
        start: UInt32(truncatingIfNeeded: cursor.valueStart),
        count: UInt32(truncatingIfNeeded: length), hash: Token.variableHash,
        delimiter: stateName(ofPath: cursor.pathHash),
        kind: .word, flags: [.keyed, .field])
      if hasStateValue {
        token.flags = [.keyed, .field, .code]
        token.hash = unsafe stateHash(LineBytes(bytes), cursor.valueStart, cursor.valueEnd)
      } else {
        token.kind = unsafe fieldKind(bytes, cursor)
      }
      append(token, keyStart: cursor.keyStart, keyCount: cursor.keyEnd &- cursor.keyStart)
    }
  }

  /// What a field's value is that is no state.
  private func fieldKind(_ bytes: UnsafePointer<UInt8>, _ cursor: FieldCursor) -> ValueKind {
    switch cursor.kind {
    case .number: return .number
    case .bool: return .boolean
    case .null, .json, .escapedString: return .text
    case .string:
      return unsafe wholeKind(bytes, cursor.valueStart, cursor.valueEnd)
    }
  }
}

/// A word or small number, such as a state has: up to 32 letters, at most four digits.
func isStateValue(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
  guard end > start, end &- start <= 32 else { return false }
  var digits = 0
  var i = start
  while i < end {
    let byte = unsafe bytes[i]
    if isDigit(byte) {
      digits &+= 1
    } else if !isWordByte(byte), byte != UInt8(ascii: "-"), byte != UInt8(ascii: ".") {
      return false
    }
    i &+= 1
  }
  return digits <= 4
}
