/// One look-up in a `ShapeMemory`: takes the steps that the tokeniser would take.
@safe
struct ShapeWalk {
  let bytes: UnsafePointer<UInt8>
  let end: Int
  let classes: UnsafePointer<UInt16>
  /// End of the request's target that is being read.
  var target = 0

  init(bytes: UnsafePointer<UInt8>, end: Int, classes: UnsafePointer<UInt16>) {
    unsafe self.bytes = bytes
    self.end = end
    unsafe self.classes = classes
  }

  /// Looks at what stands at `position`, which is behind it afterwards.
  /// - Returns: As in `ScanStep.result`; 0 where only the tokeniser can tell.
  @inline(__always)
  mutating func look(
    _ operation: ScanStep.Operation, _ flags: TokenFlags, _ position: inout Int
  ) -> UInt64 {
    // SAFETY (all of the type): positions are within the message, and a few bytes behind it are
    // readable.
    switch operation {
    case .end: return 0
    case .chunk: return chunk(flags, &position, isGuarded: false)
    case .guardedChunk: return chunk(flags, &position, isGuarded: true)
    case .quotation:
      guard position > 0,
        let found = unsafe quotedTextEnd(bytes, position, end, quote: bytes[position &- 1])
      else { return 0 }
      let kind = found == position ? ValueKind.empty : .text
      position = found
      return ScanStep.result(kind, flags)
    case .request:
      guard position < end, unsafe bytes[position] == UInt8(ascii: "/"),
        let found = unsafe requestTarget(bytes, position, end),
        unsafe hasStatus(bytes, behind: found, end)
      else { return 0 }
      target = found
      return ScanStep.requestResult
    case .target:
      guard position < end, let found = unsafe requestTarget(bytes, position, end),
        unsafe bytes[position] != UInt8(ascii: "/") || !hasStatus(bytes, behind: found, end)
      else { return 0 }
      position = found
      return ScanStep.result(.path, flags)
    case .segment:
      guard position < target, unsafe !endsPath(bytes[position]),
        unsafe bytes[position] != UInt8(ascii: "/")
      else { return 0 }
      let (found, kind) = unsafe scanSegment(bytes, position, target, classes)
      if kind == .word { return 0 }
      position = found
      return ScanStep.result(kind, .segment)
    case .query:
      guard position <= target, unsafe position == target || endsPath(bytes[position]) else {
        return 0
      }
      position = target
      return ScanStep.result(.query, [])
    case .emptiness:
      guard position < end, unsafe bytes[position] == 0x20 else { return 0 }
      return ScanStep.result(isEmpty: unsafe isEmptyAfterEquals(bytes, position, end))
    case .date: return date(flags, &position)
    }
  }

  /// A word that begins a date, or stands alone.
  @inline(never)
  private func date(_ flags: TokenFlags, _ position: inout Int) -> UInt64 {
    let behind = position &+ 3
    guard behind <= end,
      unsafe behind == end || classes[Int(bytes[behind])] & TokenClass.delimiter.rawValue != 0
    else { return 0 }
    let word = unsafe readWord(bytes + position, 3)
    guard isDateWord(word), !isBracketed(flags, behind) else { return 0 }
    if let dateEnd = unsafe scanWordyDate(bytes, position, end) {
      position = dateEnd
      return ScanStep.result(.time, flags)
    }
    position = behind
    return ScanStep.result(word: hashShort(word), flags)
  }

  /// A chunk of digits.
  @inline(__always)
  private func number(
    _ flags: TokenFlags, _ position: inout Int, _ chunkEnd: Int, isGuarded: Bool
  ) -> UInt64 {
    if isBracketed(flags, chunkEnd) { return 0 }
    if let unitEnd = unsafe spacedSizeUnitEnd(bytes, chunkEnd, end) {
      if isGuarded { return 0 }
      position = unitEnd
      return ScanStep.result(.size(unit: unsafe bytes[chunkEnd &+ 1]), flags)
    }
    // `22 Nov 2026`
    if chunkEnd &- position <= 2, chunkEnd < end, unsafe bytes[chunkEnd] == 0x20,
      unsafe isMonth(bytes + chunkEnd + 1)
    {
      return 0
    }
    position = chunkEnd
    return ScanStep.result(.number, flags)
  }

  /// Whether a keyed value goes on with a bracket.
  @inline(__always)
  private func isBracketed(_ flags: TokenFlags, _ chunkEnd: Int) -> Bool {
    flags.rawValue & TokenFlags.keyed.rawValue != 0 && chunkEnd < end
      && (unsafe isOpening(bytes[chunkEnd]))
  }

