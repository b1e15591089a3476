/// What a line without a time is by its own words, as far as stack traces and multi-line records go.
enum TraceLine: UInt8 {
  /// Nothing known.
  case other
  /// `java.lang.X: message`, `ValueError: …`, `psycopg2.errors.UniqueViolation: …`.
  case exceptionHead
  /// The same with a package or module before it.
  case qualifiedHead
  /// `Traceback (most recent call last):`
  case traceback
  /// `During handling of the above exception, …`, `The above exception was the direct cause …`
  case chained
  /// A line that stands inside a trace or right behind one, and nowhere else.
  case part
  /// A frame that is not indented: `at f (x.js:1)`, `#0 /x.php(12): f()`, `/x.rb:1:in 'f'`.
  case frame
  /// `goroutine 1 [running]:`
  case goroutine
  /// Inside a Go trace only: `created by`, `exit status 2`, `[signal …`.
  case goPart
  /// `panic: …`, `fatal error: …`
  case goHead
  /// `thread 'main' panicked at …`
  case rustHead
  /// `}`, `]` or `)` at the beginning: ends what an earlier line opened.
  case closer
  /// `<tag …`
  case markup
  /// `| a | b |` and `+---+`
  case table
  /// A record of journalctl's export format begins.
  case journalHead
  /// An alert of Snort or OSSEC, several lines up to a blank one: `[**] [1:408:5] …`, `** Alert …`.
  case paragraphHead
  /// MySQL's slow log: `# Time:`, and `# User@Host:` where that comes first.
  case slowLogTime, slowLogUser
}

/// Says what a line is by its first words. Cold: only for lines in which no time was found.
func traceLine(_ bytes: LineBytes, _ start: Int, _ end: Int) -> TraceLine {
  guard start < end else { return .other }
  let first = bytes[start]
  func begins(_ text: StaticString) -> Bool { bytes.spells(text, at: start, end: end) }
  switch first {
  case ascii("}"), ascii("]"), ascii(")"): return .closer
  case ascii("C") where begins("Caused by:"): return .part
  case ascii("S") where begins("Suppressed:") || begins("Stack trace:"): return .part
  case ascii("T") where begins("Traceback (most recent call last)"): return .traceback
  case ascii("T") where begins("The above exception was"): return .chained
  case ascii("D") where begins("During handling of the above"): return .chained
  case ascii("N") where begins("Node.js v"): return .part
  case ascii("L") where begins("Location:"): return .part
  case ascii("n") where begins("note: "): return .part
  case ascii("s") where begins("stack backtrace:"): return .part
  case ascii("a") where begins("at ") && hasCall(bytes, start, end): return .frame
  case ascii("f") where begins("from ") && hasCall(bytes, start, end): return .frame
  case ascii("f") where begins("fatal error: "): return .goHead
  case ascii("p") where begins("panic: "): return .goHead
  case ascii("g") where begins("goroutine ") && bytes[end &- 1] == ascii(":"): return .goroutine
  case ascii("c") where begins("created by "): return .goPart
  case ascii("e") where begins("exit status "): return .goPart
  case ascii("t") where begins("thread '") && contains("' panicked at", bytes, start, end):
    return .rustHead
  case ascii(".") where begins("... "): return .part
  case ascii("-") where begins("--- End of ") || begins("---> "): return .part
  case ascii("*") where begins("** ("): return .exceptionHead
  case ascii("*") where begins("** Alert "): return .paragraphHead
  case ascii("*") where begins("*** First throw call stack"): return .part
  case ascii("*") where begins("** "): return .part
  case ascii("^"), ascii("~"): return .part
  case ascii("["):
    if begins("[signal ") || begins("[recovered]") { return .goPart }
    if begins("[**] [") { return .paragraphHead }
    if begins("[stacktrace]") || begins("[previous exception]") || begins("[SQL: ") {
      return .part
    }
  case ascii("(") where begins("(Background on this error") || end &- start == 1: return .part
  case ascii("<") where start &+ 1 < end && (bytes[start &+ 1].isLetter || begins("<?xml")):
    return .markup
  case ascii("|"): return .table
  case 0xe2 where begins("│") || begins("└") || begins("├") || begins("╰"): return .part
  case ascii("+") where begins("+--") || begins("+=="): return .table
  case ascii("#"):
    if begins("# Time: ") { return .slowLogTime }
    if begins("# User@Host: ") { return .slowLogUser }
    var i = start &+ 1
    while i < end, bytes[i].isDigit { i &+= 1 }
    if i > start &+ 1, i < end, bytes[i] == 0x20 { return .frame }
  case ascii("_") where begins("__CURSOR=") || begins("__REALTIME_TIMESTAMP="):
    return .journalHead
  default: break
  }
  if let head = exceptionHead(bytes, start, end) { return head }
  return isRubyFrame(bytes, start, end) ? .frame : .other
}

