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
    var skeleton = UInt64(tail) &+ 0x1234_5678_9ABC_DEF1
    var words: UInt64 = 0
    var kinds: UInt32 = 0
    var i = 0
    while i < count {
      // SAFETY: the caller's `count` tokens are initialised.
      let token = unsafe tokens + i
      skeleton = (skeleton ^ (unsafe UInt64(token.pointee.delimiter))) &* 0x9FB2_1C65_1E98_DF25
      skeleton ^= skeleton &>> 29
      words = unsafe words &+ Self.term(token.pointee.hash, at: i)
      kinds =
        unsafe (kinds &* 31) &+ UInt32(token.pointee.kind.rawValue)
        &+ (UInt32(token.pointee.listCount) &<< 8)
      i &+= 1
    }
    self.skeleton = skeleton ^ UInt64(truncatingIfNeeded: count)
    self.words = words
    self.kinds = kinds
  }
}