  /// The kinds of value that are most frequent, told at a glance: `ValueFinder` says the same of a
  /// chunk that is nothing else. A word where it is none of them.
  @inline(__always)
  private func frequent(_ start: Int, _ position: inout Int, startsWithDigit: Bool) -> ValueKind {
    var kind = ValueKind.word
    var found = start
    if startsWithDigit, let quadEnd = unsafe dottedQuadEnd(bytes, start, end) {
      kind = .ip
      found = quadEnd
      if quadEnd < end, unsafe bytes[quadEnd] == UInt8(ascii: ":") {
        kind = .address
        found &+= 1
        while found < end, unsafe isDigit(bytes[found]) { found &+= 1 }
        if found == quadEnd &+ 1 || found > quadEnd &+ 6 { return .word }
      }
    } else if start &+ 36 <= end, unsafe bytes[start &+ 8] == UInt8(ascii: "-"),
      unsafe isUUID(bytes, start), unsafe hasDigit(readWord(bytes + start, 8))
    {
      kind = .uuid
      found = start &+ 36
    } else {
      return .word
    }
    if found < end,
      unsafe classes[Int(bytes[found])] & TokenClass.delimiter.rawValue == 0
    {
      return .word
    }
    position = found
    return kind
  }

  private func chunk(_ flags: TokenFlags, _ position: inout Int, isGuarded: Bool) -> UInt64 {
    let start = position
    // A number of a few digits, most often.
    let word = unsafe readWord(bytes + start, 8)
    let low = word & 0x7F7F_7F7F_7F7F_7F7F
    let others =
      ((low &+ 0x4646_4646_4646_4646) | ~(low &+ 0x5050_5050_5050_5050) | word) & highBits
    if others & 0x80 == 0, others != 0 {
      let digitsEnd = start &+ lowestByte(others)
      if digitsEnd < end,
        unsafe classes[Int(bytes[digitsEnd])] & TokenClass.delimiter.rawValue != 0
      {
        return number(flags, &position, digitsEnd, isGuarded: isGuarded)
      }
    }
    let common = frequent(start, &position, startsWithDigit: others & 0x80 == 0)
    if common != .word {
      return isBracketed(flags, position) ? 0 : ScanStep.result(common, flags)
    }
    var chunkEnd = start
    var mask: UInt16 = 0
    while chunkEnd &+ 4 <= end {
      // By fours, as values are longer than words.
      var four = unsafe classes[Int(bytes[chunkEnd])]
      for offset in 1..<4 { four |= unsafe classes[Int(bytes[chunkEnd &+ offset])] }
      if four & TokenClass.delimiter.rawValue != 0 { break }
      mask |= four
      chunkEnd &+= 4
    }
    while chunkEnd < end {
      let current = unsafe classes[Int(bytes[chunkEnd])]
      if current & TokenClass.delimiter.rawValue != 0 { break }
      mask |= current
      chunkEnd &+= 1
    }
    if mask & TokenClass.backslash.rawValue != 0 || chunkEnd == start { return 0 }
    if mask == TokenClass.digit.rawValue {
      return number(flags, &position, chunkEnd, isGuarded: isGuarded)
    }
    if isBracketed(flags, chunkEnd) { return 0 }
    var kind = ValueKind.word
    var flags = flags
    var found = chunkEnd
    if mask & ~TokenClass.plain.rawValue != 0 {
      var finder = unsafe ValueFinder(
        bytes: bytes, classes: classes, start: start, chunkEnd: chunkEnd, limit: end, flags: flags)
      kind = finder.scan(mask)
      found = finder.end
      if found == start {
        position = start &+ 1
        return ScanStep.result(mark: unsafe bytes[start])
      }
      flags = finder.flags
      // A space would make another thing of the open quotation.
      if isGuarded, found > chunkEnd { return 0 }
    }
    position = found
    guard kind == .word else { return ScanStep.result(kind, flags) }
    let length = found &- start
    if length > Tokenizer.wordByteLimit { return ScanStep.result(.text, flags) }
    let name = unsafe readWord(bytes + start, length)
    if length <= 5, isLiteralValue(name, length, flags) { return ScanStep.result(.boolean, flags) }
    // What begins a date or a request is looked at further.
    if length == 3, isDateWord(name) { return 0 }
    if length <= 7, isRequestMethod(name) { return 0 }
    return ScanStep.result(
      word: length <= 8 ? hashShort(name) : unsafe hashLong(bytes + start, length), flags)
  }
}
