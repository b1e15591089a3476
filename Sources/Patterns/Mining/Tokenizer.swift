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
  /// Punctuation in a row that is looked at byte by byte; what follows without a blank is a value.
  static let looseLimit = 256

  /// Tokens in all, with those of fields outside the message.
  static let fieldTokenLimit = tokenLimit + 32

  let classes: UnsafeMutablePointer<UInt16>
  /// Beside each token of a field: where its key stands, low half, and how long it is.
  private let keys: UnsafeMutablePointer<UInt64>
  /// The steps of the last message in which more than the bytes between them was looked at.
  let steps: UnsafeMutablePointer<ScanStep>
  private(set) var stepCount = 0
  /// Whether `steps` say all that the last message's tokens depend on.
  private(set) var isTraced = false
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
    unsafe steps = .allocate(capacity: ScanStep.limit + 1)
  }

  deinit {
    unsafe classes.deallocate()
    unsafe tokens.deallocate()
    unsafe keys.deallocate()
    unsafe steps.deallocate()
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
    isTraced = false
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
    let steps = unsafe self.steps
    var stepCount = 0
    var isTraced = true
    var isQuotationOpen = false
    var count = 0
    var delimiter = delimiterSeed
    var i = start
    var flags: TokenFlags = []
    var previous: UInt8 = 0x20
    // Lists are looked for only where there can be one.
    var mayHoldList = false
    var values = 0
    // A chunk that is nothing but punctuation would be looked at anew from each of its bytes.
    var looseChunkEnd = 0
    var looseCount = 0

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
          let isEmpty = unsafe previous != 0x20 && isEmptyAfterEquals(bytes, i, byteCount)
          if previous != 0x20, i < byteCount, unsafe bytes[i] == 0x20 {
            unsafe steps[stepCount] = ScanStep(
              start: UInt32(truncatingIfNeeded: i), end: UInt32(truncatingIfNeeded: i),
              chunkEnd: UInt32(truncatingIfNeeded: i), operation: .emptiness, flags: [],
              isValue: true, result: ScanStep.result(isEmpty: isEmpty))
            stepCount = min(stepCount &+ 1, ScanStep.limit)
          }
          if isEmpty {
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
            unsafe steps[stepCount] = ScanStep(
              start: UInt32(truncatingIfNeeded: i), end: UInt32(truncatingIfNeeded: end),
              chunkEnd: UInt32(truncatingIfNeeded: end), operation: .quotation,
              flags: asserted.union(.quoted), isValue: true,
              result: ScanStep.result(tokens[count].kind, asserted.union(.quoted)))
            stepCount = min(stepCount &+ 1, ScanStep.limit)
            if isQuotationOpen { isTraced = false }
            count &+= 1
            delimiter = delimiterSeed
            flags = []
            i = end
          } else {
            if !asserted.isEmpty { isQuotationOpen = true }
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

      var operation = isQuotationOpen ? ScanStep.Operation.guardedChunk : .chunk
      var flagsBefore = flags
      var kind = ValueKind.word
      var end = j
      let isBracketed =
        flags.rawValue & TokenFlags.keyed.rawValue != 0 && j < byteCount
        && (unsafe isOpening(bytes[j]))
      if isBracketed { isTraced = false }
      if isBracketed, let valueEnd = unsafe bracketedEnd(bytes, j, byteCount) {
        // `ws=WorkSource{10113}` is one value.
        kind = .text
        end = valueEnd
      } else if mask & ~TokenClass.plain.rawValue != 0 {
        var scanner = unsafe ValueFinder(
          bytes: bytes, classes: classes, start: i, chunkEnd: j, limit: byteCount, flags: flags)
        kind = scanner.scan(mask)
        end = scanner.end
        if end == i {
          looseCount = j == looseChunkEnd ? looseCount &+ 1 : 0
          looseChunkEnd = j
        }
        if end == i, looseCount > Self.looseLimit {
          kind = .text
          end = j
          isTraced = false
        } else if end == i {
          // Punctuation that belongs to no word or value.
          unsafe steps[stepCount] = ScanStep(
            start: UInt32(truncatingIfNeeded: i), end: UInt32(truncatingIfNeeded: i &+ 1),
            chunkEnd: UInt32(truncatingIfNeeded: j), operation: operation,
            flags: flags, isValue: false, result: ScanStep.result(mark: byte))
          stepCount = min(stepCount &+ 1, ScanStep.limit)
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
          } else if length == 3, isDateWord(word) {
            operation = .date
            if mask & ~TokenClass.plain.rawValue != 0 { isTraced = false }
            if let dateEnd = unsafe scanWordyDate(bytes, i, byteCount) {
              kind = .time
              hash = Token.variableHash
              end = dateEnd
            }
          } else if length <= 7, end &+ 1 < byteCount, unsafe bytes[end] == 0x20,
            isRequestMethod(word)
          {
            let target = unsafe requestTarget(bytes, end &+ 1, byteCount)
            if let target {
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
                let first = count
                unsafe scanEndpoint(bytes, i, target, delimiter, classes, tokens, &count)
                unsafe trace(endpoint: tokens, first, count, at: i, steps, &stepCount)
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
              operation = .target
              flagsBefore = flags
            } else {
              isTraced = false
            }
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
      if kind != .word || mask & ~TokenClass.plain.rawValue != 0 || operation == .date {
        if isQuotationOpen, end > j { isTraced = false }
        unsafe steps[stepCount] = ScanStep(
          start: UInt32(truncatingIfNeeded: i), end: UInt32(truncatingIfNeeded: end),
          chunkEnd: UInt32(truncatingIfNeeded: j),
          operation: operation, flags: flagsBefore,
          isValue: hash == Token.variableHash || operation == .date,
          result: kind == .word ? ScanStep.result(word: hash, flags) : ScanStep.result(kind, flags))
        stepCount = min(stepCount &+ 1, ScanStep.limit)
        if kind != .word { values &+= 1 }
      }
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
    self.stepCount = stepCount
    self.isTraced = isTraced && stepCount < ScanStep.limit && count <= ScanStep.limit
    tailDelimiter = delimiter
  }
}
