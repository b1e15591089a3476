/// One piece of a message between delimiters, as the tokeniser leaves it in its scratch space.
struct Token {
  /// Where it begins, from the start of the message.
  var start: UInt32
  var count: UInt32
  /// Of the word's bytes; `variableHash` for every value.
  var hash: UInt64
  /// Of the delimiters since the token before.
  var delimiter: UInt32
  var kind: ValueKind
  var flags: TokenFlags
  /// Values that were drawn together into this one: `1, 2, 3` is one token of three.
  var listCount: UInt16 = 1

  /// Stands for a value of any kind in the key of a message.
  static let variableHash: UInt64 = 0x9E37_79B9_7F4A_7C15
}

/// What the surroundings of a token say about it.
struct TokenFlags: OptionSet {
  let rawValue: UInt8

  /// `key=` stands before it.
  static let keyed = TokenFlags(rawValue: 1 << 0)
  /// `key:` stands before it.
  static let labelled = TokenFlags(rawValue: 1 << 1)
  /// A quote stands before it.
  static let quoted = TokenFlags(rawValue: 1 << 2)
  /// A word that ends in a digit (`eth0`, `ssh2`).
  static let numbered = TokenFlags(rawValue: 1 << 3)
  /// A word with an inner dot, dash, slash or the like: a name rather than prose.
  static let compound = TokenFlags(rawValue: 1 << 4)
  /// It names a state, such as an HTTP status: generalised only where there are very many.
  static let code = TokenFlags(rawValue: 1 << 5)
  /// The value of a field outside the message.
  static let field = TokenFlags(rawValue: 1 << 6)
  /// A part of an access log's path: a name unless there are very many.
  static let segment = TokenFlags(rawValue: 1 << 7)
}
