/// A JSON value that is written over several lines: how deep it stands open.
///
/// Strings do not span lines in JSON; a line that ends inside one, or that cannot follow what came
/// before, ends the value where it is, so a torn object swallows nothing.
struct OpenBrackets {
  private var depth = 0
  /// The last byte that was no blank.
  private var last: UInt8 = 0

  /// Whether a line that begins with `{` or `[` is the first of several.
  static func opens(_ bytes: LineBytes, _ start: Int, _ end: Int) -> OpenBrackets? {
    var brackets = OpenBrackets()
    guard brackets.scan(bytes, start, end), brackets.depth > 0 else { return nil }
    // Cut in the middle of a value means torn, not pretty-printed.
    switch brackets.last {
    case ascii("{"), ascii("["), ascii(","), ascii(":"): return brackets
    default: return brackets.closedAny ? brackets : nil
    }
  }

  private var closedAny = false

  /// All that was opened is closed.
  var isClosed: Bool { depth == 0 }

  /// Takes the next line.
  /// - Returns: Whether it can be one of this value's lines.
  mutating func take(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
    let i = skipBlanks(bytes, start, end)
    if i == end { return true }
    let expectsValue = last == ascii(":") || last == ascii("[") || last == ascii(",")
    switch bytes[i] {
    case ascii("}"), ascii("]"), ascii(","), ascii(":"): break
    case ascii("{"), ascii("["):
      guard expectsValue else { return false }
    case ascii("\""):
      guard expectsValue || last == ascii("{") else { return false }
    default:
      guard expectsValue, isScalarStart(bytes[i]), isScalarLine(bytes, i, end) else {
        return false
      }
    }
    return scan(bytes, i, end)
  }

  /// A number or word with nothing but a comma or closing brackets behind it.
  private func isScalarLine(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
    var i = scalarEnd(bytes, start, end)
    while i < end {
      let byte = bytes[i]
      guard byte <= 0x20 || byte == ascii(",") || byte | 0x20 == ascii("}") else { return false }
      i &+= 1
    }
    return true
  }

  /// - Returns: Whether the line ends outside a string and closes no more than is open.
  private mutating func scan(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while i < end {
      let byte = bytes[i]
      i &+= 1
      if byte <= 0x20 { continue }
      last = byte
      switch byte {
      case ascii("\""):
        var isEscaped = false
        i = closingQuote(bytes, i, end, &isEscaped)
        guard i < end else { return false }
        i &+= 1
      case ascii("{"), ascii("["): depth &+= 1
      case ascii("}"), ascii("]"):
        depth &-= 1
        closedAny = true
        guard depth >= 0 else { return false }
      default: break
      }
    }
    return true
  }
}
