// Shapes of values within one chunk: each function looks at `start..<end` only.

/// Where a run of four numbers with dots between ends, if one begins at `start`.
func dottedQuadEnd(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
  var i = start
  for part in 0..<4 {
    if part > 0 {
      guard i < end, unsafe bytes[i] == UInt8(ascii: ".") else { return nil }
      i &+= 1
    }
    let digits = i
    while i < end, unsafe isDigit(bytes[i]) { i &+= 1 }
    guard i > digits, i &- digits <= 3 else { return nil }
  }
  return i
}

/// Where numbers with dots between end.
func versionEnd(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
  var i = start
  while i < end, unsafe isDigit(bytes[i]) || bytes[i] == UInt8(ascii: ".") { i &+= 1 }
  return i
}

/// The kind of a chunk that is one number, with a unit or without: `12`, `-3.5`, `15ms`, `1e-5`,
/// `10.5MB`, `40%`, `1.2.3.4`, `1.2.3`, `0xff`.
func scanNumber(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> ValueKind? {
  var i = start
  if unsafe bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+")
    || bytes[i] == UInt8(ascii: "~")
  {
    i &+= 1
  }
  if i &+ 2 < end, unsafe bytes[i] == UInt8(ascii: "0"),
    unsafe bytes[i &+ 1] | 0x20 == UInt8(ascii: "x")
  {
    i &+= 2
    while i < end, unsafe isHexDigit(bytes[i]) { i &+= 1 }
    // `0x1f/0x80`: an offset and the length of what it is within.
    if i &+ 3 < end, unsafe bytes[i] == UInt8(ascii: "/"), unsafe bytes[i &+ 1] == 0x30,
      unsafe bytes[i &+ 2] | 0x20 == UInt8(ascii: "x")
    {
      i &+= 3
      while i < end, unsafe isHexDigit(bytes[i]) { i &+= 1 }
    }
    return i == end ? .hex : nil
  }
  let digits = i
  var dots = 0
  while i < end {
    let byte = unsafe bytes[i]
    if byte == UInt8(ascii: ".") {
      dots &+= 1
    } else if !isDigit(byte) {
      break
    }
    i &+= 1
  }
  if i == digits { return nil }
  if i == end {
    if dots <= 1 { return .number }
    return unsafe dots == 3 && dottedQuadEnd(bytes, digits, end) == end ? .ip : .version
  }
  if dots > 1 { return nil }
  return unsafe unitKind(bytes, i, end)
}

/// What a unit behind a number makes of it.
private func unitKind(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> ValueKind? {
  let count = end &- start
  if count <= 8 {
    let unit = unsafe readWord(bytes + start, count)
    if durationUnits.contains(unit) { return .duration }
    if sizeUnits.contains(unit) { return .size }
    if unit == UInt64(UInt8(ascii: "%")) { return .percent }
    if rateUnits.contains(unit) { return .number }
  }
  if unsafe bytes[start] | 0x20 == UInt8(ascii: "e"), count >= 2 {
    var i = start &+ 1
    if unsafe bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") { i &+= 1 }
    let digits = i
    while i < end, unsafe isDigit(bytes[i]) { i &+= 1 }
    if i == end, i > digits, i &- digits <= 3 { return .number }
  }
  // `1m30s`, `2h5m3.2s`
  var i = start
  while i < end, unsafe isDurationByte(bytes[i]) { i &+= 1 }
  return i == end && (unsafe bytes[end &- 1] == UInt8(ascii: "s")) ? .duration : nil
}

private func isDurationByte(_ byte: UInt8) -> Bool {
  isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "h")
    || byte == UInt8(ascii: "m") || byte == UInt8(ascii: "s") || byte == UInt8(ascii: "d")
}

private let durationUnits = ShortWords([
  "ns", "us", "µs", "μs", "ms", "s", "sec", "secs", "m", "min", "mins", "h", "hr", "hrs", "d",
  "msec", "usec", "seconds", "minutes", "hours", "days",
])

private let sizeUnits = ShortWords([
  "B", "b", "k", "K", "kb", "KB", "kB", "Kb", "KiB", "M", "mb", "MB", "Mb", "MiB", "G", "gb",
  "GB", "Gb", "GiB", "T", "TB", "TiB", "bytes", "KB/s", "MB/s", "GB/s", "kB/s", "B/s", "MiB/s",
  "KiB/s", "Mbps", "Gbps", "kbps",
])

private let rateUnits = ShortWords([
  "/s", "/sec", "/second", "/m", "/min", "/minute", "/h", "/hour", "/d", "/day",
])

/// Where the unit of a size ends that stands behind a number and a space: `93.0 KB`.
///
/// Only units that are nothing else in prose; `chunkEnd` is the end of the number.
@inline(__always)
func spacedSizeUnitEnd(
  _ bytes: UnsafePointer<UInt8>, _ chunkEnd: Int, _ limit: Int
) -> Int? {
  // SAFETY: the padding behind a message covers what is read.
  guard chunkEnd &+ 1 < limit, unsafe bytes[chunkEnd] == 0x20,
    unsafe bytes[chunkEnd &+ 1] &- UInt8(ascii: "B") <= 18
      || bytes[chunkEnd &+ 1] == UInt8(ascii: "k")
  else { return nil }
  return unsafe sizeUnitEnd(bytes, chunkEnd &+ 1, limit)
}

@inline(never)
private func sizeUnitEnd(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ limit: Int) -> Int? {
  var i = start
  if unsafe bytes[i] != UInt8(ascii: "B") {
    guard unsafe sizePrefixes.contains(UInt64(bytes[i])) else { return nil }
    i &+= 1
    if i < limit, unsafe bytes[i] == UInt8(ascii: "i") { i &+= 1 }
    guard i < limit, unsafe bytes[i] == UInt8(ascii: "B") else { return nil }
  }
  i &+= 1
  return unsafe i == limit || !isWordByte(bytes[i]) ? i : nil
}

private let sizePrefixes = ShortWords(["K", "k", "M", "G", "T", "P"])

/// An IPv6 address that begins with `::`, `::1`, or one of version 4 in it: `::ffff:10.0.0.1`.
func isCompressedAddress(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
  guard end &- start >= 3, unsafe bytes[start &+ 1] == UInt8(ascii: ":") else { return false }
  if unsafe isColonHexadecimal(bytes, start, end) { return true }
  var quad = end
  while quad > start, unsafe bytes[quad &- 1] != UInt8(ascii: ":") { quad &-= 1 }
  return unsafe dottedQuadEnd(bytes, quad, end) == end
    && isColonHexadecimal(bytes, start, quad)
}

@inline(__always)
func isHexDigit(_ byte: UInt8) -> Bool {
  isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6
}

/// Eight or more hexadecimal digits and nothing else, or `0x` before any number of them.
func isHexadecimal(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
  guard end &- start >= 8 else { return false }
  var i = start
  while i < end {
    if !(unsafe isHexDigit(bytes[i])) { return false }
    i &+= 1
  }
  return true
}

/// Groups of up to four hexadecimal digits with colons between: a MAC or IPv6 address.
func isColonHexadecimal(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
  var colons = 0
  var run = 0
  var i = start
  while i < end {
    let byte = unsafe bytes[i]
    if byte == UInt8(ascii: ":") {
      colons &+= 1
      run = 0
    } else if isHexDigit(byte) {
      run &+= 1
      if run > 4 { return false }
    } else {
      return false
    }
    i &+= 1
  }
  return colons >= 2
}

/// `8-4-4-4-12` hexadecimal digits; 36 bytes must be readable.
func isUUID(_ bytes: UnsafePointer<UInt8>, _ start: Int) -> Bool {
  // SAFETY: all words lie within the 36 bytes.
  let dash = UInt8(ascii: "-")
  guard unsafe bytes[start &+ 8] == dash, unsafe bytes[start &+ 13] == dash,
    unsafe bytes[start &+ 18] == dash, unsafe bytes[start &+ 23] == dash
  else { return false }
  let second = unsafe readWord(bytes + start + 9, 4) | readWord(bytes + start + 14, 4) &<< 32
  let third = unsafe readWord(bytes + start + 19, 4) | readWord(bytes + start + 24, 4) &<< 32
  return unsafe isHexWord(readWord(bytes + start, 8)) && isHexWord(second) && isHexWord(third)
    && isHexWord(readWord(bytes + start + 28, 8))
}

/// High bits set where a byte of `word` is a digit.
@inline(__always)
private func digitBytes(_ word: UInt64) -> UInt64 {
  let low = word & ~highBits
  return (low &+ eachByte &* 0x50) & ~(low &+ eachByte &* 0x46) & ~word & highBits
}

@inline(__always)
func hasDigit(_ word: UInt64) -> Bool { digitBytes(word) != 0 }

/// Whether all eight bytes are hexadecimal digits.
@inline(__always)
private func isHexWord(_ word: UInt64) -> Bool {
  let letter = (word | eachByte &* 0x20) & ~highBits
  let letters = (letter &+ eachByte &* 0x1F) & ~(letter &+ eachByte &* 0x19) & ~word
  return digitBytes(word) | letters & highBits == highBits
}

private let topLevelDomains = ShortWords([
  "com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "local", "internal", "lan",
  "example", "arpa", "test", "localdomain", "cluster",
])

private let secondLevelDomains = ShortWords([
  "com", "co", "edu", "ac", "gov", "net", "org", "or", "ne", "go",
])

private let reversedRoots = ShortWords(["com", "org", "net", "edu", "gov"])

/// Whether dotted labels are a host's name: a known top level at the end, none of a package's at
/// the beginning.
func isHostName(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
  var last = end
  while last > start, unsafe bytes[last &- 1] != UInt8(ascii: ".") { last &-= 1 }
  guard last > start &+ 1, end &- last >= 2, end &- last <= 11 else { return false }
  let label = unsafe readWord(bytes + last, end &- last)
  var second = last &- 1
  while second > start, unsafe bytes[second &- 1] != UInt8(ascii: ".") { second &-= 1 }
  if !topLevelDomains.contains(label) {
    guard end &- last == 2, second > start else { return false }
    guard secondLevelDomains.contains(unsafe readWord(bytes + second, last &- 1 &- second)) else {
      return false
    }
  }
  var first = start
  while unsafe bytes[first] != UInt8(ascii: ".") { first &+= 1 }
  return !reversedRoots.contains(unsafe readWord(bytes + start, first &- start))
}
