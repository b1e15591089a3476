/// Says what a chunk that is not all letters begins with: a value, and of which kind; a word; or a
/// punctuation mark.
///
/// Sets `end` behind it: before the end of the chunk where a colon divides key and value, behind it
/// where a value holds delimiters (a URL, a date with a time).
@safe
struct ValueFinder {
  let bytes: UnsafePointer<UInt8>
  let classes: UnsafePointer<UInt16>
  let start: Int
  /// End of the chunk.
  let chunkEnd: Int
  /// End of the message.
  let limit: Int
  var end: Int
  var flags: TokenFlags

  init(
    bytes: UnsafePointer<UInt8>, classes: UnsafePointer<UInt16>, start: Int, chunkEnd: Int,
    limit: Int, flags: TokenFlags
  ) {
    self.flags = flags
    unsafe self.bytes = bytes
    unsafe self.classes = classes
    self.start = start
    self.chunkEnd = chunkEnd
    self.limit = limit
    end = start
  }

  /// - Returns: The kind; `end == start` where the chunk begins with mere punctuation.
  mutating func scan(_ chunkMask: UInt16) -> ValueKind {
    if chunkMask == TokenClass.digit.rawValue {
      end = chunkEnd
      return digitsOnly()
    }
    // A mark behind a word or value belongs to the text.
    var stop = chunkEnd
    let marks = TokenClass.dot.rawValue | TokenClass.colon.rawValue
    while stop > start, classOf(stop &- 1) & marks != 0 { stop &-= 1 }
    if stop == start { return .word }
    var mask = chunkMask
    if stop != chunkEnd { mask = maskOf(start, stop) }
    if mask & TokenClass.alphanumeric.rawValue == 0 {
      // The root folder, where a value is expected.
      if stop == start &+ 1, mask == TokenClass.slash.rawValue, isKeyed {
        end = stop
        return .path
      }
      return .word
    }
    if mask & ~TokenClass.plain.rawValue == 0 {
      end = stop
      return .word
    }
    if mask & TokenClass.digit.rawValue == 0 { return scanLetters(mask, stop) }
    return scanDigits(mask, stop)
  }

  @inline(__always)
  private func classOf(_ i: Int) -> UInt16 { unsafe classes[Int(bytes[i])] }

  @inline(__always)
  private func byte(_ i: Int) -> UInt8 { i < limit ? unsafe bytes[i] : 0 }

  private func maskOf(_ from: Int, _ to: Int) -> UInt16 {
    var mask: UInt16 = 0
    var i = from
    while i < to {
      mask |= classOf(i)
      i &+= 1
    }
    return mask
  }

  private func find(_ wanted: UInt8, _ from: Int, _ to: Int) -> Int? {
    var i = from
    while i < to {
      if unsafe bytes[i] == wanted { return i }
      i &+= 1
    }
    return nil
  }

  private var isKeyed: Bool { flags.rawValue & TokenFlags.keyed.rawValue != 0 }

  private func has(_ mask: UInt16, _ classes: TokenClass) -> Bool {
    mask & classes.rawValue != 0
  }

  // MARK: without digits

