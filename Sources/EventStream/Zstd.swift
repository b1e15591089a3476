internal import CZstd

/// Compresses and decompresses single blocks. Owns its C objects; one thread at a time.
@safe
final class Zstd {
  private let compression: OpaquePointer
  private let decompression: OpaquePointer

  /// What costs no more than reading and framing does; see the table in the design.
  static let level: Int32 = 1

  init() {
    guard let compression = unsafe ZSTD_createCCtx(), let decompression = unsafe ZSTD_createDCtx()
    else { fatalError("out of memory") }
    unsafe self.compression = compression
    unsafe self.decompression = decompression
  }

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
    // SAFETY: zstd stays within the two counts, whatever the input is, and keeps no pointer.
    let count = unsafe ZSTD_decompressDCtx(
      decompression, output.baseAddress, output.count, input.baseAddress, input.count)
    return ZSTD_isError(count) == 0 && count == output.count
  }
}
