internal import Events

/// Walks the leaf fields of a JSON object or a logfmt line, in the order of the text.
///
/// Pull `next()` until it answers false. Nested objects are walked into, down to `depthLimit`; lists,
/// and objects below that, come as one value of kind `json`. Allocates nothing.
struct FieldCursor {
  /// Objects inside the outermost that are walked into.
  static let depthLimit = 7

  enum Kind: UInt8 {
    /// The range is the text without its quotes.
    case string
    /// The same, and it holds escapes.
    case escapedString
    case number, bool, null
    /// A list, or an object that is empty or too deep: as written.
    case json
  }

  /// The newest field: its innermost key and its value.
  private(set) var keyStart = 0
  private(set) var keyEnd = 0
  private(set) var valueStart = 0
  private(set) var valueEnd = 0
  private(set) var kind = Kind.null
  /// The keys from the outermost object to the field, as one number: equal for equal paths.
  private(set) var pathHash: UInt64 = 0
  /// How many objects the field lies in below the outermost.
  private(set) var depth = 0

  private let bytes: LineBytes
  private let end: Int
  private let isJSON: Bool
  private var position: Int
  /// The ranges of the keys above, and the hashes up to them.
  private var keys: InlineArray<7, UInt64> = .init(repeating: 0)
  private var hashes: InlineArray<7, UInt64> = .init(repeating: 0)

  /// - Parameters:
  ///   - start: The body of an event, as its recognition names it.
  ///   - structure: `json` or `logfmt`; a text has no fields.
  init(_ bytes: LineBytes, _ start: Int, _ end: Int, _ structure: Structure) {
    self.bytes = bytes
    self.end = structure == .text ? start : end
    isJSON = structure == .json
    position = isJSON ? start &+ 1 : start
    if isJSON, start < end, bytes[start] != ascii("{") { position = end }
  }

  /// The range of the key at `level`, counted from the outermost; `depth` is the field's own.
  func key(at level: Int) -> Range<Int> {
    if level >= depth { return keyStart..<keyEnd }
    let packed = keys[level]
    return Int(packed & 0xffff_ffff)..<Int(packed &>> 32)
  }

  /// Moves to the next field.
  /// - Returns: Whether there is one; also false where the rest is malformed.
  mutating func next() -> Bool { isJSON ? nextInJSON() : nextInLogfmt() }

  private mutating func nextInJSON() -> Bool {
    while position < end {
      let byte = bytes[position]
      if byte == ascii("\"") {
        guard readKey() else { return stop() }
        let first = bytes[position]
        if first == ascii("{"), depth < Self.depthLimit, !isEmptyObject() {
          keys[depth] = UInt64(truncatingIfNeeded: keyEnd) &<< 32 | UInt64(keyStart)
          hashes[depth] = pathHash
          depth &+= 1
          position &+= 1
          continue
        }
        guard readValue(first) else { return stop() }
        // Most often a comma and the next key follow at once.
        if bytes[position] == ascii(",") { position &+= 1 }
        return true
      }
      position &+= 1
      if byte == ascii("}") {
        if depth == 0 { return stop() }
        depth &-= 1
      } else if byte > 0x20, byte != ascii(",") {
        return stop()
      }
    }
    return false
  }

  private mutating func stop() -> Bool {
    position = end
    return false
  }

  @inline(__always)
  private func isEmptyObject() -> Bool {
    var inner = position &+ 1
    if bytes[inner] <= 0x20 { inner = skipBlanks(bytes, inner, end) }
    return inner >= end || bytes[inner] == ascii("}")
  }

  /// Reads a key and its colon; `position` is at the value then.
  @inline(__always)
  private mutating func readKey() -> Bool {
    var isEscaped = false
    keyStart = position &+ 1
    keyEnd = closingQuote(bytes, keyStart, end, &isEscaped)
    position = keyEnd &+ 1
    if bytes[position] <= 0x20 { position = skipBlanks(bytes, position, end) }
    guard position < end, bytes[position] == ascii(":") else { return false }
    position &+= 1
    if bytes[position] <= 0x20 { position = skipBlanks(bytes, position, end) }
    pathHash = hashOfKey(bytes, depth > 0 ? hashes[depth &- 1] : 0, keyStart, keyEnd)
    return position < end
  }

