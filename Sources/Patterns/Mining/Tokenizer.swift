/// Cuts a message into words, values and delimiters, in one pass over its bytes.
///
/// A chunk is what stands between hard delimiters (space, brackets, quotes, `,` `;` `=` `|`). One
/// that is all letters is a word; anything else goes to `ValueFinder`, which says how much of it
/// is one value. Work is bounded: `tokenLimit` tokens are looked at, the rest is one tail.
@safe
struct Tokenizer: ~Copyable {
  /// Tokens of a message that are told apart; what follows counts as one value.
  static let tokenLimit = 256
  /// A word longer than this is a value: no prose has such.
  static let wordByteLimit = 64

  /// Tokens in all, with those of fields outside the message.
  static let fieldTokenLimit = tokenLimit + 32

  private let classes: UnsafeMutablePointer<UInt16>
  /// Beside each token of a field: where its key stands, low half, and how long it is.
  private let keys: UnsafeMutablePointer<UInt64>
  /// The tokens of the last message.
  let tokens: UnsafeMutablePointer<Token>
  /// Tokens of the last message.
  private(set) var count = 0
  /// Hash of the delimiters behind the last token.
  private(set) var tailDelimiter: UInt32 = 0

  init() {
    unsafe classes = .allocate(capacity: 256)
    for byte in 0..<256 {
      // SAFETY: within the 256 entries that were just allocated.
      unsafe classes.advanced(by: byte).initialize(to: TokenClass.of(UInt8(byte)).rawValue)
    }
    unsafe tokens = .allocate(capacity: Self.fieldTokenLimit + 1)
    unsafe keys = .allocate(capacity: Self.fieldTokenLimit + 1)
  }

  deinit {
    unsafe classes.deallocate()
    unsafe tokens.deallocate()
    unsafe keys.deallocate()
  }

  /// The key of a field's token.
  func key(_ index: Int) -> Range<Int> {
    precondition(index < count, "no such token")
    let packed = unsafe keys[index]
    let start = Int(packed & 0xFFFF_FFFF)
    return start..<start + Int(packed >> 32)
  }

  mutating func removeAll() {
    count = 0
    tailDelimiter = delimiterSeed
  }

  mutating func append(_ token: Token, keyStart: Int, keyCount: Int) {
    precondition(count < Self.fieldTokenLimit, "too many tokens")
    unsafe tokens[count] = token
    unsafe keys[count] =
      UInt64(truncatingIfNeeded: keyCount) &<< 32 | UInt64(truncatingIfNeeded: keyStart)
    count &+= 1
  }