/// A name that ends like an exception's, or a dotted one whose last part is a type's; a colon, the
/// end or a blank with a bracket behind it.
private func exceptionHead(_ bytes: LineBytes, _ start: Int, _ end: Int) -> TraceLine? {
  guard bytes[start].isLetter || bytes[start] == ascii("_") else { return nil }
  var i = start
  var lastPart = start
  while i < end {
    let byte = bytes[i]
    if byte == ascii(".") || byte == ascii("\\") || byte == ascii("/") {
      lastPart = i &+ 1
    } else if byte == ascii(":"), i &+ 2 < end, bytes[i &+ 1] == ascii(":") {
      i &+= 1
      lastPart = i &+ 1
    } else if !byte.isWordByte, byte != ascii("$") {
      break
    }
    i &+= 1
  }
  guard i &- lastPart >= 3, bytes[lastPart].isUpper else { return nil }
  let hasColon = i < end && bytes[i] == ascii(":")
  guard
    i == end || hasColon
      || (i &+ 1 < end && bytes[i] == 0x20
        && (bytes[i &+ 1] == ascii("(") || bytes[i &+ 1] == ascii("[")))
  else { return nil }
  let isQualified = lastPart > start
  for suffix in exceptionSuffixes where ends(with: suffix, bytes, lastPart, i) {
    return isQualified ? .qualifiedHead : .exceptionHead
  }
  // `botocore.errorfactory.NoSuchKey: …`, but not `Server.Name` alone or a host.
  let isNamed = isQualified && hasColon && (i &+ 1 == end || bytes[i &+ 1] == 0x20)
  return isNamed ? .qualifiedHead : nil
}

private let exceptionSuffixes: [StaticString] = [
  "Exception", "Error", "Throwable", "Interrupt", "Exit", "Failure", "Fault", "StopIteration",
  "Violation",
]

/// `/app/x.rb:6:in 'f'`, in the first bytes of the line.
private func isRubyFrame(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  let limit = min(end, start &+ placeLimit)
  return contains(":in `", bytes, start, limit) || contains(":in '", bytes, start, limit)
}

/// A frame names its place within this many bytes.
private let placeLimit = 512

/// A call or a place in a file stands in brackets, or a file and line behind a colon.
private func hasCall(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  for i in start..<end {
    if bytes[i] == ascii("(") { return true }
    if bytes[i] == ascii(":"), i &+ 1 < end, bytes[i &+ 1].isDigit { return true }
  }
  return false
}

/// A Go function as its traces print it: `main.main()`, `net/http.(*conn).serve(0xc0001)`, `main.run`.
func isGoFrame(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  guard start < end, bytes[start].isLetter else { return false }
  var hasDot = false
  for i in start..<end {
    let byte = bytes[i]
    if byte == ascii("(") { return hasDot }
    if byte == ascii(".") { hasDot = true }
    if byte <= 0x20 || byte == ascii(":") { return false }
  }
  return hasDot
}

func ends(with text: StaticString, _ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  let count = text.utf8CodeUnitCount
  return end &- start >= count && bytes.spells(text, at: end &- count, end: end)
}

func contains(_ text: StaticString, _ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  // SAFETY: a static string is never empty here, and its bytes live as long as the program.
  let first = SIMD16<UInt8>(repeating: unsafe text.utf8Start[0])
  var i = start
  while i < end {
    let lane = firstLane(bytes.block(i) .== first)
    i &+= lane
    if lane == 16 { continue }
    if bytes.spells(text, at: i, end: end) { return true }
    i &+= 1
  }
  return false
}

/// Bytes of a line that are looked at for words and brackets, so that a long line is not read again
/// and again.
let joinerGlanceLimit = 2048

/// The beginning of the text tells of a failure, in the words that programs use for one.
func mentionsFailure(_ bytes: LineBytes, _ start: Int, _ end: Int) -> Bool {
  let end = min(end, start &+ joinerGlanceLimit)
  var i = start
  while i < end {
    // Folding sets bit 5: letters become small, and no other byte becomes a letter.
    let word = bytes.word(i) | (eachByte &* 0x20)
    for failure in failureWords where word & failure.mask == failure.word {
      if i &+ failure.count <= end { return true }
    }
    i &+= 1
  }
  return false
}

private struct FailureWord {
  let word: UInt64
  let mask: UInt64
  let count: Int

  init(_ text: StaticString) {
    word = packedLong(text)
    count = text.utf8CodeUnitCount
    mask = ~0 &>> UInt64(64 &- count &* 8)
  }
}

private let failureWords = [
  FailureWord("error"), FailureWord("fail"), FailureWord("excepti"), FailureWord("fatal"),
  FailureWord("panic"), FailureWord("killed"), FailureWord("segment"), FailureWord("segfault"),
  FailureWord("abort"), FailureWord("tracebac"), FailureWord("core dum"),
]
