internal import Glibc

/// Finds one byte string in others.
///
/// Looks for the byte of the needle that logs hold least often, by the C library's vector code,
/// and compares around it.
struct ByteSearch {
  let needle: [UInt8]
  private let rareIndex: Int

  /// - Parameter needle: Not empty.
  init(_ needle: [UInt8]) {
    precondition(!needle.isEmpty, "an empty needle is found everywhere")
    self.needle = needle
    rareIndex = needle.indices.min { Self.commonness(needle[$0]) < Self.commonness(needle[$1]) }!
  }

  /// Where the needle first begins at `start` or later.
  func firstIndex(in bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let count = needle.count
    let rare = Int32(needle[rareIndex])
    var position = start
    // SAFETY: a candidate is compared only where all `count` bytes from it lie in `bytes`.
    return unsafe needle.withUnsafeBufferPointer { needle -> Int? in
      let needle = needle.baseAddress!
      while position + count <= bytes.count {
        let first = position + rareIndex
        let span = bytes.count - count + rareIndex - first + 1
        guard let found = unsafe memchr(base + first, rare, span) else { return nil }
        let candidate = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base) - rareIndex
        if unsafe memcmp(base + candidate, needle, count) == 0 { return candidate }
        position = candidate + 1
      }
      return nil
    }
  }

  /// How often a byte occurs in logs, as a rank; only the order matters.
  private static func commonness(_ byte: UInt8) -> Int {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "e"), UInt8(ascii: "0"), UInt8(ascii: "1"): 9
    case UInt8(ascii: "2")...UInt8(ascii: "9"): 7
    case UInt8(ascii: "a"), UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "o"),
      UInt8(ascii: "r"), UInt8(ascii: "s"), UInt8(ascii: "t"):
      8
    case UInt8(ascii: "j"), UInt8(ascii: "q"), UInt8(ascii: "x"), UInt8(ascii: "z"): 3
    case UInt8(ascii: "a")...UInt8(ascii: "z"): 6
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): 4
    case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"),
      UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: ","):
      7
    case 0x21...0x7e: 3
    default: 1
    }
  }
}