  @inline(__always)
  private mutating func readValue(_ first: UInt8) -> Bool {
    valueStart = position
    if first == ascii("\"") {
      var isEscaped = false
      valueStart &+= 1
      valueEnd = closingQuote(bytes, valueStart, end, &isEscaped)
      guard valueEnd < end else { return false }
      kind = isEscaped ? .escapedString : .string
      position = valueEnd &+ 1
      return true
    }
    if first == ascii("{") || first == ascii("[") {
      kind = .json
      valueEnd = skipNested(bytes, position, end)
      position = valueEnd
      return valueEnd >= 0
    }
    valueEnd = scalarEnd(bytes, position, end)
    position = valueEnd
    kind = scalarKind(first)
    return valueEnd > valueStart && isScalarStart(first)
  }

  private mutating func nextInLogfmt() -> Bool {
    while position < end {
      if bytes[position] <= 0x20 || bytes[position] == ascii(",") {
        position &+= 1
        continue
      }
      keyStart = position
      keyEnd = logfmtKeyEnd(bytes, position, end)
      pathHash = hashOfKey(bytes, 0, keyStart, keyEnd)
      guard keyEnd < end, bytes[keyEnd] == ascii("=") else {
        // A key alone says that it is set.
        guard keyEnd > keyStart else { return stop() }
        position = keyEnd
        valueStart = keyStart
        valueEnd = keyEnd
        kind = .bool
        return true
      }
      position = keyEnd &+ 1
      if position < end, bytes[position] == ascii("\"") {
        guard readValue(ascii("\"")) else { return stop() }
        if bytes[position] == 0x20 { position &+= 1 }
        return true
      }
      valueStart = position
      valueEnd = blankAt(bytes, position, end)
      position = valueEnd &+ 1
      kind = plainKind(bytes, valueStart, valueEnd)
      return true
    }
    return false
  }

  @inline(__always)
  private func scalarKind(_ first: UInt8) -> Kind {
    switch first {
    case ascii("t"), ascii("f"): .bool
    case ascii("n"): .null
    default: .number
    }
  }
}

/// Mixes a key into the hash of the path above it, by words.
@inline(__always)
func hashOfKey(_ bytes: LineBytes, _ above: UInt64, _ start: Int, _ end: Int) -> UInt64 {
  var hash = above ^ UInt64(truncatingIfNeeded: end &- start)
  var i = start
  while i < end {
    let left = end &- i
    let mask = left >= 8 ? ~0 : ~(~0 &<< UInt64(truncatingIfNeeded: left &* 8))
    hash = (hash ^ (bytes.word(i) & mask)) &* 0x9e37_79b9_7f4a_7c15
    hash ^= hash &>> 32
    i &+= 8
  }
  return hash
}

/// The kind of a value without quotes in logfmt.
private func plainKind(_ bytes: LineBytes, _ start: Int, _ end: Int) -> FieldCursor.Kind {
  guard start < end else { return .string }
  let first = bytes[start]
  if first.isDigit || first == ascii("-") {
    return isDecimalNumber(bytes, start, end) ? .number : .string
  }
  let count = end &- start
  let isTrue = count == 4 && bytes.half(start) == 0x6575_7274
  let isFalse = count == 5 && first == ascii("f") && bytes.half(start &+ 1) == 0x6573_6c61
  return isTrue || isFalse ? .bool : .string
}

/// Digits with a sign, point or exponent as JSON has them, and nothing else.
func isDecimalNumber(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  var i = start
  if i < end, bytes[i] == ascii("-") { i &+= 1 }
  let whole = i
  while i < end, bytes[i].isDigit { i &+= 1 }
  guard i > whole, bytes[whole] != 0x30 || i == whole &+ 1 else { return false }
  if i < end, bytes[i] == ascii(".") {
    let fraction = i &+ 1
    i = fraction
    while i < end, bytes[i].isDigit { i &+= 1 }
    guard i > fraction else { return false }
  }
  if i < end, bytes[i] | 0x20 == ascii("e") {
    i &+= 1
    if i < end, bytes[i] == ascii("-") || bytes[i] == ascii("+") { i &+= 1 }
    let exponent = i
    while i < end, bytes[i].isDigit { i &+= 1 }
    guard i > exponent else { return false }
  }
  return i == end
}
