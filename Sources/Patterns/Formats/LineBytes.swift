/// The bytes of a batch's buffer as the scanners read them: by position, unchecked.
///
/// Whoever makes one promises that the buffer outlives it and that `EventBatch.bytePadding` readable
/// bytes follow every position it hands to a scanner; a scanner may read ahead that far, but takes
/// nothing from behind the end that it was given.
@safe
struct LineBytes {
  let base: UnsafePointer<UInt8>

  @inline(__always)
  init(_ base: UnsafePointer<UInt8>) { unsafe self.base = unsafe base }

  /// Stands for no buffer yet; must not be read.
  static var none: LineBytes {
    // SAFETY: nobody reads before a batch is at hand.
    unsafe LineBytes(UnsafePointer(bitPattern: 64)!)
  }

  // SAFETY: positions come from scanners that stay within a line and its padding.
  @inline(__always)
  subscript(_ index: Int) -> UInt8 { unsafe base[index] }

  /// Eight bytes as one number, the first byte lowest.
  @inline(__always)
  func word(_ index: Int) -> UInt64 {
    unsafe UInt64(
      littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
  }

  /// Four bytes as one number, the first byte lowest.
  @inline(__always)
  func half(_ index: Int) -> UInt32 {
    unsafe UInt32(
      littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt32.self))
  }
}

extension UInt8 {
  @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }
  @inline(__always) var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
  @inline(__always) var isUpper: Bool { self &- 0x41 < 26 }
  @inline(__always) var isWordByte: Bool { isLetter || isDigit || self == 0x5f }
  @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 }
}

/// The byte of an ASCII literal.
@inline(__always)
func ascii(_ scalar: Unicode.Scalar) -> UInt8 { UInt8(truncatingIfNeeded: scalar.value) }
