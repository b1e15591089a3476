/// Walks over the attributes and the texts of an XML element, as they come.
///
/// Knows what logs need: elements, attributes, character data, comments. A prefix (`log4j:event`) is no
/// part of a name; entities stay as they are written.
struct MarkupCursor {
  private let bytes: LineBytes
  private let end: Int
  private var i: Int
  private var depth = 0
  private var isInTag = false
  /// The element that was opened last, while nothing but text has followed.
  private var leafStart = 0
  private var leafEnd = 0
  /// Character data of the leaf; empty where it has none.
  private var dataStart = 0
  private var dataEnd = 0
  /// Name of the newest tag.
  private(set) var tagStart = 0
  private(set) var tagEnd = 0
  private(set) var keyStart = 0
  private(set) var keyEnd = 0
  private(set) var valueStart = 0
  private(set) var valueEnd = 0
  /// What was found is an attribute of the newest tag, not the text of an element.
  private(set) var isAttribute = false
  /// The outermost element was closed.
  private(set) var isComplete = false

  init(_ bytes: LineBytes, _ start: Int, _ end: Int) {
    self.bytes = bytes
    self.end = end
    i = start
  }

  /// Goes to the next attribute, or to the next element that holds nothing but text.
  /// - Returns: Whether there is one before the outermost element ends, or the text makes no sense.
  mutating func next() -> Bool {
    while i < end, !isComplete {
      if isInTag {
        if readAttribute() { return true }
        if i >= end { return false }
        continue
      }
      let textStart = i
      i = findByte(ascii("<"), bytes, i, end)
      guard i >= 0 else { return stop() }
      if bytes.spells("<![CDATA[", at: i, end: end) {
        let close = position(of: "]]>", from: i &+ 9)
        guard close >= 0 else { return stop() }
        dataStart = i &+ 9
        dataEnd = close
        i = close &+ 3
      } else if bytes.spells("<!--", at: i, end: end) {
        i = behind("-->")
      } else if bytes.spells("<?", at: i, end: end) || bytes.spells("<!", at: i, end: end) {
        i = behind(">")
      } else if bytes[i &+ 1] == ascii("/") {
        if closeElement(textStart) { return true }
      } else if !openTag() {
        return stop()
      }
    }
    return false
  }

  private mutating func stop() -> Bool {
    i = end
    return false
  }

  /// - Returns: Whether what was closed is a leaf.
  private mutating func closeElement(_ textStart: Int) -> Bool {
    let textEnd = i
    i = behind(">")
    depth &-= 1
    isComplete = depth <= 0 && i <= end
    guard leafEnd > leafStart else { return false }
    keyStart = leafStart
    keyEnd = leafEnd
    valueStart = dataEnd > dataStart ? dataStart : skipBlanks(bytes, textStart, textEnd)
    valueEnd = dataEnd > dataStart ? dataEnd : textEnd
    while valueEnd > valueStart, bytes[valueEnd &- 1] <= 0x20 { valueEnd &-= 1 }
    while valueStart < valueEnd, bytes[valueStart] <= 0x20 { valueStart &+= 1 }
    leafEnd = leafStart
    isAttribute = false
    return true
  }

  private mutating func openTag() -> Bool {
    var from = i &+ 1
    guard from < end, bytes[from].isLetter || bytes[from] == ascii("_") else { return false }
    var to = from
    while to < end, endsMarkupName(bytes[to]) == false {
      to &+= 1
      if bytes[to &- 1] == ascii(":") { from = to }
    }
    tagStart = from
    tagEnd = to
    leafEnd = leafStart
    i = to
    isInTag = true
    return true
  }

  /// - Returns: Whether an attribute was found; else the tag has ended.
  private mutating func readAttribute() -> Bool {
    i = skipBlanks(bytes, i, end)
    guard i < end else { return false }
    switch bytes[i] {
    case ascii(">"):
      i &+= 1
      isInTag = false
      depth &+= 1
      leafStart = tagStart
      leafEnd = tagEnd
      dataEnd = dataStart
      return false
    case ascii("/"):
      i = behind(">")
      isInTag = false
      isComplete = depth == 0 && i <= end
      return false
    default: break
    }
    keyStart = i
    while i < end, endsMarkupName(bytes[i]) == false { i &+= 1 }
    keyEnd = i
    guard i > keyStart, i &+ 1 < end, bytes[i] == ascii("=") else { return stop() }
    let quote = bytes[i &+ 1]
    guard quote == ascii("\"") || quote == ascii("'") else { return stop() }
    valueStart = i &+ 2
    valueEnd = findByte(quote, bytes, valueStart, end)
    guard valueEnd >= 0 else { return stop() }
    i = valueEnd &+ 1
    isAttribute = true
    return true
  }

  private func endsMarkupName(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == ascii(">") || byte == ascii("/") || byte == ascii("=")
  }

  private func behind(_ text: StaticString) -> Int {
    let found = position(of: text, from: i)
    return found < 0 ? end &+ 1 : found &+ text.utf8CodeUnitCount
  }

  private func position(of text: StaticString, from: Int) -> Int {
    // SAFETY: a static string is never empty here, and its bytes live as long as the program.
    let first = unsafe text.utf8Start[0]
    var i = from
    while true {
      i = findByte(first, bytes, i, end)
      if i < 0 || bytes.spells(text, at: i, end: end) { return i }
      i &+= 1
    }
  }
}
