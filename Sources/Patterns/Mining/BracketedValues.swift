// Values between quotes and brackets, and those that are not there.

@inline(__always)
func isOpening(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{")
}

/// Where a value ends that has a bracket at `start`: behind the last bracket that closes, before
/// a space or comma. Nil where the brackets hold spaces or keys of their own.
func bracketedEnd(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
  var depth = 0
  var i = start
  let stop = min(end, start &+ 1024)
  while i < stop {
    switch unsafe bytes[i] {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth &+= 1
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      // One that closes more than was opened is the text's.
      if depth == 0 { return i }
      depth &-= 1
    case 0x20, UInt8(ascii: "\t"): return depth == 0 ? i : nil
    case UInt8(ascii: ","), UInt8(ascii: ";"): if depth == 0 { return i }
    case UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "'"): return nil
    default: break
    }
    i &+= 1
  }
  return i == end && depth == 0 ? i : nil
}

func closing(_ byte: UInt8) -> UInt8 {
  byte == UInt8(ascii: "(") ? UInt8(ascii: ")") : byte &+ 2
}

/// Whether what stands at `i`, behind an equals sign, is the end of an empty value.
@inline(__always)
func isEmptyAfterEquals(_ bytes: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Bool {
  if i == end { return true }
  switch unsafe bytes[i] {
  case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "]"),
    UInt8(ascii: "}"):
    return true
  case 0x20:
    // `a= b` may be meant as a pair: only a further key makes the gap an empty value.
    var j = i &+ 1
    let stop = min(end, i &+ 32)
    while j < stop {
      switch unsafe bytes[j] {
      case UInt8(ascii: "="): return j > i &+ 1
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
        j &+= 1
      default: return false
      }
    }
    return j == end && j == i &+ 1
  default: return false
  }
}

/// Where a keyed quotation ends, if it holds several words or nothing.
func quotedTextEnd(
  _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, quote: UInt8
) -> Int? {
  var i = start
  var hasSpace = false
  let stop = min(end, start &+ 4096)
  while i < stop {
    let byte = unsafe bytes[i]
    if byte == UInt8(ascii: "\\") {
      i &+= 2
      continue
    }
    if byte == quote { return hasSpace || i == start ? i : nil }
    if byte == 0x20 { hasSpace = true }
    i &+= 1
  }
  return nil
}

/// Keys whose quoted text is a message of its own and is mined, not masked.
func isProseKey(_ bytes: UnsafePointer<UInt8>, _ token: Token) -> Bool {
  guard token.kind == .word, token.count <= 8 else { return false }
  return proseKeys.contains(unsafe readWord(bytes + Int(token.start), Int(token.count)))
}

private let proseKeys = ShortWords([
  "msg", "message", "event", "error", "err", "reason", "cause", "text", "title", "request",
])
