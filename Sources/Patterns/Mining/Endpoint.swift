/// Whether `" 200` stands behind a request's target: a line of an access log, of which the endpoint
/// and the status are the message.
func hasStatus(_ bytes: UnsafePointer<UInt8>, behind target: Int, _ end: Int) -> Bool {
  guard target &+ 5 <= end, unsafe bytes[target] == UInt8(ascii: "\""),
    unsafe bytes[target &+ 1] == 0x20, unsafe bytes[target &+ 2] &- UInt8(ascii: "1") < 5,
    unsafe isDigit(bytes[target &+ 3]), unsafe isDigit(bytes[target &+ 4])
  else { return false }
  return target &+ 5 == end || !(unsafe isWordByte(bytes[target &+ 5]))
}

/// Segments of a path that are told apart; what follows is one value.
let segmentLimit = 12
/// A segment longer than this is a value.
private let segmentByteLimit = 40

/// Adds the path of a request by its segments: names stay, ids are values. The query and the
/// protocol behind it are one value that is not shown, there or not.
func scanEndpoint(
  _ bytes: UnsafePointer<UInt8>, _ start: Int, _ target: Int, _ delimiterBefore: UInt32,
  _ classes: UnsafePointer<UInt16>, _ tokens: UnsafeMutablePointer<Token>, _ count: inout Int
) {
  var delimiter = delimiterBefore
  var i = start
  var segments = 0
  while i < target, count &+ 1 < Tokenizer.tokenLimit, segments < segmentLimit {
    let byte = unsafe bytes[i]
    if byte == UInt8(ascii: "/") {
      delimiter = mixDelimiter(delimiter, byte)
      i &+= 1
      continue
    }
    if endsPath(byte) { break }
    let (end, kind) = unsafe scanSegment(bytes, i, target, classes)
    var token = Token(
      start: UInt32(truncatingIfNeeded: i), count: UInt32(truncatingIfNeeded: end &- i),
      hash: Token.variableHash, delimiter: delimiter, kind: kind, flags: .segment)
    if kind == .word {
      token.hash =
        end &- i <= 8
        ? hashShort(unsafe readWord(bytes + i, end &- i)) : unsafe hashLong(bytes + i, end &- i)
    }
    unsafe tokens[count] = token
    count &+= 1
    segments &+= 1
    delimiter = delimiterSeed
    i = end
  }
  unsafe tokens[count] = Token(
    start: UInt32(truncatingIfNeeded: i), count: UInt32(truncatingIfNeeded: target &- i),
    hash: Token.variableHash, delimiter: delimiter, kind: .query, flags: [])
  count &+= 1
}

/// Where a part of a path ends, and what it is: a word, a number or an identifier.
func scanSegment(
  _ bytes: UnsafePointer<UInt8>, _ start: Int, _ target: Int, _ classes: UnsafePointer<UInt16>
) -> (end: Int, kind: ValueKind) {
  var end = start
  var mask: UInt16 = 0
  while end < target, unsafe !endsSegment(bytes[end]) {
    mask |= unsafe classes[Int(bytes[end])]
    end &+= 1
  }
  if unsafe isSegmentName(bytes, start, end, mask) { return (end, .word) }
  return (end, mask == TokenClass.digit.rawValue ? .number : .identifier)
}

@inline(__always)
private func endsSegment(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || endsPath(byte) }

/// Whether the byte stands behind the path of a request.
@inline(__always)
func endsPath(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")
    || byte == 0x20
}

/// Whether a part between dots or dashes is eight or more of the letters that hexadecimal digits
/// have: `site.cfaecadf.css` holds no digit by chance.
private func holdsHexadecimal(
  _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ mask: UInt16
) -> Bool {
  if mask & (TokenClass.dot.rawValue | TokenClass.dash.rawValue) == 0 { return false }
  var run = 0
  var isHexadecimal = true
  for i in start...end {
    let byte = i < end ? unsafe bytes[i] : UInt8(ascii: ".")
    if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") {
      if isHexadecimal, run >= 8 { return true }
      run = 0
      isHexadecimal = true
    } else {
      run &+= 1
      isHexadecimal = isHexadecimal && isHexDigit(byte)
    }
  }
  return false
}

/// Whether a segment names something rather than identifying it: letters, or with one or two digits
/// at the end (`v2`, `oauth2`).
private func isSegmentName(
  _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ mask: UInt16
) -> Bool {
  if end &- start > segmentByteLimit { return false }
  if mask & TokenClass.digit.rawValue == 0 {
    // Percent signs and such stand in what somebody typed.
    return mask & TokenClass.inner.rawValue == 0
      && !(unsafe holdsHexadecimal(bytes, start, end, mask))
  }
  var i = end
  while i > start, unsafe isDigit(bytes[i &- 1]) { i &-= 1 }
  guard i < end, end &- i <= (i == start &+ 1 ? 2 : 1), i > start else { return false }
  var j = start
  while j < i {
    let letter = unsafe bytes[j] | 0x20
    if letter &- UInt8(ascii: "a") >= 26 { return false }
    j &+= 1
  }
  return true
}