  /// The kind of a value that stands alone.
  func wholeKind(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> ValueKind {
    if start == end { return .empty }
    var mask: UInt16 = 0
    for i in start..<end { mask |= unsafe classes[Int(bytes[i])] }
    if mask & ~TokenClass.plain.rawValue == 0 { return .text }
    if mask & TokenClass.delimiter.rawValue != 0 { return .text }
    var finder = unsafe ValueFinder(
      bytes: bytes, classes: classes, start: start, chunkEnd: end, limit: end, flags: .keyed)
    let kind = finder.scan(mask)
    return finder.end == end && kind != .word ? kind : .text
  }

  /// Fills `tokens` from the message between `start` and `messageEnd`; their positions count from
  /// `bytes` too.
  ///
  /// At least 64 bytes behind the message must be readable; what they hold does not matter.
  mutating func scan(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ messageEnd: Int) {
    var byteCount = messageEnd
    while byteCount > start, unsafe bytes[byteCount &- 1] == 0x20 { byteCount &-= 1 }
    let classes = unsafe UnsafePointer<UInt16>(self.classes)
    let tokens = unsafe self.tokens
    var count = 0
    var delimiter = delimiterSeed
    var i = start
    var flags: TokenFlags = []
    var previous: UInt8 = 0x20
    // Lists are looked for only where there can be one.
    var mayHoldList = false
    var values = 0

    // SAFETY (whole loop): `i` and `j` stay within `start...byteCount`; words are read 8 bytes at a
    // time, which the caller's padding covers; `count` stays within `tokenLimit`.
    while i < byteCount {
      let byte = unsafe bytes[i]
      let first = unsafe classes[Int(byte)]
      if first & TokenClass.delimiter.rawValue != 0 {
        if first & TokenClass.space.rawValue != 0 {
          if previous != 0x20 { delimiter = mixDelimiter(delimiter, 0x20) }
          previous = 0x20
          i &+= 1
          continue
        }
        delimiter = mixDelimiter(delimiter, byte)
        i &+= 1
        switch byte {
        case UInt8(ascii: "="):
          flags = .keyed
          // `ruser= rhost=`: nothing stands between, which is a value too.
          if previous != 0x20, unsafe isEmptyAfterEquals(bytes, i, byteCount) {
            unsafe tokens[count] = Token(
              start: UInt32(truncatingIfNeeded: i), count: 0, hash: Token.variableHash,
              delimiter: delimiter, kind: .empty, flags: flags)
            count &+= 1
            delimiter = delimiterSeed
            flags = []
          }
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
          if previous == 0x20 || previous == UInt8(ascii: "="), i < byteCount,
            unsafe bytes[i] == closing(byte)
          {
            unsafe tokens[count] = Token(
              start: UInt32(truncatingIfNeeded: i), count: 0, hash: Token.variableHash,
              delimiter: delimiter, kind: .empty, flags: flags)
            count &+= 1
            delimiter = delimiterSeed
          }
          flags = []
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
          let asserted = flags.intersection([.keyed, .labelled])
          if !asserted.isEmpty,
            let end = unsafe quotedTextEnd(bytes, i, byteCount, quote: byte),
            count == 0 || !(unsafe isProseKey(bytes, tokens[count &- 1]))
          {
            unsafe tokens[count] = Token(
              start: UInt32(truncatingIfNeeded: i), count: UInt32(truncatingIfNeeded: end &- i),
              hash: Token.variableHash, delimiter: delimiter,
              kind: end == i ? .empty : .text, flags: asserted.union(.quoted))
            count &+= 1
            delimiter = delimiterSeed
            flags = []
            i = end
          } else {
            flags = asserted.union(.quoted)
          }
        case UInt8(ascii: ","):
          mayHoldList = true
          flags = []
        default: flags = []
        }
        previous = byte
        if count == Self.tokenLimit { break }
        continue
      }

      var j = i
      var mask: UInt16 = 0
      var current = first
      repeat {
        mask |= current
        j &+= 1
        if j == byteCount { break }
        current = unsafe classes[Int(bytes[j])]
      } while current & TokenClass.delimiter.rawValue == 0

      var kind = ValueKind.word
      var end = j
      if flags.rawValue & TokenFlags.keyed.rawValue != 0, j < byteCount, unsafe isOpening(bytes[j]),
        let valueEnd = unsafe bracketedEnd(bytes, j, byteCount)
      {
        // `ws=WorkSource{10113}` is one value.
        kind = .text
        end = valueEnd
      } else if mask & ~TokenClass.plain.rawValue != 0 {
        var scanner = unsafe ValueFinder(
          bytes: bytes, classes: classes, start: i, chunkEnd: j, limit: byteCount, flags: flags)
        kind = scanner.scan(mask)
        end = scanner.end
        if end == i {
          // Punctuation that belongs to no word or value.
          delimiter = mixDelimiter(delimiter, byte)
          if byte == UInt8(ascii: ":"), count > 0, previous != 0x20 { flags = .labelled }
          previous = byte
          i &+= 1
          continue
        }
        flags = scanner.flags
      }
      let length = end &- i
      var hash = Token.variableHash
      if kind == .word {
        if length > Self.wordByteLimit {
          kind = .text
        } else {
          let word = unsafe readWord(bytes + i, length)
          hash = length <= 8 ? hashShort(word) : unsafe hashLong(bytes + i, length)
          if length <= 5, isLiteralValue(word, length, flags) {
            kind = .boolean
            hash = Token.variableHash
          } else if length == 3, isDateWord(word),
            let dateEnd = unsafe scanWordyDate(bytes, i, byteCount)
          {
            kind = .time
            hash = Token.variableHash
            end = dateEnd
          } else if length <= 7, end &+ 1 < byteCount, unsafe bytes[end] == 0x20,
            isRequestMethod(word),
            let target = unsafe requestTarget(bytes, end &+ 1, byteCount)
          {
            unsafe tokens[count] = Token(
              start: UInt32(truncatingIfNeeded: i), count: UInt32(truncatingIfNeeded: length),
              hash: hash, delimiter: delimiter, kind: .word, flags: flags)
            count &+= 1
            if count == Self.tokenLimit {
              i = end
              break
            }
            delimiter = mixDelimiter(delimiterSeed, 0x20)
            i = end &+ 1
            if unsafe bytes[i] == UInt8(ascii: "/"),
              unsafe hasStatus(bytes, behind: target, byteCount)
            {
              unsafe scanEndpoint(bytes, i, target, delimiter, classes, tokens, &count)
              delimiter = delimiterSeed
              flags = []
              previous = 0
              i = target
              if count == Self.tokenLimit { break }
              continue
            }
            end = target
            kind = .path
            hash = Token.variableHash
          }
        }
      } else if kind == .number, length == 3, count > 0, previous == 0x20,
        unsafe followsRequest(bytes, i, tokens[count &- 1])
      {
        kind = .word
        flags = .code
        hash = hashShort(unsafe readWord(bytes + i, length))
      }
      unsafe tokens[count] = Token(
        start: UInt32(truncatingIfNeeded: i), count: UInt32(truncatingIfNeeded: end &- i),
        hash: hash, delimiter: delimiter, kind: kind, flags: flags)
      if kind != .word { values &+= 1 }
      count &+= 1
      delimiter = delimiterSeed
      flags = []
      previous = 0
      i = end
      if count == Self.tokenLimit { break }
    }
    if i < byteCount, count == Self.tokenLimit {
      unsafe tokens[count] = Token(
        start: UInt32(truncatingIfNeeded: i), count: UInt32(truncatingIfNeeded: byteCount &- i),
        hash: Token.variableHash, delimiter: delimiter, kind: .text, flags: [])
      count &+= 1
      delimiter = delimiterSeed
    }
    if mayHoldList || values >= 3 {
      count = unsafe collapseLists(bytes, start, byteCount, tokens, count)
    }
    self.count = count
    tailDelimiter = delimiter
  }
}

let delimiterSeed: UInt32 = 0x811C_9DC5

@inline(__always)
func mixDelimiter(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
  (hash ^ UInt32(byte)) &* 0x0100_0193
}

/// The first `count` (at most 8) bytes at `bytes`, the others zero.
@inline(__always)
func readWord(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  let word = unsafe UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self)
  return count >= 8 ? word : word & ((1 &<< UInt64(count &* 8)) &- 1)
}

