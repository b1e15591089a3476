internal import Events

/// The level that a message itself begins with: `[Warn] …`, `ERROR: …`, `app: warning: …`.
func messageSeverity(_ t: LineBytes, _ start: Int, _ end: Int) -> Severity {
  var i = start
  var tokenCount = 0
  while tokenCount < 3, i < end {
    tokenCount &+= 1
    while i < end, t[i].isBlank { i &+= 1 }
    guard i < end else { break }
    let byte = t[i]
    if byte == ascii("[") || byte == ascii("<") || byte == ascii("(") {
      var j = i &+ 1
      while j < end, t[j].isLetter { j &+= 1 }
      let count = j &- i &- 1
      var close = j
      while close < end, t[close].isBlank { close &+= 1 }
      if count >= 3, close < end, t[close] == byte &+ (byte == ascii("(") ? 1 : 2) {
        let found = severity(t, i &+ 1, j)
        if found != .unknown { return found }
      }
      let closing = byte &+ (byte == ascii("(") ? 1 : 2)
      let behind = scanBalanced(t, i &+ 1, min(end, i &+ 80), byte, closing)
      guard behind >= 0 else { return .unknown }
      i = behind &+ 1
      if i < end, t[i] == ascii(":") { i &+= 1 }
      continue
    }
    guard byte.isLetter else { return .unknown }
    var j = i
    while j < end, t[j].isLetter { j &+= 1 }
    let isUpper = byte.isUpper && j &- i >= 3 && t[i &+ 1].isUpper
    let next = j < end ? t[j] : 0x20
    if j &- i >= 3, next == ascii(":") || isUpper && (next.isBlank || next == ascii("|")) {
      let found = severity(t, i, j)
      if found != .unknown { return found }
    }
    if next == ascii("="), isLevelKey(t, i, j) {
      var k = j &+ 1
      if k < end, t[k] == ascii("\"") { k &+= 1 }
      let valueStart = k
      while k < end, t[k].isLetter { k &+= 1 }
      return severity(t, valueStart, k)
    }
    // `error[E0308]: …`
    if next == ascii("["), j &- i >= 5, tokenCount == 1 {
      var k = j &+ 1
      while k < end, t[k].isWordByte { k &+= 1 }
      if k &+ 1 < end, t[k] == ascii("]"), t[k &+ 1] == ascii(":") { return severity(t, i, j) }
    }
    // A label may stand before the level.
    while j < end, !t[j].isBlank, j &- i < 64 { j &+= 1 }
    guard t[j &- 1] == ascii(":") else { return .unknown }
    i = j
    if t[j &- 2] == ascii(")") || t[j &- 2].isDigit {
      let found = codedSeverity(t, j, end)
      if found != .unknown { return found }
    }
  }
  return .unknown
}

/// Behind a place in a source file, a level and a code: `a.cs(12,5): error CS1002: …`.
private func codedSeverity(_ t: LineBytes, _ from: Int, _ end: Int) -> Severity {
  var i = from
  while i < end, t[i].isBlank { i &+= 1 }
  var j = i
  while j < end, t[j].isLetter { j &+= 1 }
  guard j &- i >= 3, j < end, t[j] == 0x20 else { return .unknown }
  var k = j &+ 1
  while k < end, t[k].isUpper { k &+= 1 }
  let digits = k
  while k < end, t[k].isDigit { k &+= 1 }
  guard digits > j &+ 1, k > digits, k < end, t[k] == ascii(":") else { return .unknown }
  return severity(t, i, j)
}

/// `level`, `lvl`, `severity`.
private func isLevelKey(_ t: LineBytes, _ from: Int, _ to: Int) -> Bool {
  switch to &- from {
  case 3: t.spells("lvl=", at: from, end: to &+ 1)
  case 5: t.spells("level=", at: from, end: to &+ 1)
  case 8: t.spells("severity=", at: from, end: to &+ 1)
  default: false
  }
}