  private mutating func scanLetters(_ mask: UInt16, _ stop: Int) -> ValueKind {
    let first = unsafe bytes[start]
    switch first {
    case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "@"): return .word
    case UInt8(ascii: "/"):
      end = stop
      return .path
    case UInt8(ascii: "~") where byte(start + 1) == UInt8(ascii: "/"):
      end = stop
      return .path
    case UInt8(ascii: "\\"):
      guard byte(start + 1) == UInt8(ascii: "\\") else { return .word }
      end = stop
      return .path
    default: break
    }
    if has(mask, .colon), let colon = find(UInt8(ascii: ":"), start, stop) {
      if let kind = scanURL(colon) { return kind }
      // `name=a:b` is one value, `a:b` a key with its value.
      if !isKeyed { return scanPiece(colon) }
    }
    end = stop
    if has(mask, .at) {
      // `user@host`, or a name with a mark.
      if let at = find(UInt8(ascii: "@"), start + 1, stop), at + 1 < stop { return .email }
      return .word
    }
    if has(mask, .slash) {
      guard let slash = find(UInt8(ascii: "/"), start, stop) else { return .word }
      if find(UInt8(ascii: "/"), slash + 1, stop) != nil
        || find(UInt8(ascii: "."), slash + 1, stop) != nil
      {
        return .path
      }
      flags.insert(.compound)
      return .word
    }
    if has(mask, .dot), unsafe isHostName(bytes, start, stop) { return .host }
    flags.insert(.compound)
    return .word
  }

  /// What stands before a colon, on its own.
  private mutating func scanPiece(_ colon: Int) -> ValueKind {
    var piece = unsafe ValueFinder(
      bytes: bytes, classes: classes, start: start, chunkEnd: colon, limit: limit, flags: flags)
    let mask = maskOf(start, colon)
    guard mask & ~TokenClass.plain.rawValue != 0 else {
      end = colon
      return .word
    }
    let kind = piece.scan(mask)
    end = piece.end
    flags.formUnion(piece.flags)
    return kind
  }

  /// A URL or Windows path whose first colon stands at `colon`.
  private mutating func scanURL(_ colon: Int) -> ValueKind? {
    if byte(colon + 1) == UInt8(ascii: "/"), byte(colon + 2) == UInt8(ascii: "/") {
      var i = colon + 3
      scan: while i < limit {
        switch unsafe bytes[i] {
        case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"),
          UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"),
          UInt8(ascii: "`"), UInt8(ascii: "|"):
          break scan
        default: i += 1
        }
      }
      while i > colon + 3,
        unsafe bytes[i - 1] == UInt8(ascii: ".") || bytes[i - 1] == UInt8(ascii: ",")
          || bytes[i - 1] == UInt8(ascii: ";") || bytes[i - 1] == UInt8(ascii: ":")
      { i -= 1 }
      end = i
      return .url
    }
    if colon == start + 1, byte(colon + 1) == UInt8(ascii: "\\") {
      end = chunkEnd
      return .path
    }
    return nil
  }

  // MARK: digits

  private mutating func digitsOnly() -> ValueKind {
    // `22 Nov 2026 09:31:02`
    if chunkEnd &- start <= 2, byte(chunkEnd) == 0x20, chunkEnd &+ 5 < limit,
      unsafe bytes[chunkEnd &+ 1] &- UInt8(ascii: "A") < 26, unsafe isMonth(bytes + chunkEnd + 1)
    {
      var cursor = unsafe DateCursor(bytes: bytes, at: chunkEnd + 1, end: limit)
      if cursor.month() {
        end = cursor.restOfDate()
        return .time
      }
    }
    return numberWithUnit()
  }

  /// A plain number, or a size where its unit stands behind a space.
  @inline(__always)
  private mutating func numberWithUnit() -> ValueKind {
    if end == chunkEnd, let unitEnd = unsafe spacedSizeUnitEnd(bytes, chunkEnd, limit) {
      end = unitEnd
      return .size(unit: unsafe bytes[chunkEnd &+ 1])
    }
    return .number
  }

  private mutating func scanDigits(_ mask: UInt16, _ stop: Int) -> ValueKind {
    let first = unsafe bytes[start]
    if first == UInt8(ascii: ":"), unsafe isCompressedAddress(bytes, start, stop) {
      end = stop
      return .ip
    }
    if first == UInt8(ascii: ":") || first == UInt8(ascii: "@")
      || (first == UInt8(ascii: ".") && !isDigit(byte(start + 1)))
    {
      return .word
    }
    if has(mask, .inner), let plus = findOffset(stop) {
      // `schedule+0x1f/0x80`: the name of a place in a program, and how far behind it.
      if plus > start { return scanPiece(plus) }
      return .word
    }
    if has(mask, .dot), let leader = findLeader(stop) { return scanPiece(leader) }
    end = stop
    if isDigit(first), has(mask, [.dash, .slash, .dot, .colon]), scanDate() { return .time }
    if has(mask, .colon), let kind = scanColons(stop) { return kind }
    if first == UInt8(ascii: "/") {
      return unsafe dottedQuadEnd(bytes, start + 1, stop) == stop ? .ip : .path
    }
    if isDigit(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
      || first == UInt8(ascii: ".") || first == UInt8(ascii: "~"),
      let kind = unsafe scanNumber(bytes, start, stop)
    {
      return kind == .number ? numberWithUnit() : kind
    }
    if has(mask, .slash) {
      if let slash = find(UInt8(ascii: "/"), start, stop),
        unsafe dottedQuadEnd(bytes, start, slash) == slash
      {
        return .ip
      }
      return .path
    }
    if has(mask, .backslash), byte(start + 1) == UInt8(ascii: "\\") { return .path }
    if has(mask, .at), let at = find(UInt8(ascii: "@"), start, stop) {
      return find(UInt8(ascii: "."), at, stop) != nil ? .email : .identifier
    }
    if unsafe isHexadecimal(bytes, start, stop) { return .hex }
    if stop - start == 36, unsafe isUUID(bytes, start) { return .uuid }
    if !isKeyed, isNumberedWord(stop) {
      flags.insert(.numbered)
      return .word
    }
    if first | 0x20 == UInt8(ascii: "v"), unsafe versionEnd(bytes, start + 1, stop) == stop {
      return .version
    }
    if has(mask, .dot), unsafe isHostName(bytes, start, stop) { return .host }
    return .identifier
  }

  /// The plus of `name+0x1f`, if there is one.
  private func findOffset(_ stop: Int) -> Int? {
    guard !isKeyed, let plus = find(UInt8(ascii: "+"), start, stop), byte(plus + 1) == 0x30,
      byte(plus + 2) | 0x20 == UInt8(ascii: "x"), find(UInt8(ascii: "/"), start, plus) == nil
    else { return nil }
    return plus
  }

  /// Where three dots or more lead from a word to its value: `enable.....0`.
  private func findLeader(_ stop: Int) -> Int? {
    guard let dot = find(UInt8(ascii: "."), start, stop), dot > start,
      byte(dot + 1) == UInt8(ascii: "."), byte(dot + 2) == UInt8(ascii: "."), dot + 2 < stop
    else { return nil }
    return dot
  }

  /// A chunk with a digit and a colon: a time, an address, or key and value.
  private mutating func scanColons(_ stop: Int) -> ValueKind? {
    let first = unsafe bytes[start]
    if isDigit(first) {
      var cursor = unsafe DateCursor(bytes: bytes, at: start, end: limit)
      if cursor.clock(), cursor.at >= stop, !isWordByte(byte(cursor.at)) {
        end = cursor.at
        return .time
      }
    }
    guard let colon = find(UInt8(ascii: ":"), start, stop) else { return nil }
    if let kind = scanURL(colon) { return kind }
    let left = first == UInt8(ascii: "/") ? start + 1 : start
    let isQuad = unsafe dottedQuadEnd(bytes, left, colon) == colon
    if isQuad
      || (find(UInt8(ascii: "/"), left, colon) == nil && isHostLike(left, colon)
        && portEnd(colon) == stop)
    {
      let port = portEnd(colon)
      end = port ?? colon
      return port == nil ? .ip : .address
    }
    if unsafe isColonHexadecimal(bytes, start, stop) {
      return stop - start == 17 && colon == start + 2 ? .mac : .ip
    }
    if isKeyed || everyColonPieceHasDigit(stop) { return .identifier }
    return scanPiece(colon)
  }

  /// Where the digits behind the colon end, if there are one to five.
  private func portEnd(_ colon: Int) -> Int? {
    var i = colon + 1
    while isDigit(byte(i)) { i += 1 }
    return (1...5).contains(i - colon - 1) && !isWordByte(byte(i)) ? i : nil
  }

  /// A name with a dot or a digit in it, or `localhost`: may stand before a port.
  private func isHostLike(_ from: Int, _ to: Int) -> Bool {
    let mask = maskOf(from, to)
    if has(mask, [.inner, .at]) || !has(mask, [.letter, .hexLetter]) { return false }
    if has(mask, .digit) { return true }
    if unsafe isHostName(bytes, from, to) { return true }
    return unsafe to - from == 9 && readWord(bytes + from, 8) == packedLocalhost
  }

  private func everyColonPieceHasDigit(_ stop: Int) -> Bool {
    var hasDigit = false
    var i = start
    while i < stop {
      let byte = unsafe bytes[i]
      if byte == UInt8(ascii: ":") {
        if !hasDigit { return false }
        hasDigit = false
      } else if isDigit(byte) {
        hasDigit = true
      }
      i &+= 1
    }
    return hasDigit
  }

  /// Whether every part is letters with at most one digit behind: `ssh2`, `hadoop-metrics2.xml`.
  private func isNumberedWord(_ stop: Int) -> Bool {
    var letters = 0
    var digits = 0
    var i = start
    while i < stop {
      let class_ = classOf(i)
      if class_ & TokenClass.digit.rawValue != 0 {
        digits &+= 1
        if digits > 1 || letters == 0 { return false }
      } else if class_ & (TokenClass.letter.rawValue | TokenClass.hexLetter.rawValue) != 0 {
        if digits > 0 { return false }
        letters &+= 1
      } else {
        letters = 0
        digits = 0
      }
      i &+= 1
    }
    return true
  }

  /// A date in digits, with or without a time of day: `2026-11-22T09:31:02.123Z`,
  /// `22/Nov/2026:09:31:02 +0000`, `2026/11/22 09:31:02`.
  private mutating func scanDate() -> Bool {
    var cursor = unsafe DateCursor(bytes: bytes, at: start, end: limit)
    let separator: UInt8
    if cursor.digits(4...4) {
      separator = byte(cursor.at)
      guard isDateSeparator(separator), cursor.skip(separator), cursor.digits(1...2),
        cursor.skip(separator), cursor.digits(1...2)
      else { return false }
    } else if cursor.digits(1...2) {
      separator = byte(cursor.at)
      guard isDateSeparator(separator), cursor.skip(separator) else { return false }
      if cursor.month() {
        guard cursor.skip(separator), cursor.digits(4...4) else { return false }
      } else {
        guard separator != UInt8(ascii: "."), cursor.digits(1...2), cursor.skip(separator),
          cursor.digits(2...4)
        else { return false }
      }
    } else {
      return false
    }
    let dateEnd = cursor.at
    let next = byte(dateEnd)
    if next == UInt8(ascii: "T") || next == 0x20 || next == UInt8(ascii: ":")
      || next == UInt8(ascii: "_") || next == UInt8(ascii: "-")
    {
      cursor.at += 1
      if cursor.clock() {
        cursor.zone()
        end = cursor.at
        return !isWordByte(byte(end))
      }
    }
    guard !isWordByte(next), next != separator else { return false }
    end = dateEnd
    return dateEnd == chunkEnd || next != UInt8(ascii: "-")
  }

  private func isDateSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
  }
}

private let packedLocalhost = packedWord("localhost")
