internal import Events

extension HeaderReader {
  /// `[…]`, `(…)`, `<…>` or `{…}`: a time or level makes it firm, else it is loose.
  mutating func readGroup(
    _ opening: UInt8, _ memo: inout TimeMemo, _ result: inout Recognition,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Bool {
    let closing: UInt8
    switch opening {
    case ascii("["): closing = ascii("]")
    case ascii("("): closing = ascii(")")
    case ascii("<"): closing = ascii(">")
    default: closing = ascii("}")
    }
    var inner = position &+ 1
    // An object or a quoted text is the message.
    if opening == ascii("{"), text[inner] == ascii("\"") || text[inner].isBlank { return false }
    let limit = min(end, start &+ Self.byteLimit)
    let close = scanBalanced(text, inner, limit, opening, closing)
    guard close > inner || close == inner else { return false }
    while inner < close, text[inner].isBlank { inner &+= 1 }
    if !hasTime, inner < close {
      if let timeEnd = groupTime(inner, close, &memo, &result) {
        readRest(timeEnd, close, &result)
        markFirm(close &+ 1)
        coreEnd = position
        return true
      }
    } else if inner < close, text[inner].isDigit, memo.scan(text, inner, close, context) >= 0 {
      // A second time says nothing new.
      markFirm(close &+ 1)
      return true
    }
    if !hasLevel, readGroupLevel(inner, close, &result) {
      markFirm(close &+ 1)
      coreEnd = position
      return true
    }
    return unsafe takeLooseGroup(opening, inner, close, captures)
  }

  private mutating func groupTime(
    _ from: Int, _ close: Int, _ memo: inout TimeMemo, _ result: inout Recognition
  ) -> Int? {
    let timeEnd = memo.scan(text, from, close, context)
    if timeEnd >= 0 {
      takeTime(memo.time, timeEnd, &result)
      return timeEnd
    }
    if readLetterAndTime(from, close, &memo, &result) { return position }
    if from == start &+ 1, close <= from &+ 15 {
      let clockEnd = takeBareClock(from, close, &result)
      bareClock = nil
      if clockEnd >= 0 { return clockEnd }
    }
    if let inner = innerTime(from, close, &memo, &result) { return inner }
    guard text[from] == ascii("1") else { return nil }
    var i = from
    while i < close, text[i].isDigit || text[i] == ascii(".") { i &+= 1 }
    var time = Timestamp(instant: Instant(microseconds: 0))
    guard timestampFromEpoch(text, from, i, &time) else { return nil }
    takeTime(time, i, &result)
    return i
  }

  /// `[INFO 2026-11-22 …]` or `[shop:info,2026-11-22T09:31:02.123Z,…]`: a time behind a comma; the level may stand before it.
  private mutating func innerTime(
    _ from: Int, _ close: Int, _ memo: inout TimeMemo, _ result: inout Recognition
  ) -> Int? {
    var i = from
    while i < close, text[i].isLetter { i &+= 1 }
    // `[INFO 2026-11-22 09:31:02]`
    let isBehindWord = text[i] == 0x20 && i > from
    if !isBehindWord { while i < close, text[i] != ascii(",") { i &+= 1 } }
    guard i < close, text[i &+ 1].isDigit else { return nil }
    let timeEnd = memo.scan(text, i &+ 1, close, context)
    guard timeEnd >= 0 else { return nil }
    takeTime(memo.time, timeEnd, &result)
    readRest(from, i, &result)
    return timeEnd
  }

  /// Behind a time, inside its group: a level's word or letter.
  private mutating func readRest(_ from: Int, _ close: Int, _ result: inout Recognition) {
    var i = from
    while i < close, !hasLevel {
      while i < close, !text[i].isLetter { i &+= 1 }
      var wordEnd = i
      while wordEnd < close, text[wordEnd].isLetter { wordEnd &+= 1 }
      let count = wordEnd &- i
      if count == 0 { break }
      let isUpper = text[i].isUpper && (count == 1 || text[i &+ 1].isUpper)
      let found = severity(text, i, wordEnd)
      if found != .unknown, count == 1 ? isUpper : count >= 3 {
        result.severity = found
        hasLevel = true
      }
      i = wordEnd
    }
  }

  /// `[error]`, `[mpm_event:notice]`, `[host:shop.cart:Notice:28]`, `[shop.cart#info]`, `[WARN ]`, `(W)`,
  /// `<info>`, `<local0.info>`.
  private mutating func readGroupLevel(
    _ from: Int, _ close: Int, _ result: inout Recognition
  ) -> Bool {
    guard close &- from <= 80, close > from else { return false }
    var i = from
    while i < close {
      while i < close, !text[i].isLetter { i &+= 1 }
      var wordEnd = i
      while wordEnd < close, text[wordEnd].isLetter { wordEnd &+= 1 }
      guard wordEnd > i else { return false }
      let count = wordEnd &- i
      let isWhole = i == from && (wordEnd == close || text[wordEnd].isBlank)
      let isPart =
        count >= 3
        && (text[i &- 1] == ascii(":") && (wordEnd == close || text[wordEnd] == ascii(":"))
          || text[i &- 1] == ascii("#") && wordEnd == close
          || text[i &- 1] == ascii(".") && wordEnd == close && text[from &- 1] == ascii("<")
          || i == from && text[wordEnd] == ascii("#")
          || wordEnd == close && text[i &- 1] == ascii("/")
          || i == from
            && (text[wordEnd] == ascii(":") || text[wordEnd] == ascii("/")
              || text[wordEnd] == ascii("|")))
      let isAllowed =
        count == 1 ? isWhole && text[i].isUpper && wordEnd == close : isWhole || isPart
      // `(C) 2026` is no level.
      let isCopyright = count == 1 && text[i] == ascii("C") && text[i &- 1] == ascii("(")
      if isAllowed, count != 2, !isCopyright {
        let found = severity(text, i, wordEnd)
        if found != .unknown {
          result.severity = found
          hasLevel = true
          return true
        }
      }
      i = wordEnd &+ 1
    }
    return false
  }

  /// A thread, a request, a place in the code: header behind a time or level, if short.
  private mutating func takeLooseGroup(
    _ opening: UInt8, _ inner: Int, _ close: Int,
    _ captures: UnsafeMutablePointer<[FieldCapture]>?
  ) -> Bool {
    guard close &- inner <= 120 else { return false }
    groupCount &+= 1
    guard groupCount <= 4, wordCount <= 2 else { return false }
    let isNumber = close > inner && text[inner].isDigit && text[close &- 1].isDigit
    let name =
      isNumber
      ? HeaderField.pid
      : fitsScanner(ValueScanner.dotted.rawValue, text, inner, close)
        ? HeaderField.logger : HeaderField.thread
    unsafe capture(name, inner, close, isNumber ? .int : .word, captures)
    position = close &+ 1
    if position < end, text[position] == ascii(":"), hasTime || hasLevel {
      markFirm(position)
    } else if text[position] == ascii(":"), inner == start &+ 1 {
      // `(sqlalchemy.pool): 2026-11-22 …`
      position &+= 1
    } else if hasTime, hasLevel, opening == ascii("[") || opening == ascii("<"), wordCount == 0 {
      // Between a level and its message.
      firmEnd = position
    }
    return true
  }
}
