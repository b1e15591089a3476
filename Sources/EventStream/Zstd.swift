internal import CZstd

/// Compresses and decompresses single blocks. Owns its C objects; one thread at a time.
@safe
final class Zstd {
  /// Made when first used: each takes its time and half a megabyte.
  private var compression: OpaquePointer?
  private var decompression: OpaquePointer?

  /// What costs no more than reading and framing does; see the table in the design.
  static let level: Int32 = 1

  deinit {
    unsafe ZSTD_freeCCtx(compression)
    unsafe ZSTD_freeDCtx(decompression)
  }

  /// Room that `compress` needs for so many bytes.
  static func bound(_ byteCount: Int) -> Int { ZSTD_compressBound(byteCount) }

  /// - Returns: Bytes written; `nil` where they would not be fewer, and `output` holds anything.
  func compress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
    -> Int?
  {
    if unsafe compression == nil { unsafe compression = ZSTD_createCCtx() }
    // SAFETY: zstd stays within the two counts and keeps no pointer.
    let count = unsafe ZSTD_compressCCtx(
      compression, output.baseAddress, output.count, input.baseAddress, input.count, Self.level)
    return ZSTD_isError(count) == 0 && count < input.count ? count : nil
  }

  /// Fills `output`.
  /// - Returns: Whether the input is a block of exactly that size.
  func decompress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer)
    -> Bool
  {
    if unsafe decompression == nil { unsafe decompression = ZSTD_createDCtx() }
    // SAFETY: zstd stays within the two counts, whatever the input is, and keeps no pointer.
    let count = unsafe ZSTD_decompressDCtx(
      decompression, output.baseAddress, output.count, input.baseAddress, input.count)
    return ZSTD_isError(count) == 0 && count == output.count
  }
}
