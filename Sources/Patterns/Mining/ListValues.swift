private let commaDelimiter = mixDelimiter(delimiterSeed, UInt8(ascii: ","))
private let commaSpaceDelimiter = mixDelimiter(commaDelimiter, 0x20)
let spaceDelimiter = mixDelimiter(delimiterSeed, 0x20)

/// Draws lists together, as one of any length is one thing to a reader: two or more values between
/// commas, three or more between spaces; words between commas where brackets or a key say that they
/// are a list, or where there are many.
/// - Returns: How many tokens are left.
@inline(__always)
func collapseLists(
  _ bytes: UnsafePointer<UInt8>, _ messageStart: Int, _ messageEnd: Int,
  _ tokens: UnsafeMutablePointer<Token>, _ count: Int
) -> Int {
  var kept = 0
  var i = 0
  while i < count {
    var end = i &+ 1
    if end < count {
      let separator = unsafe tokens[end].delimiter
      if separator == commaDelimiter || separator == commaSpaceDelimiter
        || separator == spaceDelimiter
      {
        end = unsafe listEnd(
          bytes, messageStart, messageEnd, tokens, i, count, separator)
      }
    }
    if kept != i || end != i &+ 1 {
      var merged = unsafe tokens[i]
      if end != i &+ 1 {
        let last = unsafe tokens[end &- 1]
        if merged.hash != Token.variableHash {
          merged.hash = Token.variableHash
          merged.kind = .text
        }
        merged.count = last.start &+ last.count &- merged.start
        merged.listCount = UInt16(truncatingIfNeeded: end &- i)
      }
      unsafe tokens[kept] = merged
    }
    kept &+= 1
    i = end
  }
  return kept
}

/// Where the list ends that begins with token `start`; `start + 1` where none does.
private func listEnd(
  _ bytes: UnsafePointer<UInt8>, _ messageStart: Int, _ messageEnd: Int,
  _ tokens: UnsafeMutablePointer<Token>, _ start: Int, _ count: Int, _ separator: UInt32
) -> Int {
  var end = start &+ 1
  if unsafe tokens[start].hash == Token.variableHash, unsafe tokens[start].kind != .empty {
    while end < count, unsafe tokens[end].delimiter == separator,
      unsafe tokens[end].hash == Token.variableHash, unsafe tokens[end].kind != .empty
    { end &+= 1 }
    if separator == spaceDelimiter { return end &- start < 3 ? start &+ 1 : end }
    if end &- start > 1, end == count || (unsafe tokens[end].delimiter != separator) { return end }
  }
  if separator == spaceDelimiter { return start &+ 1 }
  end = start &+ 1
  while end < count, unsafe tokens[end].delimiter == separator { end &+= 1 }
  let length = end &- start
  // `a, b, c and d`: the last item is the beginning of more.
  let isClosed = end == count || (unsafe tokens[end].delimiter != spaceDelimiter)
  guard length >= 2, isClosed else { return start &+ 1 }
  let last = unsafe tokens[end &- 1]
  let first = unsafe Int(tokens[start].start)
  let behind = Int(last.start &+ last.count)
  let before = first > messageStart ? unsafe bytes[first &- 1] : 0
  let after = behind < messageEnd ? unsafe bytes[behind] : 0
  if before == UInt8(ascii: "["), after == UInt8(ascii: "]") { return end }
  let isAnnounced =
    unsafe !tokens[start].flags.isDisjoint(with: [.keyed, .labelled])
    || (before == UInt8(ascii: "(") && after == UInt8(ascii: ")"))
    || (before == UInt8(ascii: "{") && after == UInt8(ascii: "}"))
  return length >= (isAnnounced ? 3 : 4) ? end : start &+ 1
}
