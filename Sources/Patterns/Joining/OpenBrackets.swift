/// A JSON value that is written over several lines: how deep it stands open.
///
/// Strings do not span lines in JSON; a line that ends inside one, or that cannot follow what came
/// before, ends the value where it is, so a torn object swallows nothing.
struct OpenBrackets {
  /// Brackets that may stand open in each other; a value that is deeper is not followed.
  private static let depthLimit = 64

  private var depth = 0
  /// One bit for each open bracket, the innermost lowest: set for an object.
  private var objects: UInt64 = 0
  /// The last byte that was no blank.
  private var last: UInt8 = 0

  /// Whether a line that begins with `{` or `[` is the first of several.
  static func opens(_ bytes: LineBytes, _ start: Int, _ end: Int) -> OpenBrackets? {
    var brackets = OpenBrackets()
    guard brackets.scan(bytes, start, end), brackets.depth > 0 else { return nil }
    // A line that ends in the middle of a member was torn, not wrapped.
    switch brackets.last {
    case ascii("{"), ascii("["), ascii(","), ascii(":"): return brackets
    default: return nil
    }
  }

  /// All that was opened is closed.
  var isClosed: Bool { depth == 0 }

  /// Takes the next line.
  /// - Returns: Whether it can be one of this value's lines.
  mutating func take(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
    let i = skipBlanks(bytes, start, end)
    if i == end { return true }
    let isObject = objects & 1 == 1
    let expectsValue =
      last == ascii(":") || (!isObject && (last == ascii("[") || last == ascii(",")))
    let expectsKey = isObject && (last == ascii("{") || last == ascii(","))
    switch bytes[i] {
    case ascii("}"), ascii("]"), ascii(","), ascii(":"): break
    case ascii("{"), ascii("["):
      guard expectsValue else { return false }
    case ascii("\""):
      guard expectsValue || expectsKey else { return false }
    default:
      guard expectsValue, isScalarStart(bytes[i]) else { return false }
      let next = skipBlanks(bytes, scalarEnd(bytes, i, end), end)
      guard next == end || bytes[next] == ascii(",") || bytes[next] | 0x20 == ascii("}") else {
        return false
      }
    }
    return scan(bytes, i, end)
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
      case ascii("{"), ascii("["):
        depth &+= 1
        objects = objects &<< 1 | (byte == ascii("{") ? 1 : 0)
        guard depth <= Self.depthLimit else { return false }
      case ascii("}"), ascii("]"):
        depth &-= 1
        objects &>>= 1
        guard depth >= 0 else { return false }
      default: break
      }
    }
    return true
  }
}
