/// An XML element that is written over several lines: open until its end tag comes.
struct OpenMarkup {
  /// The first bytes of the element's name as the end tag repeats them.
  private var name: UInt64 = 0
  private var nameCount = 0

  /// Whether the line begins an element that it does not end.
  ///
  /// The root of a whole log (`<log>`, `<Events>`) is no event.
  static func opens(_ bytes: LineBytes, _ start: Int, _ end: Int) -> OpenMarkup? {
    guard end &- start > 2, bytes[start] == ascii("<"), bytes[start &+ 1].isLetter else {
      return nil
    }
    var i = start &+ 1
    while i < end, bytes[i].isWordByte || bytes[i] == ascii(":") || bytes[i] == ascii("-") {
      i &+= 1
    }
    guard i == end || bytes[i] <= 0x20 || bytes[i] == ascii(">") else { return nil }
    var markup = OpenMarkup()
    markup.nameCount = min(i &- start &- 1, 8)
    markup.name = bytes.word(start &+ 1) & markup.mask
    for root in ["log", "logs", "events", "root"] as [StaticString] {
      let isRoot = markup.nameCount == root.utf8CodeUnitCount
      if isRoot, markup.name | (eachByte &* 0x20) & markup.mask == packedLong(root) { return nil }
    }
    if bytes[end &- 1] == ascii(">"), bytes[end &- 2] == ascii("/") { return nil }
    return markup.isEnded(by: bytes, i, end) ? nil : markup
  }

  private var mask: UInt64 { ~0 &>> UInt64(64 &- nameCount &* 8) }

  /// The end tag stands in the line.
  func isEnded(by bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while i &+ 2 &+ nameCount <= end {
      if bytes[i] == ascii("<"), bytes[i &+ 1] == ascii("/"),
        bytes.word(i &+ 2) & mask == name
      {
        return true
      }
      i &+= 1
    }
    return false
  }
}
