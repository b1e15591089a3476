// Values that are spelt with letters: booleans, dates with month names, HTTP requests. Each check
// gets the first eight bytes of a word as one number.

/// Whether a word of at most five bytes is a value wherever it stands, or where a key asks for one.
@inline(__always)
func isLiteralValue(_ word: UInt64, _ count: Int, _ flags: TokenFlags) -> Bool {
  switch word | 0x20 {
  case packedTrue, packedFalse: return true
  case packedNull: return true
  default: break
  }
  return flags.rawValue & TokenFlags.keyed.rawValue != 0 && isKeyedLiteral(word)
}

private let packedTrue: UInt64 = 0x6575_7274
private let packedFalse: UInt64 = 0x65_736C_6166
private let packedNull: UInt64 = 0x6C6C_756E

private let keyedLiterals = ShortWords([
  "yes", "no", "on", "off", "none", "None", "NULL", "nil", "TRUE", "FALSE", "N/A", "n/a", "NaN",
  "Yes", "No",
])

@inline(never)
private func isKeyedLiteral(_ word: UInt64) -> Bool { keyedLiterals.contains(word) }

private let monthNames = ShortWords([
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
])
private let weekdayNames = ShortWords(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])

/// Whether a word of three bytes can begin a date.
@inline(__always)
func isDateWord(_ word: UInt64) -> Bool {
  // An upper-case letter and two lower-case ones, before any table is asked.
  word & 0xE0E0E0 == 0x606040 && (monthNames.contains(word) || weekdayNames.contains(word))
}

func isMonth(_ bytes: UnsafePointer<UInt8>) -> Bool {
  monthNames.contains(unsafe readWord(bytes, 3))
}

