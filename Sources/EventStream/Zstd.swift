internal import CZstd

/// Compresses and decompresses single blocks. Owns its C objects; one thread at a time.
@safe
final class Zstd {
  /// Made when first used: each takes its time and half a megabyte.
  private var compression: OpaquePointer?
  private var decompression: OpaquePointer?

  /// Level 1 with a hash table of half the size, which fits the first cache, and no matches below
  /// seven bytes: an eighth less time for 3 % more bytes on mixed logs, and for fewer on a log of
  /// one service.
  private static let parameters: [(ZSTD_cParameter, Int32)] = [
    (ZSTD_c_compressionLevel, 1), (ZSTD_c_windowLog, 19), (ZSTD_c_hashLog, 13),
    (ZSTD_c_minMatch, 7), (literalCompression, 1),
  ]

  /// Whether bytes that repeat nowhere are coded by how frequent they are. zstd does not by itself
  /// where the search makes long steps. It has no name of its own among zstd's stable ones; where a
  /// version does not know it, blocks are larger and as good.
  private static let literalCompression = ZSTD_c_experimentalParam5

  /// How far the search steps where nothing repeats. Numbers of events hardly do, other than in
  /// long runs: a third less time for 1 ‰ more bytes.
  private static let numbersStep: Int32 = 64

  private let level: Int32?

  /// - Parameter level: zstd's own, for what is compressed once and read for long; `nil`: fast.
  init(level: Int32? = nil) { self.level = level }

  deinit {
    unsafe ZSTD_freeCCtx(compression)
    unsafe ZSTD_freeDCtx(decompression)
  }

  /// Room that `compress` needs for so many bytes.
  static func bound(_ byteCount: Int) -> Int { ZSTD_compressBound(byteCount) }

  /// - Parameter isNumbers: The input is columns of numbers, which seldom repeat.
  /// - Returns: Bytes written; `nil` where they would not be fewer, and `output` holds anything.
  func compress(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
    isNumbers: Bool = false
  ) -> Int? {
    if unsafe compression == nil { unsafe compression = makeCompression() }
    if level == nil {
      unsafe ZSTD_CCtx_setParameter(
        compression, ZSTD_c_targetLength, isNumbers ? Self.numbersStep : 0)
    }
    // SAFETY: zstd stays within the two counts and keeps no pointer.
    let count = unsafe ZSTD_compress2(
      compression, output.baseAddress, output.count, input.baseAddress, input.count)
    return ZSTD_isError(count) == 0 && count < input.count ? count : nil
  }

  private func makeCompression() -> OpaquePointer? {
    let context = unsafe ZSTD_createCCtx()
    let parameters = level.map { [(ZSTD_c_compressionLevel, $0)] } ?? Self.parameters
    for (parameter, value) in parameters {
      unsafe ZSTD_CCtx_setParameter(context, parameter, value)
    }
    return unsafe context
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
