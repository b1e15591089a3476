/// What identifies a message among all: its delimiters and, by position, its words.
struct MessageKey {
  /// Hash of the delimiters and the number of tokens; the same for all messages of one build.
  var skeleton: UInt64
  /// Sum over the words, each mixed with its position, so that one can be taken out again.
  var words: UInt64
  /// Of the kinds of the values.
  var kinds: UInt32

  var value: UInt64 { Self.value(skeleton, words) }

  @inline(__always)
  static func value(_ skeleton: UInt64, _ words: UInt64) -> UInt64 {
    var key = (skeleton ^ words) &* 0x9FB2_1C65_1E98_DF25
    key ^= key &>> 31
    key = (key ^ skeleton) &* 0xD6E8_FEB8_6659_FD93
    key ^= key &>> 32
    return key == 0 ? 1 : key
  }

  /// The share of one token in `words`.
  @inline(__always)
  static func term(_ hash: UInt64, at position: Int) -> UInt64 {
    let mixed =
      (hash ^ (UInt64(truncatingIfNeeded: position) &* 0xA24B_AED4_963E_E407))
      &* 0x9FB2_1C65_1E98_DF25
    return mixed ^ (mixed &>> 32)
  }

  @inline(__always)
  init(_ tokens: UnsafePointer<Token>, _ count: Int, tail: UInt32) {
    self.init(unsafe PartialKey(tokens, count, tail: tail))
  }

  @inline(__always)
  init(_ partial: PartialKey) {
    skeleton = partial.skeleton ^ UInt64(truncatingIfNeeded: partial.count)
    words = partial.words
    kinds = partial.kinds
  }
}

/// A key to which tokens are still to be added: those of fields come behind those of the message.
struct PartialKey {
  private(set) var skeleton: UInt64
  private(set) var words: UInt64 = 0
  private(set) var kinds: UInt32 = 0
  /// Tokens so far.
  private(set) var count = 0

  /// - Parameter tail: Hash of the delimiters behind the last token of the message.
  @inline(__always)
  init(tail: UInt32) { skeleton = UInt64(tail) &+ 0x1234_5678_9ABC_DEF1 }

  @inline(__always)
  init(_ tokens: UnsafePointer<Token>, _ count: Int, tail: UInt32) {
    self.init(tail: tail)
    var i = 0
    while i < count {
      // SAFETY: the caller's `count` tokens are initialised.
      let token = unsafe tokens + i
      unsafe add(
        hash: token.pointee.hash, delimiter: token.pointee.delimiter, kind: token.pointee.kind,
        listCount: token.pointee.listCount)
      i &+= 1
    }
  }

  @inline(__always)
  mutating func add(hash: UInt64, delimiter: UInt32, kind: ValueKind, listCount: UInt16) {
    skeleton = (skeleton ^ UInt64(delimiter)) &* 0x9FB2_1C65_1E98_DF25
    skeleton ^= skeleton &>> 29
    words = words &+ MessageKey.term(hash, at: count)
    kinds = (kinds &* 31) &+ UInt32(kind.rawValue) &+ (UInt32(listCount) &<< 8)
    count &+= 1
  }
  /// Adds a state of a field beside the message.
  @inline(__always)
  mutating func add(state value: UInt64, name: UInt32) {
    add(hash: value, delimiter: name, kind: .word, listCount: 1)
  }
}