/// Where a date ends that begins with the name of a weekday or month: `Sat Jun 11 03:28:22 2005`,
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Nov 25 09:23:52`.
func scanWordyDate(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
  var cursor = unsafe DateCursor(bytes: bytes, at: start, end: end)
  if weekdayNames.contains(unsafe readWord(bytes + start, 3)) {
    cursor.at = start + 3
    cursor.skip(UInt8(ascii: ","))
    guard cursor.skipSpaces() else { return nil }
  }
  if cursor.month() {
    guard cursor.skipSpaces(), cursor.digits(1...2) else { return nil }
  } else if cursor.digits(1...2) {
    guard cursor.skipSpaces() || cursor.skip(UInt8(ascii: "-")), cursor.month() else { return nil }
  } else {
    return nil
  }
  return cursor.restOfDate()
}

/// Reads the parts of a date, one after the other.
@safe
struct DateCursor {
  let bytes: UnsafePointer<UInt8>
  var at: Int
  let end: Int

  private func byte(_ offset: Int) -> UInt8 { offset < end ? unsafe bytes[offset] : 0 }

  @discardableResult
  mutating func skip(_ wanted: UInt8) -> Bool {
    guard byte(at) == wanted else { return false }
    at += 1
    return true
  }

  mutating func skipSpaces() -> Bool {
    let start = at
    while byte(at) == 0x20, at - start < 3 { at += 1 }
    return at > start
  }

  mutating func month() -> Bool {
    guard at + 3 <= end, unsafe isMonth(bytes + at) else { return false }
    let next = byte(at + 3) | 0x20
    guard next < UInt8(ascii: "a") || next > UInt8(ascii: "z") else { return false }
    at += 3
    return true
  }

  /// So many digits and no more.
  mutating func digits(_ counts: ClosedRange<Int>) -> Bool {
    var i = at
    while isDigit(byte(i)), i - at <= counts.upperBound { i += 1 }
    guard counts.contains(i - at) else { return false }
    at = i
    return true
  }

  /// `09:31:02`, with a fraction or not.
  mutating func clock() -> Bool {
    let start = at
    guard digits(1...2), skip(UInt8(ascii: ":")), digits(2...2) else {
      at = start
      return false
    }
    if byte(at) == UInt8(ascii: ":"), isDigit(byte(at + 1)) {
      at += 1
      guard digits(2...2) else {
        at = start
        return false
      }
    }
    if byte(at) == UInt8(ascii: ".") || byte(at) == UInt8(ascii: ","), isDigit(byte(at + 1)) {
      at += 1
      while isDigit(byte(at)) { at += 1 }
    }
    return true
  }

  /// ` UTC`, `Z`, ` +0000`, `+00:00`.
  mutating func zone() {
    let start = at
    if byte(at) == UInt8(ascii: "Z") {
      at += 1
      return
    }
    skip(0x20)
    if byte(at) == UInt8(ascii: "+") || byte(at) == UInt8(ascii: "-") {
      at += 1
      if digits(2...2), skip(UInt8(ascii: ":")), digits(2...2) { return }
      at = start + (byte(start) == 0x20 ? 2 : 1)
      if digits(4...4) { return }
    } else if at + 3 <= end {
      let word = unsafe readWord(bytes + at, 3)
      if word == zoneUTC || word == zoneGMT, !isWordByte(byte(at + 3)) {
        at += 3
        return
      }
    }
    at = start
  }

  /// What may follow day and month: a year, a time of day, a zone, in the orders in use.
  mutating func restOfDate() -> Int {
    var best = at
    skip(UInt8(ascii: ","))
    if skipSpaces() || skip(UInt8(ascii: "-")) || skip(UInt8(ascii: "/")) {
      let start = at
      if digits(4...4), byte(at) != UInt8(ascii: ":") {
        best = at
        if !skipSpaces() { skip(UInt8(ascii: ":")) }
      } else {
        at = start
      }
      if clock() {
        zone()
        best = at
        if skipSpaces(), digits(4...4), !isWordByte(byte(at)) { best = at }
      }
    }
    at = best
    return best
  }
}

private let zoneUTC = packedWord("UTC")
private let zoneGMT = packedWord("GMT")

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

@inline(__always)
func isWordByte(_ byte: UInt8) -> Bool {
  isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    || byte >= 0x80
}

private let requestMethods = ShortWords([
  "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT",
])

@inline(__always)
func isRequestMethod(_ word: UInt64) -> Bool {
  // Two upper-case letters first, before any table is asked.
  word & 0xE0E0 == 0x4040 && requestMethods.contains(word)
}

/// Where the target of an HTTP request ends that begins at `start`: ` HTTP/1.1` belongs to it.
func requestTarget(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
  let first = unsafe bytes[start]
  guard
    first == UInt8(ascii: "/") || first == UInt8(ascii: "*")
      || (start + 8 < end && (unsafe readWord(bytes + start, 4)) == packedHTTP)
  else { return nil }
  var i = start
  // SAFETY: words are read up to seven bytes behind the message, which are there.
  while i < end {
    let word = unsafe readWord(bytes + i, 8)
    let stops = matches(word, 0x20) | matches(word, UInt8(ascii: "\""))
    i &+= stops == 0 ? 8 : lowestByte(stops)
    if stops != 0 { break }
  }
  i = min(i, end)
  if i + 8 < end, unsafe bytes[i] == 0x20,
    (unsafe readWord(bytes + i + 1, 5)) == packedProtocol
  {
    i += 6
    while i < end, unsafe isDigit(bytes[i]) || bytes[i] == UInt8(ascii: ".") { i += 1 }
  }
  return i > start ? i : nil
}

private let packedHTTP = packedWord("http")
private let packedProtocol = packedWord("HTTP/")

/// Whether the number at `start` is the status of the quoted HTTP request before it.
@inline(__always)
func followsRequest(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ request: Token) -> Bool {
  let requestEnd = Int(request.start &+ request.count)
  return unsafe request.kind == .query && start == requestEnd &+ 2
    && bytes[start] &- UInt8(ascii: "1") < 5
}
