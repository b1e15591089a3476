/// What the tokeniser decided where more than the text's own bytes counts: of these steps, and the
/// bytes between them, `ShapeMemory` makes a path.
struct ScanStep {
  /// How the bytes at `start` are to be looked at.
  enum Operation: UInt8 {
    /// The message is at its end.
    case end
    /// A chunk begins with a value, a word or a punctuation mark.
    case chunk
    /// The same where a quotation is open that must not come to hold a space.
    case guardedChunk
    /// A keyed quotation that is one value.
    case quotation
    /// The target of a request of an access log.
    case request
    /// The target of another request.
    case target
    /// A part of the path of one that is a value.
    case segment
    /// What follows the path.
    case query
    /// What stands behind an equals sign and a space: nothing, or a value.
    case emptiness
    /// A date that begins with the name of a month or day, or such a word alone.
    case date
  }

  var start: UInt32
  /// Behind what was found.
  var end: UInt32
  /// End of the chunk.
  var chunkEnd: UInt32
  var operation: Operation
  /// What was known before.
  var flags: TokenFlags
  var isValue: Bool
  /// Names what was found: equal for values of the same kind and for the same word.
  var result: UInt64

  static let limit = 96

  @inline(__always)
  static func result(_ kind: ValueKind, _ flags: TokenFlags) -> UInt64 {
    UInt64(kind.rawValue) | UInt64(flags.rawValue) &<< 8 | 1 &<< 16
  }

  @inline(__always)
  static func result(word hash: UInt64, _ flags: TokenFlags) -> UInt64 {
    hash ^ UInt64(flags.rawValue) &* 0x9FB2_1C65_1E98_DF25 | 1 &<< 17
  }

  @inline(__always)
  static func result(mark byte: UInt8) -> UInt64 { UInt64(byte) | 1 &<< 18 }

  static let requestResult: UInt64 = 1 << 19

  @inline(__always)
  static func result(isEmpty: Bool) -> UInt64 { (isEmpty ? 1 : 0) | 1 &<< 20 }
}