@inline(__always)
func hashShort(_ word: UInt64) -> UInt64 {
  var hash = (word ^ 0x51_7C_C1_B7_27_22_0A_95) &* 0x9FB2_1C65_1E98_DF25
  hash ^= hash &>> 32
  return hash &* 0xD6E8_FEB8_6659_FD93
}

@inline(__always)
func hashLong(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  var hash = UInt64(truncatingIfNeeded: count)
  var i = 0
  while i &+ 8 < count {
    hash = (hash ^ (unsafe readWord(bytes + i, 8))) &* 0x9FB2_1C65_1E98_DF25
    hash ^= hash &>> 29
    i &+= 8
  }
  return hashShort(hash ^ (unsafe readWord(bytes + i, count &- i)))
}

@inline(__always)
private func isOpening(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{")
}

/// Where a value ends that has a bracket at `start`: behind the last bracket that closes, before
/// a space or comma. Nil where the brackets hold spaces or keys of their own.
private func bracketedEnd(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
  var depth = 0
  var i = start
  let stop = min(end, start &+ 1024)
  while i < stop {
    switch unsafe bytes[i] {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth &+= 1
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      // One that closes more than was opened is the text's.
      if depth == 0 { return i }
      depth &-= 1
    case 0x20, UInt8(ascii: "\t"): return depth == 0 ? i : nil
    case UInt8(ascii: ","), UInt8(ascii: ";"): if depth == 0 { return i }
    case UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "'"): return nil
    default: break
    }
    i &+= 1
  }
  return i == end && depth == 0 ? i : nil
}

private func closing(_ byte: UInt8) -> UInt8 {
  byte == UInt8(ascii: "(") ? UInt8(ascii: ")") : byte &+ 2
}

/// Whether what stands at `i`, behind an equals sign, is the end of an empty value.
@inline(__always)
private func isEmptyAfterEquals(_ bytes: UnsafePointer<UInt8>, _ i: Int, _ end: Int) -> Bool {
  if i == end { return true }
  switch unsafe bytes[i] {
  case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "]"),
    UInt8(ascii: "}"):
    return true
  case 0x20:
    // `a= b` may be meant as a pair: only a further key makes the gap an empty value.
    var j = i &+ 1
    let stop = min(end, i &+ 32)
    while j < stop {
      switch unsafe bytes[j] {
      case UInt8(ascii: "="): return j > i &+ 1
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
        j &+= 1
      default: return false
      }
    }
    return j == end && j == i &+ 1
  default: return false
  }
}

/// Where a keyed quotation ends, if it holds several words or nothing.
private func quotedTextEnd(
  _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, quote: UInt8
) -> Int? {
  var i = start
  var hasSpace = false
  let stop = min(end, start &+ 4096)
  while i < stop {
    let byte = unsafe bytes[i]
    if byte == UInt8(ascii: "\\") {
      i &+= 2
      continue
    }
    if byte == quote { return hasSpace || i == start ? i : nil }
    if byte == 0x20 { hasSpace = true }
    i &+= 1
  }
  return nil
}

/// Keys whose quoted text is a message of its own and is mined, not masked.
private func isProseKey(_ bytes: UnsafePointer<UInt8>, _ token: Token) -> Bool {
  guard token.kind == .word, token.count <= 8 else { return false }
  return proseKeys.contains(unsafe readWord(bytes + Int(token.start), Int(token.count)))
}

private let proseKeys = ShortWords([
  "msg", "message", "event", "error", "err", "reason", "cause", "text", "title", "request",
])

/// The bytes of a text of at most 8, as `readWord` reads them.
func packedWord(_ text: String) -> UInt64 {
  var word: UInt64 = 0
  for (index, byte) in text.utf8.prefix(8).enumerated() { word |= UInt64(byte) << (index * 8) }
  return word
}

private let commaDelimiter = mixDelimiter(delimiterSeed, UInt8(ascii: ","))
private let commaSpaceDelimiter = mixDelimiter(commaDelimiter, 0x20)
let spaceDelimiter = mixDelimiter(delimiterSeed, 0x20)

/// Draws lists together, as one of any length is one thing to a reader: two or more values between
/// commas, three or more between spaces; words between commas where brackets or a key say that they
/// are a list, or where there are many.
/// - Returns: How many tokens are left.
@inline(__always)
private func collapseLists(
  _ bytes: UnsafePointer<UInt8>, _ messageStart: Int, _ messageEnd: Int,
  _ tokens: UnsafeMutablePointer<Token>, _ count: Int
) -> Int {
  var kept = 0
  var i = 0
  while i < count {
    var end = i &+ 1
    if end < count {
      let separator = unsafe tokens[end].delimiter
      if separator == commaDelimiter || separator == commaSpaceDelimiter
        || separator == spaceDelimiter
      {
        end = unsafe listEnd(
          bytes, messageStart, messageEnd, tokens, i, count, separator)
      }
    }
    if kept != i || end != i &+ 1 {
      var merged = unsafe tokens[i]
      if end != i &+ 1 {
        let last = unsafe tokens[end &- 1]
        if merged.hash != Token.variableHash {
          merged.hash = Token.variableHash
          merged.kind = .text
        }
        merged.count = last.start &+ last.count &- merged.start
        merged.listCount = UInt16(truncatingIfNeeded: end &- i)
      }
      unsafe tokens[kept] = merged
    }
    kept &+= 1
    i = end
  }
  return kept
}

/// Where the list ends that begins with token `start`; `start + 1` where none does.
private func listEnd(
  _ bytes: UnsafePointer<UInt8>, _ messageStart: Int, _ messageEnd: Int,
  _ tokens: UnsafeMutablePointer<Token>, _ start: Int, _ count: Int, _ separator: UInt32
) -> Int {
  var end = start &+ 1
  if unsafe tokens[start].hash == Token.variableHash, unsafe tokens[start].kind != .empty {
    while end < count, unsafe tokens[end].delimiter == separator,
      unsafe tokens[end].hash == Token.variableHash, unsafe tokens[end].kind != .empty
    { end &+= 1 }
    if separator == spaceDelimiter { return end &- start < 3 ? start &+ 1 : end }
    if end &- start > 1, end == count || (unsafe tokens[end].delimiter != separator) { return end }
  }
  if separator == spaceDelimiter { return start &+ 1 }
  end = start &+ 1
  while end < count, unsafe tokens[end].delimiter == separator { end &+= 1 }
  let length = end &- start
  // `a, b, c and d`: the last item is the beginning of more.
  let isClosed = end == count || (unsafe tokens[end].delimiter != spaceDelimiter)
  guard length >= 2, isClosed else { return start &+ 1 }
  let last = unsafe tokens[end &- 1]
  let first = unsafe Int(tokens[start].start)
  let behind = Int(last.start &+ last.count)
  let before = first > messageStart ? unsafe bytes[first &- 1] : 0
  let after = behind < messageEnd ? unsafe bytes[behind] : 0
  if before == UInt8(ascii: "["), after == UInt8(ascii: "]") { return end }
  let isAnnounced =
    unsafe !tokens[start].flags.isDisjoint(with: [.keyed, .labelled])
    || (before == UInt8(ascii: "(") && after == UInt8(ascii: ")"))
    || (before == UInt8(ascii: "{") && after == UInt8(ascii: "}"))
  return length >= (isAnnounced ? 3 : 4) ? end : start &+ 1
}
